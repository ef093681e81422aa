// Meaning of each error code of Binance's USD-M futures for us; the texts beside the codes say why. Source:
// developers.binance.com, derivatives, usds-margined-futures: error-code and general-info (HTTP return
// codes).
import type { VenueReason } from "#domain/documents/words.ts";
import type { VenueErrorKind } from "#ports/venue.ts";

type CodeKind = Exclude<VenueErrorKind, "rejected">;

type Coded = Readonly<{ code: string }>;

/** "Order does not exist." and, for a cancel, "Unknown order sent.": answers, not failures. */
export const saysNoSuchOrder = ({ code }: Coded): boolean => code === "-2013";
export const saysNothingToCancel = ({ code }: Coded): boolean => code === "-2011";
/** "Invalid symbol.": to a question about one symbol the same as its absence from a list. */
export const saysInvalidSymbol = ({ code }: Coded): boolean => code === "-1121";

/** Codes that are not plain refusals. Every other code of a documented family (see below) is `rejected`. */
const KIND_OF_CODE: Readonly<Record<number, CodeKind>> = {
  // An unknown error while processing: the order may have been taken.
  [-1000]: "unknown",
  // "Internal error; unable to process": a failure only where general-info says so (503, handled apart).
  [-1001]: "unknown",
  // Too many requests: refused before processing. A ban is told apart by its status and text.
  [-1003]: "retryable",
  // Unexpected response from the message bus: "execution status unknown".
  [-1006]: "unknown",
  // Timeout waiting for the backend: "send status unknown; execution status unknown".
  [-1007]: "unknown",
  // Throttled by system-level protection: not executed, may be sent again.
  [-1008]: "retryable",
  // ERROR_MSG_RECEIVED, without further words in the documentation: nothing may be assumed.
  [-1010]: "unknown",
  // Too many new orders in the interval: this one was not taken.
  [-1015]: "retryable",
  // The service is shutting down.
  [-1016]: "retryable",
  // Timestamp outside the receive window, or ahead of the server: refused before processing.
  [-1021]: "clock",
  // A cancel-all that failed part of the way.
  [-2012]: "unknown",
  // Client id already used by an open order (4115: its transaction twin): an earlier send of ours did land, so this
  // is not a refusal of the order; look it up.
  [-4115]: "unknown",
  [-4116]: "unknown",
  // "Timestamp outside the ME recvWindow": it reached the matching engine too late and was dropped there.
  [-5028]: "retryable",
};

/**
 * Documented families of refusals: 10xx that name a fault of the request, 11xx request issues, 20xx processing
 * issues, 40xx filters and permissions, 50xx order execution. -2013 and -2011 (no such order) belong to them; the
 * calls that ask about an order read them as an answer.
 */
const REFUSAL_FAMILIES: readonly (readonly [from: number, to: number])[] = [
  [-1005, -1002],
  [-1014, -1011],
  [-1023, -1020],
  [-1099, -1099],
  [-1199, -1100],
  [-2099, -2000],
  [-4999, -4000],
  [-5099, -5000],
];

/** Spot's "duplicate order sent" comes as a plain refusal code; it means the same as -4116. */
const DUPLICATE_TEXT = /duplicate/i;
const NEW_ORDER_REJECTED = -2010;

/** The kind of a code, or null for one that no list knows: then only the HTTP status can tell, or nothing. */
export function kindOfCode(code: number, message: string): VenueErrorKind | null {
  const listed = KIND_OF_CODE[code];
  if (listed !== undefined) return listed;
  if (code === NEW_ORDER_REJECTED && DUPLICATE_TEXT.test(message)) return "unknown";
  return REFUSAL_FAMILIES.some(([from, to]) => code >= from && code <= to) ? "rejected" : null;
}

/**
 * Texts of a 503 that general-info calls a failed operation, so that the request may be sent again. Any other 503,
 * above all "Unknown error, please check your request or try again later.", leaves the outcome open.
 */
