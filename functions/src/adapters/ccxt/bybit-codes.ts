// Meaning of each `retCode` of Bybit's v5 for us; the texts beside the codes say why. Source: bybit-exchange.github.io,
// docs/v5/error (HTTP Code, UTA) and docs/v5/enum (rejectReason). One code stands for several refusals: then the text decides.
import type { VenueReason } from "#domain/documents/words.ts";
import type { VenueErrorKind } from "#ports/venue.ts";

interface Refusal {
  readonly code: string;
  readonly message: string;
}

/** "Order does not exist"; for a cancel also "completed or cancelled" and "has been cancelled": answers, not failures. */
const NOTHING_TO_CANCEL: ReadonlySet<string> = new Set(["110001", "110008", "110010"]);
export const saysNothingToCancel = ({ code }: Refusal): boolean => NOTHING_TO_CANCEL.has(code);

/** To a question about one symbol the same as its absence from a list. The code is the one of every wrong parameter. */
export const saysInvalidSymbol = ({ code, message }: Refusal): boolean =>
  code === "10001" && /symbol/i.test(message);

/** Codes that are not plain refusals. Every other code of a documented family (see below) is `rejected`. */
const KIND_OF_CODE: Readonly<Record<string, VenueErrorKind>> = {
  // "request expired": it came to the trading service too late and was dropped there.
  "-1": "retryable",
  // "The trading service is experiencing a high server load. Please retry", and its twins.
  "429": "retryable",
  "10429": "retryable",
  // "Server Timeout": it may have been taken.
  "10000": "unknown",
  // "The request time exceeds the time window range": refused before processing.
  "10002": "clock",
  // "Too many visits": refused before processing.
  "10006": "retryable",
  // "IP has been banned."
  "10009": "banned",
  // "Invalid duplicate request": the one before it may have been taken.
  "10014": "unknown",
  // "Server error", also "Request timeout, please try again later".
  "10016": "unknown",
  // "Exceeded the IP Rate Limit"; a ban comes as HTTP 403.
  "10018": "retryable",
  // "service is restarting, do not accept new request".
  "10019": "retryable",
  // "Duplicate orderId" and "OrderLinkedID is duplicate": an earlier send of ours did land, so look it up.
  "110030": "unknown",
  "110072": "unknown",
  // "Settlement in progress", "Trading is currently not allowed", "The order is processing … try again later".
  "110063": "retryable",
  "110066": "retryable",
  "110079": "retryable",
  // "Temporary banned due to the upgrade".
  "3100197": "retryable",
};

/** Refusals of the request, of the key and of the account; then of orders and positions, and of the account's products. */
const REFUSALS: ReadonlySet<string> = new Set([
  ...["10001", "10003", "10004", "10005", "10007", "10008", "10010", "10017", "10024", "10027", "10028"],
  ...["10029", "10032", "33004", "-2015", "100028"],
]);
const REFUSAL_FAMILIES: readonly (readonly [from: number, to: number])[] = [
  [30_000, 39_999],
  [110_000, 110_999],
  [130_000, 131_999],
  [3_100_000, 3_499_999],
];

/** The kind of a code, or null for one that no list knows: then only the HTTP status can tell, or nothing. */
export function kindOfCode(code: string): VenueErrorKind | null {
  const listed = KIND_OF_CODE[code];
  if (listed !== undefined) return listed;
  const isRefusal =
    REFUSALS.has(code) || REFUSAL_FAMILIES.some(([from, to]) => Number(code) >= from && Number(code) <= to);
  return isRefusal ? "rejected" : null;
}

