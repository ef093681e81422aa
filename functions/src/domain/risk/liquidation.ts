// The mark price at which the venue takes a position over, by its documented formula: collateral plus profit equals
// maintenance margin, which grows with the position's value bracket by bracket. And the check built on it: a position's stop
// has to come before that price.
import { type Decimal, dec, decimalString } from "#domain/decimal.ts";
import type { AccountConfig } from "#domain/documents/config.ts";
import type { Denial } from "#domain/documents/denial.ts";
import type { StopLevel } from "#domain/documents/exit-plan.ts";
import type { Nav } from "#domain/documents/nav.ts";
import type { Intent } from "#domain/documents/signal.ts";
import type { MarginBracket, SymbolSettings } from "#domain/documents/venue-settings.ts";
import type { Side } from "#domain/documents/words.ts";
import { denial, type RiskCheck, type RiskContext, type SizedEntry, wholeNotionalUsd } from "./context.ts";
import type { Ladder } from "./entry-ladder.ts";
import { plannedExits, stopPriceUsd } from "./exit-levels.ts";

const BPS = 10_000;

export interface LiquidationCase {
  readonly side: Side;
  readonly qtyBase: Decimal;
  readonly entryPriceUsd: Decimal;
  /** Without this position's profit and maintenance: what is left for it to lose. */
  readonly collateralUsd: Decimal;
  /** Smallest positions first. */
  readonly brackets: readonly MarginBracket[];
}

/** Zero when no price above zero takes it: a long that the collateral pays for whole. Null without brackets. */
export function liquidationPriceUsd(given: LiquidationCase): Decimal | null {
  const { side, qtyBase, entryPriceUsd, collateralUsd, brackets } = given;
  if (brackets.length === 0) return null;
  const sign = side === "long" ? 1 : -1;
  let floorUsd = dec("0");
  let price: Decimal | null = null;
  for (const [place, bracket] of brackets.entries()) {
    // collateral + sign·q·(p − entry) = q·p·rate − deduction, solved for p.
    const slope = qtyBase.mul(dec(bracket.maintenanceRate).neg().plus(sign));
    price = entryPriceUsd
      .mul(qtyBase)
      .mul(sign)
      .minus(collateralUsd)
      .minus(dec(bracket.deductionUsd))
      .div(slope);
    const valueUsd = price.mul(qtyBase);
    const capUsd = dec(bracket.notionalCapUsd);
    const isLast = place === brackets.length - 1;
    if (valueUsd.lte(floorUsd) || valueUsd.lte(capUsd) || isLast) break;
    floorUsd = capUsd;
  }
  return price === null || price.lt(0) ? dec("0") : price;
}

/** By the venue's brackets; a value beyond the last one counts in the last. */
export function maintenanceUsd(notionalUsd: Decimal, brackets: readonly MarginBracket[]): Decimal {
  const bracket =
    brackets.find(({ notionalCapUsd }) => notionalUsd.lte(dec(notionalCapUsd))) ?? brackets.at(-1);
  if (bracket === undefined) return dec("0");
  return notionalUsd.mul(dec(bracket.maintenanceRate)).minus(dec(bracket.deductionUsd));
}

/** Over the wallet's pool, and over the own pool of an isolated position that the entry adds to. */
export const marginRatioWithinLimit: RiskCheck = ({ nav, config, intent }) => {
  const limit = config.venueAccount.maxMarginRatioBps;
  if (limit === null || nav === null || nav.margin === null) return null;
  const over = nav.margin.find(
    ({ symbol, ratioBps }) => (symbol === null || symbol === intent.symbol) && ratioBps >= limit,
  );
  if (over === undefined) return null;
  return denial("MARGIN_RATIO_EXCEEDED", {
    limit: String(limit),
    actual: String(over.ratioBps),
    unit: "bps",
    subject: over.symbol,
  });
};

/**
 * The stop of the position as it would be after the entry has to come before its liquidation, by the configured distance.
 * Unknown collateral refuses; unknown settings are another check's denial.
 */
