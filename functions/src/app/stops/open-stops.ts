// Which exits of an account need a look: those whose fate is open, those to be withdrawn, those that the venue's list
// does not confirm. Pure over the books.

import type { Books } from "#app/books";
import { liveExits } from "#domain/books/resting-exits.ts";
import { isSymbolSetAside } from "#domain/books/set-aside.ts";
import { dueWithdrawals, planExits, type StopGround } from "#domain/decide/plan-exits.ts";
import { isBeyondStop } from "#domain/decide/protective-stop.ts";
import { isOverdue } from "#domain/decide/time-limit.ts";
import { type Tops, withBestPrice } from "#domain/decide/trailing.ts";
import type { Group } from "#domain/documents/group.ts";
import { CLIENT_STOP_ID } from "#domain/documents/ids.ts";
import type { VenueStop } from "#ports/venue.ts";

/** Whether the fate of a stop is open, one is due for withdrawal, or a position beyond its stop is to be closed. */
export function hasOpenStops(books: Books): boolean {
  return openStopsLookedAtMs(books).length > 0;
}

/** When each of them was last asked for, or sent. */
export function openStopsLookedAtMs(books: Books): readonly number[] {
  const { control, groups } = books;
  const due = dueWithdrawals(control, groups, stopGround(books));
  return [
    ...due.map((id) => control.stopsToCancel[id]?.absences.lastAtMs ?? control.updatedAtMs),
    ...Object.values(groups)
      .flatMap((group) => [
        ...liveExits(group).filter(({ status }) => status === "SENDING"),
        ...(isBeyondStop(group) && group.stop !== null ? [group.stop] : []),
      ])
      .map(({ absences, updatedAtMs }) => absences.lastAtMs ?? updatedAtMs),
  ];
}

export function stopGround({ config, universe }: Books): StopGround {
  return { stopBps: config.watchdog.protectiveStopBps, markets: universe?.markets ?? {} };
}

/** Whether the account has or wants stops at all, so that the venue's list is worth a request. */
export function concernsStops({ control, groups, config }: Books): boolean {
  const held = Object.values(groups);
  if (Object.keys(control.stopsToCancel).length > 0 || held.some(hasOrWantsExits)) return true;
  return config.watchdog.protectiveStopBps !== null && held.length > 0;
}

function hasOrWantsExits(group: Group): boolean {
  return group.plan !== null || liveExits(group).length > 0;
}

/**
 * Exits of ours that wait at the venue and that no book knows; that of a group that is set aside is its floor. The list must
 * be younger than the books: one that fired and was booked between the list and younger books would be taken for one.
 */
export function orphansOf(books: Books, atVenue: readonly VenueStop[]): readonly VenueStop[] {
  const { groups, control } = books;
  const known = new Set([
    ...Object.keys(control.stopsToCancel),
    ...Object.values(groups).flatMap((group) => liveExits(group).map(({ clientStopId }) => clientStopId)),
  ]);
  return atVenue.filter(
    ({ clientStopId: id, symbol }) =>
      CLIENT_STOP_ID.test(id) && !known.has(id) && !isSymbolSetAside(books, symbol),
  );
}

interface StopsGround {
  readonly atVenue: readonly VenueStop[];
  /** Prices of the symbols whose stops follow one. */
  readonly tops: Tops;
  readonly nowMs: number;
}

/** Whether the venue's list and the books differ, an exit does not fit its group, or a group is past its time. */
export function stopsDiffer(books: Books, { atVenue, tops, nowMs }: StopsGround): boolean {
  if (hasOpenStops(books)) return true;
  const { accountId, control, config, universe } = books;
  const listed = new Set(atVenue.map(({ clientStopId }) => clientStopId));
  if (orphansOf(books, atVenue).length > 0) return true;
  return Object.values(books.groups).some((group) => {
    if (liveExits(group).some(({ clientStopId }) => !listed.has(clientStopId))) return true;
    const market = universe?.markets[group.symbol] ?? null;
    // A market that is not known has to be asked for before anything can be said.
    if (market === null) return true;
    const stopBps = config.watchdog.protectiveStopBps;
    if (isOverdue(group, nowMs)) return true;
    const seen = withBestPrice(group, tops);
    return planExits({ group: seen, control }, { accountId, stopBps, market, nowMs }).group !== seen;
  });
}
