// Which signs of silence share a cause. Sources are the parts that can be silent, causes the faults that silence them.
// Only different causes confirm each other: sources that one fault may silence together count as one, however many they
// are. docs/decisions/0037 has the reasons and docs/runbooks/stale-nav.md the table for people.
import type { WordOf } from "#domain/documents/words.ts";

/** The part that a sign of staleness comes from. */
export const STALE_SOURCES = [
  "nav",
  "navValues",
  "account",
  "marketData",
  "venueClock",
  "executor",
  "reconcile",
] as const;
export type StaleSource = WordOf<typeof STALE_SOURCES>;

/**
 * scheduler: runs NAV and reconcile alike. venue: its answers, our network to it, and its refusals of us; every endpoint
 * can fall silent by one of these. executor: the bus and the functions that carry out intents.
 */
export type StaleCause = "scheduler" | "venue" | "executor";

export const CAUSE_OF: Readonly<Record<StaleSource, StaleCause>> = {
  nav: "scheduler",
  reconcile: "scheduler",
  // A NAV that is written and old: its sources are the venue's answers.
  navValues: "venue",
  account: "venue",
  marketData: "venue",
  venueClock: "venue",
  executor: "executor",
};

/** Independent causes that must be at work before everything is closed for silence. */
export const CAUSES_TO_FLATTEN = 2;

export function causesOf(sources: readonly (StaleSource | null)[]): ReadonlySet<StaleCause> {
  return new Set(sources.flatMap((source) => (source === null ? [] : [CAUSE_OF[source]])));
}
