// Protective stops that rest at the venue: placed with an entry, withdrawn with the exit, and stored while somebody else
// changes the control document.
import { PLAIN_CONFIG } from "#test/support/config.ts";
import { ACCOUNT, DEEP } from "../account.ts";
import type { Scenario } from "../scenario.ts";

const MINUTE_MS = 60_000;
const GUARDED = { watchdog: { ...PLAIN_CONFIG.watchdog, protectiveStopBps: 300 } } as const;
const LOOSER = { kind: "config", accountId: ACCOUNT, change: "looser" } as const;

export const stops: readonly Scenario[] = [
  {
    name: "an entry that is guarded by a stop",
    config: GUARDED,
    trial: async (stage) => void (await stage.signal("one")),
  },
  {
    name: "a config that is activated while it is stored that a stop rests",
    config: GUARDED,
    async trial(stage) {
      stage.script({
        matches: ({ subject }) => subject === "STOP_RESTED",
        meanwhile: () => stage.happen(LOOSER),
        count: 1,
      });
      await stage.signal("one");
    },
    mayDiffer: { others: "no config is activated where the stop is learnt of in another commit" },
  },
  {
    name: "a stop that fires, and the reconcile schedule that books its fill",
    config: GUARDED,
    async before(stage) {
      await stage.signal("earlier");
      await stage.run(6_000);
      stage.jump(DEEP, -5);
      await stage.run(6_000);
    },
    trial: (stage) => stage.world.schedules.arrange("reconcile", stage.nowMs + 2 * MINUTE_MS),
    trialMs: 2 * MINUTE_MS,
  },
  {
    name: "closing a position that is guarded by a stop",
    config: GUARDED,
    async before(stage) {
      await stage.signal("earlier");
      await stage.run(6_000);
    },
    trial: async (stage) => void (await stage.signal("close", { action: "close", side: null })),
  },
];
