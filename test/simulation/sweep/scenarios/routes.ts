// Entries of the routing `maker`: refused because they would take, followed to their touch until they take within the bound, and
// met by a close between two of their orders.
import { DEFAULT_ROUTER } from "#domain/documents/config.ts";
import { plainStrategy } from "#test/support/config.ts";
import { DEEP } from "../account.ts";
import { isNewOrder, type Scenario } from "../scenario.ts";
import type { Stage } from "../stage.ts";

const STRATEGY = "routed";
const LOOKS =
  "what a route comes to depends on when its orders are looked at, and on whether the venue answered";
const mayDiffer = { orders: LOOKS, groups: LOOKS, alerts: LOOKS };
const config = {
  strategies: {
    [STRATEGY]: plainStrategy(STRATEGY, { orderNotionalUsd: "500", entryRouting: "maker" }),
  },
  router: { ...DEFAULT_ROUTER, makerMs: 8_000 },
  workingLimitMs: 15_000,
} as const;
/** More than the spread, and within the bound: the touch leaves an order behind. */
const BEHIND_PERCENT = 0.06;

const enters = (stage: Stage): Promise<unknown> => stage.signal("one", { strategyId: STRATEGY });

export const routes: readonly Scenario[] = [
  {
    name: "a routed entry that would take twice, and takes within its bound",
    config,
    async trial(stage) {
      // The price falls each time between the look at the touch and the order's arrival.
      stage.script({ matches: isNewOrder, meanwhile: () => stage.jump(DEEP, -0.5), count: 2 });
      await enters(stage);
    },
    mayDiffer,
  },
  {
    name: "a routed entry that follows its touch, and takes within its bound in the end",
    config,
    async trial(stage) {
      await enters(stage);
      stage.when(
        () => stage.hasRestingOrder,
        () => {
          stage.jump(DEEP, BEHIND_PERCENT);
          stage.after(6_000, () => stage.jump(DEEP, BEHIND_PERCENT));
        },
      );
    },
    mayDiffer,
  },
  {
    name: "a close that meets a routed entry",
    config,
    async trial(stage) {
      await enters(stage);
      stage.when(
        () => stage.hasRestingOrder,
        () => {
          stage.jump(DEEP, BEHIND_PERCENT);
          stage.after(
            2_500,
            () => void stage.signal("two", { strategyId: STRATEGY, action: "close", side: null }),
          );
        },
      );
    },
    mayDiffer: { ...mayDiffer, receipts: "a close is denied where nothing of the entry has filled yet" },
  },
];
