// What every RPC handler gets: the database, the rules, and who calls.
import type { Caller, ProtoMessage } from "#backend";
import type { Access } from "../access.ts";
import type { Database } from "../database.ts";

export interface Call {
  readonly database: Database;
  readonly access: Access;
  readonly caller: Caller;
}

export type UnaryHandler = (call: Call, request: ProtoMessage) => Promise<ProtoMessage>;
export type StreamHandler = (
  call: Call,
  request: ProtoMessage,
  send: (message: ProtoMessage) => void,
) => Promise<void>;
