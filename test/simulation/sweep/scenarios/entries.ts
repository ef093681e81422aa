// Entries: taken at once, resting, partly filled, refused, too large for the book, and added to an open group.
import { DEEP, OTHER, THIN } from "../account.ts";
import { isNewOrder, type Scenario } from "../scenario.ts";
import type { Stage } from "../stage.ts";

/** Enough to carry a resting order out of the market's reach. */
const AWAY_PERCENT = 2;
const FLOWS = "how much trades with a resting order or a thin book depends on when it gets there";

const rests = (stage: Stage): Promise<unknown> => stage.signal("one", { strategyId: "patient" });

export const entries: readonly Scenario[] = [
  {
    name: "a market entry on a new instance",
    trial: async (stage) => void (await stage.signal("one")),
  },
  {
    name: "a market entry on an instance that has traded before",
    async before(stage) {
      await stage.signal("earlier", { symbol: OTHER, side: "short" });
      await stage.run(5_000);
    },
    trial: async (stage) => void (await stage.signal("one", { symbol: DEEP })),
  },
  {
    name: "an entry that adds to an open group",
    async before(stage) {
      await stage.signal("earlier");
      await stage.run(5_000);
    },
    trial: async (stage) => void (await stage.signal("one", { size: { kind: "navBps", navBps: 40 } })),
  },
  {
    name: "a post-only entry that rests and is then filled",
    config: { workingLimitMs: 60_000 },
    async trial(stage) {
      await rests(stage);
      stage.when(
        () => stage.hasRestingOrder,
        () => stage.after(3_000, () => stage.jump(DEEP, -AWAY_PERCENT)),
      );
    },
  },
  {
    name: "a post-only entry that is filled in part, rests too long and is cancelled",
    async trial(stage) {
      await stage.signal("one", { strategyId: "patient", symbol: THIN });
      stage.when(
        () => stage.hasRestingOrder,
        () => {
          stage.jump(THIN, -0.1);
          stage.after(4_000, () => stage.jump(THIN, AWAY_PERCENT));
        },
      );
    },
    mayDiffer: { orders: FLOWS, groups: FLOWS },
  },
  {
    name: "a post-only entry that rests too long and is cancelled",
    async trial(stage) {
      await rests(stage);
      stage.when(
        () => stage.hasRestingOrder,
        () => stage.jump(DEEP, AWAY_PERCENT),
      );
    },
  },
  {
    name: "a post-only entry that would take and is rejected",
    async trial(stage) {
      // The price falls between the look at the touch and the order's arrival.
      stage.script({ matches: isNewOrder, meanwhile: () => stage.jump(DEEP, -1), count: 1 });
      await rests(stage);
    },
  },
  {
    name: "a market entry that is larger than the book",
    trial: async (stage) => void (await stage.signal("one", { symbol: THIN })),
    mayDiffer: { orders: FLOWS, groups: FLOWS },
  },
  {
    name: "an entry that the venue rejects for want of margin",
    async before(stage) {
      stage.world.exchange.admin("withdraw", { accountId: "a1", amountUsd: 99_990 });
    },
    trial: async (stage) =>
      void (await stage.signal("one", { size: { kind: "notionalUsd", notionalUsd: "4000" } })),
  },
  {
    name: "three entries at once",
    async trial(stage) {
      await stage.signal("one");
      await stage.signal("two", { symbol: OTHER, side: "short" });
      await stage.signal("three", { size: { kind: "qtyBase", qtyBase: "0.004" } });
    },
    mayDiffer: { groups: "the first of two entries in one symbol to be decided opens the group" },
  },
];
