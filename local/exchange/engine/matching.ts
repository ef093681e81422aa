// Matching in price-time priority: an incoming order against resting orders and the synthetic ladder, and
// resting orders against the market when it moves to them.

import { hash32 } from "@ballast/local-serving/random.ts";
import { sideOf } from "./book.ts";
import { accountOf, bookOf, type Engine, readPosition, specOf, symbolStateOf } from "./engine.ts";
import { applyFill, finishOrder, signOf } from "./fills.ts";
import { quotedLadder, remainingLadder } from "./ladder.ts";
import { isOpen, type Order, type Side } from "./state.ts";

/** Chance per 250 ms that a public market order reaches the touch, where a resting order may stand. */
const FLOW_CHANCE = 0.35;
const FLOW_STEP_MS = 250;
const FLOW_SALT = 41;
const UINT32 = 4_294_967_296;

const opposite = (side: Side): Side => (side === "BUY" ? "SELL" : "BUY");

/** Whether a price is within an order's limit. Market orders without one take any price. */
function accepts(order: Order, ticks: number): boolean {
  if (order.type === "MARKET" && order.priceTicks === 0) return true;
  return order.side === "BUY" ? ticks <= order.priceTicks : ticks >= order.priceTicks;
}

/** Lots an order may still trade: its rest, or what a reduce-only order can reduce. */
export function tradableLots(engine: Engine, order: Order): number {
  const rest = order.lots - order.executedLots;
  if (!order.reduceOnly) return rest;
  const { lots } = readPosition(accountOf(engine, order.accountId), order.symbol);
  return Math.sign(lots) === -signOf(order.side) ? Math.min(rest, Math.abs(lots)) : 0;
}

/** Whether the resting order trades before the ladder's level: better price, or same price and older. */
function goesFirst(engine: Engine, resting: Order, levelTicks: number): boolean {
  if (resting.priceTicks !== levelTicks) {
    return resting.side === "SELL" ? resting.priceTicks < levelTicks : resting.priceTicks > levelTicks;
  }
  return resting.restedStep < engine.state.stepIndex;
}

/**
 * The resting order that a taker meets before the ladder's next level (undefined when the ladder is out of
 * reach). Orders of the taker's own account that it would meet expire instead (EXPIRE_MAKER).
 */
function nextResting(engine: Engine, taker: Order, levelTicks: number | undefined): Order | undefined {
  const orders = sideOf(bookOf(engine, taker.symbol), opposite(taker.side));
  for (;;) {
    const best = orders[0];
    if (best === undefined || !accepts(taker, best.priceTicks)) return undefined;
    if (levelTicks !== undefined && !goesFirst(engine, best, levelTicks)) return undefined;
    if (best.accountId === taker.accountId) finishOrder(engine, best, "EXPIRED_IN_MATCH", "selfMatch");
    else if (tradableLots(engine, best) === 0) finishOrder(engine, best, "EXPIRED", "reduceOnly");
    else return best;
  }
}

/** Trades an incoming order against the book as far as price and liquidity allow. */
export function takeLiquidity(engine: Engine, taker: Order): void {
  const spec = specOf(engine, taker.symbol);
  const symbol = symbolStateOf(engine, taker.symbol);
  const ladder = remainingLadder(engine.state, spec, symbol, taker.side === "BUY" ? "asks" : "bids");
  const taken = taker.side === "BUY" ? symbol.takenAsks : symbol.takenBids;
  while (isOpen(taker)) {
    const wanted = tradableLots(engine, taker);
    if (wanted === 0) return;
    const level = ladder.findIndex(({ lots, ticks }) => lots > 0 && accepts(taker, ticks));
    const offered = ladder[level];
    const resting = nextResting(engine, taker, offered?.ticks);
    if (resting !== undefined) {
      const lots = Math.min(wanted, tradableLots(engine, resting));
      const ticks = resting.priceTicks;
      applyFill(engine, resting, { ticks, lots, maker: true });
      applyFill(engine, taker, { ticks, lots, maker: false });
      continue;
    }
    if (offered === undefined) return;
    const lots = Math.min(wanted, offered.lots);
    ladder[level] = { ticks: offered.ticks, lots: offered.lots - lots };
    for (let index = taken.length; index <= level; index += 1) taken.push(0);
    taken[level] = (taken[level] ?? 0) + lots;
    applyFill(engine, taker, { ticks: offered.ticks, lots, maker: false });
  }
}

