// How much may be held: per order, symbol, tier, bucket, strategy, side, net, gross, and against NAV. Each limit is
// written once, as a measure over holdings: the check that denies and the screen that shows use the same one.

import { Decimal as Dec, type Decimal, dec, decimalString } from "#domain/decimal.ts";
import type { AccountConfig } from "#domain/documents/config.ts";
import type { Denial } from "#domain/documents/denial.ts";
import type { Nav } from "#domain/documents/nav.ts";
import { SIDES, type Side } from "#domain/documents/words.ts";
import { denial, type RiskCheck, type RiskContext, wholeNotionalUsd } from "./context.ts";
import { ladderPlaceable } from "./entry-ladder-check.ts";
import { allValued, committedHoldings, type Holding, totalUsd, type ValuedHolding } from "./holdings.ts";
import { touchOf } from "./touch-answer.ts";
import { quantityBelowVenueMaximum } from "./venue-limits.ts";

export interface ExposureLimit {
  readonly code: Denial["code"];
  readonly subject: string | null;
  readonly limit: string;
  readonly unit: "usd" | "ratio";
  /** Whether an entry like this one uses the limit. */
  readonly concerns: (entry: Omit<Holding, "notionalUsd">) => boolean;
  /** The sum that the limit is about, over the holdings that it concerns. */
  readonly sumUsd: (totals: Totals) => Decimal;
  /** The part of that sum that an entry makes. */
  readonly addedUsd: (entry: ValuedHolding) => Decimal;
  /** The sum as it is held against the limit. Null when it is over NAV, and that is missing, zero or less. */
  readonly use: (sumUsd: Decimal) => Decimal | null;
  /** The most that an entry of that side may add to the sum; null like the use. */
  readonly roomUsd: (sumUsd: Decimal, side: Side) => Decimal | null;
}

/** Holdings with the two sums that most limits are made of: each is added up once, however many limits ask. */
interface Totals {
  readonly holdings: readonly ValuedHolding[];
  readonly longUsd: Decimal;
  readonly shortUsd: Decimal;
}

export function totalsOf(holdings: readonly ValuedHolding[]): Totals {
  const ofSide = (side: Side) => totalUsd(holdings.filter((holding) => holding.side === side));
  return { holdings, longUsd: ofSide("long"), shortUsd: ofSide("short") };
}

/** Leverage is shown and compared to this many decimals, rounded up: it is never shown smaller than it is. */
const LEVERAGE_DECIMALS = 4;
const ROUND_UP = 0;
const ROUND_DOWN = 1;

type SumOf = Pick<ExposureLimit, "concerns" | "sumUsd">;

function sumLimit(
  code: Denial["code"],
  subject: string | null,
  limitUsd: string | null,
  of: SumOf,
): readonly ExposureLimit[] {
  if (limitUsd === null) return [];
  const roomUsd: ExposureLimit["roomUsd"] = (sumUsd) => dec(limitUsd).minus(sumUsd);
  const limit = { code, subject, limit: limitUsd, unit: "usd" } as const;
  return [{ ...limit, ...of, addedUsd: ownNotional, use: itself, roomUsd }];
}

const ownNotional: ExposureLimit["addedUsd"] = ({ notionalUsd }) => notionalUsd;
const itself: ExposureLimit["use"] = (sumUsd) => sumUsd;

/** Those holdings alone. */
function only(concerns: ExposureLimit["concerns"]): SumOf {
  return { concerns, sumUsd: ({ holdings }) => totalUsd(holdings.filter(concerns)) };
}

const ALL: SumOf = { concerns: () => true, sumUsd: ({ longUsd, shortUsd }) => longUsd.plus(shortUsd) };
const OF_SIDE: Readonly<Record<Side, SumOf>> = {
  long: { concerns: ({ side }) => side === "long", sumUsd: ({ longUsd }) => longUsd },
  short: { concerns: ({ side }) => side === "short", sumUsd: ({ shortUsd }) => shortUsd },
};

function setLimits(
  code: "TIER_EXPOSURE_EXCEEDED" | "BUCKET_EXPOSURE_EXCEEDED",
  sets: AccountConfig["tiers"],
): readonly ExposureLimit[] {
  return Object.entries(sets).flatMap(([name, { symbols, maxExposureUsd }]) =>
    sumLimit(
      code,
      name,
      maxExposureUsd,
      only(({ symbol }) => symbols.includes(symbol)),
    ),
  );
}

function netLimit(limitUsd: string | null): readonly ExposureLimit[] {
  if (limitUsd === null) return [];
  const limit = { code: "NET_EXPOSURE_EXCEEDED", subject: null, limit: limitUsd, unit: "usd" } as const;
  return [
    {
      ...limit,
      concerns: () => true,
      sumUsd: ({ longUsd, shortUsd }) => longUsd.minus(shortUsd),
      addedUsd: ({ side, notionalUsd }) => (side === "long" ? notionalUsd : notionalUsd.neg()),
      use: (sumUsd) => sumUsd.abs(),
      roomUsd: (sumUsd, side) => dec(limitUsd).minus(side === "long" ? sumUsd : sumUsd.neg()),
    },
  ];
}

function leverageLimit(maxLeverage: string | null, nav: Nav | null): readonly ExposureLimit[] {
  if (maxLeverage === null) return [];
  const limit = { code: "LEVERAGE_EXCEEDED", subject: null, limit: maxLeverage, unit: "ratio" } as const;
  const roomUsd: ExposureLimit["roomUsd"] = (sumUsd) => {
    if (nav === null || nav.navUsd === null || dec(nav.navUsd).lte(0)) return null;
    const most = dec(maxLeverage).toDecimalPlaces(LEVERAGE_DECIMALS, ROUND_DOWN).mul(dec(nav.navUsd));
    return most.minus(sumUsd);
  };
  return [{ ...limit, ...ALL, addedUsd: ownNotional, use: (sumUsd) => leverageOf(sumUsd, nav), roomUsd }];
}

