// The hot, versioned document of an account: who may act (lease, fence), whether it may trade, its brakes, its
// slots and what is reserved. Every write to it carries a precondition on its version.
import type { DecimalString } from "./decimal.ts";
import type { OrderSide } from "./order.ts";
import type { Side } from "./signal.ts";

export type TradingState = "ACTIVE" | "REDUCING" | "HALTED";

export interface TradingStateLatch {
  readonly state: TradingState;
  readonly actor: string;
  readonly reason: string;
  readonly atMs: number;
}

export interface Lease {
  /** Null when nobody holds it. */
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
  readonly sinceMs: number;
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
  };
  /** Key: groupId. */
  readonly slots: Readonly<Record<string, Slot>>;
  /** Key: clientOrderId. */
  readonly reservations: Readonly<Record<string, Reservation>>;
  /** Intents ever put into the inbox, and how many of them have been taken out: equal means empty. */
  readonly inbox: { readonly storedCount: number; readonly takenCount: number };
  readonly journalSeq: number;
  readonly updatedAtMs: number;
}
