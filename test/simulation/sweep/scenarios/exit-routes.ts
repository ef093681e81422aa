// Exits of the routing `maker`: one that rests until its time is over and takes within its bound, one that would take, one that has
// to take at any price, and one that another exit hurries.
import { DEFAULT_ROUTER } from "#domain/documents/config.ts";
import { plainStrategy } from "#test/support/config.ts";
import { DEEP } from "../account.ts";
import { isNewOrder, type Scenario } from "../scenario.ts";
import type { Stage } from "../stage.ts";

const STRATEGY = "leaving";
const LOOKS =
  "what an exit comes to depends on when its order is looked at, and on whether the venue answered";
const mayDiffer = { orders: LOOKS, groups: LOOKS, alerts: LOOKS };
const config = {
  strategies: {
    [STRATEGY]: plainStrategy(STRATEGY, { orderNotionalUsd: "500", exitRouting: "maker" }),
  },
  router: { ...DEFAULT_ROUTER, exitMakerMs: 4_000 },
} as const;
/** Within the bound: the touch leaves the order of a long behind. */
const BEHIND_PERCENT = -0.05;
const BEYOND_PERCENT = -0.5;

const leaves = (stage: Stage, name = "close") =>
  stage.signal(name, { strategyId: STRATEGY, action: "close", side: null });

async function withPosition(stage: Stage): Promise<void> {
  await stage.signal("earlier", { strategyId: STRATEGY });
  await stage.run(6_000);
}

function leftBehind(stage: Stage): void {
  stage.when(
    () => stage.hasRestingOrder,
    () => stage.jump(DEEP, BEHIND_PERCENT),
  );
}

export const exitRoutes: readonly Scenario[] = [
  {
    name: "an exit that rests, and takes within its bound in the end",
    config,
    before: withPosition,
    async trial(stage) {
      await leaves(stage);
      leftBehind(stage);
    },
    mayDiffer,
  },
  {
    name: "an exit that would take, finds nothing within its bound, and takes at any price",
    config,
    before: withPosition,
    async trial(stage) {
      // The price moves between the look at the touch and the order's arrival: up, so that it takes, then far down.
      let sent = 0;
      stage.script({
        matches: isNewOrder,
        meanwhile: () => {
          sent += 1;
          stage.jump(DEEP, sent === 1 ? -BEYOND_PERCENT : BEYOND_PERCENT);
        },
        count: 2,
      });
      await leaves(stage);
    },
    mayDiffer,
  },
  {
    name: "a second exit that meets one that rests",
    config,
    before: withPosition,
    async trial(stage) {
      await leaves(stage);
      leftBehind(stage);
      stage.after(2_000, () => void leaves(stage, "again"));
    },
    mayDiffer: { ...mayDiffer, receipts: "the second finds nothing to close where the first was out" },
  },
];