/** Lots that would fill an order at once, up to what it wants; own resting orders do not count. */
export function fillableLots(engine: Engine, order: Order): number {
  const spec = specOf(engine, order.symbol);
  const symbol = symbolStateOf(engine, order.symbol);
  const ladder = remainingLadder(engine.state, spec, symbol, order.side === "BUY" ? "asks" : "bids");
  let lots = 0;
  for (const level of ladder) if (accepts(order, level.ticks)) lots += level.lots;
  for (const resting of sideOf(bookOf(engine, order.symbol), opposite(order.side))) {
    if (resting.accountId !== order.accountId && accepts(order, resting.priceTicks))
      lots += tradableLots(engine, resting);
  }
  return Math.min(lots, tradableLots(engine, order));
}

/** Best price on one side of the market over ladder and resting orders. */
export function bestTicks(engine: Engine, symbolName: string, side: "bid" | "ask"): number {
  const symbol = symbolStateOf(engine, symbolName);
  const book = bookOf(engine, symbolName);
  return side === "bid"
    ? Math.max(symbol.bidTicks, book.bids[0]?.priceTicks ?? symbol.bidTicks)
    : Math.min(symbol.askTicks, book.asks[0]?.priceTicks ?? symbol.askTicks);
}

/**
 * The market has moved onto or through resting orders: fill them at their limit, as deep as the ladder is. The ladder's lots are
 * taken by that, so that a rest which finds none stands beside no level that it would trade with.
 */
function fillCrossed(engine: Engine, symbolName: string, side: Side): void {
  const orders = sideOf(bookOf(engine, symbolName), side);
  if (orders.length === 0) return;
  const symbol = symbolStateOf(engine, symbolName);
  const touch = side === "BUY" ? symbol.askTicks : symbol.bidTicks;
  const crossed = orders.filter((order) =>
    side === "BUY" ? order.priceTicks >= touch : order.priceTicks <= touch,
  );
  if (crossed.length === 0) return;
  const ladder = quotedLadder(
    engine.state,
    specOf(engine, symbolName),
    symbol,
    side === "BUY" ? "asks" : "bids",
  );
  const taken = side === "BUY" ? symbol.takenAsks : symbol.takenBids;
  for (const order of crossed) {
    if (!isOpen(order)) continue;
    const lots = takeWithin(ladder, taken, order, tradableLots(engine, order));
    if (lots > 0) applyFill(engine, order, { ticks: order.priceTicks, lots, maker: true });
  }
}

/** Takes up to `wanted` lots of the levels that the order accepts, and says how many there were. */
function takeWithin(
  ladder: ReturnType<typeof quotedLadder>,
  taken: number[],
  order: Order,
  wanted: number,
): number {
  let lots = 0;
  for (const [level, { ticks, lots: offered }] of ladder.entries()) {
    if (!accepts(order, ticks) || lots >= wanted) break;
    const before = taken[level] ?? 0;
    const filled = Math.max(0, Math.min(wanted - lots, offered - before));
    taken[level] = before + filled;
    lots += filled;
  }
  return lots;
}

/** A public market order of this step may trade with resting orders that stand at or inside the touch. */
function fillFromFlow(engine: Engine, symbolName: string, stepMs: number): void {
  const book = bookOf(engine, symbolName);
  if (book.bids.length === 0 && book.asks.length === 0) return;
  const { state } = engine;
  const spec = specOf(engine, symbolName);
  const symbol = symbolStateOf(engine, symbolName);
  const chance = Math.min(1, FLOW_CHANCE * (stepMs / FLOW_STEP_MS));
  if (hash32(state.seed, FLOW_SALT, spec.index, state.stepIndex, 1) / UINT32 >= chance) return;
  const side: Side = hash32(state.seed, FLOW_SALT, spec.index, state.stepIndex, 2) % 2 === 0 ? "BUY" : "SELL";
  const touch = side === "BUY" ? symbol.bidTicks : symbol.askTicks;
  const share = hash32(state.seed, FLOW_SALT, spec.index, state.stepIndex, 3) / UINT32;
  let lots = Math.max(1, Math.round((spec.levelDepthUsd * share) / (symbol.midUsd * spec.lotBase)));
  for (const order of [...sideOf(book, side)]) {
    const reached = side === "BUY" ? order.priceTicks >= touch : order.priceTicks <= touch;
    if (!reached || lots <= 0) return;
    const filled = isOpen(order) ? Math.min(lots, tradableLots(engine, order)) : 0;
    if (filled <= 0) continue;
    lots -= filled;
    applyFill(engine, order, { ticks: order.priceTicks, lots: filled, maker: true });
  }
}

/** After a price move: resting orders that the market reached trade. `stepMs` 0 means a jump without flow. */
export function matchResting(engine: Engine, symbolName: string, stepMs: number): void {
  fillCrossed(engine, symbolName, "BUY");
  fillCrossed(engine, symbolName, "SELL");
  if (stepMs > 0) fillFromFlow(engine, symbolName, stepMs);
}
