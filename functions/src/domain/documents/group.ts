// A position group: one trade idea from first entry to flat. A group of zero quantity is ended in the same commit.

import type { DecimalString } from "#domain/decimal.ts";
import type { ExitPlan } from "./exit-plan.ts";
import type { Rejection } from "./order.ts";
import type { ExitRoute, LegRoute } from "./route.ts";
import type {
  Absences,
  ExitReason,
  GROUP_STATUSES,
  LEG_KINDS,
  LEG_ODDITIES,
  LEG_STATUSES,
  Side,
  STOP_STATUSES,
  WordOf,
} from "./words.ts";

export type GroupStatus = WordOf<typeof GROUP_STATUSES>;

/** An exit that rests at the venue for a group. Stored before it is sent, like an order. */
export interface RestingExit {
  /** Derived from group and step; every step is sent at most once. */
  readonly clientStopId: string;
  /** Counted over all exits of the group together, so that none has the id of another. */
  readonly step: number;
  readonly status: WordOf<typeof STOP_STATUSES>;
  readonly qtyBase: DecimalString;
  readonly triggerPriceUsd: DecimalString;
  /** The venue refuses the request after this time (its receive window). */
  readonly sendDeadlineMs: number;
  /** How often the venue has said that it does not know this stop. */
  readonly absences: Absences;
  /** Why the venue did not take it; null unless it refused. */
  readonly refusal: Rejection | null;
  readonly updatedAtMs: number;
}

/** One level of the plan's ladder. Kept once it is gone, because its step is used up. */
export interface TakeProfit extends RestingExit {
  /** Place in the plan, from zero for the nearest. */
  readonly level: number;
}

/** One entry of a group, planned or made. Its quantity never changes; each order of it is sent at most once. */
export interface EntryLeg {
  readonly kind: WordOf<typeof LEG_KINDS>;
  /** Place among those of its kind: 0 for the base, from 1 for the others. */
  readonly place: number;
  readonly status: WordOf<typeof LEG_STATUSES>;
  readonly qtyBase: DecimalString;
  /** Of a safety entry the price at which it is sent; of the others the price that they were decided on. */
  readonly priceUsd: DecimalString;
  /** Its newest order; null until one is sent. */
  readonly clientOrderId: string | null;
  /** Of all its orders together. */
  readonly filledBase: DecimalString;
  /** Volume-weighted price of its fills; null before the first, and where the venue named none. */
  readonly averagePriceUsd: DecimalString | null;
  /** Codes of the denials when its price was last reached; empty while nothing stood against it. */
  readonly refusedFor: readonly string[];
  /** The last odd pair of state and event that it has met. */
  readonly oddity: WordOf<typeof LEG_ODDITIES> | null;
  /** Null: one order is all that it gets. */
  readonly route: LegRoute | null;
  readonly updatedAtMs: number;
}

/**
 * A wish to shrink the group down to a quantity. It outlives each order that is sent for it: a venue takes no market order
 * above a quantity, a book may be too thin, an order may be refused. It ends when the quantity is reached.
 */
export interface ClosingWish {
  /** The intent or the watchdog's closing that it comes from: the ids of its orders are derived from it. */
  readonly causeId: string;
  readonly exitReason: ExitReason;
  /** Open quantity at which it is fulfilled; zero for a close. */
  readonly targetBase: DecimalString;
  readonly sinceMs: number;
  /** When its last order was stored, and the open quantity then: without progress the next one waits. */
  readonly triedAtMs: number;
  readonly triedAtBase: DecimalString;
  /** Null: its next order takes at any price, and an order of it that rests is withdrawn. */
  readonly route: ExitRoute | null;
}

/** The venue's own figures of a group, summed over its trades and incomes. Computed anew from all of them each time. */
export interface GroupAccounts {
  /** Realised profit as the venue states it, before fees. */
  readonly realizedUsd: DecimalString;
  /** By asset, positive where paid. */
  readonly feesByAsset: Readonly<Record<string, DecimalString>>;
  /** In USD at the price of the minute of each trade; null while a coin's price is not known. */
  readonly feesUsd: DecimalString | null;
  /** Positive where received; null: not read yet. */
  readonly fundingUsd: DecimalString | null;
  /** Further incomes that the venue books with a forced close, like what its insurance fund takes or gives. */
  readonly otherUsd: DecimalString;
  readonly tradeCount: number;
  readonly asOfMs: number;
  /** The group has ended, every trade of it is counted, and no figure is missing. Until then all of this is an estimate. */
  readonly settled: boolean;
}

/** `accounts/{a}/groups/{groupId}` */
export interface Group {
  readonly groupId: string;
  readonly accountId: string;
  readonly strategyId: string;
  readonly symbol: string;
  readonly side: Side;
  readonly status: GroupStatus;
  /** Open quantity, never negative; the side gives the sign. */
  readonly qtyBase: DecimalString;
  readonly averageEntryUsd: DecimalString | null;
  /** By our own reckoning from fills and average entry, before fees; the venue's figure stands in `accounts`. */
  readonly realizedPnlUsd: DecimalString;
  /** Sum of entry fills at their prices: what a profit is measured against. */
  readonly entryNotionalUsd: DecimalString;
  /** Null while it has not ended, and for a group that never opened. */
  readonly exitReason: ExitReason | null;
  /** How it is to be left; null: by signals, and by the account's protective stop. */
  readonly plan: ExitPlan | null;
  /** Its entries, those to come among them; an entry of a release before 0.3.0 has none. */
  readonly legs: readonly EntryLeg[];
  /** Null: none rests at the venue. */
  readonly stop: RestingExit | null;
  /** At most one for each level of the plan; together never more than is open when one of them is planned. */
  readonly takeProfits: readonly TakeProfit[];
  /** All that ever came in, exits notwithstanding: the shares of the plan are shares of it. */
  readonly enteredBase: DecimalString;
  /** Part of it that take-profits took, or that is being closed because their price had passed. */
  readonly takenBase: DecimalString;
  /** Best price since the entry that the trailing stop stands on; null: none, or nothing trails. */
  readonly bestPriceUsd: DecimalString | null;
  /** Null: it is to be shrunk by nothing but the orders that it has. */
  readonly closing: ClosingWish | null;
  /** Null: nothing was read of the venue's trades yet. */
  readonly accounts: GroupAccounts | null;
  /** A fill came without its price: averageEntryUsd, entryNotionalUsd and realizedPnlUsd stand on a price that was known. */
  readonly costEstimated: boolean;
  /** Signed quantity that it took over from the venue beside its own orders: dust, or a position that a flatten adopted. */
  readonly carriedBase: DecimalString;
  /** Entry price of a position that a command adopted, by the venue; null for every other group. */
  readonly adoptedEntryUsd: DecimalString | null;
  /** The venue's own ids of orders that its exits became. */
  readonly stopVenueOrderIds: readonly string[];
  readonly orderIds: readonly string[];
  readonly openedAtMs: number;
  readonly endedAtMs: number | null;
  readonly updatedAtMs: number;
}
