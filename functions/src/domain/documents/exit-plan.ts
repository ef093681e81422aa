// How a position is to be left: the plan that an entry brings along, or its strategy's config. It says what is wanted;
// what rests at the venue for it stands on the group. Levels count from the average entry, so they move with it.

import type { DecimalString } from "#domain/decimal.ts";

/** Where a stop is to trigger: a price, or a distance from the average entry against the position. */
export type StopLevel =
  | { readonly kind: "priceUsd"; readonly priceUsd: DecimalString }
  /** Basis points of the average entry. */
  | { readonly kind: "bps"; readonly bps: number }
  /** In the price's own unit, like a multiple of the average true range (ATR). */
  | { readonly kind: "distanceUsd"; readonly distanceUsd: DecimalString };

/** Where a take-profit is to trigger: as a stop's level, but in the position's favour. */
export type TakeProfitLevel =
  | StopLevel
  /** A multiple of the plan's own risk, R: the distance between average entry and the plan's stop. */
  | { readonly kind: "riskMultiple"; readonly riskMultiple: DecimalString };

export interface TakeProfitPlan {
  readonly level: TakeProfitLevel;
  /** Share of the quantity that the group ever entered. */
  readonly shareBps: number;
}

/** A stop that follows the best mark price since the entry, at a distance from it. */
export interface TrailingPlan {
  /** Profit, in basis points of the average entry, from which on it follows; zero: from the entry on. */
  readonly activationBps: number;
  /** Distance from the best mark price, in basis points of it. */
  readonly distanceBps: number;
}

export interface ExitPlan {
  /** Null: the account's protective stop alone. That one stays beneath every plan: the nearer of both counts. */
  readonly stop: StopLevel | null;
  /** Nearest first. Their shares are at most the whole; what they leave is for the stop, a signal, or the time limit. */
  readonly takeProfits: readonly TakeProfitPlan[];
  /** The stop moves to the average entry once so many take-profits, counted from the nearest, were taken; null: never. */
  readonly breakEvenAfter: number | null;
  readonly trailing: TrailingPlan | null;
  /** Age at which the position is closed; null: no such limit. */
  readonly timeLimitMs: number | null;
}

/** A ladder longer than this is finer than the venue's smallest order lets most positions be cut. */
export const MAX_TAKE_PROFITS = 8;
/** A whole entry price away a long's stop would stand at zero. */
export const FURTHEST_STOP_BPS = 9_999;
/** A tenfold price: further is a typing error, not a target. */
export const FURTHEST_BPS = 100_000;
/** Twenty times what is risked. */
export const FURTHEST_MULTIPLE = 20;
