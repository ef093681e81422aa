// The venue's word on the touch of a symbol, for one decision: the touch, or the reason why there is none. An answer is
// always one of these; none of them is a price from elsewhere.
import type { Touch } from "#domain/documents/market.ts";

export type TouchAnswer =
  | { readonly kind: "read"; readonly touch: Touch }
  /** The venue answered, and has no bid or no ask for the symbol. */
  | { readonly kind: "missing" }
  /** The venue refused, did not answer in time, or may not be opened; `code` is its own, or names the fault. */
  | { readonly kind: "unreadable"; readonly code: string }
  /** Not asked for: a reduction needs none, and no question is put to a venue that has banned us. */
  | { readonly kind: "notAsked" };

export const TOUCH_NOT_ASKED: TouchAnswer = { kind: "notAsked" };

/** Null unless it was read. */
export function touchOf(answer: TouchAnswer): Touch | null {
  return answer.kind === "read" ? answer.touch : null;
}
