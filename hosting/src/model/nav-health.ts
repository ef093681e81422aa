// How fresh the NAV is, and which of its sources failed. The account's own limit decides, the one that stops entries.
import type { Nav } from "#domain/documents/nav.ts";
import { agoText, CLOCK_TOLERANCE_MS, durationText } from "./age.ts";
import { SILENCE_AFTER_MS } from "./connection.ts";
import { listWords } from "./list-words.ts";

export const SOURCES = ["balances", "positions", "marks", "funding", "fees", "fx"] as const;
export type SourceName = (typeof SOURCES)[number];

export interface Freshness {
  readonly stale: boolean;
  /** Why it is stale, as a sentence; null when fresh. */
  readonly reason: string | null;
}

const FRESH: Freshness = { stale: false, reason: null };

/** Age of a value against a limit. A time ahead of this clock is stale: one of the two clocks is wrong. */
export function freshness(what: string, nowMs: number, asOfMs: number, limitMs: number): Freshness {
  const age = nowMs - asOfMs;
  if (age < -CLOCK_TOLERANCE_MS) {
    return { stale: true, reason: `${what} is ${agoText(nowMs, asOfMs)}: check this device’s clock.` };
  }
  if (age > limitMs) {
    return {
      stale: true,
      reason: `${what} is ${durationText(age)} old; the limit is ${durationText(limitMs)}.`,
    };
  }
  return FRESH;
}

export function failedSources(nav: Nav): SourceName[] {
  return SOURCES.filter((name) => !nav.sources[name].ok);
}

/** `maxNavAgeMs` from the account's config; without a config the schedule's own silence limit is the measure. */
export function navFreshness(nav: Nav, nowMs: number, maxNavAgeMs: number | null): Freshness {
  if (nav.navUsd === null || nav.asOfMs === null) {
    return { stale: true, reason: "NAV has never been complete: every source must answer once." };
  }
  if (nav.stale) {
    const failed = failedSources(nav);
    const named = failed.length > 0 ? listWords(failed) : "a source";
    return { stale: true, reason: `NAV stands still since ${agoText(nowMs, nav.asOfMs)}: ${named} failed.` };
  }
  return freshness("NAV", nowMs, nav.asOfMs, maxNavAgeMs ?? SILENCE_AFTER_MS);
}
