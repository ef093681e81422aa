// The view of a stored group that a strategy gets: of everything that the books keep, the part that a decision may need.
import { dec, decimalString } from "#domain/decimal.ts";
import type { Group } from "#domain/documents/group.ts";
import { stopPriceUsd } from "#domain/risk/exit-levels.ts";
import type { OpenGroup } from "../interface.ts";

/** Null for a group that holds nothing yet or any more, and for one whose entry price is not known. */
export function openGroupOf(group: Group): OpenGroup | null {
  const { averageEntryUsd, qtyBase, side, plan, legs } = group;
  if (averageEntryUsd === null || dec(qtyBase).isZero()) return null;
  const made = legs.filter(({ filledBase }) => !dec(filledBase).isZero());
  const stop = plan?.stop ?? null;
  return {
    groupId: group.groupId,
    side,
    qtyBase,
    averageEntryUsd,
    pyramids: made.filter(({ kind }) => kind === "pyramid").length,
    lastEntryUsd: made.at(-1)?.priceUsd ?? averageEntryUsd,
    stopUsd: stop === null ? null : decimalString(stopPriceUsd(stop, side, dec(averageEntryUsd))),
    openedAtMs: group.openedAtMs,
  };
}
