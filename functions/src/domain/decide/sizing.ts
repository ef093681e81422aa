// How large an entry is. Rounds down to the venue's step, so that rounding never raises exposure; what cannot be
// sized is null, never a guess.

import { ceilToStep, type Decimal, dec, floorToStep } from "#domain/decimal.ts";
import type { AccountConfig } from "#domain/documents/config.ts";
import type { Market, TopOfBook } from "#domain/documents/market.ts";
import type { Nav } from "#domain/documents/nav.ts";
import type { Intent } from "#domain/documents/signal.ts";
import type { SizedEntry } from "#domain/risk/context.ts";

const BPS_PER_UNIT = 10_000;

/** What an entry is sized on; null for what is not known. */
interface SizingGround {
  readonly market: Market | null;
  readonly mark: TopOfBook | null;
  readonly nav: Nav | null;
}

/** Longs are valued at the ask, and so are shorts that rest there; a short that takes gets the bid. */
export function sizeEntry(
  intent: Intent,
  config: AccountConfig,
  { market, mark, nav }: SizingGround,
): SizedEntry | null {
  if (market === null || mark === null || intent.side === null) return null;
  const rests = config.strategies[intent.strategyId]?.entryRouting === "postOnly";
  const tick = dec(market.tickSizeUsd);
  const bidUsd = floorToStep(dec(mark.bidUsd), tick);
  const askUsd = ceilToStep(dec(mark.askUsd), tick);
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
