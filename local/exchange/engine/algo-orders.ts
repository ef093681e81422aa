// Conditional orders: they wait outside the book and become ordinary orders when the price reaches their
// trigger. Status words follow Binance's algo service.
import { refuse, VenueError } from "../codes.ts";
import {
  accountOf,
  type Engine,
  positionOf,
  readPosition,
  rulesOf,
  specOf,
  symbolStateOf,
} from "./engine.ts";
import { signOf } from "./fills.ts";
import { checkPercentPrice, MAX_ALGO_ORDERS } from "./filters.ts";
import { placeOrder } from "./orders.ts";
import {
  type AlgoOrder,
  type AlgoStatus,
  type AlgoType,
  isOpen,
  type Side,
  type TimeInForce,
  type WorkingType,
} from "./state.ts";

export interface NewAlgoOrder {
  readonly accountId: string;
  readonly symbol: string;
  readonly clientAlgoId: string;
  readonly side: Side;
  readonly orderType: AlgoType;
  readonly triggerTicks: number;
  readonly priceTicks: number;
  readonly lots: number;
  readonly timeInForce: TimeInForce;
  readonly workingType: WorkingType;
  readonly closePosition: boolean;
  readonly reduceOnly: boolean;
  readonly priceProtect: boolean;
}

/** Whether a price has reached the trigger: stops fire with the move against, take-profits with it. */
export function isTriggered(orderType: AlgoType, side: Side, triggerTicks: number, ticks: number): boolean {
  const isStop = orderType === "STOP" || orderType === "STOP_MARKET";
  const firesAbove = isStop === (side === "BUY");
  return firesAbove ? ticks >= triggerTicks : ticks <= triggerTicks;
}

export function workingTicks(engine: Engine, symbol: string, workingType: WorkingType): number {
  const state = symbolStateOf(engine, symbol);
  // The index is the mark here, as in every ticker.
  return workingType === "CONTRACT_PRICE"
    ? state.lastTicks
    : Number(state.markUsdE8 / specOf(engine, symbol).tickE8);
}

/** Status with what became of the order it placed: TRIGGERED while that works, FINISHED when it is done. */
export function algoStatusOf(engine: Engine, algo: AlgoOrder): AlgoStatus {
  if (algo.status !== "TRIGGERED") return algo.status;
  const actual = engine.state.orders.get(algo.actualOrderId);
  return actual !== undefined && isOpen(actual) ? "TRIGGERED" : "FINISHED";
}

export function openAlgosOf(engine: Engine, accountId: string, symbol: string | undefined): AlgoOrder[] {
  const open: AlgoOrder[] = [];
  for (const algoId of engine.waitingAlgos) {
    const algo = engine.state.algoOrders.get(algoId);
    if (algo?.accountId === accountId && (symbol === undefined || algo.symbol === symbol)) open.push(algo);
  }
  return open;
}

/** Accepts a conditional order. Refusals: -2021 would trigger at once, -4045 too many, -4116 id in use. */
export function placeAlgoOrder(engine: Engine, request: NewAlgoOrder): AlgoOrder {
  const open = openAlgosOf(engine, request.accountId, request.symbol);
  const { clientAlgoId } = request;
  if (clientAlgoId !== "" && open.some((algo) => algo.clientAlgoId === clientAlgoId))
    throw refuse("duplicateClientId");
  if (open.length >= MAX_ALGO_ORDERS) throw refuse("maxStopOrders");
  const ticks = workingTicks(engine, request.symbol, request.workingType);
  if (isTriggered(request.orderType, request.side, request.triggerTicks, ticks)) throw refuse("wouldTrigger");
  if (request.priceTicks > 0 && rulesOf(engine, request.accountId).beyondBand === "refused") {
    const trigger = BigInt(request.triggerTicks) * specOf(engine, request.symbol).tickE8;
    checkPercentPrice(specOf(engine, request.symbol), request.side, request.priceTicks, trigger);
  }
  const { lots } = readPosition(accountOf(engine, request.accountId), request.symbol);
  const reduces = lots !== 0 && Math.sign(lots) !== signOf(request.side);
  if (request.reduceOnly && !request.closePosition && !reduces) throw refuse("reduceOnlyRejected");
  if (request.closePosition && !reduces) throw refuse("closeWithoutPosition");
  const algo: AlgoOrder = {
    ...request,
    // An id that an order is to keep is one of the orders' ids.
    algoId:
      rulesOf(engine, request.accountId).firedId === "same"
        ? engine.state.nextOrderId++
        : engine.state.nextAlgoId++,
    status: "NEW",
    actualOrderId: 0,
    createTimeMs: engine.nowMs,
    updateTimeMs: engine.nowMs,
    triggerTimeMs: 0,
  };
  engine.state.algoOrders.set(algo.algoId, algo);
  engine.waitingAlgos.add(algo.algoId);
  positionOf(accountOf(engine, request.accountId), request.symbol);
  engine.revision += 1;
  trimAlgos(engine);
  return algo;
}

