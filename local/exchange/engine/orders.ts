// Life of an order: checked, accepted, matched, amended, cancelled. A refusal throws a VenueError and leaves
// no trace; an accepted order always has an id and stays findable.
import { refuse } from "../codes.ts";
import { insertResting, removeResting } from "./book.ts";
import { E8 } from "./decimal.ts";
import {
  accountOf,
  bookOf,
  clientKey,
  type Engine,
  notionalUsdE8,
  positionOf,
  readPosition,
  restingOf,
  rulesOf,
  specOf,
  symbolStateOf,
} from "./engine.ts";
import { expireStaleReduceOnly, finishOrder, signOf } from "./fills.ts";
import { checkMarketPrice, checkMinNotional, checkPercentPrice, priceBand } from "./filters.ts";
import { accountMargin, markNotionalUsdE8, maxNotionalUsd } from "./margin.ts";
import { bestTicks, fillableLots, takeLiquidity, tradableLots } from "./matching.ts";
import { type AlgoType, isOpen, type Order, type Side, type TimeInForce, type WorkingType } from "./state.ts";

/** An order request after its text was turned into ticks and lots. */
export interface NewOrder {
  readonly accountId: string;
  readonly symbol: string;
  readonly clientOrderId: string;
  /** Id of a conditional order that becomes this one and keeps its id. */
  readonly orderId?: number;
  readonly side: Side;
  readonly type: "LIMIT" | "MARKET";
  readonly timeInForce: TimeInForce;
  readonly priceTicks: number;
  readonly lots: number;
  readonly reduceOnly: boolean;
  readonly closePosition?: boolean;
  readonly origType?: AlgoType;
  readonly stopTicks?: number;
  readonly workingType?: WorkingType;
}

/** Binance hides unfilled cancelled and expired orders after this long. */
const UNFILLED_VISIBLE_MS = 3 * 24 * 3_600_000;

/** Price an order is margined at: its limit, or the best price it meets. */
function marginTicks(engine: Engine, order: NewOrder): number {
  if (order.type === "LIMIT") return order.priceTicks;
  return bestTicks(engine, order.symbol, order.side === "BUY" ? "ask" : "bid");
}

function checkReduceOnly(engine: Engine, order: NewOrder): void {
  const { lots } = readPosition(accountOf(engine, order.accountId), order.symbol);
  if (lots === 0 || Math.sign(lots) === signOf(order.side)) throw refuse("reduceOnlyRejected");
}

/** -2019 when the order's worst case is not covered, -2027 when it outgrows the leverage's bracket. */
function checkMargin(engine: Engine, order: NewOrder, replacing: bigint = 0n): void {
  const spec = specOf(engine, order.symbol);
  const account = accountOf(engine, order.accountId);
  const position = readPosition(account, order.symbol);
  const value = notionalUsdE8(spec, marginTicks(engine, order), order.lots) - replacing;
  const extra = {
    symbol: order.symbol,
    bid: order.side === "BUY" ? value : 0n,
    ask: order.side === "SELL" ? value : 0n,
  };
  const before = accountMargin(engine, account);
  const after = accountMargin(engine, account, extra);
  if (after.freeUsdE8 < 0n && after.initialUsdE8 > before.initialUsdE8) throw refuse("marginInsufficient");
  const reached = Math.abs(position.lots + signOf(order.side) * order.lots);
  if (reached <= Math.abs(position.lots)) return;
  const mark = symbolStateOf(engine, order.symbol).markUsdE8;
  const cap = BigInt(maxNotionalUsd(spec, position.leverage)) * E8;
  if (markNotionalUsdE8(spec, mark, reached) > cap) throw refuse("maxPosition");
}

/** Where the venue moves prices: a limit beyond the band to its edge, and the edge as the limit of a market order. */
function withinBand<Priced extends Pick<NewOrder, "accountId" | "symbol" | "side" | "type" | "priceTicks">>(
  engine: Engine,
  order: Priced,
): Priced {
  if (rulesOf(engine, order.accountId).beyondBand === "refused") return order;
  const { markUsdE8 } = symbolStateOf(engine, order.symbol);
  const { lowest, highest } = priceBand(specOf(engine, order.symbol), markUsdE8);
  const edge = order.side === "BUY" ? highest : lowest;
  const beyond = order.side === "BUY" ? order.priceTicks > edge : order.priceTicks < edge;
  return order.type === "MARKET" || beyond ? { ...order, priceTicks: edge } : order;
}

