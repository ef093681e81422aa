// How much may be held: per order, per symbol, over the account. What is reserved by live orders counts as held, so
// two orders in flight cannot both use the same room.
import type { ControlState } from "../control.ts";
import { Decimal, dec, decimalString } from "../decimal.ts";
import type { Denial } from "../denial.ts";
import type { TopOfBook } from "../market.ts";
import type { Nav } from "../nav.ts";
import { denial, type RiskCheck } from "./context.ts";

/** Notional of slots and of entries in flight, by symbol; null when a held symbol has no mark to value it by. */
export function exposureBySymbol(control: ControlState, nav: Nav): ReadonlyMap<string, Decimal> | null {
  const exposure = new Map<string, Decimal>();
  const add = (symbol: string, notionalUsd: Decimal) =>
    exposure.set(symbol, (exposure.get(symbol) ?? new Decimal(0)).plus(notionalUsd));
  for (const slot of Object.values(control.slots)) {
    const qty = dec(slot.qtyBase);
    if (qty.isZero()) continue;
    const mark: TopOfBook | undefined = nav.marks[slot.symbol];
    if (mark === undefined) return null;
    // The ask is the larger side: exposure is never valued too small.
    add(slot.symbol, qty.mul(dec(mark.askUsd)));
  }
  for (const reservation of Object.values(control.reservations)) {
    if (!reservation.reduceOnly) add(reservation.symbol, dec(reservation.notionalUsd));
  }
  return exposure;
}

function exceeds(
  code: Denial["code"],
  limitUsd: string,
  actualUsd: Decimal,
  subject: string | null,
): Denial | null {
  if (actualUsd.lte(dec(limitUsd))) return null;
  return denial(code, { limit: limitUsd, actual: decimalString(actualUsd), unit: "usd", subject });
}

export const orderNotionalWithinCap: RiskCheck = ({ entry, config, intent }) =>
  entry === null
    ? null
    : exceeds("NOTIONAL_EXCEEDS_MAX_PER_ORDER", config.maxOrderNotionalUsd, entry.notionalUsd, intent.symbol);

export const symbolExposureWithinCap: RiskCheck = ({ entry, control, nav, config, intent }) => {
  if (entry === null || nav === null) return null;
  const held = exposureBySymbol(control, nav);
  if (held === null) return denial("MARK_MISSING", { unit: "symbol", subject: intent.symbol });
  const after = (held.get(intent.symbol) ?? new Decimal(0)).plus(entry.notionalUsd);
  return exceeds("SYMBOL_EXPOSURE_EXCEEDED", config.maxSymbolExposureUsd, after, intent.symbol);
};

export const grossExposureWithinCap: RiskCheck = ({ entry, control, nav, config }) => {
  if (entry === null || nav === null) return null;
  const held = exposureBySymbol(control, nav);
  if (held === null) return null; // reported by symbolExposureWithinCap
  const after = [...held.values()].reduce((sum, notionalUsd) => sum.plus(notionalUsd), entry.notionalUsd);
  return exceeds("GROSS_EXPOSURE_EXCEEDED", config.maxGrossExposureUsd, after, null);
};
