// Optional limits and protections of a run's accounts, drawn apart from the rest: a seed's other draws stay what they
// were. Tight enough that a run of minutes meets them.
import type { AccountConfig, ProtectionsConfig } from "#domain/documents/config.ts";
import { NO_PROTECTIONS } from "#test/support/config.ts";
import type { Random } from "../engine/random.ts";

type DrawnLimits = Pick<
  AccountConfig,
  | "maxNetExposureUsd"
  | "maxLongExposureUsd"
  | "maxShortExposureUsd"
  | "maxLeverage"
  | "tiers"
  | "buckets"
  | "maxDailyLossUsd"
  | "maxSpreadBps"
  | "protections"
>;

export function drawLimits(random: Random, symbols: readonly string[]): DrawnLimits {
  const some = (low: number, high: number): string | null =>
    random.chance(0.25) ? String(random.int(low, high)) : null;
  const majors = { symbols: symbols.slice(0, 2), maxExposureUsd: "1200", maxOpenGroups: 1 };
  return {
    maxNetExposureUsd: some(600, 3_000),
    maxLongExposureUsd: some(600, 3_000),
    maxShortExposureUsd: some(600, 3_000),
    maxLeverage: some(1, 3),
    tiers: random.chance(0.2) ? { majors } : {},
    buckets: random.chance(0.2) ? { majors: { ...majors, maxOpenGroups: null } } : {},
    maxDailyLossUsd: some(5, 500),
    maxSpreadBps: random.chance(0.2) ? random.int(1, 20) : null,
    protections: random.chance(0.5) ? drawProtections(random) : NO_PROTECTIONS,
  };
}

function drawProtections(random: Random): ProtectionsConfig {
  const duration = () => random.int(10, 120) * 1_000;
  const counted = () => ({
    lookbackMs: duration(),
    tradeLimit: random.int(1, 3),
    stopDurationMs: duration(),
  });
  const maybe = <T>(value: T): T | null => (random.chance(0.5) ? value : null);
  const onlyPerSide = random.chance(0.5);
  return {
    ...NO_PROTECTIONS,
    cooldownPeriod: maybe({ stopDurationMs: duration() }),
    stoplossGuard: maybe({
      ...counted(),
      requiredProfitBps: random.int(-50, 50),
      onlyPerSymbol: random.chance(0.5),
      onlyPerSide,
    }),
    maxDrawdown: maybe({ ...counted(), maxAllowedDrawdownBps: random.int(1, 100) }),
    lowProfitPairs: maybe({ ...counted(), requiredProfitBps: random.int(-50, 50), onlyPerSide }),
    errorBurst: maybe({ windowMs: duration(), limit: random.int(1, 3), stopDurationMs: duration() }),
    vetoCooldownMs: maybe(duration()),
  };
}
