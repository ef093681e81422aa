// The listing: limits, contracts and their filters, in the exchangeInfo shape clients build markets from.
import { formatE8, formatTrimmedE8 } from "../engine/decimal.ts";
import { PERCENT_DOWN_E4, PERCENT_UP_E4 } from "../engine/filters.ts";
import type { SymbolSpec } from "../engine/symbols.ts";
import type { Call } from "./route.ts";
import { priceText, qtyText } from "./text.ts";

/** Perpetual contracts carry this delivery date (2100-12-25). */
const PERPETUAL_DELIVERY_MS = 4_133_404_800_000;
const ONBOARD_MS = 1_569_398_400_000;
const E4_TO_E8 = 10_000n;

function filters(spec: SymbolSpec, maxOpenOrders: number): unknown[] {
  const lot = formatTrimmedE8(spec.lotE8);
  const least = formatTrimmedE8(BigInt(spec.minLots) * spec.lotE8);
  return [
    {
      filterType: "PRICE_FILTER",
      minPrice: priceText(spec, spec.minTicks),
      maxPrice: priceText(spec, spec.maxTicks),
      tickSize: priceText(spec, 1),
    },
    { filterType: "LOT_SIZE", stepSize: lot, minQty: least, maxQty: qtyText(spec, spec.maxLots) },
    {
      filterType: "MARKET_LOT_SIZE",
      stepSize: lot,
      minQty: least,
      maxQty: qtyText(spec, spec.maxMarketLots),
    },
    { filterType: "MAX_NUM_ORDERS", limit: maxOpenOrders },
    { filterType: "MIN_NOTIONAL", notional: formatTrimmedE8(spec.minNotionalUsdE8) },
    {
      filterType: "PERCENT_PRICE",
      multiplierUp: formatE8(PERCENT_UP_E4 * E4_TO_E8, 4),
      multiplierDown: formatE8(PERCENT_DOWN_E4 * E4_TO_E8, 4),
      multiplierDecimal: "4",
    },
    { filterType: "POSITION_RISK_CONTROL", positionControlSide: "NONE" },
  ];
}

function listing(spec: SymbolSpec, maxOpenOrders: number): unknown {
  return {
    symbol: spec.symbol,
    pair: spec.symbol,
    contractType: "PERPETUAL",
    deliveryDate: PERPETUAL_DELIVERY_MS,
    onboardDate: ONBOARD_MS,
    status: "TRADING",
    maintMarginPercent: "2.5000",
    requiredMarginPercent: "5.0000",
    baseAsset: spec.base,
    quoteAsset: "USDT",
    marginAsset: "USDT",
    pricePrecision: spec.pricePrecision,
    quantityPrecision: spec.qtyPrecision,
    baseAssetPrecision: 8,
    quotePrecision: 8,
    underlyingType: "COIN",
    underlyingSubType: ["Layer-1"],
    triggerProtect: "0.0500",
    liquidationFee: "0.012500",
    marketTakeBound: "0.05",
    maxMoveOrderLimit: 10_000,
    filters: filters(spec, maxOpenOrders),
    orderTypes: ["LIMIT", "MARKET", "STOP", "STOP_MARKET", "TAKE_PROFIT", "TAKE_PROFIT_MARKET"],
    timeInForce: ["GTC", "IOC", "FOK", "GTX"],
    permissionSets: ["GRID", "COPY"],
  };
}

/** GET /fapi/v1/exchangeInfo */
export function exchangeInfo({ engine, limiter, nowMs }: Call): unknown {
  return {
    timezone: "UTC",
    serverTime: nowMs,
    futuresType: "U_MARGINED",
    rateLimits: [
      {
        rateLimitType: "REQUEST_WEIGHT",
        interval: "MINUTE",
        intervalNum: 1,
        limit: limiter.limits.weightPerMinute,
      },
      { rateLimitType: "ORDERS", interval: "MINUTE", intervalNum: 1, limit: limiter.limits.ordersPerMinute },
      { rateLimitType: "ORDERS", interval: "SECOND", intervalNum: 10, limit: limiter.limits.ordersPer10s },
    ],
    exchangeFilters: [],
    assets: [{ asset: "USDT", marginAvailable: true, autoAssetExchange: "-10000" }],
    symbols: [...engine.specs.values()].map((spec) => listing(spec, engine.rules.maxOpenOrders)),
  };
}
