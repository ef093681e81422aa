// Who is asking: key, time window and HMAC-SHA256 signature of the X-BAPI headers. Source: the page "Integration Guidance"
// (docs/v5/guide). Secrets are compared in constant time and never appear in an answer.
import { createHmac, timingSafeEqual } from "node:crypto";
import type { ExchangeRequest } from "../types.ts";
import { BybitError, refuse } from "./codes.ts";
import { payloadOf } from "./params.ts";

export interface Caller {
  readonly accountId: string;
  readonly apiKey: string;
}

/** Without X-BAPI-RECV-WINDOW a request is good for this long. */
const DEFAULT_RECV_WINDOW_MS = 5_000;
/** A client's clock may run this far ahead. */
const MAX_AHEAD_MS = 1_000;

/** 10001 without the headers, 10003 for an unknown key, 10002 outside the time window, 10004 for a wrong signature. */
export function authenticate(
  request: ExchangeRequest,
  byKey: ReadonlyMap<string, { readonly accountId: string; readonly secret: string }>,
  serverNowMs: number,
): Caller {
  const apiKey = request.headers["x-bapi-api-key"];
  const timestamp = request.headers["x-bapi-timestamp"];
  const sign = request.headers["x-bapi-sign"];
  const window = request.headers["x-bapi-recv-window"] ?? String(DEFAULT_RECV_WINDOW_MS);
  if (!apiKey || !timestamp || !sign) throw refuse("noAuthentication");
  const credentials = byKey.get(apiKey);
  if (credentials === undefined) throw refuse("badKey");
  checkTime(timestamp, window, serverNowMs);
  const text = timestamp + apiKey + window + payloadOf(request);
  const wanted = createHmac("sha256", credentials.secret).update(text).digest();
  const received = Buffer.from(sign, "hex");
  if (received.length !== wanted.length || !timingSafeEqual(received, wanted)) throw refuse("badSign");
  return { accountId: credentials.accountId, apiKey };
}

/** server time - window <= timestamp < server time + 1 s */
function checkTime(timestamp: string, window: string, serverNowMs: number): void {
  const [atMs, windowMs] = [timestamp, window].map((text) =>
    /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN,
  );
  if (atMs !== undefined && windowMs !== undefined) {
    if (serverNowMs - windowMs <= atMs && atMs < serverNowMs + MAX_AHEAD_MS) return;
  }
  const text = `invalid request, please check your server timestamp or recv_window param. req_timestamp[${timestamp}],server_timestamp[${serverNowMs}],recv_window[${window}]`;
  throw new BybitError(10002, text);
}
