// A flatten's first part: orders that could still open or fill are withdrawn. Booked orders are cancelled or
// their fate learnt; the venue's own open orders that the books lack are cancelled too.

import { commitBooks, withMarket } from "#app/books";
import { cancelOrder, resolveOrder, withdrawRoutes } from "#app/execution";
import type { Market } from "#domain/documents/market.ts";
import { isUnresolved } from "#domain/lifecycle/order-lifecycle.ts";
import { partly } from "#ports/venue.ts";
import { asked, type FlattenRun, renewed } from "./flatten-run.ts";

/** Every booked order: what the venue has is cancelled, what it may have is looked up. */
export async function clearBookedOrders(run: FlattenRun): Promise<void> {
  const { deps, actor } = run;
  const context = { actor, mayRelease: false } as const;
  // Between two orders of its route an entry has none that could be cancelled.
  for (const groupId of Object.keys(run.books.groups))
    run.books = await withdrawRoutes(deps, run.books, groupId, actor);
  for (const id of Object.keys(run.books.orders)) {
    const isKnown = (): boolean => {
      const order = run.books.orders[id];
      return order !== undefined && !isUnresolved(order.status);
    };
    await asked(run, `looking up order ${id}`, async () => {
      if (!isKnown()) run.books = await resolveOrder(deps, run.books, id, context);
      if (isKnown()) run.books = await cancelOrder(deps, run.books, id, context);
    });
  }
}

/**
 * Cancels what rests at the venue in these symbols and is not in the books. One question for each: that costs the venue
 * a fortieth of asking for all. True when it said that nothing is left.
 */
export async function clearStrangeOrders(run: FlattenRun, symbols: readonly string[]): Promise<boolean> {
  let isClear = true;
  for (const symbol of symbols) {
    const market = await marketOf(run, symbol);
    if (market === null) continue;
    const open = await asked(run, `listing open orders of ${symbol}`, () =>
      partly(run.venue.fetchOpenOrders([market])),
    );
    if (open === null || open.readable.length + open.unread.length > 0) isClear = false;
    for (const { clientOrderId } of open?.readable ?? []) await cancelStrange(run, market, clientOrderId);
  }
  return isClear;
}

async function cancelStrange(run: FlattenRun, market: Market, clientOrderId: string): Promise<void> {
  if (run.books.orders[clientOrderId] !== undefined) return;
  await asked(run, `cancelling ${clientOrderId}`, async () => {
    await run.venue.cancelOrder(market, clientOrderId);
    run.books = await commitBooks(run.deps, run.books, {
      kind: "FLATTEN_CANCELED",
      subject: clientOrderId,
      actor: run.actor,
      control: renewed(run),
    });
  });
}

/** The same in every symbol that the venue lists. Null when it would not say: it costs the venue forty times as much. */
export async function clearOtherOrders(run: FlattenRun): Promise<boolean | null> {
  const markets = Object.values(run.books.universe?.markets ?? {});
  const open = await asked(run, "listing all open orders", () => partly(run.venue.fetchOpenOrders(markets)));
  if (open === null) return null;
  for (const { symbol, clientOrderId } of open.readable) {
    const market = await marketOf(run, symbol);
    if (market !== null) await cancelStrange(run, market, clientOrderId);
  }
  return open.readable.length + open.unread.length === 0;
}

/** The symbol's market, asked of the venue if need be; null when it cannot be had now or the venue does not list it. */
export async function marketOf(run: FlattenRun, symbol: string): Promise<Market | null> {
  const books = await asked(run, `reading the market of ${symbol}`, () =>
    withMarket(run.deps, run.books, symbol),
  );
  if (books !== null) run.books = books;
  return books?.universe?.markets[symbol] ?? null;
}

/** Every symbol in which something of the account may rest or be held, as far as config and books know. */
export function knownSymbols({ books }: FlattenRun): readonly string[] {
  const slots = Object.values(books.control.slots).map(({ symbol }) => symbol);
  const held = books.nav?.positions.map(({ symbol }) => symbol) ?? [];
  return [...new Set([...books.config.symbols, ...slots, ...held])];
}
