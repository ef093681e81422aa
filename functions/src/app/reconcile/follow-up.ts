// A task's look at one account: the fate of its open orders, and what waits in the inbox of a holder that died.
// Follows on, at growing distance, while orders stay open; the reconcile schedule is the floor under it.

import type { Books, ExecutionDeps } from "#app/books";
import { FOLLOW_UP_AFTER_MS, latchBan, latchRefusal } from "#app/books";
import {
  actForAccount,
  closeBeyondStops,
  closeOverdue,
  continueClosings,
  continueRoutes,
  followUpGapMs,
  hasRestingExit,
  hasRestingRoute,
  resolveOrder,
  scheduleFollowUp,
} from "#app/execution";
import { advanceFlatten } from "#app/flatten";
import { continueOffset } from "#app/offset";
import { settleGroups } from "#app/settlement";
import { hasOpenStops, keepStops, openStopsLookedAtMs } from "#app/stops";
import { hasRerouting } from "#domain/books/bookkeeping.ts";
import { asksForStop } from "#domain/decide/exit-triggers.ts";
import { isPassedOver } from "#domain/decide/resend.ts";
import type { Order } from "#domain/documents/order.ts";
import { VenueError } from "#ports/venue.ts";

const ACTOR = "followUp";
/**
 * Distance of two looks while an entry or an exit is on its route, or an entry rests and has no floor yet. The venue takes no stop before there is a position
 * (-4509, -2022), and tells a function nothing of a fill: this distance is most of the time that a fill stands without one.
 * Three seconds cost forty looks in the two minutes that an entry may rest.
 */
const UNGUARDED_GAP_MS = 3_000;
const RESTS: ReadonlySet<Order["status"]> = new Set(["ACCEPTED", "PARTIALLY_FILLED"]);
/** A holder is at work: what it leaves open, it follows itself; look again when its lease could have run out. */
const BUSY_AGAIN_AFTER_MS = 5_000;

export async function followUpAccount(
  deps: ExecutionDeps,
  accountId: string,
  actor: string = ACTOR,
): Promise<void> {
  const result = await actForAccount(deps, accountId, actor, {
    work: async (books) => {
      if (books.control.flatten !== null) return await advanceFlatten(deps, books, actor);
      const resolved = await resolveOpenOrders(deps, books, actor);
      const kept = hasOpenStops(resolved) ? await keepStops(deps, resolved, actor) : resolved;
      const closed = await closeBeyondStops(deps, kept, actor);
      const wished = await continueClosings(deps, await closeOverdue(deps, closed, actor), actor);
      const after = await continueRoutes(deps, await continueOffset(deps, wished, actor), actor);
      await followOn(deps, after);
      return await settleGroups(deps, after, actor);
    },
  });
  if (result === "BUSY") await scheduleFollowUp(deps, accountId, BUSY_AGAIN_AFTER_MS);
}

/** One look at every open order. A venue that does not answer leaves the order as it is, for the next look. */
export async function resolveOpenOrders(deps: ExecutionDeps, given: Books, actor: string): Promise<Books> {
  let books = given;
  for (const clientOrderId of Object.keys(given.orders)) {
    try {
      books = await resolveOrder(deps, books, clientOrderId, { actor, mayRelease: false });
    } catch (error) {
      if (!(error instanceof VenueError)) throw error;
      deps.logger.warn("An open order could not be looked up", {
        clientOrderId,
        kind: error.kind,
        code: error.code,
      });
      books = await latchRefusal(deps, await latchBan(deps, books, error, actor), error, actor);
    }
  }
  return books;
}

/**
 * A venue that has just denied an order for the first time is asked again soon, however old the order is. One that is in
 * doubt for longer, or has been turned away, is looked at less and less often.
 */
function lastHeardMs(order: Order): number {
  if (isPassedOver(order)) return order.createdAtMs;
  return order.absences.lastAtMs ?? order.sentAtMs ?? order.createdAtMs;
}

async function followOn(deps: ExecutionDeps, books: Books): Promise<void> {
  const open: readonly Order[] = Object.values(books.orders);
  const lookedAtMs = [...open.map(lastHeardMs), ...openStopsLookedAtMs(books)];
  const isRouting = hasRerouting(books.control) || hasRestingRoute(books) || hasRestingExit(books);
  if (lookedAtMs.length === 0 && !isRouting) return;
  const youngestMs = Math.max(...lookedAtMs, 0);
  const gapMs = followUpGapMs(deps.clock.nowMs() - youngestMs);
  await scheduleFollowUp(
    deps,
    books.accountId,
    isRouting || mayFillUnguarded(books) ? Math.min(gapMs, UNGUARDED_GAP_MS) : gapMs,
  );
}

/**
 * A look soon where the venue has denied an order or an exit since then, and a second denial would decide about it: chains of
 * looks end with a document that cannot be read, and a position must not stand without its exit for another minute.
 */
export async function followDenials(deps: ExecutionDeps, books: Books, sinceMs: number): Promise<void> {
  const orders = Object.values(books.orders).filter((order) => !isPassedOver(order));
  const deniedAtMs = [...orders.map(({ absences }) => absences.lastAtMs), ...openStopsLookedAtMs(books)];
  if (deniedAtMs.some((atMs) => atMs !== null && atMs >= sinceMs))
    await scheduleFollowUp(deps, books.accountId, FOLLOW_UP_AFTER_MS);
}

/** Whether an entry rests that could fill at any moment, under which a stop has to come. */
function mayFillUnguarded({ orders, groups, config }: Books): boolean {
  return Object.values(orders).some(({ groupId, request, status }) => {
    const group = groups[groupId];
    const isEntry = !request.reduceOnly && RESTS.has(status) && group !== undefined;
    return isEntry && asksForStop(group, config.watchdog.protectiveStopBps);
  });
}
