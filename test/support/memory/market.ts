// Markets for tests, with ccxt's record of them, as fetchMarkets would have stored them.
import type { Market } from "#domain/documents/market.ts";

export type MarketFilters = Partial<Omit<Market, "symbol" | "baseAsset" | "quoteAsset" | "venueMarket">>;

/** BTCUSDT's filters at Binance unless others are given. */
export function usdtPerpetual(baseAsset = "BTC", filters: MarketFilters = {}): Market {
  const symbol = `${baseAsset}USDT`;
  const tickSizeUsd = filters.tickSizeUsd ?? "0.1";
  const stepSizeBase = filters.stepSizeBase ?? "0.001";
  return {
    symbol,
    baseAsset,
    quoteAsset: "USDT",
    minQtyBase: stepSizeBase,
    maxQtyBase: "1000",
    maxMarketQtyBase: "120",
    minNotionalUsd: "100",
    ...filters,
    tickSizeUsd,
    stepSizeBase,
    venueMarket: {
      id: symbol,
      symbol: `${baseAsset}/USDT:USDT`,
      base: baseAsset,
      quote: "USDT",
      settle: "USDT",
      baseId: baseAsset,
      quoteId: "USDT",
      settleId: "USDT",
      type: "swap",
      spot: false,
      swap: true,
      future: false,
      option: false,
      contract: true,
      linear: true,
      inverse: false,
      contractSize: 1,
      precision: { amount: Number(stepSizeBase), price: Number(tickSizeUsd) },
      info: { symbol, orderTypes: ["LIMIT", "MARKET"] },
    },
  };
}
