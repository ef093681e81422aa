// Between two minutes the watchdog's own prices move the stops that follow them, and find safety entries at their price. Groups are remembered as they were read, so
// that an account whose stops follow nothing costs one read of each group, once; what is stored is decided on fresh books.

import type { Books } from "#app/books";
import { decode, UnusableDocumentError } from "#app/documents";
import { actForAccount, advanceLegs, isNextReached, mayAdvanceLegs } from "#app/execution";
import { placeStops } from "#app/stops";
import { type Tops, trails, withBestPrice } from "#domain/decide/trailing.ts";
import type { ControlState } from "#domain/documents/control.ts";
import type { EntryLeg, Group } from "#domain/documents/group.ts";
import type { TopOfBook } from "#domain/documents/market.ts";
import { paths } from "#domain/documents/paths.ts";
import type { DocumentSnapshot } from "#ports/documents.ts";
import { groupSchema } from "#schemas/books.ts";
import { WATCHDOG_ACTOR, type WatchdogDeps, watchdogMemoryOf } from "./watchdog-deps.ts";

export async function trailStops(
  deps: WatchdogDeps,
  control: ControlState,
  quotes: readonly TopOfBook[],
): Promise<void> {
  const { accountId } = control;
  const groups = await heldGroups(deps, control);
  const tops: Tops = Object.fromEntries(quotes.map((quote) => [quote.symbol, quote]));
  const moved = groups.filter((group) => withBestPrice(group, tops) !== group);
  const bySymbol = new Map(quotes.map((quote) => [quote.symbol, quote]));
  const mayEnter = mayAdvanceLegs(control, deps.clock.nowMs());
  const reached = groups.filter((group) => mayEnter && isNextReached(group, bySymbol));
  if (moved.length + reached.length === 0 || control.flatten !== null) return;
  const work = async (books: Books) => {
    const entered = await advanceLegs(deps, books, WATCHDOG_ACTOR);
    return await placeStops(deps, entered, WATCHDOG_ACTOR, topsSinceOpening(entered, tops));
  };
  await actForAccount(deps, accountId, WATCHDOG_ACTOR, { work });
  forget(deps, accountId, [...moved, ...reached]);
}

/** A price of before a group was there is none that its stop may follow: this look may have stood still since it asked. */
function topsSinceOpening({ groups }: Books, tops: Tops): Tops {
  const openedAtMs = new Map(Object.values(groups).map((group) => [group.symbol, group.openedAtMs]));
  const isSince = ({ symbol, asOfMs }: TopOfBook) => asOfMs >= (openedAtMs.get(symbol) ?? 0);
  return Object.fromEntries(Object.entries(tops).filter(([, top]) => isSince(top)));
}

/** Of every slot, as far as they can be read; reconcile sets the others aside and tells. */
async function heldGroups(deps: WatchdogDeps, { accountId, slots }: ControlState): Promise<readonly Group[]> {
  const memory = watchdogMemoryOf(deps, accountId);
  const known = new Map([...memory.groups].filter(([groupId]) => slots[groupId] !== undefined));
  // A group that holds nothing yet has no entry to follow a price from.
  const unknown = Object.entries(slots)
    .filter(([groupId, { qtyBase }]) => !known.has(groupId) && Number(qtyBase) > 0)
    .map(([groupId]) => groupId);
  if (unknown.length > 0) {
    const snapshots = await deps.documents.getAll(unknown.map((id) => paths.group(accountId, id)));
    for (const group of snapshots.flatMap(readable)) known.set(group.groupId, group);
  }
  deps.watchdogMemory.set(accountId, { ...watchdogMemoryOf(deps, accountId), groups: known });
  return [...known.values()].filter((group) => trails(group) || group.legs.some(waits));
}

function waits({ status }: EntryLeg): boolean {
  return status === "WAITING";
}

function readable(snapshot: DocumentSnapshot): readonly Group[] {
  if (snapshot.newer !== undefined) return [];
  try {
    const group = decode(groupSchema, snapshot);
    return group === null ? [] : [group];
  } catch (error) {
    if (!(error instanceof UnusableDocumentError)) throw error;
    return [];
  }
}

function forget(deps: WatchdogDeps, accountId: string, moved: readonly Group[]): void {
  const memory = watchdogMemoryOf(deps, accountId);
  const gone = new Set(moved.map(({ groupId }) => groupId));
  const groups = new Map([...memory.groups].filter(([groupId]) => !gone.has(groupId)));
  deps.watchdogMemory.set(accountId, { ...memory, groups });
}
