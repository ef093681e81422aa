// Values the assets beside the settlement currency in USD. A missing or old price makes an asset's value
// unknown; it is never guessed and never counted as zero.
import { type Decimal, dec, decimalString } from "#domain/decimal.ts";
import type { AssetBalance } from "#domain/documents/income.ts";
import type { TopOfBook } from "#domain/documents/market.ts";
import type { ValuedAsset } from "#domain/documents/nav.ts";

/** Profits, fees and limits are in this one; its price is one. */
export const SETTLEMENT_ASSET = "USDT";

/** The venue's market in which an asset is priced. */
export function fxSymbol(asset: string): string {
  return `${asset}${SETTLEMENT_ASSET}`;
}

export interface HeldAsset extends AssetBalance {
  readonly heldIn: ValuedAsset["heldIn"];
}

/** Prices by asset, no older than allowed. */
export type FxPrices = ReadonlyMap<string, TopOfBook>;

export function fxPrices(
  assets: Iterable<string>,
  tops: readonly TopOfBook[],
  nowMs: number,
  maxAgeMs: number,
): FxPrices {
  const bySymbol = new Map(tops.map((top) => [top.symbol, top]));
  const prices = new Map<string, TopOfBook>();
  for (const asset of assets) {
    const top = bySymbol.get(fxSymbol(asset));
    if (top !== undefined && nowMs - top.asOfMs <= maxAgeMs) prices.set(asset, top);
  }
  return prices;
}

/** The price at which one unit would sell; null when unknown. */
export function priceUsd(asset: string, prices: FxPrices): Decimal | null {
  if (asset === SETTLEMENT_ASSET) return dec("1");
  const top = prices.get(asset);
  return top === undefined ? null : dec(top.bidUsd);
}

export interface Valuation {
  readonly assets: readonly ValuedAsset[];
  readonly unpriced: readonly string[];
}

export function valued(held: readonly HeldAsset[], prices: FxPrices, nowMs: number): Valuation {
  const unpriced = held.map(({ asset }) => asset).filter((asset) => priceUsd(asset, prices) === null);
  const assets = held.flatMap(({ asset, qty, heldIn }) => {
    const price = priceUsd(asset, prices);
    if (price === null) return [];
    const pricedAtMs = prices.get(asset)?.asOfMs ?? nowMs;
    const valueUsd = decimalString(price.mul(dec(qty)));
    return [{ asset, qty, heldIn, priceUsd: decimalString(price), valueUsd, pricedAtMs }];
  });
  return { assets, unpriced };
}
