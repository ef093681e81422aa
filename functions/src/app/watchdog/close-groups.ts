// The watchdog closes single groups: reduce-only at the market, sized from the venue's own position, stored before it is
// sent, under the lease like everybody else's orders.

import type { Books } from "#app/books";
import { lastCommitted, withMarket } from "#app/books";
import {
  actForAccount,
  cancelOrder,
  continueClosings,
  heldAtVenue,
  resolveOrder,
  sendClosing,
  withdrawRoutes,
} from "#app/execution";
import { adoptedGroup } from "#domain/decide/adopted-group.ts";
import { closableQty, withClosing } from "#domain/decide/closing.ts";
import { isPassedOver } from "#domain/decide/resend.ts";
import type { Group } from "#domain/documents/group.ts";
import { closingId, groupId as groupIdOf } from "#domain/documents/ids.ts";
import { isUnresolved } from "#domain/lifecycle/order-lifecycle.ts";
import { partlyFor, VenueError } from "#ports/venue.ts";
import { WATCHDOG_ACTOR, type WatchdogDeps } from "./watchdog-deps.ts";

const CONTEXT = { actor: WATCHDOG_ACTOR, mayRelease: false } as const;

/** One try for each; a group that could not be closed is found again at the next look. */
export async function closeGroups(
  deps: WatchdogDeps,
  accountId: string,
  groupIds: readonly string[],
): Promise<void> {
  await actForAccount(deps, accountId, WATCHDOG_ACTOR, {
    work: async (given) => {
      let books = given;
      try {
        for (const groupId of groupIds) books = await closeGroup(deps, books, groupId);
      } catch (error) {
        if (!(error instanceof VenueError)) throw error;
        deps.logger.warn("The watchdog could not close a group", { accountId, code: error.code });
        return lastCommitted(deps, books);
      }
      return books;
    },
  });
}

async function closeGroup(deps: WatchdogDeps, given: Books, groupId: string): Promise<Books> {
  let books = given;
  if (isForbidden(books)) return books;
  // The venue may not tell in this look what is held: nothing may be entered meanwhile.
  books = await withdrawRoutes(deps, books, groupId, WATCHDOG_ACTOR);
  for (const [id, order] of Object.entries(books.orders)) {
    if (order.groupId !== groupId) continue;
    books = isUnresolved(order.status)
      ? await resolveOrder(deps, books, id, CONTEXT)
      : await cancelOrder(deps, books, id, CONTEXT);
  }
  const group = books.groups[groupId] ?? (await inPlaceOf(deps, books, groupId));
  const isInFlight = Object.values(books.orders).some(
    (order) => order.groupId === group?.groupId && !isPassedOver(order),
  );
  if (group === null || isInFlight || isForbidden(books)) return books;
  return await close(deps, books, group);
}

/**
 * The group to close in place of one that is set aside, with what the venue holds of it: the one that holds the position
 * already, else a new one. Null where the venue holds nothing of it, and for a group that has ended.
 */
async function inPlaceOf(deps: WatchdogDeps, books: Books, groupId: string): Promise<Group | null> {
  const { accountId, control } = books;
  const slot = control.slots[groupId];
  if (slot === undefined) return null;
  const { symbol, side, strategyId } = slot;
  const holder = Object.values(books.groups).find((each) => each.symbol === symbol && each.side === side);
  if (holder !== undefined) return holder;
  const venue = await deps.venueFor(books.profile);
  const positions = await partlyFor(venue.fetchPositions(), symbol);
  const position = positions.find((each) => each.symbol === symbol && each.side === side);
  if (position === undefined) return null;
  const id = groupIdOf(accountId, `${groupId}/${control.journalSeq}`);
  return adoptedGroup({ groupId: id, accountId, strategyId }, position, deps.clock.nowMs());
}

/** Under a halt only an ordered flatten shrinks exposure, and a banned venue is not asked. */
function isForbidden({ control, loadedAtMs }: Books): boolean {
  const isHalted = control.tradingState.state === "HALTED" || control.flatten !== null;
  return isHalted || loadedAtMs < control.throttles.venueBannedUntilMs;
}

/** The wish is stored with its first order; the pass that comes next goes on with it, also when the cause has gone by then. */
async function close(deps: WatchdogDeps, given: Books, group: Group): Promise<Books> {
  if (group.closing !== null) return await continueClosings(deps, given, WATCHDOG_ACTOR);
  const books = await withMarket(deps, given, group.symbol);
  const market = books.universe?.markets[group.symbol];
  const heldBase = await heldAtVenue(deps, books, group);
  const qtyBase = market === undefined || heldBase === null ? null : closableQty(heldBase, market, false);
  if (qtyBase === null) return books;
  const causeId = closingId(books.accountId, group.groupId);
  const sinceMs = deps.clock.nowMs();
  const wish = { causeId, exitReason: "watchdog", targetBase: "0", sinceMs } as const;
  const sent = await sendClosing(deps, books, {
    group: withClosing(group, wish),
    qtyBase,
    causeId,
    exitReason: "watchdog",
    kind: "WATCHDOG_ORDER_STORED",
    actor: WATCHDOG_ACTOR,
  });
  return await continueClosings(deps, sent, WATCHDOG_ACTOR);
}