export const stopBeforeLiquidation: RiskCheck = (context) => {
  const { intent, config, entry, venueSettings, nav } = context;
  const settings = venueSettings?.symbols[intent.symbol];
  const stop = floorStopOf(intent, config);
  if (stop === null || entry === null || intent.side === null || settings === undefined) return null;
  if (nav === null || nav.navUsd === null) return null;
  const subject = intent.symbol;
  if (nav.margin === null) return denial("STOP_BEYOND_LIQUIDATION", { unit: "usd", subject });
  // With its safety entries the position has another size and average: the stop has to hold before them and after them.
  const sizes = [entry, ...(entry.ladder === null ? [] : [withLadderFilled(entry, entry.ladder)])];
  for (const size of sizes) {
    const after = positionAfter({ ...context, entry: size }, intent.side, nav, settings);
    const found = stopBehind(after, stop, config);
    if (found !== null) return denial("STOP_BEYOND_LIQUIDATION", { ...found, unit: "usd", subject });
  }
  return null;
};

/** Liquidation and stop where the stop would come too late; without figures where that is not known. */
function stopBehind(
  after: LiquidationCase | null,
  stop: StopLevel,
  config: AccountConfig,
): Pick<Denial, "limit" | "actual"> | null {
  const liquidationUsd = after === null ? null : liquidationPriceUsd(after);
  if (after === null || liquidationUsd === null) return { limit: null, actual: null };
  const sign = after.side === "long" ? -1 : 1;
  const stopUsd = stopPriceUsd(stop, after.side, after.entryPriceUsd);
  const keptUsd = after.entryPriceUsd.mul(config.venueAccount.minLiquidationDistanceBps).div(BPS);
  const lastUsd = liquidationUsd.minus(keptUsd.mul(sign));
  if (after.side === "long" ? stopUsd.gte(lastUsd) : stopUsd.lte(lastUsd)) return null;
  return {
    limit: decimalString(liquidationUsd.toDecimalPlaces(8)),
    actual: decimalString(stopUsd.toDecimalPlaces(8)),
  };
}

function withLadderFilled(entry: SizedEntry, { steps }: Ladder): SizedEntry {
  const qtyBase = steps.reduce((sum, step) => sum.plus(step.qtyBase), entry.qtyBase);
  return { ...entry, qtyBase, notionalUsd: wholeNotionalUsd(entry) };
}

/** The account's own stop, which lies beneath every plan; where there is none, the plan's. */
function floorStopOf(intent: Intent, config: AccountConfig): StopLevel | null {
  const { protectiveStopBps } = config.watchdog;
  if (protectiveStopBps !== null) return { kind: "bps", bps: protectiveStopBps };
  return plannedExits(intent, config)?.stop ?? null;
}

/** The position with the entry filled at its worst price. Null when its collateral is not known. */
function positionAfter(
  { entry, intent }: RiskContext,
  side: Side,
  nav: Nav,
  { marginType, leverage, brackets }: SymbolSettings,
): LiquidationCase | null {
  if (entry === null || nav.margin === null) return null;
  const held = nav.positions.find((position) => position.symbol === intent.symbol && position.side === side);
  const heldCostUsd = held === undefined ? dec("0") : dec(held.entryPriceUsd).mul(dec(held.qtyBase));
  const profitUsd = dec(held?.unrealizedPnlUsd ?? "0");
  const qtyBase = entry.qtyBase.plus(dec(held?.qtyBase ?? "0"));
  const entryPriceUsd = entry.notionalUsd.plus(heldCostUsd).div(qtyBase);
  const own = nav.margin.find(({ symbol }) => symbol === intent.symbol);
  const wallet = nav.margin.find(({ symbol }) => symbol === null);
  if (marginType === "isolated") {
    const setAsideUsd = own === undefined ? dec("0") : dec(own.balanceUsd).minus(profitUsd);
    const collateralUsd = setAsideUsd.plus(entry.notionalUsd.div(leverage));
    return { side, qtyBase, entryPriceUsd, collateralUsd, brackets };
  }
  if (wallet === undefined) return null;
  const ownMaintenanceUsd = maintenanceUsd(dec(held?.notionalUsd ?? "0"), brackets);
  const collateralUsd = dec(wallet.balanceUsd)
    .minus(profitUsd)
    .minus(dec(wallet.maintenanceUsd))
    .plus(ownMaintenanceUsd);
  return { side, qtyBase, entryPriceUsd, collateralUsd, brackets };
}
