// Orders that a group sends for its legs: the prices that tell which are worth a touch of their own, and the way of one that was
// decided, stored first and then sent. Must only be called under the lease.
import type { Books, ExecutionDeps } from "#app/books";
import { commitBooks } from "#app/books";
import type { PlacedOrder } from "#domain/decide/place-order.ts";
import type { TopOfBook } from "#domain/documents/market.ts";
import { VenueError } from "#ports/venue.ts";
import { sendOrder } from "./send-order.ts";

export type TopsBySymbol = ReadonlyMap<string, TopOfBook>;

/** One question for all of them; none is asked without a symbol. A venue that does not answer leaves it to the next look. */
export async function askTops(
  deps: ExecutionDeps,
  { profile }: Pick<Books, "profile">,
  symbols: readonly string[],
): Promise<TopsBySymbol> {
  if (symbols.length === 0) return new Map();
  try {
    const venue = await deps.venueFor(profile);
    const tops = await venue.fetchTopOfBook([...new Set(symbols)]);
    return new Map(tops.map((top) => [top.symbol, top]));
  } catch (error) {
    if (!(error instanceof VenueError)) throw error;
    const { kind, code } = error;
    deps.logger.warn("Prices for the legs of entries could not be read", { kind, code });
    return new Map();
  }
}

export async function storeAndSend(
  deps: ExecutionDeps,
  books: Books,
  { order, control, group }: PlacedOrder,
  actor: string,
): Promise<Books> {
  const { clientOrderId } = order.request;
  const change = { kind: "ORDER_STORED", subject: clientOrderId, actor, control, order, group };
  const stored = await commitBooks(deps, books, { ...change, createsOrder: true });
  return await sendOrder(deps, stored, clientOrderId, { actor, mayRelease: false });
}
