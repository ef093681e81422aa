// Refuses entries on a NAV or a peak that is stale, missing or unreadable, and on a NAV and a peak of two baselines;
// and intents past their time. The touch has its own checks (touch.ts).
import type { Denial } from "#domain/documents/denial.ts";
import type { Nav, Peak } from "#domain/documents/nav.ts";
import type { Intent } from "#domain/documents/signal.ts";
import { denial, type RiskCheck } from "./context.ts";

export const navFresh: RiskCheck = ({ nav, config, nowMs }) => {
  if (nav === null || nav.navUsd === null || nav.asOfMs === null) return denial("NAV_MISSING");
  const ageMs = nowMs - nav.asOfMs;
  if (ageMs <= config.maxNavAgeMs && !nav.stale) return null;
  return denial("NAV_STALE", { limit: String(config.maxNavAgeMs), actual: String(ageMs), unit: "ms" });
};

export const peakFresh: RiskCheck = ({ peak, nav, config, nowMs }) => {
  if (peak === null) return denial("PEAK_MISSING");
  const ageMs = nowMs - peak.asOfMs;
  const limits = { limit: String(config.maxPeakAgeMs), actual: String(ageMs), unit: "ms" } as const;
  return [
    ...(ageMs <= config.maxPeakAgeMs ? [] : [denial("PEAK_STALE", limits)]),
    ...ofOtherBaseline(peak, nav),
  ];
};

/**
 * A drawdown from the peak of other books says nothing about this NAV. A NAV without a baseline matches none.
 */
function ofOtherBaseline({ baselineId: actual }: Peak, nav: Nav | null): readonly Denial[] {
  // Without a value that is another check's denial.
  if (nav === null || nav.navUsd === null) return [];
  const limit = nav.baseline?.baselineId ?? null;
  return actual === limit ? [] : [denial("PEAK_OF_OTHER_BASELINE", { limit, actual, unit: "baseline" })];
}

/** By the config in force now: one that was made stricter since the signal arrived holds for it too. Entries only. */
export const intentWithinAge: RiskCheck = ({ intent, config, nowMs, queued }) => {
  // In the queue it has a validity of its own (queued.ts).
  if (queued !== null) return null;
  const ageMs = nowMs - intent.signalledAtMs;
  // Past its own expiry it is denied by that.
  if (ageMs <= config.maxIntentAgeMs || nowMs > intent.expiresAtMs) return null;
  return denial("INTENT_EXPIRED", {
    limit: String(config.maxIntentAgeMs),
    actual: String(ageMs),
    unit: "ms",
  });
};

/**
 * How long after its arrival an exit may still be carried out: as long as an incident may last in which nothing can be
 * sent. What was held when it was made is still held then, or it is not carried out at all (supersession.ts).
 */
export const EXIT_VALID_MS = 24 * 3_600_000;

/** Until when a signal may shrink exposure. Its age on arrival does not matter: a late exit is still wanted. */
export function exitValidUntilMs({ receivedAtMs, expiresAtMs }: Intent): number {
  return Math.max(expiresAtMs, receivedAtMs + EXIT_VALID_MS);
}

export const exitFresh: RiskCheck = ({ intent, nowMs }) => {
  if (nowMs <= exitValidUntilMs(intent)) return null;
  const actual = String(nowMs - intent.receivedAtMs);
  return denial("INTENT_EXPIRED", { limit: String(EXIT_VALID_MS), actual, unit: "ms" });
};

export const intentFresh: RiskCheck = ({ intent, nowMs, queued }) => {
  if (queued !== null || nowMs <= intent.expiresAtMs) return null;
  const allowedMs = intent.expiresAtMs - intent.signalledAtMs;
  return denial("INTENT_EXPIRED", {
    limit: String(allowedMs),
    actual: String(nowMs - intent.signalledAtMs),
    unit: "ms",
  });
};
