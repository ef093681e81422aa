// Rule 3, the venue is right (docs/RULES.md), for the time until it is: how long a position may stand without a stop under it.
// Read from the matching engine's trades and conditional orders. Only the run's own record of its disturbances excuses a
// longer time; the product is not asked.
import { MINUTE_MS } from "../platform/schedules.ts";
import { bareSpans } from "./floors.ts";
import type { Evidence, Invariant } from "./invariant.ts";

/**
 * Whatever a disturbance has spoilt is made good by the next pass over the books, of which there is one a minute, and half a
 * minute later where an instance that died had the account to itself. Measured in 1,400 seeds: 48 s at most.
 */
const LONGEST_BARE_MS = 1.5 * MINUTE_MS;

export const stopsComeInTime: Invariant = {
  rule: 3,
  name: "stopsComeInTime",
  says: "No position that a stop can guard stands without one for longer than a minute and a half in which nothing disturbed the run.",
  watch(evidence) {
    return {
      healed() {
        const { disturbances, setup } = evidence;
        if (disturbances === null) return;
        for (const span of bareSpans(evidence.exchange, evidence.nowMs())) {
          const { accountId, symbol, lots, sinceMs } = span;
          const free = disturbances.longestFree(span);
          const freeMs = free.untilMs - free.sinceMs;
          if (!asksForStops(evidence, accountId) || freeMs <= LONGEST_BARE_MS) continue;
          evidence.fail(
            `${lots} lots of ${symbol} of ${accountId} had no whole stop from ${sinceMs - setup.startMs} ms on, ${freeMs} ms of it undisturbed`,
          );
        }
      },
    };
  },
};

/** By the config that the run began with: no item of the workload changes this field. */
function asksForStops({ setup }: Evidence, accountId: string): boolean {
  const account = setup.accounts.find(({ profile }) => profile.accountId === accountId);
  return account?.profile.mode === "paper" && account.config.watchdog.protectiveStopBps !== null;
}
