// A position group: one trade idea from first entry to flat. A group of zero quantity is ended in the same commit.
import type { DecimalString } from "./decimal.ts";
import type { Side } from "./signal.ts";

export type GroupStatus = "OPENING" | "ACTIVE" | "REDUCING" | "CLOSED" | "CLOSED_WITH_DUST" | "FAILED";

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
  readonly orderIds: readonly string[];
  readonly openedAtMs: number;
  readonly endedAtMs: number | null;
  readonly updatedAtMs: number;
}