/** Gross exposure over NAV; null without a NAV above zero. */
export function leverageOf(grossUsd: Decimal, nav: Nav | null): Decimal | null {
  if (nav === null || nav.navUsd === null || dec(nav.navUsd).lte(0)) return null;
  return grossUsd.div(dec(nav.navUsd)).toDecimalPlaces(LEVERAGE_DECIMALS, ROUND_UP);
}

/** Every exposure limit of the account; `symbols` are those whose own limit is wanted. */
export function exposureLimits(
  config: AccountConfig,
  nav: Nav | null,
  symbols: readonly string[],
): readonly ExposureLimit[] {
  return [
    ...symbols.flatMap((wanted) =>
      sumLimit(
        "SYMBOL_EXPOSURE_EXCEEDED",
        wanted,
        config.maxSymbolExposureUsd,
        only(({ symbol }) => symbol === wanted),
      ),
    ),
    ...setLimits("TIER_EXPOSURE_EXCEEDED", config.tiers),
    ...setLimits("BUCKET_EXPOSURE_EXCEEDED", config.buckets),
    ...Object.values(config.strategies).flatMap(({ strategyId: wanted, maxExposureUsd }) =>
      sumLimit(
        "STRATEGY_EXPOSURE_EXCEEDED",
        wanted,
        maxExposureUsd,
        only(({ strategyId }) => strategyId === wanted),
      ),
    ),
    ...sumLimit("LONG_EXPOSURE_EXCEEDED", null, config.maxLongExposureUsd, OF_SIDE.long),
    ...sumLimit("SHORT_EXPOSURE_EXCEEDED", null, config.maxShortExposureUsd, OF_SIDE.short),
    ...netLimit(config.maxNetExposureUsd),
    ...sumLimit("GROSS_EXPOSURE_EXCEEDED", null, config.maxGrossExposureUsd, ALL),
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
  const holdings = committedHoldings(context, touchOf(context.touch));
  const unpriced = holdings.find(({ notionalUsd }) => notionalUsd === null);
  const before = allValued(holdings);
  if (before === null)
    return denial("MARK_MISSING", { unit: "symbol", subject: unpriced?.symbol ?? intent.symbol });
  const { symbol, strategyId } = intent;
  // An entry without a side is denied by another check; here it is counted on both sides, and denied where
  // either would be.
  const sides: readonly Side[] = intent.side === null ? SIDES : [intent.side];
  const notionalUsd = wholeNotionalUsd(entry);
  const wanted = sides.map((side) => ({ symbol, strategyId, side, notionalUsd }));
  const totals = totalsOf(before);
  return exposureLimits(config, nav, [symbol]).flatMap((limit) =>
    wanted.flatMap((holding) => exceeded(limit, totals, holding) ?? []).slice(0, 1),
  );
};

/** An entry that shrinks a measure already past its limit passes (a short beside too much net long). */
function exceeded(limit: ExposureLimit, before: Totals, entry: ValuedHolding): Denial | null {
  if (!limit.concerns(entry)) return null;
  const sumUsd = limit.sumUsd(before);
  const [was, after] = [limit.use(sumUsd), limit.use(sumUsd.plus(limit.addedUsd(entry)))];
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
  const before = allValued(committedHoldings(context, touchOf(context.touch)));
  if (entry === null || intent.side === null || before === null) return [];
  const { symbol, strategyId, side } = intent;
  const holding = { symbol, strategyId, side, notionalUsd: wholeNotionalUsd(entry) };
  // A short gets the bid, which another seller may just have emptied: what it leaves to buy back is worth the ask.
  const touch = touchOf(context.touch);
  const highestUsd = touch === null ? entry.priceUsd : Dec.max(entry.priceUsd, dec(touch.askUsd));
  const inBase = (roomUsd: Decimal) => roomUsd.div(highestUsd);
  const totals = totalsOf(before);
  const ofExposure = exposureLimits(config, nav, [symbol]).flatMap((limit) => {
    const over = exceeded(limit, totals, holding);
    const roomUsd = limit.roomUsd(limit.sumUsd(totals), side);
    // A base takes its ladder along.
    const roomBase = roomUsd === null ? null : inBase(roomUsd).div(entry.ladder?.weight ?? 1);
    return over === null || roomBase === null ? [] : [{ denial: over, roomBase }];
  });
  const ofOrder = asList(orderNotionalWithinCap(context)).map((over) => ({
    denial: over,
    roomBase: inBase(dec(config.maxOrderNotionalUsd)),
  }));
  const ofVenue = asList(quantityBelowVenueMaximum(context)).map((over) => ({
    denial: over,
    roomBase: dec(market?.maxMarketQtyBase ?? "0"),
  }));
  const ofLadder = asList(ladderPlaceable(context))
    .filter(({ code }) => code === "NOTIONAL_EXCEEDS_MAX_PER_ORDER")
    .map((over) => ({
      denial: over,
      roomBase: dec(config.maxOrderNotionalUsd)
        .div(entry.ladder?.largestWeight ?? 1)
        .div(highestUsd),
    }));
  return [...ofOrder, ...ofVenue, ...ofLadder, ...ofExposure];
}

function asList(found: ReturnType<RiskCheck>): readonly Denial[] {
  return found === null ? [] : [found].flat();
}