function checkPrices(engine: Engine, order: NewOrder): void {
  const spec = specOf(engine, order.symbol);
  const { markUsdE8 } = symbolStateOf(engine, order.symbol);
  if (rulesOf(engine, order.accountId).beyondBand === "refused") {
    if (order.type === "LIMIT") checkPercentPrice(spec, order.side, order.priceTicks, markUsdE8);
    else checkMarketPrice(spec, order.side, marginTicks(engine, order), markUsdE8);
  }
  if (order.reduceOnly) return;
  const ticks = order.type === "LIMIT" ? order.priceTicks : Number(markUsdE8 / spec.tickE8);
  checkMinNotional(spec, notionalUsdE8(spec, ticks, order.lots));
}

function checkDuplicate(engine: Engine, order: NewOrder): void {
  if (order.clientOrderId === "") return;
  const previous = engine.byClientId.get(clientKey(order.accountId, order.symbol, order.clientOrderId));
  const existing = previous === undefined ? undefined : engine.state.orders.get(previous);
  if (existing !== undefined && isOpen(existing)) throw refuse("duplicateClientId");
}

function buildOrder(engine: Engine, request: NewOrder): Order {
  const { nowMs } = engine;
  return {
    orderId: request.orderId ?? engine.state.nextOrderId,
    accountId: request.accountId,
    symbol: request.symbol,
    clientOrderId: request.clientOrderId,
    side: request.side,
    type: request.type,
    origType: request.origType ?? request.type,
    timeInForce: request.timeInForce,
    priceTicks: request.priceTicks,
    lots: request.lots,
    executedLots: 0,
    cumQuoteUsdE8: 0n,
    reduceOnly: request.reduceOnly,
    closePosition: request.closePosition ?? false,
    stopTicks: request.stopTicks ?? 0,
    workingType: request.workingType ?? "CONTRACT_PRICE",
    status: "NEW",
    timeMs: nowMs,
    updateTimeMs: nowMs,
    queueSeq: engine.state.nextQueueSeq,
    restedStep: engine.state.stepIndex,
  };
}

function crossesMarket(engine: Engine, order: Order): boolean {
  const best = bestTicks(engine, order.symbol, order.side === "BUY" ? "ask" : "bid");
  return order.side === "BUY" ? order.priceTicks >= best : order.priceTicks <= best;
}

/** The book says no: post-only that would take, fill-or-kill that cannot fill. */
function unfillableBy(engine: Engine, order: Order): "postOnly" | "noFullFill" | undefined {
  if (order.timeInForce === "GTX" && crossesMarket(engine, order)) return "postOnly";
  if (order.timeInForce === "FOK" && fillableLots(engine, order) < order.lots) return "noFullFill";
  return undefined;
}

/** Drops the oldest finished orders above the history limit. */
function trimOrders(engine: Engine): void {
  const { orders } = engine.state;
  const limit = engine.history.orders;
  if (orders.size <= limit + Math.max(1, Math.floor(limit / 10))) return;
  let surplus = orders.size - limit;
  for (const order of orders.values()) {
    if (surplus <= 0) break;
    if (isOpen(order)) continue;
    orders.delete(order.orderId);
    const key = clientKey(order.accountId, order.symbol, order.clientOrderId);
    if (engine.byClientId.get(key) === order.orderId) engine.byClientId.delete(key);
    surplus -= 1;
  }
}

/** Puts an order on the book, unless it is reduce-only and has already closed the position. */
function rest(engine: Engine, order: Order): void {
  insertResting(bookOf(engine, order.symbol), order);
  expireStaleReduceOnly(engine, accountOf(engine, order.accountId), order.symbol);
}

/** Records an accepted order. */
function register(engine: Engine, order: Order): void {
  if (order.orderId === engine.state.nextOrderId) engine.state.nextOrderId += 1;
  engine.state.nextQueueSeq += 1;
  engine.state.orders.set(order.orderId, order);
  engine.byClientId.set(clientKey(order.accountId, order.symbol, order.clientOrderId), order.orderId);
  positionOf(accountOf(engine, order.accountId), order.symbol);
  engine.revision += 1;
}

/** Matches an accepted order; the rest of one that may not rest ends. */
function matchAccepted(engine: Engine, order: Order): void {
  takeLiquidity(engine, order);
  if (!isOpen(order)) return;
  const rests = order.type === "LIMIT" && (order.timeInForce === "GTC" || order.timeInForce === "GTX");
  if (rests) rest(engine, order);
  else
    finishOrder(engine, order, "EXPIRED", tradableLots(engine, order) === 0 ? "reduceOnly" : "noLiquidity");
}

