// The part of NAV that no margin is bound in: NAV less, for everything held or on its way, its value over the leverage that
// its symbol has at the venue. Where a leverage is not known the whole value counts: too little free is the safe side.
import { Decimal, dec } from "#domain/decimal.ts";
import type { Touch } from "#domain/documents/market.ts";
import type { VenueSettings } from "#domain/documents/venue-settings.ts";
import { denial, type RiskCheck, type RiskState } from "./context.ts";
import { allValued, committedHoldings } from "./holdings.ts";
import { touchOf } from "./touch-answer.ts";
import { wantedSize } from "./wanted-size.ts";

/** Never below zero. Null without a NAV, or when something held has no price. */
export function freeNavUsd(
  state: Pick<RiskState, "control" | "nav" | "nowMs">,
  settings: VenueSettings | null,
  touch: Touch | null,
): Decimal | null {
  const { nav } = state;
  const holdings = allValued(committedHoldings(state, touch));
  if (nav === null || nav.navUsd === null || holdings === null) return null;
  const boundUsd = holdings.reduce(
    (sum, { symbol, notionalUsd }) => sum.plus(notionalUsd.div(settings?.symbols[symbol]?.leverage ?? 1)),
    new Decimal(0),
  );
  return Decimal.max(dec(nav.navUsd).minus(boundUsd), 0);
}

/** A share of what is free cannot be counted while something held has no price. */
export const freeNavKnown: RiskCheck = (context) => {
  const { intent, config, touch } = context;
  if (wantedSize(intent, config)?.kind !== "freeBps") return null;
  const unpriced = committedHoldings(context, touchOf(touch)).find(({ notionalUsd }) => notionalUsd === null);
  return unpriced === undefined ? null : denial("MARK_MISSING", { unit: "symbol", subject: unpriced.symbol });
};
