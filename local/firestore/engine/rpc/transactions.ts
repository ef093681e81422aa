// BeginTransaction and Rollback.
import { rootOfDatabase } from "../name.ts";
import type { TransactionOptions } from "../proto.ts";
import { invalidArgument } from "../status.ts";
import type { UnaryHandler } from "./call.ts";

export const beginTransaction: UnaryHandler = async ({ database }, message) => {
  const request = message as { database?: string; options?: TransactionOptions | null };
  rootOfDatabase(request.database);
  return { transaction: database.transactions.begin(request.options).id };
};

export const rollback: UnaryHandler = async ({ database }, message) => {
  const request = message as { transaction?: Uint8Array | string | null };
  if (request.transaction == null) throw invalidArgument("Rollback names no transaction");
  database.transactions.rollback(request.transaction);
  return {};
};
