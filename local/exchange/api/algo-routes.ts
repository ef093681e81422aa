// Conditional order endpoints (algoOrder and its lists).
import { invalidParameter, missingEither, refuse } from "../codes.ts";
import {
  algoStatusOf,
  findAlgo,
  finishAlgo,
  type NewAlgoOrder,
  openAlgosOf,
  placeAlgoOrder,
} from "../engine/algo-orders.ts";
import { type Engine, specOf } from "../engine/engine.ts";
import { priceToTicks, qtyToLots } from "../engine/filters.ts";
import type { AlgoOrder, AlgoType, WorkingType } from "../engine/state.ts";
import { checkPositionSide, readClientId, readSide, readTimeInForce } from "./order-request.ts";
import type { Params } from "./params.ts";
import type { Call } from "./route.ts";
import { averageText, priceText, qtyText } from "./text.ts";

const SUPPORTED: readonly string[] = ["STOP", "STOP_MARKET", "TAKE_PROFIT", "TAKE_PROFIT_MARKET"];

function readWorkingType(params: Params): WorkingType {
  const type = params.optional("workingType") ?? "CONTRACT_PRICE";
  if (type !== "CONTRACT_PRICE" && type !== "MARK_PRICE") throw refuse("badWorkingType", type);
  return type;
}

function readAlgo(call: Call): NewAlgoOrder {
  const { params, engine, accountId } = call;
  const spec = params.symbol(engine.specs);
  if (params.require("algoType") !== "CONDITIONAL") throw invalidParameter("algoType");
  const side = readSide(params);
  const type = params.require("type");
  if (type === "TRAILING_STOP_MARKET") throw refuse("unsupportedOperation");
  if (!SUPPORTED.includes(type)) throw refuse("badOrderType");
  checkPositionSide(call);
  const market = type.endsWith("_MARKET");
  const closePosition = params.boolean("closePosition");
  if (closePosition && params.optional("quantity") !== undefined) throw refuse("closePositionQty");
  if (closePosition && !market) throw refuse("badOrderType");
  return {
    accountId,
    symbol: spec.symbol,
    clientAlgoId: readClientId(call, "clientAlgoId"),
    side,
    orderType: type as AlgoType,
    triggerTicks: priceToTicks(spec, params.require("triggerPrice")),
    priceTicks: market ? 0 : priceToTicks(spec, params.require("price")),
    lots: closePosition ? 0 : qtyToLots(spec, params.require("quantity"), market),
    timeInForce: readTimeInForce(params.optional("timeInForce") ?? "GTC"),
    workingType: readWorkingType(params),
    closePosition,
    reduceOnly: params.boolean("reduceOnly"),
    priceProtect: params.boolean("priceProtect"),
  };
}

/** Fields that every answer about a conditional order has. */
function common(engine: Engine, algo: AlgoOrder): Record<string, unknown> {
  const spec = specOf(engine, algo.symbol);
  return {
    algoId: algo.algoId,
    clientAlgoId: algo.clientAlgoId,
    algoType: "CONDITIONAL",
    orderType: algo.orderType,
    symbol: algo.symbol,
    side: algo.side,
    positionSide: "BOTH",
    timeInForce: algo.timeInForce,
    quantity: qtyText(spec, algo.lots),
    algoStatus: algoStatusOf(engine, algo),
    triggerPrice: priceText(spec, algo.triggerTicks),
    price: priceText(spec, algo.priceTicks),
    icebergQuantity: null,
    selfTradePreventionMode: "EXPIRE_MAKER",
    workingType: algo.workingType,
    priceMatch: "NONE",
    closePosition: algo.closePosition,
    priceProtect: algo.priceProtect,
    reduceOnly: algo.reduceOnly,
    createTime: algo.createTimeMs,
    updateTime: algo.updateTimeMs,
    triggerTime: algo.triggerTimeMs,
    goodTillDate: 0,
  };
}

/** An order just taken: it has become nothing yet. */
function renderTaken(engine: Engine, algo: AlgoOrder): Record<string, unknown> {
  return { ...common(engine, algo), activatePrice: "", callbackRate: "" };
}

