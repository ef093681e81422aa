// Orders as Bybit sees them: a conditional order and the order that it became are one, under one id. The engine keeps the two
// apart; here they meet again.
import { finishAlgo, openAlgosOf } from "../engine/algo-orders.ts";
import { type Engine, restingOf } from "../engine/engine.ts";
import { finishOrder } from "../engine/fills.ts";
import { ADL_CLIENT_ID, LIQUIDATION_PREFIX } from "../engine/liquidation.ts";
import { type AlgoOrder, isOpen, type Order } from "../engine/state.ts";
import { newestFirst, type Placed } from "./paging.ts";

export interface VenueOrder extends Placed {
  readonly symbol: string;
  readonly linkId: string;
  /** Missing while it waits for its trigger, and after an end before that. */
  readonly order: Order | undefined;
  /** Missing for an order that was never conditional. */
  readonly algo: AlgoOrder | undefined;
}

/** Where it stands in its life. */
export type Phase = "untriggered" | "open" | "closed";

export function phaseOf({ order, algo }: VenueOrder): Phase {
  if (order !== undefined) return isOpen(order) ? "open" : "closed";
  return algo?.status === "NEW" ? "untriggered" : "closed";
}

export const updatedMs = ({ order, algo, timeMs }: VenueOrder): number =>
  order?.updateTimeMs ?? algo?.updateTimeMs ?? timeMs;

/** Whose order it was: the account's own, or one that the venue made when it took the position over. */
export type Maker = "account" | "liquidation" | "adl";

export function makerOf(order: Pick<Order, "clientOrderId"> | undefined): Maker {
  if (order?.clientOrderId === ADL_CLIENT_ID) return "adl";
  return order?.clientOrderId.startsWith(LIQUIDATION_PREFIX) ? "liquidation" : "account";
}

/** The account's id of an order; the venue's own orders have none. */
export function linkIdOf(order: Pick<Order, "clientOrderId"> | undefined): string {
  return order === undefined || makerOf(order) !== "account" ? "" : order.clientOrderId;
}

function ofOrder(engine: Engine, order: Order): VenueOrder {
  const algo = engine.state.algoOrders.get(order.orderId);
  return {
    id: order.orderId,
    timeMs: algo?.createTimeMs ?? order.timeMs,
    symbol: order.symbol,
    linkId: linkIdOf(order),
    order,
    algo,
  };
}

/** A conditional order whose order is forgotten already is forgotten with it. */
function ofAlgo(engine: Engine, algo: AlgoOrder): VenueOrder | undefined {
  const order = engine.state.orders.get(algo.algoId);
  if (order !== undefined) return ofOrder(engine, order);
  if (algo.status === "TRIGGERED") return undefined;
  const { algoId, createTimeMs, symbol, clientAlgoId } = algo;
  return { id: algoId, timeMs: createTimeMs, symbol, linkId: clientAlgoId, order, algo };
}

/** Every order of an account that is still remembered, newest first. */
export function allOrders(engine: Engine, accountId: string): VenueOrder[] {
  const found: VenueOrder[] = [];
  for (const order of engine.state.orders.values())
    if (order.accountId === accountId) found.push(ofOrder(engine, order));
  for (const algo of engine.state.algoOrders.values()) {
    if (algo.accountId !== accountId || engine.state.orders.has(algo.algoId)) continue;
    const order = ofAlgo(engine, algo);
    if (order !== undefined) found.push(order);
  }
  return found.sort(newestFirst);
}

/** Orders that rest or wait, newest first. */
export function openOrders(engine: Engine, accountId: string): VenueOrder[] {
  const resting = [...engine.specs.keys()].flatMap((symbol) => restingOf(engine, accountId, symbol));
  const waiting = openAlgosOf(engine, accountId, undefined);
  return [
    ...resting.map((order) => ofOrder(engine, order)),
    ...waiting.map((algo) => ofAlgo(engine, algo)).filter((order) => order !== undefined),
  ].sort(newestFirst);
}

export function orderById(engine: Engine, accountId: string, id: number): VenueOrder | undefined {
  const order = engine.state.orders.get(id);
  const algo = engine.state.algoOrders.get(id);
  if ((order ?? algo)?.accountId !== accountId) return undefined;
  return order !== undefined ? ofOrder(engine, order) : algo === undefined ? undefined : ofAlgo(engine, algo);
}

/** An orderLinkId belongs to one order of an account, whatever its symbol and kind, for as long as the order is remembered. */
export function orderByLinkId(engine: Engine, accountId: string, linkId: string): VenueOrder | undefined {
  for (const order of engine.state.orders.values())
    if (order.accountId === accountId && linkIdOf(order) === linkId) return ofOrder(engine, order);
  for (const algo of engine.state.algoOrders.values())
    if (algo.accountId === accountId && algo.clientAlgoId === linkId) return ofAlgo(engine, algo);
  return undefined;
}

/** Cancels an order that rests or waits. */
export function cancel(engine: Engine, { order, algo }: VenueOrder): void {
  if (order !== undefined) finishOrder(engine, order, "CANCELED");
  else if (algo !== undefined) finishAlgo(engine, algo, "CANCELED");
}