/** Drops the oldest finished conditional orders above the history limit. */
function trimAlgos(engine: Engine): void {
  const { algoOrders } = engine.state;
  let surplus = algoOrders.size - engine.waitingAlgos.size - engine.history.orders;
  for (const algo of algoOrders.values()) {
    if (surplus <= 0) return;
    if (algo.status === "NEW") continue;
    algoOrders.delete(algo.algoId);
    surplus -= 1;
  }
}

/** Finds a conditional order by id, or the newest with a client id. */
export function findAlgo(
  engine: Engine,
  accountId: string,
  reference: { readonly algoId: number | undefined; readonly clientAlgoId: string | undefined },
): AlgoOrder | undefined {
  const { algoOrders } = engine.state;
  const found =
    reference.algoId !== undefined
      ? algoOrders.get(reference.algoId)
      : [...algoOrders.values()].findLast(
          (algo) => algo.clientAlgoId === reference.clientAlgoId && algo.accountId === accountId,
        );
  return found?.accountId === accountId ? found : undefined;
}

export function finishAlgo(engine: Engine, algo: AlgoOrder, status: AlgoStatus): void {
  algo.status = status;
  engine.waitingAlgos.delete(algo.algoId);
  algo.updateTimeMs = engine.nowMs;
  engine.revision += 1;
}

function fire(engine: Engine, algo: AlgoOrder): void {
  const { lots: held } = readPosition(accountOf(engine, algo.accountId), algo.symbol);
  const closes = Math.sign(held) === -signOf(algo.side);
  algo.triggerTimeMs = engine.nowMs;
  if (algo.closePosition && !closes) {
    finishAlgo(engine, algo, "EXPIRED");
    return;
  }
  const market = algo.orderType === "STOP_MARKET" || algo.orderType === "TAKE_PROFIT_MARKET";
  try {
    const order = placeOrder(engine, {
      accountId: algo.accountId,
      symbol: algo.symbol,
      clientOrderId: algo.clientAlgoId,
      ...(rulesOf(engine, algo.accountId).firedId === "same" ? { orderId: algo.algoId } : {}),
      side: algo.side,
      type: market ? "MARKET" : "LIMIT",
      timeInForce: algo.timeInForce,
      priceTicks: algo.priceTicks,
      lots: algo.closePosition ? Math.abs(held) : algo.lots,
      reduceOnly: algo.reduceOnly || algo.closePosition,
      closePosition: algo.closePosition,
      origType: algo.orderType,
      stopTicks: algo.triggerTicks,
      workingType: algo.workingType,
    });
    algo.actualOrderId = order.orderId;
    finishAlgo(engine, algo, "TRIGGERED");
  } catch (error) {
    if (!(error instanceof VenueError)) throw error;
    finishAlgo(engine, algo, "REJECTED");
  }
}

/** Fires every waiting conditional order of a symbol whose trigger the price has reached, oldest first. */
export function fireTriggered(engine: Engine, symbol: string): void {
  if (engine.waitingAlgos.size === 0) return;
  for (const algoId of [...engine.waitingAlgos]) {
    const algo = engine.state.algoOrders.get(algoId);
    if (algo === undefined || algo.symbol !== symbol || algo.status !== "NEW") continue;
    const ticks = workingTicks(engine, symbol, algo.workingType);
    if (isTriggered(algo.orderType, algo.side, algo.triggerTicks, ticks)) fire(engine, algo);
  }
}
