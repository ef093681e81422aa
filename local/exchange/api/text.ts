// Numbers as Binance writes them: decimal strings with each contract's own number of places.
import { divideHalfUp, E8, formatE8 } from "../engine/decimal.ts";
import type { SymbolSpec } from "../engine/symbols.ts";

const MAX_DECIMALS = 8;
/** Average prices carry this many places more than prices. */
const AVERAGE_EXTRA_DECIMALS = 3;
const QUOTE_DECIMALS = 5;
const QUOTE_GRAIN_E8 = 1_000n;

export const priceText = (spec: SymbolSpec, ticks: number): string =>
  formatE8(BigInt(ticks) * spec.tickE8, spec.pricePrecision);

export const qtyText = (spec: SymbolSpec, lots: number): string =>
  formatE8(BigInt(lots) * spec.lotE8, spec.qtyPrecision);

/** Quote amounts: five places, or all eight when that would round. */
export const quoteText = (amountUsdE8: bigint): string =>
  formatE8(amountUsdE8, amountUsdE8 % QUOTE_GRAIN_E8 === 0n ? QUOTE_DECIMALS : MAX_DECIMALS);

/** Average fill price, zero when nothing is filled. */
export function averageText(spec: SymbolSpec, quoteUsdE8: bigint, lots: number): string {
  const decimals = Math.min(MAX_DECIMALS, spec.pricePrecision + AVERAGE_EXTRA_DECIMALS);
  const average = lots === 0 ? 0n : divideHalfUp(quoteUsdE8 * E8, BigInt(lots) * spec.lotE8);
  return formatE8(average, decimals);
}

export const moneyText = (amountUsdE8: bigint): string => formatE8(amountUsdE8);

/** A rate in 1e-8 as a decimal string. */
export const rateText = (rateE8: number): string => formatE8(BigInt(rateE8));
