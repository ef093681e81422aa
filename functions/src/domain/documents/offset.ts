// The loser and winner offset as it is stored: a losing position is closed and paid for by parts of winning ones. The plan
// stands in the control document from its first commit to its end, so that every instance can go on with it.

import type { DecimalString } from "#domain/decimal.ts";
import type { DenialUnit } from "./denial.ts";
import type { OFFSET_ENDS, OFFSET_POOL_RULES, OFFSET_REFUSALS, OFFSET_ROLES, Side, WordOf } from "./words.ts";

export type OffsetEnd = WordOf<typeof OFFSET_ENDS>;
export type OffsetRole = WordOf<typeof OFFSET_ROLES>;

/** When a position counts as a loser, and at what prices its plan may be carried out. */
export interface OffsetConfig {
  /** Loss of the open quantity against its entry price. */
  readonly minLossBps: number;
  readonly minAgeMs: number;
  /** Entry orders that have to be filled, the base entry included: all that the strategy sends for one position. */
  readonly minEntries: number;
  /** Time since its last entry order filled; each new one begins it again. */
  readonly quietAfterEntryMs: number;
  /** How a full pool counts beside entries and quiet time. */
  readonly poolRule: WordOf<typeof OFFSET_POOL_RULES>;
  readonly maxWinners: number;
  /** The venue's taker fee: each close takes liquidity. */
  readonly feeBps: number;
  /** Each close is limited to this distance from the touch; what does not fill there is asked for again. */
  readonly slippageBps: number;
  /** A plan ends when the price of an open leg moved this far against it. */
  readonly maxPriceMoveBps: number;
  /** A plan that has not ended after this time is given up. */
  readonly validForMs: number;
}

/** One position of a plan, and how far it is to be closed. */
export interface OffsetLeg {
  readonly groupId: string;
  readonly symbol: string;
  readonly side: Side;
  /** As they were when the plan was made: what its end is measured against. */
  readonly heldBase: DecimalString;
  readonly enteredBase: DecimalString;
  readonly realizedBeforeUsd: DecimalString;
  /** The touch then: the bid of a long, the ask of a short. */
  readonly priceUsd: DecimalString;
  /** Open quantity at which the leg is done; zero for a close. */
  readonly targetBase: DecimalString;
  /** Brought by closing at least, at the limit and after fees; negative for the loser. */
  readonly netUsd: DecimalString;
}

export interface OffsetPlan {
  readonly offsetId: string;
  readonly startedBy: string;
  readonly startedAtMs: number;
  readonly expiresAtMs: number;
  /** As they were configured then: a plan keeps the costs that it was sized with. */
  readonly feeBps: number;
  readonly slippageBps: number;
  readonly maxPriceMoveBps: number;
  readonly loser: OffsetLeg;
  /** In the order in which they are closed. */
  readonly winners: readonly OffsetLeg[];
}

/** Whether a plan that is under way is about the group: nothing is added to it meanwhile. */
export function isInPlan(plan: OffsetPlan | null, groupId: string): boolean {
  return plan !== null && [...plan.winners, plan.loser].some((leg) => leg.groupId === groupId);
}

/** Why there is no plan, or why a position has no part in it: data, like a denial. */
export interface OffsetRefusal {
  readonly code: WordOf<typeof OFFSET_REFUSALS>;
  readonly limit: string | null;
  readonly actual: string | null;
  readonly unit: DenialUnit | null;
  /** The group concerned; null: the account. */
  readonly groupId: string | null;
}

/** A position as the decision saw it. */
export interface OffsetRow {
  readonly groupId: string;
  readonly symbol: string;
  readonly side: Side;
  readonly heldBase: DecimalString;
  readonly averageEntryUsd: DecimalString;
  /** The bid of a long, the ask of a short, and the worst price that a close would take. */
  readonly priceUsd: DecimalString;
  readonly limitUsd: DecimalString;
  /** At the touch, before fees. */
  readonly profitUsd: DecimalString;
  /** Of its cost, rounded down: a loss is never shown smaller than it is. */
  readonly profitBps: number;
}

/** All that was found when a plan was looked for. */
export interface OffsetDecision {
  /** Null: nothing is to be closed, for the reasons among the refusals. */
  readonly plan: OffsetPlan | null;
  readonly refusals: readonly OffsetRefusal[];
  readonly rows: readonly OffsetRow[];
}
