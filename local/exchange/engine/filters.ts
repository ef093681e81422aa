// The contract's filters, in the order Binance checks them, each refused with its own code. Turns decimal
// text into ticks and lots.
import { refuse } from "../codes.ts";
import { absE8, E8, formatE8, parseE8 } from "./decimal.ts";
import type { Side } from "./state.ts";
import type { SymbolSpec } from "./symbols.ts";

/** PERCENT_PRICE band around the mark price, in 1e-4: 5 % either way. */
export const PERCENT_UP_E4 = 10_500n;
export const PERCENT_DOWN_E4 = 9_500n;
const E4 = 10_000n;

/** Conditional orders allowed per account and symbol: Binance's MAX_NUM_ALGO_ORDERS, and Bybit's "Place Order" page. */
export const MAX_ALGO_ORDERS = 10;

function decimalsIn(text: string): number {
  return (text.split(".")[1] ?? "").replace(/0+$/, "").length;
}

/** Price text to ticks. Throws -1111, -4001, -4002, -4013 or -4014. */
export function priceToTicks(spec: SymbolSpec, text: string): number {
  if (decimalsIn(text) > spec.pricePrecision) throw refuse("badPrecision");
  const value = parseE8(text);
  if (value === undefined) throw refuse("badPrecision");
  if (value <= 0n) throw refuse("priceNotPositive");
  if (value > BigInt(spec.maxTicks) * spec.tickE8) throw refuse("priceAboveMax");
  if (value < BigInt(spec.minTicks) * spec.tickE8) throw refuse("priceBelowMin");
  if (value % spec.tickE8 !== 0n) throw refuse("priceOffTick");
  return Number(value / spec.tickE8);
}

/** Quantity text to lots. Throws -1111, -4003, -4004, -4005 or -4023. */
export function qtyToLots(spec: SymbolSpec, text: string, market: boolean): number {
  if (decimalsIn(text) > spec.qtyPrecision) throw refuse("badPrecision");
  const value = parseE8(text);
  if (value === undefined) throw refuse("badPrecision");
  if (value <= 0n) throw refuse("qtyNotPositive");
  if (value < BigInt(spec.minLots) * spec.lotE8) throw refuse("qtyBelowMin");
  if (value > BigInt(market ? spec.maxMarketLots : spec.maxLots) * spec.lotE8) throw refuse("qtyAboveMax");
  if (value % spec.lotE8 !== 0n) throw refuse("qtyOffStep");
  return Number(value / spec.lotE8);
}

/** Lowest and highest price of the band around the mark, in whole ticks inside it. */
export function priceBand(
  spec: SymbolSpec,
  markUsdE8: bigint,
): { readonly lowest: number; readonly highest: number } {
  const floor = (markUsdE8 * PERCENT_DOWN_E4) / E4;
  const cap = (markUsdE8 * PERCENT_UP_E4) / E4;
  return {
    lowest: Math.max(spec.minTicks, Number((floor + spec.tickE8 - 1n) / spec.tickE8)),
    highest: Math.min(spec.maxTicks, Number(cap / spec.tickE8)),
  };
}

/** A limit price too far on the paying side of the mark price is refused: -4016 for buys, -4024 for sells. */
export function checkPercentPrice(spec: SymbolSpec, side: Side, ticks: number, markUsdE8: bigint): void {
  const price = BigInt(ticks) * spec.tickE8;
  const cap = (markUsdE8 * PERCENT_UP_E4) / E4;
  const floor = (markUsdE8 * PERCENT_DOWN_E4) / E4;
  if (side === "BUY" && price > cap) throw refuse("priceAboveCap", formatE8(cap, spec.pricePrecision));
  if (side === "SELL" && price < floor) throw refuse("priceBelowFloor", formatE8(floor, spec.pricePrecision));
}

/** A market order whose best counterparty is outside the band is refused with -4131. */
export function checkMarketPrice(spec: SymbolSpec, side: Side, bestTicks: number, markUsdE8: bigint): void {
  const price = BigInt(bestTicks) * spec.tickE8;
  const outside =
    side === "BUY" ? price > (markUsdE8 * PERCENT_UP_E4) / E4 : price < (markUsdE8 * PERCENT_DOWN_E4) / E4;
  if (outside) throw refuse("marketPriceOutside");
}

/** -4164 for orders worth less than the contract's minimum; reduce-only orders are exempt. */
export function checkMinNotional(spec: SymbolSpec, notional: bigint): void {
  if (absE8(notional) >= spec.minNotionalUsdE8) return;
  throw refuse("belowMinNotional", String(spec.minNotionalUsdE8 / E8));
}

/** Client ids are 1-36 characters of letters, digits and . : / _ - ; otherwise -4015. */
export function checkClientId(clientId: string): void {
  if (!/^[.A-Za-z0-9:/_-]{1,36}$/.test(clientId)) throw refuse("badClientId");
}
