// How large an entry is. Quantities round down to the venue's step, so that rounding never raises exposure.
// An entry that cannot be sized is null.

import { ceilToStep, type Decimal, dec, floorToStep } from "#domain/decimal.ts";
import type { AccountConfig } from "#domain/documents/config.ts";
import type { Market, Touch } from "#domain/documents/market.ts";
import type { Nav } from "#domain/documents/nav.ts";
import type { Intent } from "#domain/documents/signal.ts";
import type { SizedEntry } from "#domain/risk/context.ts";

const BPS_PER_UNIT = 10_000;

/** Inputs of an entry's size; null where unknown. */
interface SizingGround {
  readonly market: Market | null;
  readonly touch: Touch | null;
  readonly nav: Nav | null;
}

/** Longs are valued at the ask, and so are shorts that rest there; a short that takes gets the bid. */
export function sizeEntry(
  intent: Intent,
  config: AccountConfig,
  { market, touch, nav }: SizingGround,
): SizedEntry | null {
  if (market === null || touch === null || intent.side === null) return null;
  const rests = config.strategies[intent.strategyId]?.entryRouting === "postOnly";
  const tick = dec(market.tickSizeUsd);
  const bidUsd = floorToStep(dec(touch.bidUsd), tick);
  const askUsd = ceilToStep(dec(touch.askUsd), tick);
  const priceUsd = intent.side === "long" || rests ? askUsd : bidUsd;
  const wantedBase = wantedQtyBase(intent, config, priceUsd, nav);
  if (wantedBase === null) return null;
  const qtyBase = floorToStep(wantedBase, dec(market.stepSizeBase));
  return { qtyBase, notionalUsd: qtyBase.mul(priceUsd), leastNotionalUsd: qtyBase.mul(bidUsd) };
}

function wantedQtyBase(
  intent: Intent,
  config: AccountConfig,
  priceUsd: Decimal,
  nav: Nav | null,
): Decimal | null {
  switch (intent.size.kind) {
    case "qtyBase":
      return dec(intent.size.qtyBase);
    case "notionalUsd":
      return dec(intent.size.notionalUsd).div(priceUsd);
    case "navBps":
      if (nav === null || nav.navUsd === null) return null;
      return dec(nav.navUsd).mul(intent.size.navBps).div(BPS_PER_UNIT).div(priceUsd);
    case "strategyDefault": {
      const strategy = config.strategies[intent.strategyId];
      return strategy === undefined ? null : dec(strategy.orderNotionalUsd).div(priceUsd);
    }
  }
}
