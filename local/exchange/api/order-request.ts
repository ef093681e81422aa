// From an order request's text to a checked engine request: mandatory fields, enums, one-way mode, filters.
// The text errors come first, as on Binance, then the filters.

import { hash32 } from "@ballast/local-serving/random.ts";
import { invalidParameter, missingParameter, parameterNotRequired, refuse } from "../codes.ts";
import { settingsOf } from "../engine/account-settings.ts";
import { accountOf } from "../engine/engine.ts";
import { checkClientId, priceToTicks, qtyToLots } from "../engine/filters.ts";
import type { NewOrder } from "../engine/orders.ts";
import type { Side, TimeInForce } from "../engine/state.ts";
import type { Params } from "./params.ts";
import type { Call } from "./route.ts";

const ALGO_TYPES = ["STOP", "STOP_MARKET", "TAKE_PROFIT", "TAKE_PROFIT_MARKET", "TRAILING_STOP_MARKET"];
const TIMES_IN_FORCE: readonly string[] = ["GTC", "IOC", "FOK", "GTX"];

export function readSide(params: Params): Side {
  const side = params.require("side");
  if (side !== "BUY" && side !== "SELL") throw refuse("badSide");
  return side;
}

/**
 * In one-way mode positionSide is BOTH or not sent; LONG and SHORT belong to hedge mode (-4061), and there the other way
 * round. Positions of hedge mode are not made here.
 */
export function checkPositionSide({ params, engine, accountId }: Call): void {
  const side = params.optional("positionSide") ?? "BOTH";
  if (!["BOTH", "LONG", "SHORT"].includes(side)) throw refuse("badPositionSide");
  const { dualSidePosition } = settingsOf(accountOf(engine, accountId));
  if ((side === "BOTH") === dualSidePosition) throw refuse("positionSideMismatch");
  if (dualSidePosition) throw refuse("unsupportedOperation");
}

export function readTimeInForce(text: string): TimeInForce {
  if (!TIMES_IN_FORCE.includes(text)) throw refuse("badTimeInForce");
  return text as TimeInForce;
}

/** The sent client id, checked, or one made from the order's own numbers. */
export function readClientId(call: Call, name: string): string {
  const given = call.params.optional(name);
  if (given !== undefined) {
    checkClientId(given);
    return given;
  }
  const { state } = call.engine;
  return `auto_${hash32(state.seed, state.nextOrderId, state.nextAlgoId).toString(36)}_${state.nextOrderId}`;
}

/** Rejects options this exchange does not have rather than ignoring what would change the order. */
function refuseUnsupported(params: Params): void {
  const priceMatch = params.optional("priceMatch");
  if (priceMatch !== undefined && priceMatch !== "NONE") throw refuse("unsupportedOperation");
  const selfTrade = params.optional("selfTradePreventionMode");
  if (selfTrade !== undefined && selfTrade !== "EXPIRE_MAKER" && selfTrade !== "NONE")
    throw refuse("unsupportedOperation");
}

/** Reads POST /fapi/v1/order. Conditional types answer -4120: they belong to the algo endpoint. */
export function readNewOrder(call: Call): NewOrder {
  const { params, engine, accountId } = call;
  const spec = params.symbol(engine.specs);
  const side = readSide(params);
  const type = params.require("type");
  if (ALGO_TYPES.includes(type)) throw refuse("useAlgoOrder");
  if (type !== "LIMIT" && type !== "MARKET") throw refuse("badOrderType");
  checkPositionSide(call);
  refuseUnsupported(params);
  const market = type === "MARKET";
  const timeInForce = params.optional("timeInForce");
  if (market && timeInForce !== undefined) throw refuse("tifNotRequired");
  if (market && params.optional("price") !== undefined) throw parameterNotRequired("price");
  if (!market && timeInForce === undefined) throw missingParameter("timeInForce");
  const lots = qtyToLots(spec, params.require("quantity"), market);
  return {
    accountId,
    symbol: spec.symbol,
    clientOrderId: readClientId(call, "newClientOrderId"),
    side,
    type,
    timeInForce: market ? "GTC" : readTimeInForce(timeInForce ?? ""),
    priceTicks: market ? 0 : priceToTicks(spec, params.require("price")),
    lots,
    reduceOnly: params.boolean("reduceOnly"),
  };
}

/** newOrderRespType: ACK unless RESULT was asked for. */
export function wantsResult(params: Params): boolean {
  const type = params.optional("newOrderRespType") ?? "ACK";
  if (type !== "ACK" && type !== "RESULT") throw refuse("badRespType");
  return type === "RESULT";
}

/** The JSON array of a batch parameter; each entry becomes parameters of its own. */
export function readBatch(params: Params): Map<string, string>[] {
  let entries: unknown;
  try {
    entries = JSON.parse(params.require("batchOrders"));
  } catch (error) {
    if (error instanceof SyntaxError) throw invalidParameter("batchOrders");
    throw error;
  }
  if (!Array.isArray(entries) || entries.length === 0 || entries.length > 5) throw refuse("badBatchSize");
  return entries.map((entry: unknown) => {
    if (typeof entry !== "object" || entry === null) throw invalidParameter("batchOrders");
    return new Map(Object.entries(entry).map(([name, value]) => [name, String(value)]));
  });
}