const FAILED_503_TEXTS: ReadonlySet<string> = new Set([
  "Service Unavailable.",
  "Internal error; unable to process your request. Please try again.",
]);

export function isFailed503(message: string): boolean {
  return FAILED_503_TEXTS.has(message.trim());
}

const KEY_REMEDY =
  "Check the account's key at the venue: it must exist, allow futures trading, and list this deployment's addresses";
const MODE_REMEDY = "Set one-way position mode at the venue, with nothing open, then resume trading";
const LOCKED_REMEDY =
  "Ask the venue why the account may not trade; entries stay off until trading is resumed";

/**
 * Refusals that would meet every order of the account, with what ends them. Not among them: -4131, where the best price
 * of one symbol is outside its band, and -2011 and -2013, which are answers about one order.
 */
const ACCOUNT_REMEDIES: Readonly<Record<string, string>> = {
  // Not authorised; address not on the key's list; signature not made with the key's secret; key malformed, unknown or
  // without the permission; keys locked.
  "-1002": KEY_REMEDY,
  "-1011": KEY_REMEDY,
  "-1022": KEY_REMEDY,
  "-2014": KEY_REMEDY,
  "-2015": KEY_REMEDY,
  "-2017": KEY_REMEDY,
  // Hedge mode, and its twin for accounts whose position mode is kept equal over several products.
  "-4061": MODE_REMEDY,
  "-4531": MODE_REMEDY,
  // Being liquidated; reduce-only or no orders by the venue's order; inactive; cooling-off; trading rules broken;
  // not offered in the region.
  "-2023": "Look at the account's margin at the venue: it is being liquidated",
  "-4087": LOCKED_REMEDY,
  "-4088": LOCKED_REMEDY,
  "-4109": "Transfer an amount into the futures wallet: the venue calls the account inactive",
  "-4192": LOCKED_REMEDY,
  "-4400": LOCKED_REMEDY,
  "-4402": LOCKED_REMEDY,
  HTTP_401: KEY_REMEDY,
  HTTP_403:
    "The venue's firewall turns this address away: look whether requests are too frequent, or the region is barred",
  HTTP_451: "The venue bars the region of this deployment: move it, or close the positions by hand",
};

/** Meanings of codes in words that every venue shares. */
const REASONS: Readonly<Record<string, VenueReason>> = {
  // "Due to the order could not be executed as maker, the Post Only order will be rejected."
  "-5022": "wouldTake",
  // "Order would immediately trigger."
  "-2021": "wouldFireNow",
  // "ReduceOnly Order is rejected."
  "-2022": "nothingToReduce",
  "-1003": "tooManyRequests",
  // Balance or margin is insufficient; leverage smaller than permitted, for want of margin.
  "-2018": "noMargin",
  "-2019": "noMargin",
  "-2028": "noMargin",
  // Quantity below its minimum; "Order's notional must be no smaller than …".
  "-4004": "belowMinimum",
  "-4164": "belowMinimum",
  // "Exceeded the maximum allowable position at current leverage"; quantity above its maximum.
  "-2027": "aboveMaximum",
  "-4005": "aboveMaximum",
  // Price above or below what the contract takes; beyond the band around the mark; the best price of the market is.
  "-4002": "priceBand",
  "-4013": "priceBand",
  "-4016": "priceBand",
  "-4024": "priceBand",
  "-4131": "priceBand",
  // Most open orders, and most stop orders.
  "-2025": "tooManyOpen",
  "-4045": "tooManyOpen",
  HTTP_429: "tooManyRequests",
};

export function reasonOf(code: string): VenueReason | null {
  return REASONS[code] ?? null;
}

/** The remedy where a refusal stands for the whole account; null for one about a single order. */
export function accountRemedyOf(code: string): string | null {
  return ACCOUNT_REMEDIES[code] ?? null;
}

/** Refusals of the keys themselves: others may be stored by now. */
export function isKeyRefusal(code: string): boolean {
  return accountRemedyOf(code) === KEY_REMEDY;
}
