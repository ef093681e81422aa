// Coins beside the settlement currency: their prices of now, their last known ones, and how each counts in the lower bound.
// Must not let a coin without a market hold up NAV for ever, nor give one a value that no price ever showed.
import { type Decimal, type DecimalString, dec, decimalString } from "#domain/decimal.ts";
import type { Reserve } from "#domain/documents/config.ts";
import type { AssetBalance } from "#domain/documents/income.ts";
import type { TopOfBook } from "#domain/documents/market.ts";
import type { BoundCoin, Nav, ValuedAsset } from "#domain/documents/nav.ts";

/** Profits, fees and limits are in this one; its price is one. */
export const SETTLEMENT_ASSET = "USDT";

/**
 * A last known price counts for this long while the venue gives other prices: longer than the incident of one row, shorter
 * than a delisted coin may keep entries closed. Past it the coin counts as nothing.
 */
export const LAST_PRICE_LIMIT_MS = 3_600_000;

/** The venue's market in which a coin is priced. */
export function fxSymbol(asset: string): string {
  return `${asset}${SETTLEMENT_ASSET}`;
}

export interface CoinPrice {
  readonly usd: DecimalString;
  readonly atMs: number;
  /** `now`: young enough to be of now. `last`: the last known. `lost`: known once, and too long ago to count. */
  readonly is: "now" | "last" | "lost";
}

/** By coin; a coin that never had a price is missing. */
export type CoinPrices = ReadonlyMap<string, CoinPrice>;

export interface PriceGround {
  /** Null: the venue gave no prices at all in this run. */
  readonly tops: readonly TopOfBook[] | null;
  readonly before: Pick<Nav, "bound" | "assets"> | null;
  readonly nowMs: number;
  readonly maxAgeMs: number;
}

export function coinPrices(assets: Iterable<string>, ground: PriceGround): CoinPrices {
  const { tops, before, nowMs, maxAgeMs } = ground;
  const bySymbol = new Map(tops?.map((top) => [top.symbol, top]));
  const known = knownPrices(before);
  const prices = new Map<string, CoinPrice>();
  for (const asset of assets) {
    const top = bySymbol.get(fxSymbol(asset));
    const last = top === undefined ? known.get(asset) : { usd: top.bidUsd, atMs: top.asOfMs };
    if (last === undefined) continue;
    const isOfNow = top !== undefined && nowMs - top.asOfMs <= maxAgeMs;
    // Where no price came at all, the fault is not the coin's.
    const isLost = tops !== null && nowMs - last.atMs > LAST_PRICE_LIMIT_MS;
    prices.set(asset, { ...last, is: isOfNow ? "now" : isLost ? "lost" : "last" });
  }
  return prices;
}

function knownPrices(
  before: PriceGround["before"],
): ReadonlyMap<string, { readonly usd: DecimalString; readonly atMs: number }> {
  const ofAssets = before?.assets.map(({ asset, priceUsd, pricedAtMs }) => ({ asset, priceUsd, pricedAtMs }));
  const known = [...(ofAssets ?? []), ...(before?.bound?.coins ?? [])];
  return new Map(
    known.flatMap(({ asset, priceUsd, pricedAtMs }) =>
      priceUsd === null || pricedAtMs === null ? [] : [[asset, { usd: priceUsd, atMs: pricedAtMs }] as const],
    ),
  );
}

/** The price that a coin's amounts count at; null: they count as nothing. */
export function countedPriceUsd(asset: string, prices: CoinPrices): Decimal | null {
  if (asset === SETTLEMENT_ASSET) return dec("1");
  const price = prices.get(asset);
  return price === undefined || price.is === "lost" ? null : dec(price.usd);
}

type HeldCoin = Pick<BoundCoin, "asset" | "qty" | "heldIn">;

export function heldCoins(
  others: readonly AssetBalance[],
  reserves: readonly Reserve[],
): readonly HeldCoin[] {
  return [
    ...others.map(({ asset, qty }) => ({ asset, qty, heldIn: "wallet" as const })),
    ...reserves.map(({ asset, qty }) => ({ asset, qty, heldIn: "reserve" as const })),
  ];
}

export function boundCoins(
  held: readonly HeldCoin[],
  prices: CoinPrices,
  dustUsd: DecimalString,
): readonly BoundCoin[] {
  return held.map(({ asset, qty, heldIn }) => {
    const price = prices.get(asset);
    const coin = { asset, qty, heldIn, priceUsd: price?.usd ?? null, pricedAtMs: price?.atMs ?? null };
    if (asset === SETTLEMENT_ASSET || price?.is === "now") return { ...coin, counts: "now" };
    return { ...coin, counts: price?.is === "last" && !isDust(coin, dustUsd) ? "lastPrice" : "nothing" };
  });
}

/** Whether a coin without a price of now is too little to speak of. */
export function isDust(
  { qty, priceUsd }: Pick<BoundCoin, "qty" | "priceUsd">,
  dustUsd: DecimalString,
): boolean {
  return dec(qty)
    .abs()
    .mul(dec(priceUsd ?? "1"))
    .lte(dec(dustUsd));
}

/** Coins that are priced now, as the NAV shows them. */
export function valuedAssets(coins: readonly BoundCoin[], nowMs: number): readonly ValuedAsset[] {
  return coins
    .filter(({ counts }) => counts === "now")
    .map(({ asset, qty, heldIn, priceUsd, pricedAtMs }) => {
      const usd = priceUsd ?? "1";
      const valueUsd = decimalString(dec(usd).mul(dec(qty)));
      return { asset, qty, heldIn, priceUsd: usd, valueUsd, pricedAtMs: pricedAtMs ?? nowMs };
    });
}
