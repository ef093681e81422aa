// Limits against use in a trader's words: name, both numbers with their unit, and how close the use is to the limit.
import type { DenialCode } from "#domain/documents/denial.ts";
import type { LimitUse } from "#domain/risk/engine.ts";
import { basisPointsOf, formatBps, formatUsd } from "./amount.ts";
import { measured } from "./denial-words.ts";

export interface LimitRow {
  readonly key: string;
  readonly name: string;
  /** `2,520.52 of 5,000.00`; null: the use is not known. */
  readonly text: string | null;
  readonly limitText: string;
  readonly unit: string;
  /** Use in basis points of the limit; null when not known. */
  readonly shareBps: number | null;
  readonly level: LimitLevel;
}

export type LimitLevel = "room" | "close" | "reached" | "unknown";

/** From here on a limit is called close: one more order of usual size may meet it. */
const CLOSE_BPS = 8_000;
const FULL_BPS = 10_000;

const NAMES: Partial<Readonly<Record<DenialCode, (subject: string) => string>>> = {
  SYMBOL_EXPOSURE_EXCEEDED: (subject) => `${subject} exposure`,
  TIER_EXPOSURE_EXCEEDED: (subject) => `Tier ${subject} exposure`,
  BUCKET_EXPOSURE_EXCEEDED: (subject) => `Bucket ${subject} exposure`,
  STRATEGY_EXPOSURE_EXCEEDED: (subject) => `Strategy ${subject} exposure`,
  LONG_EXPOSURE_EXCEEDED: () => "Long exposure",
  SHORT_EXPOSURE_EXCEEDED: () => "Short exposure",
  NET_EXPOSURE_EXCEEDED: () => "Net exposure",
  GROSS_EXPOSURE_EXCEEDED: () => "Gross exposure",
  LEVERAGE_EXCEEDED: () => "Leverage, gross over NAV",
  DAILY_LOSS_EXCEEDED: () => "Loss since 00:00 UTC",
  DRAWDOWN_EXCEEDED: () => "Drawdown until entries stop",
  RATE_LIMIT_EXCEEDED: () => "Orders in the last minute",
  POOL_FULL: () => "Open positions",
  TIER_POOL_FULL: (subject) => `Tier ${subject} open positions`,
  BUCKET_POOL_FULL: (subject) => `Bucket ${subject} open positions`,
  NOTIONAL_EXCEEDS_MAX_PER_ORDER: () => "Largest order",
  SPREAD_TOO_WIDE: () => "Widest spread of bid and ask",
  PRICE_DEVIATION_EXCEEDED: () => "Furthest from the signal’s price",
  INTENT_EXPIRED: () => "Oldest signal that may trade",
};

function nameOf({ code, subject }: LimitUse): string {
  // A limit that this page does not know yet is still shown, by its code.
  return NAMES[code]?.(subject ?? "") ?? [code, subject].filter((part) => part !== null).join(" ");
}

/** A value and the unit that stands beside it, so that columns line up. */
function valueAndUnit(value: string, unit: string | null): readonly [string, string] {
  if (unit === "usd") return [formatUsd(value), "USD"];
  if (unit === "bps") return [formatBps(Number(value)), "%"];
  if (unit === "ratio") return [formatUsd(value), "× NAV"];
  if (unit === "orders" || unit === "groups") return [value, ""];
  return [measured(value, unit), ""];
}

function levelOf(shareBps: number | null): LimitLevel {
  if (shareBps === null) return "unknown";
  return shareBps >= FULL_BPS ? "reached" : shareBps >= CLOSE_BPS ? "close" : "room";
}

function rowOf(use: LimitUse): LimitRow {
  const [limitText, unit] = valueAndUnit(use.limit, use.unit);
  // A limit of zero is reached by definition: it allows nothing.
  const shareBps = use.used === null ? null : (basisPointsOf(use.used, use.limit) ?? FULL_BPS);
  return {
    key: `${use.code} ${use.subject}`,
    name: nameOf(use),
    text: use.used === null ? null : valueAndUnit(use.used, use.unit)[0],
    limitText,
    unit,
    shareBps,
    level: levelOf(shareBps),
  };
}

/** Rows change places in steps of this, so that a stream of small moves does not shuffle what is being read. */
const STEP_BPS = 500;

/** Closest to its limit first; what is unknown before all, because it may be anything. */
export function limitRows(uses: readonly LimitUse[]): readonly LimitRow[] {
  const step = ({ shareBps }: LimitRow): number =>
    shareBps === null ? Number.MAX_SAFE_INTEGER : Math.floor(shareBps / STEP_BPS);
  return uses
    .filter((use) => use.of === "account")
    .map(rowOf)
    .toSorted((a, b) => step(b) - step(a));
}

/** Limits that each order is asked alone: they are not used up. */
export function orderLimitRows(uses: readonly LimitUse[]): readonly LimitRow[] {
  return uses.filter((use) => use.of === "order").map(rowOf);
}
