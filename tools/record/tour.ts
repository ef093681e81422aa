// Makes every call of the adapter once, with the smallest amounts that the market takes, and leaves the account as it was:
// flat, without orders. For play money only.
import { ceilToStep, type Decimal, dec, decimalString, floorToStep } from "#domain/decimal.ts";
import type { Market } from "#domain/documents/market.ts";
import type { OrderRequest } from "#domain/documents/order.ts";
import type { Clock } from "#ports/clock.ts";
import { type Venue, VenueError } from "#ports/venue.ts";

export interface TourParts {
  readonly venue: Venue;
  readonly clock: Clock;
  readonly symbol: string;
  /** A new client order id with every call. */
  readonly newId: () => string;
  readonly say: (line: string) => void;
}

/** An order's deadline: far enough for a slow network of a person. */
const SEND_WINDOW_MS = 10_000;
/** How far from the market the resting order waits: it must not fill. */
const RESTING_DISTANCE = "0.97";
const STOP_DISTANCE = "0.9";
/** Above the smallest value, so that a price that moves meanwhile does not lead below it. */
const SAFE_NOTIONAL = "1.2";
/** Trades and lists may show an order a moment later than its own answer. */
const SETTLING_MS = 2_000;

interface Stand extends TourParts {
  readonly market: Market;
  readonly qtyBase: string;
  readonly bidUsd: Decimal;
}

/** Throws with the remedy when the account holds something: the tour must not touch it. */
export async function tour(parts: TourParts): Promise<void> {
  const { venue, symbol } = parts;
  await venue.fetchServerTimeMs();
  if ((await venue.fetchPositions()).length > 0)
    throw new Error("The account holds a position: close it first, the tour opens and closes one of its own");
  await venue.fetchAccount();
  await venue.fetchSettings([symbol]);
  const stand = await prepare(parts);
  await refusedStop(stand);
  await rest(stand);
  await tradeOnce(stand);
  await venue.fetchAccount();
}

async function prepare(parts: TourParts): Promise<Stand> {
  const { venue, symbol } = parts;
  const market = (await venue.fetchMarkets()).find((each) => each.symbol === symbol);
  if (market === undefined) throw new Error(`${symbol} is not traded there`);
  const [top] = await venue.fetchTopOfBook([symbol]);
  if (top === undefined) throw new Error(`${symbol} has no book`);
  const bidUsd = dec(top.bidUsd);
  const restingUsd = bidUsd.mul(RESTING_DISTANCE);
  const least = dec(market.minNotionalUsd).mul(SAFE_NOTIONAL).div(restingUsd);
  const qty = ceilToStep(
    least.gt(market.minQtyBase) ? least : dec(market.minQtyBase),
    dec(market.stepSizeBase),
  );
  return { ...parts, market, qtyBase: decimalString(qty), bidUsd };
}

/** Without a position the venue takes no stop; which refusal it gives is worth knowing. */
async function refusedStop(stand: Stand): Promise<void> {
  try {
    await stop(stand);
    stand.say("note: a reduce-only stop was taken without a position; it is withdrawn with the others");
    await withdrawStops(stand);
  } catch (error) {
    if (!(error instanceof VenueError) || error.kind !== "rejected") throw error;
    stand.say(`note: a reduce-only stop without a position is refused with ${error.code}`);
  }
}

async function rest(stand: Stand): Promise<void> {
  const { venue, market } = stand;
  const priceUsd = decimalString(floorToStep(stand.bidUsd.mul(RESTING_DISTANCE), dec(market.tickSizeUsd)));
  const id = await order(stand, {
    type: "limit",
    priceUsd,
    timeInForce: "GTX",
    side: "buy",
    reduceOnly: false,
  });
  await venue.findOrder(market, id);
  await venue.fetchOpenOrders([market]);
  await venue.cancelOrder(market, id);
  await venue.findOrder(market, id);
}

/** Opened, guarded and closed again, also when something on the way fails. */
async function tradeOnce(stand: Stand): Promise<void> {
  const { venue, market, clock } = stand;
  const sinceMs = clock.nowMs();
  const atMarket = { type: "market", priceUsd: null, timeInForce: null } as const;
  const id = await order(stand, { ...atMarket, side: "buy", reduceOnly: false });
  try {
    await venue.findOrder(market, id);
    const stopId = await stop(stand);
    await venue.findStop(market, stopId);
    await venue.fetchOpenStops("all");
    await venue.fetchPositions();
    await venue.fetchAccount();
  } finally {
    await withdrawStops(stand);
    await order(stand, { ...atMarket, side: "sell", reduceOnly: true });
  }
  await clock.sleep(SETTLING_MS);
  await venue.fetchFills(market, sinceMs);
  await venue.fetchIncome(sinceMs);
}

async function withdrawStops({ venue, market }: Stand): Promise<void> {
  for (const { clientStopId } of await venue.fetchOpenStops([market]))
    await venue.cancelStop(market, clientStopId);
}

type Shape = Pick<OrderRequest, "type" | "priceUsd" | "timeInForce" | "side" | "reduceOnly">;

async function order({ venue, market, clock, qtyBase, newId }: Stand, shape: Shape): Promise<string> {
  const request = { clientOrderId: newId(), symbol: market.symbol, qtyBase, ...shape };
  const { clientOrderId } = await venue.createOrder(request, {
    market,
    sendDeadlineMs: clock.nowMs() + SEND_WINDOW_MS,
  });
  return clientOrderId;
}

async function stop({ venue, market, clock, qtyBase, bidUsd, newId }: Stand): Promise<string> {
  const trigger = floorToStep(bidUsd.mul(STOP_DISTANCE), dec(market.tickSizeUsd));
  const request = {
    clientStopId: newId(),
    kind: "stop",
    symbol: market.symbol,
    side: "sell",
    qtyBase,
    triggerPriceUsd: decimalString(trigger),
  } as const;
  await venue.createStop(request, { market, sendDeadlineMs: clock.nowMs() + SEND_WINDOW_MS });
  return request.clientStopId;
}
