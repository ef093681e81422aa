// How an order goes to the venue. Prices are rounded by side, away from giving up money; a reduction is always
// reduce-only and takes, because being flat matters more than the fee.
import { ceilToStep, type Decimal, dec, decimalString, floorToStep } from "#domain/decimal.ts";
import type { EntryRouting } from "#domain/documents/config.ts";
import type { Market, Touch } from "#domain/documents/market.ts";
import type { OrderRequest } from "#domain/documents/order.ts";
import type { Side } from "#domain/documents/words.ts";

/** Side and quantity of the wanted entry, and whether it may take from the book. */
interface WantedEntry {
  readonly side: Side;
  readonly qtyBase: Decimal;
  readonly routing: EntryRouting;
}

export function routeEntry(
  clientOrderId: string,
  { side, qtyBase, routing }: WantedEntry,
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
  if (routing === "market") return { ...base, type: "market", priceUsd: null, timeInForce: null };
  const tick = dec(market.tickSizeUsd);
  const priceUsd =
    side === "long" ? floorToStep(dec(touch.bidUsd), tick) : ceilToStep(dec(touch.askUsd), tick);
  return { ...base, type: "limit", priceUsd: decimalString(priceUsd), timeInForce: "GTX" };
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
