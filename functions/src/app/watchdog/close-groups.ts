// The watchdog closes single groups: reduce-only at the market, sized from the venue's own position, stored before it is
// sent, under the lease like everybody else's orders.

import type { Books } from "#app/books";
import { commitBooks, withMarket } from "#app/books";
import { actForAccount, cancelOrder, resolveOrder, sendOrder } from "#app/execution";
import { acquireLease } from "#domain/books/lease.ts";
import { closableQty, placeClosing } from "#domain/decide/closing.ts";
import { isPassedOver } from "#domain/decide/resend.ts";
import type { Group } from "#domain/documents/group.ts";
import { closingId } from "#domain/documents/ids.ts";
import { isUnresolved } from "#domain/lifecycle/order-lifecycle.ts";
import { VenueError, type VenuePosition } from "#ports/venue.ts";
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
        return deps.cache.get(accountId) ?? books;
      }
      return books;
    },
  });
}

async function closeGroup(deps: WatchdogDeps, given: Books, groupId: string): Promise<Books> {
  let books = given;
  if (isForbidden(books)) return books;
  for (const [id, order] of Object.entries(books.orders)) {
    if (order.groupId !== groupId) continue;
    books = isUnresolved(order.status)
      ? await resolveOrder(deps, books, id, CONTEXT)
      : await cancelOrder(deps, books, id, CONTEXT);
  }
  const group = books.groups[groupId];
  const isInFlight = Object.values(books.orders).some(
    (order) => order.groupId === groupId && !isPassedOver(order),
  );
  if (group === undefined || isInFlight || isForbidden(books)) return books;
  const venue = await deps.venueFor(books.profile);
  const position = (await venue.fetchPositions()).find(
    ({ symbol, side }) => symbol === group.symbol && side === group.side,
  );
  return position === undefined ? books : await close(deps, books, group, position);
}

/** Under a halt only an ordered flatten shrinks exposure, and a banned venue is not asked. */
function isForbidden({ control, loadedAtMs }: Books): boolean {
  const isHalted = control.tradingState.state === "HALTED" || control.flatten !== null;
  return isHalted || loadedAtMs < control.throttles.venueBannedUntilMs;
}

async function close(
  deps: WatchdogDeps,
  given: Books,
  group: Group,
  position: VenuePosition,
): Promise<Books> {
  const books = await withMarket(deps, given, group.symbol);
  const market = books.universe?.markets[group.symbol];
  const qtyBase = market === undefined ? null : closableQty(position.qtyBase, market, false);
  if (market === undefined || qtyBase === null) return books;
  const nowMs = deps.clock.nowMs();
  const lease = acquireLease(books.control.lease, deps.holderId, nowMs);
  const closing = {
    group,
    qtyBase,
    limitUsd: null,
    causeId: closingId(books.accountId, group.groupId),
    step: group.orderIds.length,
    exitReason: "watchdog",
    configVersion: books.config.version,
    mark: null,
  } as const;
  const placed = placeClosing({ ...books.control, lease }, closing, nowMs);
  const stored = await commitBooks(deps, books, {
    kind: "WATCHDOG_ORDER_STORED",
    subject: placed.order.request.clientOrderId,
    actor: WATCHDOG_ACTOR,
    control: placed.control,
    order: placed.order,
    createsOrder: true,
    group: placed.group,
  });
  return await sendOrder(deps, stored, placed.order.request.clientOrderId, CONTEXT);
}
