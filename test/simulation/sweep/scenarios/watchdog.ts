// The watchdog: its minute with and without a position, the groups that it closes, what it takes for a standstill, and
// how reconcile wakes it.

import { mendUnreadable } from "#test/simulation/workload/happen-unreadable.ts";
import { PLAIN_CONFIG } from "#test/support/config.ts";
import { ACCOUNT, OTHER } from "../account.ts";
import type { Scenario } from "../scenario.ts";
import type { Stage } from "../stage.ts";

const MINUTE_MS = 60_000;
const { watchdog } = PLAIN_CONFIG;
const TIGHTER = { kind: "config", accountId: ACCOUNT, change: "tighter" } as const;
const BY_LOOKS =
  "how often the watchdog has looked by then decides which order closes, and what is said of it";

async function withPosition(stage: Stage): Promise<void> {
  await stage.signal("earlier");
  await stage.run(6_000);
}

function arrange(stage: Stage, schedule: "watchdog" | "reconcile" | "nav", minutes: number): void {
  stage.world.schedules.arrange(schedule, stage.nowMs + minutes * MINUTE_MS);
}

export const watchdogs: readonly Scenario[] = [
  {
    name: "five minutes of the watchdog while nothing is held",
    trial: (stage) => arrange(stage, "watchdog", 5),
    trialMs: 5 * MINUTE_MS,
  },
  {
    name: "a minute of the watchdog with an open position",
    before: withPosition,
    trial: (stage) => arrange(stage, "watchdog", 1),
    trialMs: 2 * MINUTE_MS,
  },
  {
    name: "the watchdog closes a group whose time is over",
    config: { watchdog: { ...watchdog, groupTimeLimitMs: 10_000 } },
    before: withPosition,
    // Two looks may be struck; the third one has to do it.
    trial: (stage) => arrange(stage, "watchdog", 3),
    trialMs: 4 * MINUTE_MS,
    mayDiffer: { orders: BY_LOOKS, groups: BY_LOOKS, alerts: BY_LOOKS },
  },
  {
    name: "the watchdog closes a group of which the document cannot be read",
    config: { watchdog: { ...watchdog, groupTimeLimitMs: 10_000 } },
    before: withPosition,
    trial(stage) {
      const durationMs = 60 * MINUTE_MS;
      stage.happen({ kind: "unreadable", accountId: ACCOUNT, which: "group", choice: 0, durationMs });
      arrange(stage, "watchdog", 3);
    },
    trialMs: 4 * MINUTE_MS,
    mend: ({ world }) => mendUnreadable(world),
    mayDiffer: { orders: BY_LOOKS, groups: BY_LOOKS, alerts: BY_LOOKS },
  },
  {
    name: "the watchdog finds an abandoned order, while a config is activated",
    config: { watchdog: { ...watchdog, maxExecutorAgeMs: 5_000 }, workingLimitMs: 20_000 },
    async before(stage) {
      await withPosition(stage);
      stage.script({
        matches: ({ process }) => process.kind === "followUp",
        verdict: { fate: "killBefore" },
        count: Number.POSITIVE_INFINITY,
      });
      await stage.signal("resting", { strategyId: "patient", symbol: OTHER, side: "short" });
      await stage.run(500);
      stage.jump(OTHER, -2);
    },
    trial(stage) {
      stage.script({
        matches: ({ subject }) => subject === "TRADING_REDUCING",
        meanwhile: () => stage.happen(TIGHTER),
        count: 1,
      });
      arrange(stage, "watchdog", 1);
    },
    trialMs: 2 * MINUTE_MS,
    mayDiffer: { orders: BY_LOOKS, groups: BY_LOOKS, alerts: BY_LOOKS },
  },
  {
    name: "a session whose horizon passes while nothing is held, and the reconcile schedule that wakes the watchdog",
    async before(stage) {
      stage.happen({ kind: "tradingState", accountId: ACCOUNT, state: "HALTED" });
      stage.order("start", { kind: "start", horizonAtMs: stage.nowMs + 70_000, stopLossNavUsd: null });
      await stage.run(5_000);
    },
    trial: (stage) => arrange(stage, "reconcile", 2),
    trialMs: 3 * MINUTE_MS,
    mayDiffer: { alerts: BY_LOOKS },
  },
];
