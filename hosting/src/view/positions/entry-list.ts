// The entries of a group, one line each: those that were made with their fill, those to come with the way to their price.
import { type EntryRow, entryRows } from "#hosting/model/entry-rows.ts";
import type { State } from "#hosting/model/state.ts";
import { knownValue } from "#hosting/model/watched.ts";
import type { VNode } from "../vnode.ts";
import { h } from "../vnode.ts";
import type { Card } from "./card.ts";
import { type LegState, legLine, legList, priceAndQty } from "./leg-line.ts";

const STATES: Readonly<Record<EntryRow["status"], LegState>> = {
  WAITING: ["quiet", "waiting", "It is sent once its price is reached"],
  SENT: ["working", "being sent", "Stored, and about to leave"],
  DOUBT: ["warning", "in doubt", "No answer: the venue is being asked whether it took the order"],
  WORKING: ["working", "working", "The venue has it"],
  REROUTING: ["working", "between orders", "An order of its route has ended; the next one is decided"],
  FILLED: ["good", "filled", "Filled in full"],
  ENDED: ["warning", "ended", "Over at the venue without the whole; it is not sent again"],
  WITHDRAWN: ["quiet", "withdrawn", "Never sent, and wanted no more"],
};
const REFUSED: LegState = ["danger", "refused", "Its price was reached, and a check refused it"];

function entryLine(entry: EntryRow, isRefused: boolean, isStale: boolean): VNode {
  const { id, name, status, priceUsd, qtyBase, filledBase, detail, progressBps, awayBps } = entry;
  return legLine({
    id,
    look: `entry ${status.toLowerCase()}`,
    figures: {
      "data-entry": id,
      "data-state": status,
      "data-price-usd": priceUsd,
      "data-qty-base": qtyBase,
      "data-filled-base": filledBase,
      "data-progress-bps": progressBps,
    },
    name,
    state: isRefused ? REFUSED : STATES[status],
    price: priceAndQty(priceUsd, qtyBase),
    detail,
    way: { progressBps, awayBps, of: "way", isStale },
  });
}

function filledCount(entries: readonly EntryRow[]): string {
  const filled = entries.filter(({ status }) => status === "FILLED").length;
  return ` ${filled} of ${entries.length} filled`;
}

export function entryList({ group, entries, isStale }: Card): VNode {
  const named = { name: `Entries of ${group.symbol}`, testId: "entry-list" };
  if (entries.length > 0) {
    const lines = entries.map((entry, index) =>
      entryLine(entry, (group.legs[index]?.refusedFor.length ?? 0) > 0, isStale),
    );
    return legList("Entries", filledCount(entries), named, lines);
  }
  const why =
    group.adoptedEntryUsd === null
      ? "Opened by a release that kept no list of them; its orders have them."
      : "Adopted from the venue: it was entered by hand or by another program.";
  return legList("Entries", null, named, [h("li", { class: "leg-detail age" }, why)]);
}

/** Entries of the group at the quote of its symbol. */
export function entriesOf(group: Card["group"], { data }: Pick<State, "data">): readonly EntryRow[] {
  return entryRows(group, knownValue(data.nav)?.marks[group.symbol] ?? null);
}
