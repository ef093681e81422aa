// Turns an answer from the wire into one of five kinds of error: by the venue's `retCode` first, then by the HTTP status.
// When both leave the outcome open it is unknown; only a conclusive code says that an order was not taken.
import type { HttpResponse } from "#adapters/http/http-transport.ts";
import { VenueError, type VenueErrorKind } from "#ports/venue.ts";
import { accountRemedyOf, kindOfCode, reasonOf } from "./bybit-codes.ts";
import { retryAfterMs, shownMessage } from "./http-answers.ts";

/** The venue's ban of an address that asks too often (docs/v5/rate-limit: "wait for at least 10 minutes"). */
const BAN_MS = 600_000;
/** Window of the limit of an address. */
const ADDRESS_WINDOW_MS = 5_000;
/** Limits of an account are counted by the second, so a refusal that names no end is over after one. */
const ENDPOINT_WINDOW_MS = 1_000;

/** Statuses that say that the request was turned away before it was processed. */
const STATUS_KINDS: Readonly<Record<number, VenueErrorKind>> = {
  // Malformed; not signed in; a wrong path or a category that the account does not have.
  400: "rejected",
  401: "rejected",
  404: "rejected",
  405: "rejected",
  413: "rejected",
  414: "rejected",
  // The address asks too often, or is of a barred region.
  403: "banned",
  451: "banned",
  // "System level frequency protection. Please retry".
  429: "retryable",
};

/** The error that an answer means, or null when it is a success. `body` is the parsed JSON, undefined if it is none. */
export function errorOf(response: HttpResponse, body: unknown, nowMs: number): VenueError | null {
  const said = saidBy(body);
  const isSuccess = response.status >= 200 && response.status < 300;
  if (isSuccess && said?.code === "0") return null;
  if (isSuccess && said === null)
    return new VenueError(
      "unknown",
      "UNREADABLE",
      `HTTP ${response.status} with a body that is no v5 answer`,
    );
  const refusal = said === null || said.code === "0" ? null : said;
  const message = shownMessage(refusal?.message ?? response.body);
  const code = refusal?.code ?? `HTTP_${response.status}`;
  const kind = kindOf(response.status, refusal?.code ?? null);
  const retryAtMs = retryAt(kind, code, response, nowMs);
  const accountRemedy = kind === "unknown" ? null : accountRemedyOf({ code, message });
  const reason = kind === "banned" ? "banned" : reasonOf({ code, message });
  return new VenueError(kind, code, `The venue answered ${response.status} ${code}: ${message}`, {
    ...(reason === null ? {} : { reason }),
    ...(retryAtMs === null ? {} : { retryAtMs }),
    ...(accountRemedy === null ? {} : { accountRemedy }),
  });
}

function kindOf(status: number, code: string | null): VenueErrorKind {
  const byCode = code === null ? null : kindOfCode(code);
  // A refusal that comes with a server error is not trusted to be one.
  if (byCode === "rejected" && status >= 500) return "unknown";
  return byCode ?? STATUS_KINDS[status] ?? "unknown";
}

function retryAt(kind: VenueErrorKind, code: string, response: HttpResponse, nowMs: number): number | null {
  if (kind !== "banned" && kind !== "retryable") return null;
  const said = retryAfterMs(response.headers["retry-after"], nowMs);
  if (said !== null) return said;
  if (kind === "banned") return nowMs + BAN_MS;
  if (code === "10018") return nowMs + ADDRESS_WINDOW_MS;
  if (reasonOf({ code, message: "" }) !== "tooManyRequests") return null;
  const resetsAtMs = Number(response.headers["x-bapi-limit-reset-timestamp"]);
  return code === "10006" && resetsAtMs > nowMs ? resetsAtMs : nowMs + ENDPOINT_WINDOW_MS;
}

/** Code and text of v5's answers, of the good ones too. */
function saidBy(body: unknown): { readonly code: string; readonly message: string } | null {
  if (typeof body !== "object" || body === null || !("retCode" in body)) return null;
  const code = Number(body.retCode);
  if (!Number.isInteger(code)) return null;
  return { code: String(code), message: "retMsg" in body ? String(body.retMsg) : "" };
}
