// How large an entry is. Quantities round down to the venue's step, so that rounding never raises exposure.
// An entry that cannot be sized is null.

import { ceilToStep, Decimal, dec, floorToStep } from "#domain/decimal.ts";
import type { AccountConfig } from "#domain/documents/config.ts";
import type { Market, Touch } from "#domain/documents/market.ts";
import type { Nav } from "#domain/documents/nav.ts";
import type { Intent } from "#domain/documents/signal.ts";
import type { SizedEntry } from "#domain/risk/context.ts";
import { stopDistanceUsd } from "#domain/risk/exit-levels.ts";
import { wantedSize } from "#domain/risk/wanted-size.ts";
import { boundUsd } from "./route-prices.ts";

const BPS_PER_UNIT = 10_000;

/** Inputs of an entry's size; null where unknown. */
interface SizingGround {
  readonly market: Market | null;
  readonly touch: Touch | null;
  readonly nav: Nav | null;
  /** Of NAV; see domain/risk/free-nav.ts. */
  readonly freeUsd: Decimal | null;
  /** Up to the target that the signal states; null: it states none. */
  readonly missingBase: Decimal | null;
}

/** Longs are valued at the ask, and so are shorts that rest there; a short that takes gets the bid. */
export function sizeEntry(intent: Intent, config: AccountConfig, ground: SizingGround): SizedEntry | null {
  const { market, touch } = ground;
  if (market === null || touch === null || intent.side === null) return null;
  const prices = pricesAt(intent, config, market, touch);
  const wantedBase = wantedQtyBase(intent, config, prices.priceUsd, ground);
  if (wantedBase === null) return null;
  return sizedAt({ ...prices, fitted: null }, floorToStep(wantedBase, dec(market.stepSizeBase)));
}

/**
 * The worst price that an entry may get at the touch, and the lowest at which the venue may value it. One that takes at once is
 * valued at the touch: its bound is for what moves on the way. The venue values a limit order at its own price.
 */
export function pricesAt(
  { side, strategyId }: Pick<Intent, "side" | "strategyId">,
  config: AccountConfig,
  market: Market,
  touch: Touch,
): Pick<SizedEntry, "priceUsd" | "lowestPriceUsd"> {
  const routing = config.strategies[strategyId]?.entryRouting;
  const tick = dec(market.tickSizeUsd);
  const lowestPriceUsd = floorToStep(dec(touch.bidUsd), tick);
  const askUsd = ceilToStep(dec(touch.askUsd), tick);
  const rests = routing === "postOnly" || routing === "maker";
  if (side === "long" && routing === "maker") {
    // Its last step may take up to there.
    const bound = boundUsd("long", dec(touch.askUsd), config.router.boundBps, market);
    return { priceUsd: Decimal.max(askUsd, bound), lowestPriceUsd };
  }
  if (side === "long" || routing === "postOnly") return { priceUsd: askUsd, lowestPriceUsd };
  const bound = boundUsd("short", dec(touch.bidUsd), config.router.boundBps, market);
  const lowest = Decimal.min(lowestPriceUsd, bound);
  if (!rests) return { priceUsd: lowestPriceUsd, lowestPriceUsd: lowest };
  // Tuned, it may begin by taking.
  return { priceUsd: askUsd, lowestPriceUsd: config.router.autotune.mode === "on" ? lowest : lowestPriceUsd };
}

/** The entry with another quantity, at the same prices, and without safety entries. */
export function sizedAt(
  { priceUsd, lowestPriceUsd, fitted }: Pick<SizedEntry, "priceUsd" | "lowestPriceUsd" | "fitted">,
  qtyBase: Decimal,
): SizedEntry {
  const notionalUsd = qtyBase.mul(priceUsd);
  return {
    qtyBase,
    priceUsd,
    lowestPriceUsd,
    fitted,
    ladder: null,
    notionalUsd,
    leastNotionalUsd: qtyBase.mul(lowestPriceUsd),
  };
}

function wantedQtyBase(
  intent: Intent,
  config: AccountConfig,
  priceUsd: Decimal,
  { nav, freeUsd, missingBase }: SizingGround,
): Decimal | null {
  const size = wantedSize(intent, config);
  const navUsd = nav === null || nav.navUsd === null ? null : dec(nav.navUsd);
  switch (size?.kind) {
    case undefined:
      return null;
    case "qtyBase":
      return dec(size.qtyBase);
    case "targetBase":
      return missingBase?.lt(0) ? dec("0") : missingBase;
    case "notionalUsd":
      return dec(size.notionalUsd).div(priceUsd);
    case "navBps":
      return navUsd === null ? null : shareOf(navUsd, size.navBps).div(priceUsd);
    case "freeBps":
      return freeUsd === null ? null : shareOf(freeUsd, size.freeBps).div(priceUsd);
    case "riskBps": {
      const distanceUsd = stopDistanceUsd(intent, config, priceUsd);
      // A stop on the wrong side has its own denial.
      if (navUsd === null || distanceUsd === null || distanceUsd.lte(0)) return null;
      return shareOf(navUsd, size.riskBps).div(distanceUsd);
    }
  }
}

function shareOf(amountUsd: Decimal, bps: number): Decimal {
  return amountUsd.mul(bps).div(BPS_PER_UNIT);
}
