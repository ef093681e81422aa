// Faults that the exchange plays on purpose. Each says when it strikes: before the request took effect (the
// venue never saw it) or after (it was accepted, and only the answer is lost).

export type FaultWhen = "before" | "after";

export const ROW_FAULTS = ["missing", "empty", "odd"] as const;
export type RowFault = (typeof ROW_FAULTS)[number];

export type FaultEffect =
  /** before: the request arrives late; after: the answer does. */
  | { readonly kind: "latency"; readonly when: FaultWhen; readonly latencyMs: number }
  | { readonly kind: "httpError"; readonly when: FaultWhen; readonly status: number; readonly body: string }
  | { readonly kind: "reset"; readonly when: FaultWhen }
  | { readonly kind: "body"; readonly when: FaultWhen; readonly content: "garbage" | "empty" }
  | {
      readonly kind: "venueError";
      readonly when: FaultWhen;
      readonly status: number;
      readonly code: number;
      readonly msg: string;
    }
  | { readonly kind: "rateLimit"; readonly status: 418 | 429; readonly retryAfterS: number }
  /** In a list, the rows of one symbol: left out, without a price, or not in their shape. */
  | { readonly kind: "row"; readonly symbol: string; readonly how: RowFault }
  | { readonly kind: "clockSkew"; readonly skewMs: number }
  /** Orders in the answer carry no price of their fills, as the venue's answer to a cancel may. */
  | { readonly kind: "unpriced" }
  /** Answers with what the same request was answered when the fault first saw it. */
  | { readonly kind: "stale" }
  /** In every list of the answer, the rows of one symbol or asset with another value in one field. */
  | {
      readonly kind: "oddRow";
      readonly when: "after";
      readonly subject: string;
      readonly field: string;
      readonly value: string | null;
    };

/** Which requests a fault strikes. Patterns are regular expressions; what is left out matches everything. */
export interface FaultMatch {
  readonly method?: string;
  readonly path?: string;
  readonly symbol?: string;
}

export interface FaultRule {
  readonly effect: FaultEffect;
  readonly match?: FaultMatch;
  /** Strikes this many matching requests, then ends; without it, until cleared. */
  readonly count?: number;
  /** Chance per matching request, drawn from the exchange's seed. 1 when left out. */
  readonly probability?: number;
}

/** A rule in force, as listed. */
export interface ActiveFault extends FaultRule {
  readonly id: number;
  readonly strikes: number;
  readonly remaining: number | null;
}
