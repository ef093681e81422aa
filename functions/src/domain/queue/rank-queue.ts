// The order in which queued entries get a free place, and what puts each before the next: an entry that an operator
// preferred, then one that adds to an open group, then the deeper loss of that group, then one that took the place of an
// older entry, then the first to arrive; of the same arrival the older signal, then the smaller id. Pure and total: the
// same entries have one order, however they are given.

import { dec } from "#domain/decimal.ts";
import type { Slot } from "#domain/documents/control.ts";
import type { Group } from "#domain/documents/group.ts";
import type { TopOfBook } from "#domain/documents/market.ts";
import type { QueueCriterion, QueuedEntry } from "#domain/documents/queue.ts";

/** Ranks look at these beside the entries. */
export interface RankGround {
  readonly slots: Readonly<Record<string, Slot>>;
  readonly groups: Readonly<Record<string, Group>>;
  /** The NAV's; empty where there is none. */
  readonly marks: Readonly<Record<string, TopOfBook>>;
}

const BPS_PER_UNIT = 10_000;

/** Below zero: `a` goes before `b`. In the order of QUEUE_CRITERIA. */
const CRITERIA: readonly (readonly [QueueCriterion, (a: QueuedEntry, b: QueuedEntry) => number])[] = [
  ["OPERATOR", (a, b) => first(a.preferredBy !== null, b.preferredBy !== null)],
  ["PYRAMID", (a, b) => first(a.rank.pyramidOfGroupId !== null, b.rank.pyramidOfGroupId !== null)],
  ["LOSS", (a, b) => b.rank.lossBps - a.rank.lossBps],
  ["REPLACEMENT", (a, b) => first(a.replacesIntentId !== null, b.replacesIntentId !== null)],
  ["ARRIVAL", (a, b) => a.queuedAtMs - b.queuedAtMs],
  ["AGE", (a, b) => a.signalledAtMs - b.signalledAtMs],
  ["ID", (a, b) => (a.intentId < b.intentId ? -1 : 1)],
];

/** The entries, first in rank first, each with its rank as it is now. */
export function rankQueue(entries: readonly QueuedEntry[], ground: RankGround): readonly QueuedEntry[] {
  const ranked = entries.map((entry) => ({ ...entry, rank: { ...groupOf(entry, ground), aheadBy: null } }));
  ranked.sort((a, b) => decisive(a, b)?.order ?? 0);
  return ranked.map((entry, place) => {
    const next = ranked[place + 1];
    const aheadBy = next === undefined ? null : (decisive(entry, next)?.criterion ?? null);
    return { ...entry, rank: { ...entry.rank, aheadBy } };
  });
}

/** The first criterion by which the two differ. */
function decisive(
  a: QueuedEntry,
  b: QueuedEntry,
): { readonly criterion: QueueCriterion; readonly order: number } | null {
  for (const [criterion, compare] of CRITERIA) {
    const order = compare(a, b);
    if (order !== 0) return { criterion, order };
  }
  return null;
}

function first(a: boolean, b: boolean): number {
  return Number(b) - Number(a);
}

/** The open group that the entry would add to, and its loss. An entry that would open a group has no loss to be before. */
function groupOf(
  { strategyId, symbol, side }: QueuedEntry,
  { slots, groups, marks }: RankGround,
): { readonly pyramidOfGroupId: string | null; readonly lossBps: number } {
  const own = Object.entries(slots).find(
    ([, slot]) => slot.strategyId === strategyId && slot.symbol === symbol && slot.side === side,
  );
  if (own === undefined) return { pyramidOfGroupId: null, lossBps: 0 };
  const [pyramidOfGroupId] = own;
  return { pyramidOfGroupId, lossBps: lossBps(groups[pyramidOfGroupId], marks[symbol]) };
}

/** By the price at which it could be left: a long group at the bid, a short one at the ask. */
function lossBps(group: Group | undefined, mark: TopOfBook | undefined): number {
  if (group === undefined || mark === undefined || group.averageEntryUsd === null) return 0;
  const entryUsd = dec(group.averageEntryUsd);
  if (!entryUsd.isPositive() || entryUsd.isZero()) return 0;
  const lossUsd = group.side === "long" ? entryUsd.minus(mark.bidUsd) : dec(mark.askUsd).minus(entryUsd);
  return Math.max(0, lossUsd.div(entryUsd).mul(BPS_PER_UNIT).floor().toNumber());
}
