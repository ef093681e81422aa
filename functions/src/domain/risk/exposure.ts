// How much may be held: per order, symbol, tier, bucket, strategy, side, net, gross, and against NAV. Each limit is
// written once, as a measure over holdings: the check that denies and the screen that shows use the same one.

import { type Decimal, dec, decimalString } from "#domain/decimal.ts";
import type { AccountConfig } from "#domain/documents/config.ts";
import type { Denial } from "#domain/documents/denial.ts";
import type { Nav } from "#domain/documents/nav.ts";
import { SIDES, type Side } from "#domain/documents/words.ts";
import { denial, type RiskCheck, type RiskContext } from "./context.ts";
import { allValued, type Holding, holdingsOf, netUsd, totalUsd, type ValuedHolding } from "./holdings.ts";
import { touchOf } from "./touch-answer.ts";
import { quantityBelowVenueMaximum } from "./venue-limits.ts";

export interface ExposureLimit {
  readonly code: Denial["code"];
  readonly subject: string | null;
  readonly limit: string;
  readonly unit: "usd" | "ratio";
  /** Whether an entry like this one uses the limit. */
  readonly concerns: (entry: Omit<Holding, "notionalUsd">) => boolean;
  /** Null when NAV is missing, or zero or less. */
  readonly measure: (holdings: readonly ValuedHolding[]) => Decimal | null;
  /** The most that an entry of that side may add; null like the measure. */
  readonly roomUsd: (holdings: readonly ValuedHolding[], side: Side) => Decimal | null;
}

/** Leverage is shown and compared to this many decimals, rounded up: it is never shown smaller than it is. */
const LEVERAGE_DECIMALS = 4;
const ROUND_UP = 0;
const ROUND_DOWN = 1;

type Concerns = ExposureLimit["concerns"];

function sumLimit(
  code: Denial["code"],
  subject: string | null,
  limitUsd: string | null,
  concerns: Concerns,
): readonly ExposureLimit[] {
  if (limitUsd === null) return [];
  const measure = (holdings: readonly ValuedHolding[]) => totalUsd(holdings.filter(concerns));
  const roomUsd: ExposureLimit["roomUsd"] = (holdings) => dec(limitUsd).minus(measure(holdings));
  return [{ code, subject, limit: limitUsd, unit: "usd", concerns, measure, roomUsd }];
}

function setLimits(
  code: "TIER_EXPOSURE_EXCEEDED" | "BUCKET_EXPOSURE_EXCEEDED",
  sets: AccountConfig["tiers"],
): readonly ExposureLimit[] {
  return Object.entries(sets).flatMap(([name, { symbols, maxExposureUsd }]) =>
    sumLimit(code, name, maxExposureUsd, ({ symbol }) => symbols.includes(symbol)),
  );
}

function netLimit(limitUsd: string | null): readonly ExposureLimit[] {
  if (limitUsd === null) return [];
  const measure: ExposureLimit["measure"] = (holdings) => netUsd(holdings).abs();
  const limit = { code: "NET_EXPOSURE_EXCEEDED", subject: null, limit: limitUsd, unit: "usd" } as const;
  const roomUsd: ExposureLimit["roomUsd"] = (holdings, side) =>
    dec(limitUsd).minus(side === "long" ? netUsd(holdings) : netUsd(holdings).neg());
  return [{ ...limit, concerns: () => true, measure, roomUsd }];
}

function leverageLimit(maxLeverage: string | null, nav: Nav | null): readonly ExposureLimit[] {
  if (maxLeverage === null) return [];
  const limit = { code: "LEVERAGE_EXCEEDED", subject: null, limit: maxLeverage, unit: "ratio" } as const;
  const roomUsd: ExposureLimit["roomUsd"] = (holdings) => {
    if (nav === null || nav.navUsd === null || dec(nav.navUsd).lte(0)) return null;
    const most = dec(maxLeverage).toDecimalPlaces(LEVERAGE_DECIMALS, ROUND_DOWN).mul(dec(nav.navUsd));
    return most.minus(totalUsd(holdings));
  };
  return [{ ...limit, concerns: () => true, measure: (holdings) => leverageOf(holdings, nav), roomUsd }];
}

/** Gross exposure over NAV; null without a NAV above zero. */
export function leverageOf(holdings: readonly ValuedHolding[], nav: Nav | null): Decimal | null {
  if (nav === null || nav.navUsd === null || dec(nav.navUsd).lte(0)) return null;
  return totalUsd(holdings).div(dec(nav.navUsd)).toDecimalPlaces(LEVERAGE_DECIMALS, ROUND_UP);
}

