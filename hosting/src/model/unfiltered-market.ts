// A market without a venue's filters, for prices of a plan on the screen: the page does not read the universe. Its steps are
// finer than any venue's, so that the functions' rounding to them changes nothing that is shown.
import type { Market } from "#domain/documents/market.ts";

export const UNFILTERED: Market = {
  symbol: "",
  baseAsset: "",
  quoteAsset: "",
  tickSizeUsd: "0.00000001",
  stepSizeBase: "0.00000001",
  minQtyBase: "0",
  maxQtyBase: "0",
  maxMarketQtyBase: "0",
  minNotionalUsd: "0",
  venueMarket: {},
};
