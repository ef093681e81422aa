// Tells who calls from an Authorization header. The auth emulator's ID tokens are unsigned, so nothing is proved
// here beyond form, audience and age: this belongs on a developer's machine only.
import { type Caller, RpcError } from "./backend.ts";
import { Code } from "./engine/status.ts";

const MS_PER_SECOND = 1000;
const BEARER = /^Bearer\s+(\S+)$/i;

export interface IdentifiedCaller {
  readonly caller: Caller;
  /** When the token stops counting, epoch milliseconds; undefined for callers without one. */
  readonly expiresAtMs: number | undefined;
}

/**
 * The caller behind an Authorization header. `Bearer owner` is the owner; a missing header is a signed-out
 * client. Any other token must be an unsigned JWT for `projectId` that has not expired at `nowMs`. Throws
 * RpcError UNAUTHENTICATED.
 */
export function identify(
  authorization: string | undefined,
  projectId: string | undefined,
  nowMs: number,
): IdentifiedCaller {
  if (authorization === undefined) {
    return { caller: { kind: "client", auth: null }, expiresAtMs: undefined };
  }
  const token = BEARER.exec(authorization)?.[1];
  if (token === undefined) throw refused("the Authorization header must be 'Bearer <ID token>'");
  if (token === "owner") return { caller: { kind: "owner" }, expiresAtMs: undefined };
  const claims = claimsOf(token);
  const uid = claims.sub ?? claims.user_id;
  if (typeof uid !== "string" || uid === "") throw refused("the ID token names no user (sub)");
  if (typeof claims.exp !== "number") throw refused("the ID token has no expiry (exp)");
  if (projectId !== undefined && claims.aud !== undefined && claims.aud !== projectId) {
    throw refused(`the ID token is for project '${String(claims.aud)}', the request is for '${projectId}'`);
  }
  // The SDK's mock user tokens are issued at 0 on purpose: they are for tests and have no age.
  if (claims.iat === 0)
    return { caller: { kind: "client", auth: { uid, token: claims } }, expiresAtMs: undefined };
  const expiresAtMs = claims.exp * MS_PER_SECOND;
  if (expiresAtMs <= nowMs) throw refused("the ID token has expired; sign in again or refresh it");
  return { caller: { kind: "client", auth: { uid, token: claims } }, expiresAtMs };
}

function claimsOf(token: string): Readonly<Record<string, unknown>> {
  const parts = token.split(".");
  const [header, payload] = parts;
  if (parts.length !== 3 || header === undefined || payload === undefined) {
    throw refused("the ID token is not a JWT");
  }
  const { alg } = jsonPart(header);
  if (alg !== "none") {
    throw refused(`only the auth emulator's unsigned ID tokens are accepted, not alg '${String(alg)}'`);
  }
  return jsonPart(payload);
}

function jsonPart(part: string): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(part, "base64url").toString("utf8"));
  } catch (error) {
    throw refused("the ID token cannot be read", error);
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw refused("the ID token cannot be read");
  }
  return value as Readonly<Record<string, unknown>>;
}

function refused(reason: string, cause?: unknown): RpcError {
  return new RpcError(Code.UNAUTHENTICATED, `Unauthenticated: ${reason}`, { cause });
}