/** Every exposure limit of the account; `symbols` are those whose own limit is wanted. */
export function exposureLimits(
  config: AccountConfig,
  nav: Nav | null,
  symbols: readonly string[],
): readonly ExposureLimit[] {
  const sideLimit = (code: Denial["code"], limitUsd: string | null, wanted: Side) =>
    sumLimit(code, null, limitUsd, ({ side }) => side === wanted);
  return [
    ...symbols.flatMap((wanted) =>
      sumLimit(
        "SYMBOL_EXPOSURE_EXCEEDED",
        wanted,
        config.maxSymbolExposureUsd,
        ({ symbol }) => symbol === wanted,
      ),
    ),
    ...setLimits("TIER_EXPOSURE_EXCEEDED", config.tiers),
    ...setLimits("BUCKET_EXPOSURE_EXCEEDED", config.buckets),
    ...Object.values(config.strategies).flatMap(({ strategyId: wanted, maxExposureUsd }) =>
      sumLimit(
        "STRATEGY_EXPOSURE_EXCEEDED",
        wanted,
        maxExposureUsd,
        ({ strategyId }) => strategyId === wanted,
      ),
    ),
    ...sideLimit("LONG_EXPOSURE_EXCEEDED", config.maxLongExposureUsd, "long"),
    ...sideLimit("SHORT_EXPOSURE_EXCEEDED", config.maxShortExposureUsd, "short"),
    ...netLimit(config.maxNetExposureUsd),
    ...sumLimit("GROSS_EXPOSURE_EXCEEDED", null, config.maxGrossExposureUsd, () => true),
    ...leverageLimit(config.maxLeverage, nav),
  ];
}

export const orderNotionalWithinCap: RiskCheck = ({ entry, config, intent }) => {
  if (entry === null || entry.notionalUsd.lte(dec(config.maxOrderNotionalUsd))) return null;
  return denial("NOTIONAL_EXCEEDS_MAX_PER_ORDER", {
    limit: config.maxOrderNotionalUsd,
    actual: decimalString(entry.notionalUsd),
    unit: "usd",
    subject: intent.symbol,
  });
};

export const exposureWithinCaps: RiskCheck = (context) => {
  const { entry, nav, config, intent } = context;
  if (entry === null || nav === null) return null;
  const holdings = holdingsOf(context, touchOf(context.touch));
  const unpriced = holdings.find(({ notionalUsd }) => notionalUsd === null);
  const before = allValued(holdings);
  if (before === null)
    return denial("MARK_MISSING", { unit: "symbol", subject: unpriced?.symbol ?? intent.symbol });
  const { symbol, strategyId } = intent;
  // An entry without a side is denied by another check; here it is counted on both sides, and denied where
  // either would be.
  const sides: readonly Side[] = intent.side === null ? SIDES : [intent.side];
  const wanted = sides.map((side) => ({ symbol, strategyId, side, notionalUsd: entry.notionalUsd }));
  return exposureLimits(config, nav, [symbol]).flatMap((limit) =>
    wanted.flatMap((holding) => exceeded(limit, before, holding) ?? []).slice(0, 1),
  );
};

/** An entry that shrinks a measure already past its limit passes (a short beside too much net long). */
function exceeded(
  limit: ExposureLimit,
  before: readonly ValuedHolding[],
  entry: ValuedHolding,
): Denial | null {
  if (!limit.concerns(entry)) return null;
  const [was, after] = [limit.measure(before), limit.measure([...before, entry])];
  if (was !== null && after !== null && (after.lte(dec(limit.limit)) || after.lt(was))) return null;
  const { code, unit, subject } = limit;
  const actual = after === null ? null : decimalString(after);
  return denial(code, { limit: limit.limit, actual, unit, subject });
}

/** A cap that the entry is over, and the quantity that it leaves. */
interface ExceededCap {
  readonly denial: Denial;
  readonly roomBase: Decimal;
}

/** Every cap that the entry is over and that a smaller one would keep. Empty where its holdings are not known. */
export function exceededCaps(context: RiskContext): readonly ExceededCap[] {
  const { entry, nav, config, intent, market } = context;
  const before = allValued(holdingsOf(context, touchOf(context.touch)));
  if (entry === null || intent.side === null || before === null) return [];
  const { symbol, strategyId, side } = intent;
  const holding = { symbol, strategyId, side, notionalUsd: entry.notionalUsd };
  const inBase = (roomUsd: Decimal) => roomUsd.div(entry.priceUsd);
  const ofExposure = exposureLimits(config, nav, [symbol]).flatMap((limit) => {
    const over = exceeded(limit, before, holding);
    const roomUsd = limit.roomUsd(before, side);
    return over === null || roomUsd === null ? [] : [{ denial: over, roomBase: inBase(roomUsd) }];
  });
  const ofOrder = asList(orderNotionalWithinCap(context)).map((over) => ({
    denial: over,
    roomBase: inBase(dec(config.maxOrderNotionalUsd)),
  }));
  const ofVenue = asList(quantityBelowVenueMaximum(context)).map((over) => ({
    denial: over,
    roomBase: dec(market?.maxMarketQtyBase ?? "0"),
  }));
  return [...ofOrder, ...ofVenue, ...ofExposure];
}

function asList(found: ReturnType<RiskCheck>): readonly Denial[] {
  return found === null ? [] : [found].flat();
}
