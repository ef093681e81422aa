// gRPC status codes and the errors the engine answers with. One place, so that the wording Google's SDKs match on
// (an expired transaction, cross-transaction contention) cannot drift between RPCs.
import { RpcError } from "../backend.ts";

/** google.rpc.Code, the subset the engine uses. */
export const Code = {
  CANCELLED: 1,
  INVALID_ARGUMENT: 3,
  NOT_FOUND: 5,
  ALREADY_EXISTS: 6,
  PERMISSION_DENIED: 7,
  FAILED_PRECONDITION: 9,
  ABORTED: 10,
  UNIMPLEMENTED: 12,
  INTERNAL: 13,
  UNAUTHENTICATED: 16,
} as const;

export const invalidArgument = (message: string): RpcError => new RpcError(Code.INVALID_ARGUMENT, message);
export const notFound = (message: string): RpcError => new RpcError(Code.NOT_FOUND, message);
export const alreadyExists = (message: string): RpcError => new RpcError(Code.ALREADY_EXISTS, message);
export const failedPrecondition = (message: string): RpcError =>
  new RpcError(Code.FAILED_PRECONDITION, message);
export const unimplemented = (message: string): RpcError => new RpcError(Code.UNIMPLEMENTED, message);
export const permissionDenied = (reason?: string): RpcError =>
  new RpcError(
    Code.PERMISSION_DENIED,
    `Missing or insufficient permissions.${reason === undefined ? "" : ` ${reason}`}`,
  );

/** Node's SDK retries an INVALID_ARGUMENT only when the text says "transaction has expired". */
export const transactionExpired = (): RpcError =>
  invalidArgument("The referenced transaction has expired or is no longer valid.");

/** The victim of a deadlock, or a waiter that ran out of time; SDKs retry the whole transaction. */
export const contention = (reason: string): RpcError =>
  new RpcError(Code.ABORTED, `Too much contention on these documents. Please try again. (${reason})`);

/** Any thrown value as an RpcError: engine errors as they are, everything else INTERNAL with its cause. */
export function toRpcError(error: unknown): RpcError {
  if (error instanceof RpcError) return error;
  const text = error instanceof Error ? error.message : String(error);
  return new RpcError(Code.INTERNAL, `internal error: ${text}`, { cause: error });
}
