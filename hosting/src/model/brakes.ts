// Brakes that hold entries back now and for how long, and those that stand ready. The list of active ones is
// the engine's own, the one that denies; the order rate is added because it ends by itself too.
import type { AccountConfig, ProtectionsConfig } from "#domain/documents/config.ts";
import type { ControlState } from "#domain/documents/control.ts";
import type { DenialCode } from "#domain/documents/denial.ts";
import type { ActiveCooldown } from "#domain/risk/engine.ts";
import { durationText } from "./age.ts";
import { formatBps } from "./amount.ts";

export interface Brake {
  readonly key: string;
  readonly name: string;
  /** Scope of the brake: `all entries`, `BTCUSDT long`. */
  readonly holds: string;
  readonly untilMs: number;
  readonly reason: string | null;
  /** Whether the command “clear cooldowns” lifts it. */
  readonly clearable: boolean;
}

const NAMES: Partial<Readonly<Record<DenialCode, string>>> = {
  VENUE_BANNED: "Venue ban",
  ERROR_BURST: "Error burst",
  VETO_COOLDOWN: "Veto",
  PROTECTION_COOLDOWN_PERIOD: "CooldownPeriod",
  PROTECTION_STOPLOSS_GUARD: "StoplossGuard",
  PROTECTION_MAX_DRAWDOWN: "MaxDrawdown",
  PROTECTION_LOW_PROFIT: "LowProfitPairs",
};

const REASONS: Partial<Readonly<Record<DenialCode, string>>> = {
  VENUE_BANNED: "The venue refuses our requests; closing must wait too",
  VETO_COOLDOWN: "Just denied; the strategy may ask again after this",
};

function holdsWords({ code, symbol, side, strategyId }: ActiveCooldown): string {
  if (code === "VENUE_BANNED") return "every request";
  const what = [symbol, side].filter((part) => part !== null).join(" ");
  const entries = what === "" ? "all entries" : `${what} entries`;
  return strategyId === null ? entries : `${entries} of ${strategyId}`;
}

/** A sent order counts against the rate for this long. */
const RATE_WINDOW_MS = 60_000;

function orderRateBrake(config: AccountConfig, control: ControlState, nowMs: number): Brake[] {
  const sends = control.throttles.orderSentAtMs.filter((atMs) => nowMs - atMs < RATE_WINDOW_MS);
  const { maxOrdersPerMinute } = config;
  const freed = sends[sends.length - maxOrdersPerMinute];
  if (freed === undefined) return [];
  return [
    {
      key: "order-rate",
      name: "Order rate",
      holds: "all entries",
      untilMs: freed + RATE_WINDOW_MS,
      reason: `${sends.length} of ${maxOrdersPerMinute} orders in the last minute`,
      clearable: false,
    },
  ];
}

/** Brakes that are on, longest first. */
export function activeBrakes(
  cooldowns: readonly ActiveCooldown[],
  config: AccountConfig,
  control: ControlState,
  nowMs: number,
): readonly Brake[] {
  const held = cooldowns.map(
    (one): Brake => ({
      key: `${one.code} ${one.strategyId} ${one.symbol} ${one.side} ${one.untilMs}`,
      name: NAMES[one.code] ?? one.code,
      holds: holdsWords(one),
      untilMs: one.untilMs,
      reason: one.reason ?? REASONS[one.code] ?? null,
      clearable: one.code !== "VENUE_BANNED",
    }),
  );
  return [...held, ...orderRateBrake(config, control, nowMs)].toSorted((a, b) => b.untilMs - a.untilMs);
}

export interface Standby {
  readonly name: string;
  /** Trigger and length of the brake; null: switched off. */
  readonly rule: string | null;
}

type Set<Name extends keyof ProtectionsConfig> = Exclude<ProtectionsConfig[Name], null>;

const scope = (perSymbol: boolean, perSide: boolean): string =>
  `${perSymbol ? " of a symbol" : ""}${perSide ? " on one side" : ""}`;

const stoplossGuard = (set: Set<"stoplossGuard">): string =>
  `after ${set.tradeLimit} stop-losses${scope(set.onlyPerSymbol, set.onlyPerSide)} within ${durationText(set.lookbackMs)}, for ${durationText(set.stopDurationMs)}`;

const maxDrawdown = (set: Set<"maxDrawdown">): string =>
  `when ${set.tradeLimit} or more positions closed within ${durationText(set.lookbackMs)} drew down ${formatBps(set.maxAllowedDrawdownBps)} %, for ${durationText(set.stopDurationMs)}`;

const lowProfit = (set: Set<"lowProfitPairs">): string =>
  `a symbol whose ${set.tradeLimit} or more positions${scope(false, set.onlyPerSide)} within ${durationText(set.lookbackMs)} earned below ${formatBps(set.requiredProfitBps, true)} %, for ${durationText(set.stopDurationMs)}`;

/** Every protection that exists, whether it is armed and by which rule. */
export function standbys({ protections }: AccountConfig, control: ControlState, nowMs: number): Standby[] {
  const { errorBurst, cooldownPeriod, vetoCooldownMs } = protections;
  const failed =
    errorBurst === null
      ? 0
      : control.throttles.errorAtMs.filter((atMs) => nowMs - atMs < errorBurst.windowMs).length;
  const rule = <T>(set: T | null, words: (set: T) => string): string | null =>
    set === null ? null : words(set);
  return [
    {
      name: "CooldownPeriod",
      rule: rule(
        cooldownPeriod,
        (set) => `a symbol after each close, for ${durationText(set.stopDurationMs)}`,
      ),
    },
    { name: "StoplossGuard", rule: rule(protections.stoplossGuard, stoplossGuard) },
    { name: "MaxDrawdown", rule: rule(protections.maxDrawdown, maxDrawdown) },
    { name: "LowProfitPairs", rule: rule(protections.lowProfitPairs, lowProfit) },
    {
      name: "Error burst",
      rule: rule(
        errorBurst,
        (set) =>
          `after ${set.limit} failed sends within ${durationText(set.windowMs)} (now ${failed}), for ${durationText(set.stopDurationMs)}`,
      ),
    },
    {
      name: "Veto",
      rule: rule(vetoCooldownMs, (ms) => `a strategy’s symbol after each denial, for ${durationText(ms)}`),
    },
  ];
}
