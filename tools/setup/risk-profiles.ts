// The numbers of a first config, by risk profile, each with its reason. Limits in dollars are shares of the capital, so
// that one profile fits any account. Pure data; a config is made of it in first-config.ts.

export const PROFILE_NAMES = ["cautious", "balanced", "wide"] as const;
export type ProfileName = (typeof PROFILE_NAMES)[number];

/** capitalBps: a share of the capital, in basis points. */
type ProfileUnit = "capitalBps" | "bps" | "times" | "count" | "minutes";

export interface ProfileNumber {
  readonly unit: ProfileUnit;
  readonly cautious: number;
  readonly balanced: number;
  readonly wide: number;
  readonly why: string;
}

// biome-ignore format: a table is read by its columns
export const PROFILE_NUMBERS = {
  orderNotionalUsd:      row("capitalBps", [200, 500, 1_000], "one entry of a strategy whose alert names no size"),
  maxOrderNotionalUsd:   row("capitalBps", [500, 1_000, 2_500], "largest single order: a typing mistake in an alert stops here"),
  maxSymbolExposureUsd:  row("capitalBps", [1_000, 2_500, 7_500], "held in one symbol, all strategies together"),
  maxGrossExposureUsd:   row("capitalBps", [5_000, 15_000, 30_000], "longs and shorts added up"),
  maxNetExposureUsd:     row("capitalBps", [4_000, 10_000, 20_000], "longs less shorts: the bet on the whole market"),
  maxLongExposureUsd:    row("capitalBps", [4_000, 12_000, 25_000], "all longs"),
  maxShortExposureUsd:   row("capitalBps", [4_000, 12_000, 25_000], "all shorts"),
  maxDailyLossUsd:       row("capitalBps", [100, 300, 600], "entries stop for the UTC day when NAV has fallen by this"),
  maxLeverage:           row("times", [0.6, 1.6, 3.2], "gross exposure over NAV: binds harder as NAV falls"),
  maxOpenGroups:         row("count", [3, 6, 12], "trade ideas open at once"),
  maxOrdersPerMinute:    row("count", [10, 30, 60], "a runaway sender meets this first"),
  maxSpreadBps:          row("bps", [20, 50, 100], "no entry while the book is thinner than this"),
  maxPriceDeviationBps:  row("bps", [100, 200, 300], "no entry when the market has run from the alert's price"),
  drawdownWarnBps:       row("bps", [200, 300, 500], "an alert, nothing else"),
  drawdownReduceBps:     row("bps", [400, 700, 1_200], "only what shrinks exposure"),
  drawdownHaltBps:       row("bps", [600, 1_200, 2_000], "no orders until an operator resumes with a reason"),
  drawdownFlattenBps:    row("bps", [1_000, 2_000, 3_000], "everything is closed"),
  groupStopLossBps:      row("bps", [300, 600, 1_000], "loss of one group at which the watchdog closes it"),
  protectiveStopBps:     row("bps", [500, 1_000, 1_500], "distance of the stop that rests at the venue: the floor when nothing of ours runs"),
  minLiquidationBps:     row("bps", [300, 200, 100], "least distance of that stop from the liquidation price"),
  maxMarginRatioBps:     row("bps", [3_000, 4_000, 5_000], "maintenance margin over collateral at which entries stop"),
  cooldownMinutes:       row("minutes", [15, 5, 1], "no entry in a symbol for so long after a group in it ended"),
  stoplossLockMinutes:   row("minutes", [240, 60, 30], "no entries for so long after three stop-losses within an hour"),
} as const satisfies Readonly<Record<string, ProfileNumber>>;

export type ProfileField = keyof typeof PROFILE_NUMBERS;

function row(
  unit: ProfileUnit,
  [cautious, balanced, wide]: readonly [number, number, number],
  why: string,
): ProfileNumber {
  return { unit, cautious, balanced, wide, why };
}
