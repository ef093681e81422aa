// The hot, versioned document of an account: who may act (lease, fence), whether it may trade, its brakes, its
// slots and what is reserved. Every write to it carries a precondition on its version.

import type { DecimalString } from "#domain/decimal.ts";
import type { OffsetPlan } from "./offset.ts";
import type { QueuedEntry } from "./queue.ts";
import type {
  Absences,
  DRAWDOWN_GRADES,
  ExitKind,
  ExitReason,
  LATCH_CAUSES,
  OrderSide,
  PROTECTION_NAMES,
  Side,
  TRADING_STATES,
  WordOf,
} from "./words.ts";

export type TradingState = WordOf<typeof TRADING_STATES>;
export type LatchCause = WordOf<typeof LATCH_CAUSES>;
export type ProtectionName = WordOf<typeof PROTECTION_NAMES>;
export type DrawdownGrade = WordOf<typeof DRAWDOWN_GRADES>;

export interface TradingStateLatch {
  readonly state: TradingState;
  readonly cause: LatchCause;
  /** When the state ends by itself; null: only an operator ends it. */
  readonly resumeAtMs: number | null;
  readonly actor: string;
  readonly reason: string;
  readonly atMs: number;
}

export interface Lease {
  /** Null while it is free. */
  readonly holderId: string | null;
  /** Grows by one with every change of holder; every write of that holder carries it. */
  readonly fence: number;
  readonly expiresAtMs: number;
}

/** An order that is not ended: what it may still add to or take from the position. */
export interface Reservation {
  readonly groupId: string;
  readonly symbol: string;
  readonly side: OrderSide;
  readonly reduceOnly: boolean;
  readonly qtyBase: DecimalString;
  readonly notionalUsd: DecimalString;
}

/** An occupied place of the execution pool; it exists exactly as long as its group has not ended. */
export interface Slot {
  readonly symbol: string;
  readonly side: Side;
  readonly strategyId: string;
  readonly qtyBase: DecimalString;
  /** Value of its entries that were not sent yet, at their prices: room that no other entry may take. Absent or null: none. */
  readonly legsUsd?: DecimalString | null;
  /** Quantity of its entries that are between two orders of their route: it is on its way like a live order. Absent or null: none. */
  readonly reroutingBase?: DecimalString | null;
  readonly sinceMs: number;
}

/** An exit that may still rest at the venue and is wanted no more: replaced, or its group has ended. */
export interface StopToCancel {
  readonly groupId: string;
  readonly symbol: string;
  readonly kind: ExitKind;
  readonly sendDeadlineMs: number;
  readonly absences: Absences;
}

/** An order that ended as absent and is still watched, should the venue show it after all. */
export interface AbsentOrder {
  readonly groupId: string;
  readonly symbol: string;
  readonly sinceMs: number;
}

/** A group whose accounts are to be read. */
export interface AccountsDue {
  readonly symbol: string;
  readonly dueAtMs: number;
  /** When it ended; null while it has not. */
  readonly endedAtMs: number | null;
}

/** An ended group, as far as the protections ask. Newest last, bounded by the longest look-back. */
export interface ClosedTrade {
  readonly groupId: string;
  readonly symbol: string;
  readonly side: Side;
  readonly strategyId: string;
  /** Realised profit over entry notional, basis points, rounded down: a loss is never shown smaller than it is. */
  readonly profitBps: number;
  /** After fees and funding once the venue's figures are settled; before that our own reckoning. */
  readonly realizedPnlUsd: DecimalString;
  readonly exitReason: ExitReason;
  readonly closedAtMs: number;
}

/** Entries that are refused until a time. Null members mean all. */
export interface ProtectionLock {
  readonly protection: ProtectionName;
  readonly symbol: string | null;
  readonly side: Side | null;
  readonly sinceMs: number;
  readonly untilMs: number;
  readonly reason: string;
}

/** An account's armed period. */
export interface Session {
  readonly startedBy: string;
  readonly startedAtMs: number;
  /** At this time everything is flattened and trading halts; null: no horizon. */
  readonly horizonAtMs: number | null;
  /** NAV at or below which everything is flattened and trading halts; null: no session stop-loss. */
  readonly stopLossNavUsd: DecimalString | null;
}

/** When a signal was made, and when it arrived: the order in which one sender's signals count. */
export interface SignalMoment {
  readonly signalledAtMs: number;
  readonly receivedAtMs: number;
}

