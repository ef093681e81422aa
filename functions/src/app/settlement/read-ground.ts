// Asks the venue for all that a group's accounts are made of: its trades, the origin of orders that are not known here, the
// incomes of its symbol where any can belong to it, and the prices of coins that fees were paid in. Bounded in requests.
import type { Books, ExecutionDeps } from "#app/books";
import { decode } from "#app/documents";
import { nextExitStep } from "#domain/books/resting-exits.ts";
import type { Group } from "#domain/documents/group.ts";
import { CLIENT_ORDER_ID, CLIENT_STOP_ID, clientStopId } from "#domain/documents/ids.ts";
import type { Market } from "#domain/documents/market.ts";
import { paths } from "#domain/documents/paths.ts";
import type { Trade } from "#domain/documents/trade.ts";
import { type AccountsGround, needsIncomes } from "#domain/settlement/group-accounts.ts";
import { CLOCK_MARGIN_MS, type Origin, type Walk, walkTrades } from "#domain/settlement/walk-trades.ts";
import { type Venue, VenueError, type VenueOrder } from "#ports/venue.ts";
import { orderSchema } from "#schemas/books.ts";
import { coinPricesOf } from "./minute-prices.ts";

/** Orders of unknown origin that one reading looks up; a group that meets more is beyond automatic accounts. */
const MOST_LOOK_UPS = 50;

/** Of the group as it is stored in books of the caller's version. */
export async function readGround(
  deps: ExecutionDeps,
  books: Books,
  group: Group,
  market: Market,
): Promise<AccountsGround> {
  const venue = await deps.venueFor(books.profile);
  // The venue's clock may be behind ours.
  const sinceMs = group.openedAtMs - CLOCK_MARGIN_MS;
  const orders = await filledOrders(deps, group);
  const trades = await venue.fetchFills(market, sinceMs);
  const origins = new Map<string, Origin>(
    [...orders.keys(), ...group.stopVenueOrderIds].map((id) => [id, "own"] as const),
  );
  const walk = await walked(venue, market, { group, trades, origins });
  const nowMs = deps.clock.nowMs();
  const incomes = needsIncomes(group, walk, nowMs) ? await venue.fetchIncomeOf(market, sinceMs) : null;
  const prices = await coinPricesOf(venue, walk.trades, nowMs);
  return { walk, orders, incomes, prices, nowMs };
}

/** Filled quantities by the venue's order id, of the group's orders that the venue has had. */
async function filledOrders(
  deps: ExecutionDeps,
  { accountId, orderIds }: Group,
): Promise<Map<string, string>> {
  const snapshots = await deps.documents.getAll(orderIds.map((id) => paths.order(accountId, id)));
  const orders = snapshots.map((snapshot) => decode(orderSchema, snapshot));
  const known = orders.flatMap((order) =>
    order === null || order.venueOrderId === null ? [] : [[order.venueOrderId, order.filledQtyBase] as const],
  );
  return new Map(known);
}

interface Walking {
  readonly group: Group;
  readonly trades: readonly Trade[];
  readonly origins: Map<string, Origin>;
}

/** Throws VenueError `TOO_MANY_ORIGINS` beyond the bound. */
async function walked(venue: Venue, market: Market, { group, trades, origins }: Walking): Promise<Walk> {
  for (let lookUps = 0; lookUps <= MOST_LOOK_UPS; lookUps += 1) {
    const result = walkTrades(group, trades, origins);
    if (result.kind === "walked") return result.walk;
    const order = await venue.findOrderById(market, result.venueOrderId);
    origins.set(result.venueOrderId, originOf(group, order));
  }
  const text = `${group.symbol} has over ${MOST_LOOK_UPS} orders of unknown origin since ${group.groupId} opened`;
  throw new VenueError("rejected", "TOO_MANY_ORIGINS", text);
}

/** One that the venue has forgotten was none of ours. */
function originOf(group: Group, order: VenueOrder | null): Origin {
  const id = order?.clientOrderId ?? "";
  if (group.orderIds.includes(id) || stopIds(group).includes(id)) return "own";
  if (CLIENT_ORDER_ID.test(id) || CLIENT_STOP_ID.test(id)) return "ours";
  return order?.forcedFor ?? "external";
}

function stopIds(group: Group): readonly string[] {
  const { accountId, groupId } = group;
  return Array.from({ length: nextExitStep(group) }, (_, step) => clientStopId(accountId, groupId, step));
}
