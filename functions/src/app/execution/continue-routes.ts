// Goes on with the routes of entries, by whichever pass comes first: the turn that met the refusal, a follow-up, the minute's
// reconcile. An order that rests is marked, then cancelled; the next one is decided once the venue's final word on the one
// before is stored, and stored before it is sent. Must only be called under the lease.

import type { Books, ExecutionDeps } from "#app/books";
import { commitBooks, latchBan, latchRefusal } from "#app/books";
import { decideRoute, type RouteDecision, withdrawalDue } from "#domain/decide/decide-route.ts";
import { withLeg } from "#domain/decide/entry-legs.ts";
import type { Group } from "#domain/documents/group.ts";
import type { Order } from "#domain/documents/order.ts";
import type { LegRoute } from "#domain/documents/route.ts";
import { isRerouting, isRouted, type RoutedLeg } from "#domain/lifecycle/route-lifecycle.ts";
import { VenueError } from "#ports/venue.ts";
import { endRoutes } from "./end-routes.ts";
import { EntryTouch } from "./entry-touch.ts";
import { askTops, storeAndSend } from "./leg-orders.ts";
import { withLease } from "./process-intent.ts";
import { cancelOrder } from "./resolve-order.ts";

/** Orders of one pass: each is two commits and two requests, about a second; the lease lasts thirty. */
const MOST_STEPS = 8;

/** Whether an order of a route rests, which is looked at as often as any entry without a floor. */
export function hasRestingRoute(books: Books): boolean {
  return restingRoutes(books).length > 0;
}

export async function continueRoutes(deps: ExecutionDeps, given: Books, actor: string): Promise<Books> {
  let books = await withdrawDue(deps, given, actor);
  let left = MOST_STEPS;
  for (const groupId of Object.keys(books.groups)) {
    // An intent that waits for this process's next turn may be an exit; that turn goes on with the routes.
    for (; left > 0 && !deps.mailbox.hasWaiting(given.accountId); left -= 1) {
      const group = books.groups[groupId];
      const leg = group?.legs.find(isRerouting);
      if (group === undefined || leg === undefined) break;
      const after = await advance(deps, books, { group, leg }, actor);
      if (after === null) break;
      books = after;
    }
  }
  return books;
}

interface OnItsWay {
  readonly group: Group;
  readonly leg: RoutedLeg;
}

interface Resting extends OnItsWay {
  readonly order: Order;
}

/** Only what the venue has shown: an order in doubt is the look-up's to settle. */
function restingRoutes({ groups, orders }: Books): readonly Resting[] {
  return Object.values(groups).flatMap((group) =>
    group.legs.flatMap((leg) => {
      const order = orders[leg.clientOrderId ?? ""];
      const isThere = leg.status === "WORKING" && isRouted(leg) && order !== undefined;
      return isThere && leg.route.stage === "maker" ? [{ group, leg, order }] : [];
    }),
  );
}

async function withdrawDue(deps: ExecutionDeps, given: Books, actor: string): Promise<Books> {
  const resting = restingRoutes(given);
  const isBanned = given.control.throttles.venueBannedUntilMs > deps.clock.nowMs();
  if (resting.length === 0 || given.control.flatten !== null || isBanned) return given;
  const tops = await askTops(deps, given, followingSymbols(resting, deps.clock.nowMs()));
  let books = given;
  for (const { order } of resting) {
    // As the withdrawal before has left them: two of them may be of one group.
    const each = restingRoutes(books).find(
      (now) => now.order.request.clientOrderId === order.request.clientOrderId,
    );
    if (each === undefined) continue;
    const { config, universe } = books;
    const market = universe?.markets[each.group.symbol] ?? null;
    const top = tops.get(each.group.symbol) ?? null;
    const nowMs = deps.clock.nowMs();
    const why = withdrawalDue({ config, market, top, nowMs }, each.group, each);
    if (why !== null) books = await withdraw(deps, books, { ...each, why }, actor);
  }
  return books;
}

/** Of those that may still follow their touch. */
function followingSymbols(resting: readonly Resting[], nowMs: number): readonly string[] {
  return resting
    .filter(
      ({ leg: { route } }) => route.repegsLeft > 0 && route.cancelling === null && nowMs < route.restsUntilMs,
    )
    .map(({ group }) => group.symbol);
}

/** Marked first: whichever process books the cancel knows by whom it was, and that nothing is left to decide about it. */
async function withdraw(
  deps: ExecutionDeps,
  given: Books,
  { group, leg, order, why }: Resting & { readonly why: NonNullable<LegRoute["cancelling"]> },
  actor: string,
): Promise<Books> {
  const { clientOrderId } = order.request;
  let books = given;
  if (leg.route.cancelling === null) {
    const nowMs = deps.clock.nowMs();
    const marked = { ...leg, route: { ...leg.route, cancelling: why }, updatedAtMs: nowMs };
    const { control } = withLease(deps, given);
    books = await commitBooks(deps, given, {
      kind: "ROUTE_ORDER_WITHDRAWN",
      subject: clientOrderId,
      actor,
      control,
      group: { ...withLeg(group, leg, marked), updatedAtMs: nowMs },
      showsOnOverview: true,
    });
  }
  try {
    return await cancelOrder(deps, books, clientOrderId, { actor, mayRelease: false });
  } catch (error) {
    if (!(error instanceof VenueError)) throw error;
    const { kind, code } = error;
    deps.logger.warn("The order of a route could not be cancelled", { clientOrderId, kind, code });
    return await latchRefusal(deps, await latchBan(deps, books, error, actor), error, actor);
  }
}

/** Null where nothing can be decided now: the next look finds the leg again. */
async function advance(
  deps: ExecutionDeps,
  given: Books,
  { group, leg }: OnItsWay,
  actor: string,
): Promise<Books | null> {
  const touch = await new EntryTouch(deps, { action: "open", symbol: group.symbol }).answer(given);
  const books = withLease(deps, given);
  const decision: RouteDecision = decideRoute({ ...books, touch }, group, leg, deps.clock.nowMs());
  switch (decision.kind) {
    case "wait":
      return null;
    case "end":
      return await endRoutes(deps, given, { before: group, ...decision }, actor);
    case "place":
      return await storeAndSend(deps, books, decision, actor);
  }
}
