// Rule 3, the venue is right (docs/RULES.md), for the price that all exits of an open group count from: its average entry is
// the matching engine's own, whatever order its fills were heard in.
import type { ControlState } from "#domain/documents/control.ts";
import type { Group } from "#domain/documents/group.ts";
import { CLIENT_ORDER_ID, CLIENT_STOP_ID } from "#domain/documents/ids.ts";
import { paths } from "#domain/documents/paths.ts";
import { isGroupEnded } from "#domain/lifecycle/group-lifecycle.ts";
import { isInOurName } from "../in-our-name.ts";
import type { Evidence, Invariant } from "./invariant.ts";

const USD_E8 = 1e8;
/** Relative. The venue's averages of single orders are rounded, and are booked until its trades are read. */
const ROUNDING = 1e-6;

export const averageEntriesAreTheVenues: Invariant = {
  rule: 3,
  name: "averageEntriesAreTheVenues",
  says: "After faults have ended, the average entry of every open group that holds its symbol alone is the matching engine's own.",
  watch: (evidence) => ({
    healed() {
      for (const { profile } of evidence.setup.accounts)
        if (profile.mode === "paper") checkAccount(evidence, profile.accountId);
    },
  }),
};

function checkAccount(evidence: Evidence, accountId: string): void {
  const control = evidence.read<ControlState>(paths.control(accountId));
  for (const [, group] of evidence.below<Group>(`${paths.groups(accountId)}/`)) {
    const { groupId, symbol, status, averageEntryUsd, carriedBase } = group;
    const isAlone = carriedBase === "0" && !isSharedByHand(evidence, accountId, symbol);
    // One without a slot was ended by its account's end, or is of an account that reads nothing.
    const isOpen = !isGroupEnded(status) && control?.slots[groupId] !== undefined;
    if (!isOpen || !isAlone) continue;
    const venueUsd = averageOf(evidence, accountId, symbol);
    if (venueUsd === null || Math.abs(Number(averageEntryUsd) - venueUsd) <= venueUsd * ROUNDING) continue;
    evidence.fail(`${groupId} (${symbol}) has the average entry ${averageEntryUsd}, the venue ${venueUsd}`);
  }
}

/** Null where nothing is held. */
function averageOf({ exchange }: Evidence, accountId: string, symbol: string): number | null {
  const { state, specs } = exchange.engine;
  const position = state.accounts.get(accountId)?.positions.get(symbol);
  const lotBase = specs.get(symbol)?.lotBase;
  if (position === undefined || position.lots === 0 || lotBase === undefined) return null;
  return Math.abs(Number(position.entryUsdE8)) / USD_E8 / (Math.abs(position.lots) * lotBase);
}

/** Somebody else's trade is part of the venue's average, and of no group's. */
function isSharedByHand({ exchange }: Evidence, accountId: string, symbol: string): boolean {
  return [...exchange.engine.state.orders.values()].some((order) => {
    const { clientOrderId: id } = order;
    const isOurs = (CLIENT_ORDER_ID.test(id) || CLIENT_STOP_ID.test(id)) && !isInOurName(order);
    return order.accountId === accountId && order.symbol === symbol && order.executedLots > 0 && !isOurs;
  });
}
