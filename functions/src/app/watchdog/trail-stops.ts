// Between two minutes the watchdog's own prices move the stops that follow them. Groups are remembered as they were read, so
// that an account whose stops follow nothing costs one read of each group, once; what is stored is decided on fresh books.

import { decode, UnusableDocumentError } from "#app/documents";
import { actForAccount } from "#app/execution";
import { placeStops } from "#app/stops";
import { type Tops, trails, withBestPrice } from "#domain/decide/trailing.ts";
import type { ControlState } from "#domain/documents/control.ts";
import type { Group } from "#domain/documents/group.ts";
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
  if (moved.length === 0 || control.flatten !== null) return;
  const work = (books: Parameters<typeof placeStops>[1]) => placeStops(deps, books, WATCHDOG_ACTOR, tops);
  await actForAccount(deps, accountId, WATCHDOG_ACTOR, { work });
  forget(deps, accountId, moved);
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
  return [...known.values()].filter(trails);
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