/** The order that it became, with its price. */
function actualFields(engine: Engine, algo: AlgoOrder): Record<string, unknown> {
  const actual = engine.state.orders.get(algo.actualOrderId);
  const spec = specOf(engine, algo.symbol);
  return {
    actualOrderId: algo.actualOrderId === 0 ? "" : String(algo.actualOrderId),
    actualPrice: averageText(spec, actual?.cumQuoteUsdE8 ?? 0n, actual?.executedLots ?? 0),
  };
}

function renderAsked(engine: Engine, algo: AlgoOrder): Record<string, unknown> {
  const actual = engine.state.orders.get(algo.actualOrderId);
  return {
    ...common(engine, algo),
    ...actualFields(engine, algo),
    actualType: actual?.type ?? "",
    actualQty: qtyText(specOf(engine, algo.symbol), actual?.lots ?? 0),
    tpOrderType: "",
  };
}

/** A row of a list: with the prices of a take-profit and a stop-loss that hang on it, which none has here. */
function renderListed(engine: Engine, algo: AlgoOrder): Record<string, unknown> {
  const none = priceText(specOf(engine, algo.symbol), 0);
  return {
    ...common(engine, algo),
    ...actualFields(engine, algo),
    tpTriggerPrice: none,
    tpPrice: none,
    slTriggerPrice: none,
    slPrice: none,
    tpOrderType: "",
  };
}

function find(call: Call): AlgoOrder | undefined {
  const algoId = call.params.integer("algoId");
  const clientAlgoId = call.params.optional("clientAlgoId");
  if (algoId === undefined && clientAlgoId === undefined) throw missingEither("algoId", "clientAlgoId");
  return findAlgo(call.engine, call.accountId, { algoId, clientAlgoId });
}

/** POST /fapi/v1/algoOrder */
export function postAlgo(call: Call): unknown {
  return renderTaken(call.engine, placeAlgoOrder(call.engine, readAlgo(call)));
}

/** GET /fapi/v1/algoOrder */
export function getAlgo(call: Call): unknown {
  const algo = find(call);
  if (algo === undefined) throw refuse("noSuchOrder");
  return renderAsked(call.engine, algo);
}

/** DELETE /fapi/v1/algoOrder. The success code is a string, as Binance sends it. */
export function deleteAlgo(call: Call): unknown {
  const algo = find(call);
  if (algo === undefined || algo.status !== "NEW") throw refuse("unknownOrder");
  finishAlgo(call.engine, algo, "CANCELED");
  return { algoId: algo.algoId, clientAlgoId: algo.clientAlgoId, code: "200", msg: "success" };
}

/** DELETE /fapi/v1/algoOpenOrders */
export function deleteOpenAlgos(call: Call): unknown {
  const { symbol } = call.params.symbol(call.engine.specs);
  for (const algo of openAlgosOf(call.engine, call.accountId, symbol))
    finishAlgo(call.engine, algo, "CANCELED");
  return { code: 200, msg: "The operation of cancel all open order is done." };
}

/** GET /fapi/v1/openAlgoOrders */
export function getOpenAlgos(call: Call): unknown {
  const asked = call.params.optionalSymbol(call.engine.specs);
  return openAlgosOf(call.engine, call.accountId, asked?.symbol).map((algo) =>
    renderListed(call.engine, algo),
  );
}

/** GET /fapi/v1/allAlgoOrders */
export function getAllAlgos(call: Call): unknown {
  const { engine, params, accountId } = call;
  const { symbol } = params.symbol(engine.specs);
  const { startMs, endMs } = params.timeRange();
  const rows = [...engine.state.algoOrders.values()].filter(
    (algo) =>
      algo.accountId === accountId &&
      algo.symbol === symbol &&
      (startMs === undefined || algo.createTimeMs >= startMs) &&
      (endMs === undefined || algo.createTimeMs <= endMs),
  );
  return rows.slice(-params.limit(500, 1000)).map((algo) => renderListed(engine, algo));
}
