// The listing: contracts with their filters, and their risk limits. Sources: the pages "Get Instruments Info" and "Get Risk
// Limit" (docs/v5/market), "Get Coin Info" (docs/v5/asset).
import { priceText, qtyText } from "../api/text.ts";
import { formatE8, formatTrimmedE8 } from "../engine/decimal.ts";
import type { SymbolSpec } from "../engine/symbols.ts";
import { listed } from "./market-routes.ts";
import { pageByName } from "./paging.ts";
import type { BybitCall } from "./route.ts";
import { moneyText, ppmText, timeText } from "./text.ts";

const LAUNCH_MS = 1_585_526_400_000;
const FUNDING_INTERVAL_MINUTES = 480;
/** Share of the mark by which a limit price may lie beyond it: the engine's band. The wider bound Y is never reached. */
const PRICE_LIMIT = { priceLimitRatioX: "0.05", priceLimitRatioY: "0.1" };
const SYMBOLS_PER_RISK_PAGE = 15;
const STATUSES = ["Trading", "PreLaunch", "Delivering", "Closed"] as const;

function instrument(spec: SymbolSpec): unknown {
  const largest = qtyText(spec, spec.maxLots);
  return {
    symbol: spec.symbol,
    contractType: "LinearPerpetual",
    status: "Trading",
    baseCoin: spec.base,
    quoteCoin: "USDT",
    launchTime: timeText(LAUNCH_MS),
    deliveryTime: "0",
    deliveryFeeRate: "",
    priceScale: String(spec.pricePrecision),
    leverageFilter: {
      minLeverage: "1",
      maxLeverage: `${spec.brackets[0]?.initialLeverage ?? 1}.00`,
      leverageStep: "1",
    },
    priceFilter: {
      minPrice: priceText(spec, spec.minTicks),
      maxPrice: priceText(spec, spec.maxTicks),
      tickSize: priceText(spec, 1),
    },
    lotSizeFilter: {
      maxOrderQty: largest,
      minOrderQty: qtyText(spec, spec.minLots),
      qtyStep: qtyText(spec, 1),
      postOnlyMaxOrderQty: largest,
      maxMktOrderQty: qtyText(spec, spec.maxMarketLots),
      minNotionalValue: formatTrimmedE8(spec.minNotionalUsdE8),
    },
    unifiedMarginTrade: true,
    fundingInterval: FUNDING_INTERVAL_MINUTES,
    settleCoin: "USDT",
    copyTrading: "none",
    upperFundingRate: "0.00375",
    lowerFundingRate: "-0.00375",
    displayName: "",
    riskParameters: PRICE_LIMIT,
    isPreListing: false,
    preListingInfo: null,
  };
}

/** GET /v5/market/instruments-info: those that trade, unless another status is asked for. */
export function instruments(call: BybitCall): unknown {
  const { params } = call;
  const status = params.word("status", STATUSES) ?? "Trading";
  const base = params.optional("baseCoin");
  const specs = listed(call).filter(
    (spec) => status === "Trading" && (base === undefined || spec.base === base),
  );
  const page = pageByName(specs, ({ symbol }) => symbol, params, params.limit(500, 1000));
  return {
    category: params.require("category"),
    list: page.rows.map(instrument),
    nextPageCursor: page.cursor,
  };
}

function tiers(spec: SymbolSpec): unknown[] {
  return spec.brackets.map((bracket, place) => ({
    id: bracket.bracket,
    symbol: spec.symbol,
    riskLimitValue: String(bracket.notionalCapUsd),
    maintenanceMargin: ppmText(bracket.maintenancePpm),
    initialMargin: formatE8(100_000_000n / BigInt(bracket.initialLeverage), 4),
    isLowestRisk: place === 0 ? 1 : 0,
    maxLeverage: `${bracket.initialLeverage}.00`,
    mmDeduction: place === 0 ? "" : moneyText(bracket.cumUsdE8),
  }));
}

/** GET /v5/market/risk-limit: the tiers of fifteen symbols a page. */
export function riskLimits(call: BybitCall): unknown {
  const page = pageByName(listed(call), ({ symbol }) => symbol, call.params, SYMBOLS_PER_RISK_PAGE);
  return {
    category: call.params.require("category"),
    list: page.rows.flatMap(tiers),
    nextPageCursor: page.cursor,
  };
}

/** GET /v5/asset/coin/query-info: the coins of the listing. None can be deposited or withdrawn, so they have no chains. */
export function coins({ engine, params }: BybitCall): unknown {
  const asked = params.optional("coin");
  const names = ["USDT", ...[...engine.specs.values()].map(({ base }) => base)];
  const rows = names
    .filter((name) => asked === undefined || name === asked)
    .map((name) => ({ name, coin: name, remainAmount: "0", chains: [] }));
  return { rows };
}
