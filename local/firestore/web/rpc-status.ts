// google.rpc.Code: names, numbers and the HTTP status each has over REST.
import { RpcError } from "../backend.ts";

const STATUSES = [
  ["OK", 200],
  ["CANCELLED", 499],
  ["UNKNOWN", 500],
  ["INVALID_ARGUMENT", 400],
  ["DEADLINE_EXCEEDED", 504],
  ["NOT_FOUND", 404],
  ["ALREADY_EXISTS", 409],
  ["PERMISSION_DENIED", 403],
  ["RESOURCE_EXHAUSTED", 429],
  ["FAILED_PRECONDITION", 400],
  ["ABORTED", 409],
  ["OUT_OF_RANGE", 400],
  ["UNIMPLEMENTED", 501],
  ["INTERNAL", 500],
  ["UNAVAILABLE", 503],
  ["DATA_LOSS", 500],
  ["UNAUTHENTICATED", 401],
] as const;

export const INVALID_ARGUMENT = 3;
export const NOT_FOUND = 5;
export const PERMISSION_DENIED = 7;
export const RESOURCE_EXHAUSTED = 8;
export const UNIMPLEMENTED = 12;
const INTERNAL = 13;
export const UNAVAILABLE = 14;
export const UNAUTHENTICATED = 16;

/** A failed call as google.rpc's JSON error, as REST bodies and WebChannel messages carry it. */
interface ErrorJson {
  readonly error: { readonly code: number; readonly message: string; readonly status: string };
}

/** Any thrown value as an RpcError; what is not one already is a fault of the server, INTERNAL. */
export function asRpcError(error: unknown): RpcError {
  if (error instanceof RpcError) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new RpcError(INTERNAL, message, { cause: error });
}

/** The JSON error; its `code` is the HTTP status. A code Google does not define counts as UNKNOWN. */
export function errorJson({ code, message }: RpcError): ErrorJson {
  const [status, httpStatus] = STATUSES[code] ?? STATUSES[2];
  return { error: { code: httpStatus, message, status } };
}
