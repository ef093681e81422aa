// The life of a position beyond its first entry: an operator who moves its stop or adopts one that a hand opened, a safety
// entry whose price is reached, and a loser that a winner pays for.
import { groupId } from "#domain/documents/ids.ts";
import { OFFSET } from "#test/support/offset-ground.ts";
import { ACCOUNT, DEEP, OTHER } from "../account.ts";
import type { Scenario } from "../scenario.ts";
import type { Stage } from "../stage.ts";

const MINUTE_MS = 60_000;
/** Longer than an instance stands still: an operator without an answer posts again. */
const OPERATOR_TRIES_AGAIN_MS = 40_000;
/** The engine's taker fee is 5 basis points, and its books are a few wide. */
const PAID_FOR = { ...OFFSET, minLossBps: 200, feeBps: 5, slippageBps: 20, validForMs: 300_000 };
/** Far enough that the loser is one, and the winner pays for all of it. */
const LOSES_PERCENT = -4;
const WINS_PERCENT = 8;
const LADDER = {
  dca: { safetyOrders: 2, deviationBps: 200, stepScale: "1", firstSizeBps: 10_000, volumeScale: "1" },
  pyramid: null,
} as const;
const REACHES_FIRST_PERCENT = -3;
const NEVER_LEFT =
  "an order of the plan that never left is absent only after minutes, and its position is held until then";
const HEALTHY_LOOKS =
  "how many looks of the watchdog are healthy in a row, and so whether it has resumed, depends on how long the trial takes";

async function withPosition(stage: Stage): Promise<void> {
  await stage.signal("earlier");
  await stage.run(6_000);
}

async function withLoserAndWinner(stage: Stage): Promise<void> {
  await withPosition(stage);
  await stage.signal("winner", { symbol: OTHER });
  await stage.run(6_000);
  stage.jump(DEEP, LOSES_PERCENT);
  stage.jump(OTHER, WINS_PERCENT);
  stage.world.fire("nav");
  stage.world.fire("watchdog");
  await stage.run(6_000);
}

export const positions: readonly Scenario[] = [
  {
    name: "a stop that an operator moves",
    before: withPosition,
    trial(stage) {
      const ofGroup = groupId(ACCOUNT, stage.intent("earlier").intentId);
      const move = { kind: "move_stop", groupId: ofGroup, stop: { kind: "bps", bps: 300 } } as const;
      stage.order("move", move);
      stage.after(OPERATOR_TRIES_AGAIN_MS, () => stage.order("move", move));
    },
    trialMs: 2 * MINUTE_MS,
  },
  {
    name: "a position of a hand that an operator adopts",
    async before(stage) {
      stage.happen({ kind: "tradeByHand", accountId: ACCOUNT, symbol: DEEP, side: "BUY", notionalUsd: 500 });
      await stage.run(6_000);
    },
    trial(stage) {
      const adopt = {
        kind: "command",
        accountId: ACCOUNT,
        key: "adopt",
        order: { kind: "adopt", symbol: DEEP, saidShare: 1, hasPlan: true },
        repeated: false,
      } as const;
      stage.happen(adopt);
      stage.after(OPERATOR_TRIES_AGAIN_MS, () => stage.happen(adopt));
    },
    trialMs: 2 * MINUTE_MS,
  },
  {
    name: "a safety entry whose price is reached, and the reconcile schedule that sends it",
    async before(stage) {
      await stage.signal("earlier", { entries: LADDER });
      await stage.run(6_000);
      stage.jump(DEEP, REACHES_FIRST_PERCENT);
    },
    trial: (stage) => stage.world.schedules.arrange("reconcile", stage.nowMs + 2 * MINUTE_MS),
    trialMs: 2 * MINUTE_MS,
  },
  {
    name: "a loser that a winner pays for, begun by the reconcile schedule",
    config: { offset: PAID_FOR },
    before: withLoserAndWinner,
    trial(stage) {
      stage.world.schedules.arrange("watchdog", stage.nowMs + 3 * MINUTE_MS);
      stage.world.schedules.arrange("reconcile", stage.nowMs + 3 * MINUTE_MS);
    },
    trialMs: 3 * MINUTE_MS,
    mayDiffer: { orders: NEVER_LEFT, groups: NEVER_LEFT, alerts: HEALTHY_LOOKS, others: HEALTHY_LOOKS },
  },
];
