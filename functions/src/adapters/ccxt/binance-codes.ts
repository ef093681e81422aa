// Meaning of each error code of Binance's USD-M futures for us; the texts beside the codes say why. Source:
// developers.binance.com, derivatives, usds-margined-futures: error-code and general-info (HTTP return
// codes).
import type { VenueErrorKind } from "#ports/venue.ts";

type CodeKind = Exclude<VenueErrorKind, "rejected">;

/** "Order does not exist." and, for a cancel, "Unknown order sent.": answers, not failures. */
export const NO_SUCH_ORDER = "-2013";
export const NOTHING_TO_CANCEL = "-2011";
/** "Invalid symbol.": to a question about one symbol the same as its absence from a list. */
export const INVALID_SYMBOL = "-1121";

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
