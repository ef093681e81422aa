// A group for a position that no readable group accounts for, so that the books have its closing, or its exits. Pure. It
// holds the quantity that the venue holds.
import { dec, decimalString } from "#domain/decimal.ts";
import type { Group } from "#domain/documents/group.ts";
import type { HeldPosition } from "#domain/nav/nav-book.ts";

export function adoptedGroup(
  { groupId, accountId, strategyId }: Pick<Group, "groupId" | "accountId" | "strategyId">,
  { symbol, side, qtyBase, entryPriceUsd }: HeldPosition,
  nowMs: number,
): Group {
  return {
    groupId,
    accountId,
    strategyId,
    symbol,
    side,
    status: "ACTIVE",
    qtyBase,
    averageEntryUsd: entryPriceUsd,
    realizedPnlUsd: "0",
    entryNotionalUsd: decimalString(dec(entryPriceUsd).mul(dec(qtyBase))),
    exitReason: null,
    plan: null,
    legs: [],
    stop: null,
    takeProfits: [],
    enteredBase: qtyBase,
    takenBase: "0",
    bestPriceUsd: null,
    closing: null,
    accounts: null,
    costEstimated: false,
    carriedBase: decimalString(dec(qtyBase).mul(side === "long" ? 1 : -1)),
    adoptedEntryUsd: null,
    stopVenueOrderIds: [],
    orderIds: [],
    openedAtMs: nowMs,
    endedAtMs: null,
    updatedAtMs: nowMs,
  };
}
