// Words that several documents share. At the bottom of the house: imports nothing, so that no two documents need each
// other for a word.

export type Side = "long" | "short";

export type OrderSide = "buy" | "sell";

/** Why a group ended. */
export type ExitReason = "signal" | "stoploss" | "flatten" | "watchdog" | "reconcile";

/** How often the venue has said that it does not know an id since it was last sent, and when it last did. */
export interface Absences {
  readonly count: number;
  readonly lastAtMs: number | null;
}
