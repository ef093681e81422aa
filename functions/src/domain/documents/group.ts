// A position group: one trade idea from first entry to flat. A group of zero quantity is ended in the same commit.

import type { DecimalString } from "#domain/decimal.ts";
import type { Rejection } from "./order.ts";
import type { Absences, ExitReason, GROUP_STATUSES, Side, STOP_STATUSES, WordOf } from "./words.ts";

export type GroupStatus = WordOf<typeof GROUP_STATUSES>;

/** The stop that rests at the venue for a group. Stored before it is sent, like an order. */
export interface ProtectiveStop {
  /** Derived from group and step; every step is sent at most once. */
  readonly clientStopId: string;
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
  readonly realizedPnlUsd: DecimalString;
  /** Sum of entry fills at their prices: what a profit is measured against. */
  readonly entryNotionalUsd: DecimalString;
  /** Null while it has not ended, and for a group that never opened. */
  readonly exitReason: ExitReason | null;
  /** Null: none rests at the venue. */
  readonly stop: ProtectiveStop | null;
  readonly orderIds: readonly string[];
  readonly openedAtMs: number;
  readonly endedAtMs: number | null;
  readonly updatedAtMs: number;
}
