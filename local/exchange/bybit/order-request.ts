// From the fields of /v5/order/create to a checked engine request. Source: the page "Place Order" (docs/v5/order/create-order).
// Options that are not made here are refused: to ignore one would place another order than was asked for.
import { settingsOf } from "../engine/account-settings.ts";
import type { NewAlgoOrder } from "../engine/algo-orders.ts";
import { parseE8 } from "../engine/decimal.ts";
import { accountOf, readPosition } from "../engine/engine.ts";
import type { NewOrder } from "../engine/orders.ts";
import type { AlgoType, Side, TimeInForce, WorkingType } from "../engine/state.ts";
import type { SymbolSpec } from "../engine/symbols.ts";
import { badParameter, refuse } from "./codes.ts";
import type { BybitParams } from "./params.ts";
import type { BybitCall } from "./route.ts";
import { orderByLinkId } from "./venue-orders.ts";

const TIMES_IN_FORCE: Readonly<Record<string, TimeInForce>> = {
  GTC: "GTC",
  IOC: "IOC",
  FOK: "FOK",
  PostOnly: "GTX",
};
const TRIGGER_BY: Readonly<Record<string, WorkingType>> = {
  LastPrice: "CONTRACT_PRICE",
  MarkPrice: "MARK_PRICE",
  IndexPrice: "INDEX_PRICE",
};
const NOT_MADE = [
  "takeProfit",
  "stopLoss",
  "tpslMode",
  "tpLimitPrice",
  "slLimitPrice",
  "slippageTolerance",
  "slippageToleranceType",
  "orderIv",
  "smpType",
] as const;

/** A price in ticks: 110003 outside the contract's bounds, 10001 off its tick. */
export function readTicks(spec: SymbolSpec, text: string): number {
  const value = parseE8(text);
  if (value === undefined || value <= 0n || value % spec.tickE8 !== 0n) throw refuse("badPrice");
  const ticks = Number(value / spec.tickE8);
  if (ticks < spec.minTicks || ticks > spec.maxTicks) throw refuse("priceOutside");
  return ticks;
}

/** A quantity in lots: 10001 off the step or outside the contract's bounds. */
export function readLots(spec: SymbolSpec, text: string, market: boolean): number {
  const value = parseE8(text);
  if (value === undefined || value % spec.lotE8 !== 0n) throw refuse("badQty");
  const lots = Number(value / spec.lotE8);
  if (lots < spec.minLots) throw refuse("qtyTooSmall");
  if (lots > (market ? spec.maxMarketLots : spec.maxLots)) throw refuse("qtyTooLarge");
  return lots;
}

/** The position mode is the account's: 0 is one-way, 1 and 2 are the sides of hedge mode. */
function checkMode({ engine, params, accountId }: BybitCall): void {
  const index = params.integer("positionIdx") ?? 0;
  if (index > 2) throw badParameter("positionIdx");
  const { dualSidePosition } = settingsOf(accountOf(engine, accountId));
  if ((index !== 0) !== dualSidePosition) throw refuse("badMode");
  if (dualSidePosition) throw refuse("hedge");
}

/** The sent id, once in an account; an order without one has none. */
function readLinkId({ engine, params, accountId }: BybitCall): string {
  const linkId = params.optional("orderLinkId");
  if (linkId === undefined) return "";
  if (!/^[\w-]{1,36}$/.test(linkId)) throw refuse("badLinkId");
  if (orderByLinkId(engine, accountId, linkId) !== undefined) throw refuse("duplicateLinkId");
  return linkId;
}

interface Terms
  extends Pick<NewOrder, "accountId" | "symbol" | "side" | "timeInForce" | "priceTicks" | "lots"> {
  readonly market: boolean;
  readonly linkId: string;
  readonly reduceOnly: boolean;
  /** "0" with reduceOnly and closeOnTrigger: as much as there is. */
  readonly closesAll: boolean;
}

function readTerms(call: BybitCall, spec: SymbolSpec): Terms {
  const { params, accountId } = call;
  const unmade = NOT_MADE.find((name) => params.optional(name) !== undefined);
  if (unmade !== undefined) throw badParameter(unmade);
  const side: Side = params.requireWord("side", ["Buy", "Sell"]) === "Buy" ? "BUY" : "SELL";
  const market = params.requireWord("orderType", ["Market", "Limit"]) === "Market";
  const timeInForce = TIMES_IN_FORCE[params.optional("timeInForce") ?? "GTC"];
  if (timeInForce === undefined) throw badParameter("timeInForce");
  checkMode(call);
  const closeOnTrigger = params.boolean("closeOnTrigger");
  const reduceOnly = params.boolean("reduceOnly") || closeOnTrigger;
  const qty = params.require("qty");
  const closesAll = qty === "0" && closeOnTrigger;
  return {
    accountId,
    symbol: spec.symbol,
    side,
    timeInForce: market ? "IOC" : timeInForce,
    priceTicks: market ? 0 : readTicks(spec, params.require("price")),
    lots: closesAll ? 0 : readLots(spec, qty, market),
    market,
    linkId: readLinkId(call),
    reduceOnly,
    closesAll,
  };
}

/** Stops fire with the move against the position that they open or leave, take-profits with the other. */
function algoType(rises: boolean, side: Side, market: boolean): AlgoType {
  const stop = rises === (side === "BUY");
  if (stop) return market ? "STOP_MARKET" : "STOP";
  return market ? "TAKE_PROFIT_MARKET" : "TAKE_PROFIT";
}

function readTrigger(params: BybitParams, spec: SymbolSpec) {
  const triggerPrice = params.optional("triggerPrice");
  if (triggerPrice === undefined) return undefined;
  const rises = params.requireWord("triggerDirection", ["1", "2"]) === "1";
  const workingType = TRIGGER_BY[params.optional("triggerBy") ?? "LastPrice"];
  if (workingType === undefined) throw badParameter("triggerBy");
  return { rises, workingType, triggerTicks: readTicks(spec, triggerPrice) };
}

/** An order to place now, or a conditional one to keep. */
export function readNewOrder(
  call: BybitCall,
): { readonly order: NewOrder } | { readonly algo: NewAlgoOrder } {
  const { engine, params, accountId } = call;
  params.linear();
  const spec = params.symbol(engine.specs);
  const { market, linkId, closesAll, ...terms } = readTerms(call, spec);
  const trigger = readTrigger(params, spec);
  if (trigger !== undefined) {
    const { rises, workingType, triggerTicks } = trigger;
    const orderType = algoType(rises, terms.side, market);
    const algo = { ...terms, orderType, workingType, triggerTicks, clientAlgoId: linkId };
    return { algo: { ...algo, closePosition: closesAll, priceProtect: false } };
  }
  const held = Math.abs(readPosition(accountOf(engine, accountId), spec.symbol).lots);
  const lots = closesAll ? held : terms.lots;
  return { order: { ...terms, lots, type: market ? "MARKET" : "LIMIT", clientOrderId: linkId } };
}
