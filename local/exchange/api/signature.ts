// Who is asking: API key, timestamp window and HMAC-SHA256 signature, checked in Binance's order with its
// codes. Secrets are compared in constant time and never appear in an answer.
import { createHmac, timingSafeEqual } from "node:crypto";
import { missingParameter, refuse } from "../codes.ts";
import type { ExchangeRequest } from "../types.ts";
import type { Params } from "./params.ts";

interface Credentials {
  readonly accountId: string;
  readonly secret: string;
}

/** Without recvWindow a request is good for this long. */
const DEFAULT_RECV_WINDOW_MS = 5_000;
const MAX_RECV_WINDOW_MS = 60_000;
/** A client's clock may run this far ahead. */
const MAX_AHEAD_MS = 1_000;
/** Shorter keys are malformed (-2014) rather than unknown (-2015). */
const MIN_KEY_CHARS = 3;

/** Finds the account of the X-MBX-APIKEY header. -2014 when it is missing or malformed, -2015 when unknown. */
export function findCredentials(
  request: ExchangeRequest,
  byKey: ReadonlyMap<string, Credentials>,
): Credentials {
  const key = request.headers["x-mbx-apikey"];
  if (key === undefined || key.length < MIN_KEY_CHARS || !/^[\w-]+$/.test(key)) throw refuse("apiKeyFormat");
  const credentials = byKey.get(key);
  if (credentials === undefined) throw refuse("apiKeyRejected");
  return credentials;
}

function signedText(request: ExchangeRequest): string {
  const strip = (text: string): string => text.replace(/(^|&)signature=[^&]*/g, "");
  return strip(request.query) + strip(request.body);
}

/** -1102, -1131 or -1021 when the request's time is missing, malformed or outside its window. */
export function checkTimestamp(params: Params, nowMs: number): void {
  const timestampMs = params.integer("timestamp");
  if (timestampMs === undefined) throw missingParameter("timestamp");
  const windowMs = params.integer("recvWindow") ?? DEFAULT_RECV_WINDOW_MS;
  if (windowMs > MAX_RECV_WINDOW_MS || windowMs < 1) throw refuse("badRecvWindow");
  if (timestampMs >= nowMs + MAX_AHEAD_MS) throw refuse("timestampAhead");
  if (nowMs - timestampMs > windowMs) throw refuse("timestampBehind");
}

/** -1102 without a signature, -1022 with a wrong one. The signature covers query then body, as sent. */
export function checkSignature(request: ExchangeRequest, params: Params, secret: string): void {
  const given = params.require("signature");
  const wanted = createHmac("sha256", secret).update(signedText(request)).digest();
  const received = Buffer.from(given, "hex");
  if (received.length !== wanted.length || !timingSafeEqual(received, wanted)) throw refuse("badSignature");
}