/** Accepts an order and matches it. Throws a VenueError, changing nothing, when it is refused. */
export function placeOrder(engine: Engine, given: NewOrder): Order {
  const request = withinBand(engine, given);
  checkDuplicate(engine, request);
  checkPrices(engine, request);
  if (request.reduceOnly) checkReduceOnly(engine, request);
  if (
    restingOf(engine, request.accountId, request.symbol).length >=
    rulesOf(engine, request.accountId).maxOpenOrders
  )
    throw refuse("maxOpenOrders");
  if (!request.reduceOnly) checkMargin(engine, request);
  const order = buildOrder(engine, request);
  const unfillable = unfillableBy(engine, order);
  if (unfillable !== undefined && rulesOf(engine, request.accountId).unfillable === "refused")
    throw refuse(unfillable === "postOnly" ? "postOnlyRejected" : "fokRejected");
  register(engine, order);
  if (unfillable === undefined) matchAccepted(engine, order);
  else finishOrder(engine, order, "EXPIRED", unfillable);
  trimOrders(engine);
  return order;
}

/** How a request names an order: by id, or by client id when no id was sent. */
export interface OrderReference {
  readonly symbol: string;
  readonly orderId: number | undefined;
  readonly clientOrderId: string | undefined;
}

/** The account's order, or undefined. An order id prevails over a client id, as on Binance. */
export function findOrder(
  engine: Engine,
  accountId: string,
  reference: OrderReference,
  timeMs: number,
): Order | undefined {
  const id =
    reference.orderId ??
    engine.byClientId.get(clientKey(accountId, reference.symbol, reference.clientOrderId ?? ""));
  const order = id === undefined ? undefined : engine.state.orders.get(id);
  if (order === undefined || order.accountId !== accountId || order.symbol !== reference.symbol)
    return undefined;
  const hidden = !isOpen(order) && order.executedLots === 0 && order.timeMs + UNFILLED_VISIBLE_MS < timeMs;
  return hidden ? undefined : order;
}

/** Cancels an open order. -2011 when there is none. */
export function cancelOrder(engine: Engine, accountId: string, reference: OrderReference): Order {
  const order = findOrder(engine, accountId, reference, engine.nowMs);
  if (order === undefined || !isOpen(order)) throw refuse("unknownOrder");
  finishOrder(engine, order, "CANCELED");
  return order;
}

/** Cancels every open order of an account on a symbol. */
export function cancelAll(engine: Engine, accountId: string, symbol: string): void {
  for (const order of restingOf(engine, accountId, symbol)) finishOrder(engine, order, "CANCELED");
}

/**
 * Changes price and quantity of an open limit order, which then joins the end of its queue. As on Binance the
 * order is cancelled when the new quantity is already executed, or when a post-only order would now take.
 */
export function amendOrder(
  engine: Engine,
  order: Order,
  { priceTicks, lots }: Pick<Order, "priceTicks" | "lots">,
): Order {
  if (!isOpen(order)) throw refuse("noSuchOrder");
  if (order.type !== "LIMIT") throw refuse("amendLimitOnly");
  if (order.priceTicks === priceTicks && order.lots === lots) throw refuse("amendSame");
  if (lots <= order.executedLots) {
    finishOrder(engine, order, "CANCELED");
    return order;
  }
  const spec = specOf(engine, order.symbol);
  const restLots = lots - order.executedLots;
  const { accountId, symbol, clientOrderId, side, timeInForce, reduceOnly } = order;
  const request: NewOrder = withinBand(engine, {
    accountId,
    symbol,
    clientOrderId,
    side,
    type: "LIMIT",
    timeInForce,
    priceTicks,
    lots: restLots,
    reduceOnly,
  });
  checkPrices(engine, request);
  if (!reduceOnly)
    checkMargin(engine, request, notionalUsdE8(spec, order.priceTicks, order.lots - order.executedLots));
  removeResting(bookOf(engine, symbol), order);
  order.priceTicks = request.priceTicks;
  order.lots = lots;
  order.updateTimeMs = engine.nowMs;
  order.queueSeq = engine.state.nextQueueSeq++;
  order.restedStep = engine.state.stepIndex;
  engine.revision += 1;
  if (timeInForce === "GTX" && crossesMarket(engine, order)) {
    finishOrder(engine, order, "CANCELED", "postOnly");
    return order;
  }
  takeLiquidity(engine, order);
  if (isOpen(order)) rest(engine, order);
  return order;
}
