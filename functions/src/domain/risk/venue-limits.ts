// The venue's own smallest and largest order, checked before the venue sees it.
import { dec, decimalString } from "#domain/decimal.ts";
import { denial, type RiskCheck } from "./context.ts";

export const notionalAboveVenueMinimum: RiskCheck = ({ entry, market, intent }) => {
  if (entry === null || market === null || entry.leastNotionalUsd.gte(dec(market.minNotionalUsd)))
    return null;
  return denial("NOTIONAL_BELOW_MINIMUM", {
    limit: market.minNotionalUsd,
    actual: decimalString(entry.leastNotionalUsd),
    unit: "usd",
    subject: intent.symbol,
  });
};

export const quantityAboveVenueMinimum: RiskCheck = ({ entry, market, intent }) => {
  if (entry === null || market === null) return null;
  if (entry.qtyBase.gt(0) && entry.qtyBase.gte(dec(market.minQtyBase))) return null;
  return denial("QUANTITY_BELOW_MINIMUM", {
    limit: market.minQtyBase,
    actual: decimalString(entry.qtyBase),
    unit: "base",
    subject: intent.symbol,
  });
};

export const quantityBelowVenueMaximum: RiskCheck = ({ entry, market, intent }) => {
  if (entry === null || market === null || entry.qtyBase.lte(dec(market.maxMarketQtyBase))) return null;
  return denial("QUANTITY_EXCEEDS_MAXIMUM", {
    limit: market.maxMarketQtyBase,
    actual: decimalString(entry.qtyBase),
    unit: "base",
    subject: intent.symbol,
  });
};

/** Sizing rounds to the step; should anything else ever size an order, the venue still does not see it. */
export const quantityOnVenueStep: RiskCheck = ({ entry, market, intent }) => {
  if (entry === null || market === null || entry.qtyBase.mod(dec(market.stepSizeBase)).isZero()) return null;
  return denial("QUANTITY_PRECISION_INVALID", {
    limit: market.stepSizeBase,
    actual: decimalString(entry.qtyBase),
    unit: "base",
    subject: intent.symbol,
  });
};