/** The newest signals of one strategy about one side of one symbol. */
export interface SideSignals {
  /** The newest that wanted to be out of this side, wholly or in part, or on the other; an older entry is refused. */
  readonly left: SignalMoment | null;
  /** The one that opened the present group; an older exit meant another. Null while the strategy has no group there. */
  readonly entered: SignalMoment | null;
}

/** An ordered flatten that has not ended: retried until the venue holds nothing. */
export interface FlattenOrder {
  readonly flattenId: string;
  readonly orderedBy: string;
  readonly reason: string;
  readonly orderedAtMs: number;
  /** Close orders stored so far; the next one's step. */
  readonly step: number;
  readonly lastTriedAtMs: number | null;
}

/** `accounts/{a}/control/state` */
export interface ControlState {
  readonly accountId: string;
  readonly lease: Lease;
  readonly tradingState: TradingStateLatch;
  /** Version of `config/current` that decisions must use; activating a config moves it. */
  readonly configVersion: number;
  readonly throttles: {
    /** Send times inside the rolling window, oldest first; bounded by the configured rate. */
    readonly orderSentAtMs: readonly number[];
    readonly venueBannedUntilMs: number;
    /** Failed sends inside the error-burst window, oldest first. */
    readonly errorAtMs: readonly number[];
    /** Key: `strategyId/symbol`; entries refused until then because one was just denied. Past ones are dropped. */
    readonly vetoedUntilMs: Readonly<Record<string, number>>;
  };
  readonly protections: {
    readonly trades: readonly ClosedTrade[];
    readonly locks: readonly ProtectionLock[];
  };
  /** Null: not armed by a session; entries then depend on the trading state alone. */
  readonly session: Session | null;
  readonly flatten: FlattenOrder | null;
  /** The offset that is being carried out; null: none. */
  readonly offset: OffsetPlan | null;
  readonly drawdownGrade: DrawdownGrade;
  /** Baseline in which the grade was taken; null while the grade is `NONE`. */
  readonly drawdownBaselineId: string | null;
  /** Drawdown at which an operator resumed in grade `FLATTEN`: the next flatten counts from there. Null: not resumed. */
  readonly drawdownAcknowledgedBps: number | null;
  /** UTC day whose loss limit was reached and acted on, `YYYY-MM-DD`; acted on once a day. */
  readonly dailyLossDay: string | null;
  /** Since when documents for people could not be stored; null while they are. */
  readonly telemetryFailingSinceMs: number | null;
  /** Commands ever stored for the account, and how many of them have an outcome: equal means none waits. */
  readonly commands: { readonly storedCount: number; readonly takenCount: number };
  /** Key: groupId. */
  readonly slots: Readonly<Record<string, Slot>>;
  /** Entries that wait for a place of the pool, first in rank first; bounded by the config. */
  readonly queue: readonly QueuedEntry[];
  /** Key: clientOrderId. */
  readonly reservations: Readonly<Record<string, Reservation>>;
  /** Key: symbol. When its slot or its reservations last changed here; gone after KEPT_CHANGE_MS (symbol-changes.ts). */
  readonly symbolChangedAtMs: Readonly<Record<string, number>>;
  /** Key: clientStopId. Gone from here once the venue has said that nothing under the id waits. */
  readonly stopsToCancel: Readonly<Record<string, StopToCancel>>;
  /** Ids of groups with a wish to be shrunk: no account is at rest while one is here. */
  readonly closings: readonly string[];
  /** Ids of commands on positions, oldest first, that are taken from the sequence and wait for the holder of the lease. */
  readonly directives: readonly string[];
  /** Remainders below the venue's smallest order, by symbol: signed quantity that is held and that no group accounts for. */
  readonly dust: Readonly<Record<string, DecimalString>>;
  /** Key: groupId. Groups whose trades and incomes are to be read at the venue, open or ended. */
  readonly accountsDue: Readonly<Record<string, AccountsDue>>;
  /** Key: `strategyId/symbol/side`. Gone once nothing older can be carried out any more. */
  readonly newestSignals: Readonly<Record<string, SideSignals>>;
  /** Key: clientOrderId. Gone from here once the venue has shown the order, or the watch has ended. */
  readonly absentOrders: Readonly<Record<string, AbsentOrder>>;
  /** Intents ever put into the inbox, and how many of them have been taken out: equal means empty. */
  readonly inbox: { readonly storedCount: number; readonly takenCount: number };
  /** Of the intents in the inbox, those that were looked at and wait for a brake or for an order in their way. */
  readonly waitingCount: number;
  /** How often NAV, settings or a market ceased to be trusted: books in memory from before fail at their commit. */
  readonly groundLostCount: number;
  readonly journalSeq: number;
  readonly updatedAtMs: number;
}
