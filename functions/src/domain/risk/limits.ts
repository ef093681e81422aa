// Limits against use, for people: the same measures that deny, without an order at hand.
import { dec, decimalString } from "#domain/decimal.ts";
import type { Denial, DenialUnit } from "#domain/documents/denial.ts";
import type { RiskState } from "./context.ts";
import { gradeThresholds } from "./drawdown.ts";
import { exposureLimits, totalsOf } from "./exposure.ts";
import { allValued, committedHoldings } from "./holdings.ts";
import { sendsInWindow } from "./order-rate.ts";
import { poolLimits } from "./pool.ts";

export interface LimitUse {
  /** The denial that follows when it is exceeded. */
  readonly code: Denial["code"];
  /** Symbol, tier, bucket or strategy; null for the account. */
  readonly subject: string | null;
  readonly limit: string;
  /** Null: unknown (a price or a document is missing), or a limit of each order rather than of a sum. */
  readonly used: string | null;
  readonly unit: DenialUnit;
  /** `order`: asked of each order alone. */
  readonly of: "account" | "order";
}

/** Every limit that is set. Symbols appear where something is held or on its way. */
export function limitUses(state: RiskState): readonly LimitUse[] {
  return [
    ...exposureUses(state),
    ...poolUses(state),
    ...lossUses(state),
    ...rateUses(state),
    ...orderLimits(state),
  ];
}

function exposureUses(state: RiskState): readonly LimitUse[] {
  const { config, nav } = state;
  const holdings = committedHoldings(state);
  const valued = allValued(holdings);
  const symbols = [...new Set(holdings.map(({ symbol }) => symbol))].toSorted();
  const totals = valued === null ? null : totalsOf(valued);
  return exposureLimits(config, nav, symbols).map(({ code, subject, limit, unit, concerns, sumUsd, use }) => {
    // Another symbol's missing price does not hide this one's use.
    const known = totals ?? totalsOrNull(allValued(holdings.filter(concerns)));
    const used = known === null ? null : use(sumUsd(known));
    return { code, subject, limit, used: used === null ? null : decimalString(used), unit, of: "account" };
  });
}

function totalsOrNull(valued: ReturnType<typeof allValued>): ReturnType<typeof totalsOf> | null {
  return valued === null ? null : totalsOf(valued);
}

function poolUses({ config, control }: RiskState): readonly LimitUse[] {
  return poolLimits(config).map(({ code, subject, limit, counts }) => {
    const used = Object.values(control.slots).filter((slot) => counts(slot.symbol)).length;
    return { code, subject, limit: String(limit), used: String(used), unit: "groups", of: "account" };
  });
}

function lossUses({ config, peak }: RiskState): readonly LimitUse[] {
  const grades = gradeThresholds(config.drawdown).filter(({ grade }) => grade !== "WARN");
  const drawdown = grades.slice(0, 1).map(({ thresholdBps }) => ({
    ...accountWide("DRAWDOWN_EXCEEDED", String(thresholdBps), "bps"),
    used: peak === null ? null : String(peak.drawdownBps),
  }));
  if (config.maxDailyLossUsd === null) return drawdown;
  const lossUsd = peak === null ? null : dec(peak.dayPnlUsd).neg();
  const used = lossUsd === null ? null : decimalString(lossUsd.isNegative() ? dec("0") : lossUsd);
  return [...drawdown, { ...accountWide("DAILY_LOSS_EXCEEDED", config.maxDailyLossUsd, "usd"), used }];
}

function rateUses({ config, control, nowMs }: RiskState): readonly LimitUse[] {
  const used = String(sendsInWindow(control.throttles.orderSentAtMs, nowMs).length);
  return [{ ...accountWide("RATE_LIMIT_EXCEEDED", String(config.maxOrdersPerMinute), "orders"), used }];
}

function orderLimits({ config }: RiskState): readonly LimitUse[] {
  const all = [
    ["NOTIONAL_EXCEEDS_MAX_PER_ORDER", config.maxOrderNotionalUsd, "usd"],
    ["SPREAD_TOO_WIDE", config.maxSpreadBps, "bps"],
    ["PRICE_DEVIATION_EXCEEDED", config.maxPriceDeviationBps, "bps"],
    ["INTENT_EXPIRED", config.maxIntentAgeMs, "ms"],
  ] as const;
  return all.flatMap(([code, limit, unit]) =>
    limit === null
      ? []
      : [{ code, subject: null, limit: String(limit), used: null, unit, of: "order" } as const],
  );
}

function accountWide(code: Denial["code"], limit: string, unit: DenialUnit) {
  return { code, subject: null, limit, unit, of: "account" } as const;
}
