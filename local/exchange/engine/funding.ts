// Funding every eight hours at 00:00, 08:00 and 16:00 UTC: longs pay shorts at a positive rate, on the value
// at the mark price. The next rate is known before it is charged.

import { hash32 } from "@ballast/local-serving/random.ts";
import { divideHalfUp, E8 } from "./decimal.ts";
import type { Engine } from "./engine.ts";
import { bookIncome } from "./fills.ts";
import { markNotionalUsdE8 } from "./margin.ts";
import type { SymbolState } from "./state.ts";
import type { SymbolSpec } from "./symbols.ts";

const FUNDING_INTERVAL_MS = 8 * 3_600_000;
/** Interest part of every rate: 0.01 % per eight hours. */
const BASE_RATE_E8 = 10_000;
/** Premium part: up to 0.02 % either way. */
const PREMIUM_RANGE_E8 = 20_000;
/** Past rates kept per symbol: the most one fundingRate request can ask for. */
const RATES_KEPT = 1000;
const UINT32 = 4_294_967_296;
const FUNDING_SALT = 53;

/** First funding time after `timeMs`. */
export function nextFundingMs(timeMs: number): number {
  return timeMs - (timeMs % FUNDING_INTERVAL_MS) + FUNDING_INTERVAL_MS;
}

/** Rate of the funding period that ends at `fundingMs`, in 1e-8. */
export function fundingRateE8(seed: number, spec: SymbolSpec, fundingMs: number): number {
  const noise = hash32(seed, FUNDING_SALT, spec.index, fundingMs) / UINT32;
  return BASE_RATE_E8 + Math.round(PREMIUM_RANGE_E8 * (2 * noise - 1));
}

function chargeSymbol(engine: Engine, spec: SymbolSpec, symbol: SymbolState): void {
  for (const account of engine.state.accounts.values()) {
    const position = account.positions.get(spec.symbol);
    if (position === undefined || position.lots === 0) continue;
    const value = markNotionalUsdE8(spec, symbol.markUsdE8, position.lots);
    const payment = divideHalfUp(-value * BigInt(symbol.fundingRateE8), E8);
    if (position.marginType === "ISOLATED") position.isolatedWalletUsdE8 += payment;
    bookIncome(engine, account, { type: "FUNDING_FEE", amountE8: payment, symbol: spec.symbol });
  }
}

/** Charges the funding that falls due now, and sets the next period's rates. */
export function chargeFunding(engine: Engine): void {
  const timeMs = engine.nowMs;
  for (const spec of engine.specs.values()) {
    const symbol = engine.state.symbols.get(spec.symbol);
    if (symbol === undefined) continue;
    chargeSymbol(engine, spec, symbol);
    symbol.fundingHistory.push({ timeMs, rateE8: symbol.fundingRateE8, markUsdE8: symbol.markUsdE8 });
    if (symbol.fundingHistory.length > RATES_KEPT) symbol.fundingHistory.shift();
    symbol.fundingRateE8 = fundingRateE8(engine.state.seed, spec, nextFundingMs(timeMs));
  }
}
