// How the first order of an entry, and a reduction, go to the venue. Prices are rounded by side, away from giving up money. No
// entry is without a bound; a reduction is always reduce-only and takes at any price, because being flat matters more.
import { ceilToStep, type Decimal, dec, decimalString, floorToStep } from "#domain/decimal.ts";
import type { EntryRouting } from "#domain/documents/config.ts";
import type { Market, Touch } from "#domain/documents/market.ts";
import type { OrderRequest } from "#domain/documents/order.ts";
import type { RouterConfig } from "#domain/documents/route.ts";
import type { EntryChoice } from "#domain/documents/tuning.ts";
import type { Side } from "#domain/documents/words.ts";
import { boundUsd, makerUsd, referenceUsd } from "./route-prices.ts";

/** Side and quantity of the wanted entry, and how it begins: resting on a route or for good, or taking. */
interface WantedEntry {
  readonly side: Side;
  readonly qtyBase: Decimal;
  readonly routing: EntryRouting;
  readonly choice: EntryChoice;
  readonly router: RouterConfig;
}

export function routeEntry(
  clientOrderId: string,
  { side, qtyBase, routing, choice, router }: WantedEntry,
  market: Market,
  touch: Touch,
): OrderRequest {
  const base = {
    clientOrderId,
    symbol: market.symbol,
    side: side === "long" ? "buy" : "sell",
    qtyBase: decimalString(qtyBase),
    reduceOnly: false,
  } as const;
  const limit = (priceUsd: Decimal, timeInForce: "IOC" | "GTX"): OrderRequest => ({
    ...base,
    type: "limit",
    priceUsd: decimalString(priceUsd),
    timeInForce,
  });
  if (routing === "postOnly") return limit(ownTouch(side, market, touch), "GTX");
  const bound = boundUsd(side, referenceUsd(side, touch), router.boundBps, market);
  return choice.firstStep === "market"
    ? limit(bound, "IOC")
    : limit(makerUsd(side, touch, choice, { bound, market }), "GTX");
}

function ownTouch(side: Side, { tickSizeUsd }: Market, { bidUsd, askUsd }: Touch): Decimal {
  const tick = dec(tickSizeUsd);
  return side === "long" ? floorToStep(dec(bidUsd), tick) : ceilToStep(dec(askUsd), tick);
}

export function routeReduction(
  clientOrderId: string,
  side: Side,
  qtyBase: Decimal,
  symbol: string,
): OrderRequest {
  return {
    clientOrderId,
    symbol,
    side: side === "long" ? "sell" : "buy",
    type: "market",
    qtyBase: decimalString(qtyBase),
    priceUsd: null,
    timeInForce: null,
    reduceOnly: true,
  };
}
