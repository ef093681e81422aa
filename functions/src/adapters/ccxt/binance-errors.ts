// Turns an answer from the wire into one of five kinds of error: by the venue's raw code first, then by the
// HTTP status. When both leave the outcome open it is unknown; only a conclusive code says that an order was
// not taken.

import type { HttpResponse } from "#adapters/http/http-transport.ts";
import { VenueError, type VenueErrorKind } from "#ports/venue.ts";
import { accountRemedyOf, isFailed503, kindOfCode, reasonOf } from "./binance-codes.ts";
import { retryAfterMs, shownMessage } from "./http-answers.ts";

/** The venue's shortest ban (general-info: "from 2 minutes to 3 days"), taken when it does not say how long. */
const SHORTEST_BAN_MS = 120_000;
/** A firewall or region block does not end by itself soon; asking again sooner only prolongs it. */
const BLOCKED_MS = 300_000;
/** Statuses that say that the request was turned away before it was processed. */
const STATUS_KINDS: Readonly<Record<number, VenueErrorKind>> = {
  // Not signed in, or a wrong address: the request was not processed, and a repetition fails until a person
  // acts.
  401: "rejected",
  404: "rejected",
  405: "rejected",
  413: "rejected",
  414: "rejected",
  // Web application firewall: rate or security block of our address.
  403: "banned",
  // Rate limit broken; then 418, banned for going on.
  429: "retryable",
  418: "banned",
  // This region may not use the venue.
  451: "banned",
};

interface VenueRefusal {
  readonly code: number;
  readonly msg: string;
}

/** The error that an answer means, or null when it is a success. `body` is the parsed JSON, undefined if it is none. */
export function errorOf(response: HttpResponse, body: unknown, nowMs: number): VenueError | null {
  const refusal = refusalOf(body);
  const isSuccess = response.status >= 200 && response.status < 300;
  if (isSuccess && refusal === null) {
    if (body !== undefined) return null;
    return new VenueError("unknown", "UNREADABLE", `HTTP ${response.status} with a body that is not JSON`);
  }
  const message = shownMessage(refusal?.msg ?? response.body);
  const code = refusal === null ? `HTTP_${response.status}` : String(refusal.code);
  const kind = kindOf(response.status, refusal, message);
  const retryAtMs = retryAt(kind, response, message, nowMs);
  const text = `The venue answered ${response.status} ${code}: ${message}`;
  const accountRemedy = kind === "unknown" ? null : accountRemedyOf(code);
  const reason = kind === "banned" ? "banned" : reasonOf(code);
  return new VenueError(kind, code, text, {
    ...(reason === null ? {} : { reason }),
    ...(retryAtMs === null ? {} : { retryAtMs }),
    ...(accountRemedy === null ? {} : { accountRemedy }),
  });
}

function kindOf(status: number, refusal: VenueRefusal | null, message: string): VenueErrorKind {
  if (status === 418 || isBan(message)) return "banned";
  if (status === 503 && isFailed503(message)) return "retryable";
  const byCode = refusal === null ? null : kindOfCode(refusal.code, message);
  // A refusal that comes with a server error is not trusted to be one: the codes below -1999 are answers of the
  // order's own logic, and a 5xx says that this logic failed.
  if (byCode === "rejected" && status >= 500) return "unknown";
  return byCode ?? STATUS_KINDS[status] ?? "unknown";
}

/** "Way too many requests; IP banned until 1573804733000." */
const BANNED_UNTIL = /banned until (\d{13})/i;

function isBan(message: string): boolean {
  return BANNED_UNTIL.test(message);
}

function retryAt(
  kind: VenueErrorKind,
  response: HttpResponse,
  message: string,
  nowMs: number,
): number | null {
  if (kind !== "banned" && kind !== "retryable") return null;
  const bannedUntil = BANNED_UNTIL.exec(message)?.[1];
  const candidates = [
    bannedUntil === undefined ? null : Number(bannedUntil),
    retryAfterMs(response.headers["retry-after"], nowMs),
  ].filter((atMs) => atMs !== null);
  if (candidates.length > 0) return Math.max(...candidates);
  if (kind === "retryable") return null;
  return nowMs + (response.status === 418 ? SHORTEST_BAN_MS : BLOCKED_MS);
}

/** Binance's error body. `{"code":200,"msg":"success"}` answers some calls that went well. */
function refusalOf(body: unknown): VenueRefusal | null {
  if (typeof body !== "object" || body === null || !("code" in body) || !("msg" in body)) return null;
  const code = Number(body.code);
  if (!Number.isInteger(code) || code >= 0) return null;
  return { code, msg: String(body.msg) };
}
