// Every brake that is on, with what it holds back and until when: protection locks, vetoes, the venue's ban. The check
// that denies and the screen that counts down read the same list.
import type { ControlState, ProtectionLock, ProtectionName } from "#domain/documents/control.ts";
import type { Denial, DenialCode } from "#domain/documents/denial.ts";
import type { Side } from "#domain/documents/words.ts";
import { denial, type RiskCheck, type RiskContext } from "./context.ts";

/** Null members mean all. */
export interface ActiveCooldown {
  readonly code: DenialCode;
  readonly symbol: string | null;
  readonly side: Side | null;
  readonly strategyId: string | null;
  readonly untilMs: number;
  readonly remainingMs: number;
  /** Why, in words; null where the code says it all. */
  readonly reason: string | null;
}

const LOCK_CODES: Readonly<Record<ProtectionName, DenialCode>> = {
  CooldownPeriod: "PROTECTION_COOLDOWN_PERIOD",
  StoplossGuard: "PROTECTION_STOPLOSS_GUARD",
  MaxDrawdown: "PROTECTION_MAX_DRAWDOWN",
  LowProfitPairs: "PROTECTION_LOW_PROFIT",
  ErrorBurst: "ERROR_BURST",
};

/** A strategy's veto on a symbol: the key of `throttles.vetoedUntilMs`. */
export function vetoKey(strategyId: string, symbol: string): string {
  return `${strategyId}/${symbol}`;
}

/** Cooldowns in force at `nowMs`, longest first. */
export function activeCooldowns(control: ControlState, nowMs: number): readonly ActiveCooldown[] {
  const { venueBannedUntilMs, vetoedUntilMs } = control.throttles;
  const all: readonly Omit<ActiveCooldown, "remainingMs">[] = [
    { ...EVERYTHING, code: "VENUE_BANNED", untilMs: venueBannedUntilMs, reason: null },
    ...control.protections.locks.map(ofLock),
    ...Object.entries(vetoedUntilMs).map(([key, untilMs]) => ofVeto(key, untilMs)),
  ];
  return all
    .filter(({ untilMs }) => nowMs < untilMs)
    .map((each) => ({ ...each, remainingMs: each.untilMs - nowMs }))
    .toSorted((a, b) => b.untilMs - a.untilMs);
}

const EVERYTHING = { symbol: null, side: null, strategyId: null } as const;

function ofLock({ protection, symbol, side, untilMs, reason }: ProtectionLock) {
  return { code: LOCK_CODES[protection], symbol, side, strategyId: null, untilMs, reason };
}

function ofVeto(key: string, untilMs: number) {
  const slash = key.lastIndexOf("/");
  const [strategyId, symbol] = [key.slice(0, slash), key.slice(slash + 1)];
  return { code: "VETO_COOLDOWN", symbol, side: null, strategyId, untilMs, reason: null } as const;
}

/**
 * Denials for the cooldowns that hold this intent back, one a code, each with the longest time that remains.
 */
function cooldownDenials(
  { control, intent, nowMs }: RiskContext,
  isAsked: (code: DenialCode) => boolean,
): readonly Denial[] {
  const holding = activeCooldowns(control, nowMs).filter(
    ({ code, symbol, side, strategyId }) =>
      isAsked(code) &&
      (symbol === null || symbol === intent.symbol) &&
      (side === null || intent.side === null || side === intent.side) &&
      (strategyId === null || strategyId === intent.strategyId),
  );
  return holding
    .filter(({ code }, place) => holding.findIndex((each) => each.code === code) === place)
    .map(({ code, remainingMs, symbol }) =>
      denial(code, { actual: String(remainingMs), unit: "ms", subject: symbol }),
    );
}

/** Protections and the error burst. A venue's ban has its own check, for reductions too. */
export const noProtectionLocks: RiskCheck = (context) =>
  cooldownDenials(context, (code) => code !== "VENUE_BANNED" && code !== "VETO_COOLDOWN");

export const notVetoed: RiskCheck = (context) => cooldownDenials(context, (code) => code === "VETO_COOLDOWN");