/** Meanings of codes in words that every venue shares. */
const REASONS: Readonly<Record<string, VenueReason>> = {
  // "expect Rising, but trigger_price <= current", and its mirror.
  "110092": "wouldFireNow",
  "110093": "wouldFireNow",
  // "Reduce-only rule not satisfied"; the same code says "orderQty will be truncated to zero" of an order below a step.
  "110017": "nothingToReduce",
  // Wallet, position margin, available balance or margin do not cover it; nor the market's price, nor any.
  "110004": "noMargin",
  "110006": "noMargin",
  "110007": "noMargin",
  "110012": "noMargin",
  "110044": "noMargin",
  "110045": "noMargin",
  "110051": "noMargin",
  "110052": "noMargin",
  "110053": "noMargin",
  // "Order does not meet minimum order value".
  "110094": "belowMinimum",
  // The position may exceed its limit; open interest is exceeded.
  "110090": "aboveMaximum",
  "110021": "aboveMaximum",
  // "Order price exceeds the allowable range."
  "110003": "priceBand",
  // Most stop orders, and most active orders.
  "110009": "tooManyOpen",
  "110020": "tooManyOpen",
  "429": "tooManyRequests",
  "10006": "tooManyRequests",
  "10018": "tooManyRequests",
  "10429": "tooManyRequests",
  HTTP_429: "tooManyRequests",
  // Not of the request but of the order, once it is acknowledged.
  EC_PostOnlyWillTakeLiquidity: "wouldTake",
  CancelByReduceOnly: "nothingToReduce",
};
const BELOW_A_STEP = /truncated to zero/i;
/** "The number of contracts exceeds minimum limit allowed", and its twin. The code is the one of every wrong parameter. */
const BELOW_MINIMUM = /exceeds minimum limit/i;
const ABOVE_MAXIMUM = /exceeds maximum limit/i;

export function reasonOf({ code, message }: Refusal): VenueReason | null {
  if (code === "110017" && BELOW_A_STEP.test(message)) return "belowMinimum";
  if (code === "10001" && BELOW_MINIMUM.test(message)) return "belowMinimum";
  if (code === "10001" && ABOVE_MAXIMUM.test(message)) return "aboveMaximum";
  return REASONS[code] ?? null;
}

const KEY_REMEDY =
  "Check the account's key at the venue: it must exist, allow contract trading, and list this deployment's addresses";
const MODE_REMEDY = "Set one-way position mode at the venue, with nothing open, then resume trading";
const LOCKED_REMEDY =
  "Ask the venue why the account may not trade; entries stay off until trading is resumed";
const UNIFIED_REMEDY = "Upgrade the venue account to a unified trading account, then resume trading";

/** Refusals that would meet every order of the account, with what ends them. */
const ACCOUNT_REMEDIES: Readonly<Record<string, string>> = {
  // Key unknown or of another environment; signature not made with its secret; permission missing; not authenticated;
  // address not on its list; expired.
  "10003": KEY_REMEDY,
  "10004": KEY_REMEDY,
  "10005": KEY_REMEDY,
  "10007": KEY_REMEDY,
  "10010": KEY_REMEDY,
  "33004": KEY_REMEDY,
  "-2015": KEY_REMEDY,
  HTTP_401: KEY_REMEDY,
  // Banned; by compliance rules; from transactions.
  "10008": LOCKED_REMEDY,
  "10024": LOCKED_REMEDY,
  "10027": LOCKED_REMEDY,
  "10028": UNIFIED_REMEDY,
  "110088": UNIFIED_REMEDY,
  "10009": "The venue bans this address: look whether requests are too frequent",
  HTTP_403: "The venue turns this address away: see whether the region of this deployment is barred",
  HTTP_451: "The venue bars the region of this deployment: move it, or close the positions by hand",
};
/** "position idx not match position mode": the account is in hedge mode. The code is the one of every wrong parameter. */
const MODE_TEXT = /position ?idx|position mode/i;

/**
 * The words of the address's ban, by which it is told from a barred region: the venue asks for ten minutes of silence, and
 * lifts it by itself (docs/v5/rate-limit).
 */
const TOO_FREQUENT = /too frequent/i;
const isRateBan = ({ code, message }: Refusal): boolean => code === "HTTP_403" && TOO_FREQUENT.test(message);

/** The remedy where a refusal stands for the whole account; null for one about a single order, and for a ban that time ends. */
export function accountRemedyOf({ code, message }: Refusal): string | null {
  if (isRateBan({ code, message })) return null;
  if (code === "10001" && MODE_TEXT.test(message)) return MODE_REMEDY;
  return ACCOUNT_REMEDIES[code] ?? null;
}

/** Refusals of the keys themselves: others may be stored by now. */
export function isKeyRefusal(code: string): boolean {
  return ACCOUNT_REMEDIES[code] === KEY_REMEDY;
}

/** Whether the whole instance has to be silent; limits of one endpoint concern that one alone (bybit-usage.ts). */
export function silencesAll(refusal: Refusal): boolean {
  return refusal.code === "10009" || refusal.code === "10018" || isRateBan(refusal);
}
