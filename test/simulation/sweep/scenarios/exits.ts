// Exits: closing, reducing, and both while an entry rests or another exit is under way.
import { mend } from "#test/simulation/workload/happen.ts";
import { ACCOUNT, DEEP, OTHER } from "../account.ts";
import type { Scenario } from "../scenario.ts";
import type { Stage } from "../stage.ts";

const CLOSE = { action: "close", side: null } as const;
const CLOSE_PATIENT = { ...CLOSE, strategyId: "patient" } as const;
const AWAY_PERCENT = 2;
const WHICH_FIRST = "which of two exits at once gets there first is open; the other finds nothing to close";

async function withPosition(stage: Stage): Promise<void> {
  await stage.signal("earlier");
  await stage.run(6_000);
}

async function withRestingEntry(stage: Stage): Promise<void> {
  await stage.signal("earlier", { strategyId: "patient" });
  await stage.run(500);
  stage.jump(DEEP, AWAY_PERCENT);
}

export const exits: readonly Scenario[] = [
  {
    name: "closing a position",
    before: withPosition,
    trial: async (stage) => void (await stage.signal("close", CLOSE)),
  },
  {
    name: "closing one of two positions",
    async before(stage) {
      await withPosition(stage);
      await stage.signal("other", { symbol: OTHER, side: "short" });
      await stage.run(6_000);
    },
    trial: async (stage) => void (await stage.signal("close", CLOSE)),
  },
  {
    name: "reducing a position by half",
    before: withPosition,
    trial: async (stage) =>
      void (await stage.signal("half", { action: "reduce", side: null, reduceBps: 5_000 })),
  },
  {
    name: "closing a position whose order's answer is lost at the venue",
    before: withPosition,
    async trial(stage) {
      stage.world.exchange.addFault({
        effect: { kind: "reset", when: "after" },
        match: { method: "POST", path: "/fapi/v1/order" },
        count: 1,
      });
      await stage.signal("close", CLOSE);
    },
  },
  {
    name: "closing while the entry still rests",
    config: { workingLimitMs: 300_000 },
    before: withRestingEntry,
    trial: async (stage) => void (await stage.signal("close", CLOSE_PATIENT)),
  },
  {
    name: "closing a position while a second entry rests",
    config: { workingLimitMs: 300_000 },
    async before(stage) {
      await withRestingEntry(stage);
      // The price comes back through it, and goes away again before the next one.
      stage.jump(DEEP, -2 * AWAY_PERCENT);
      await stage.run(6_000);
      await stage.signal("resting", { strategyId: "patient" });
      await stage.run(500);
      stage.jump(DEEP, AWAY_PERCENT);
    },
    trial: async (stage) => void (await stage.signal("close", CLOSE_PATIENT)),
  },
  {
    name: "turning a position round",
    before: withPosition,
    trial: async (stage) => void (await stage.signal("turn", { side: "short" })),
  },
  {
    name: "turning a position round whose closing is not answered at the venue",
    before: withPosition,
    async trial(stage) {
      stage.world.exchange.addFault({
        effect: { kind: "reset", when: "after" },
        match: { method: "POST", path: "/fapi/v1/order" },
        count: 1,
      });
      await stage.signal("turn", { side: "short" });
    },
  },
  {
    name: "closing a position when the universe is broken",
    before: async (stage) => {
      await withPosition(stage);
      stage.happen({ kind: "brokenDocument", accountId: ACCOUNT, which: "universe" });
      stage.happen({ kind: "killInstances" });
    },
    trial: async (stage) => void (await stage.signal("close", CLOSE)),
    mend: async (stage) => await mend(stage.world),
  },
  {
    name: "closing and reducing at once",
    before: withPosition,
    async trial(stage) {
      await stage.signal("half", { action: "reduce", side: null, reduceBps: 5_000 });
      await stage.signal("close", CLOSE);
    },
    mayDiffer: { receipts: WHICH_FIRST, orders: WHICH_FIRST, alerts: WHICH_FIRST },
  },
  {
    name: "closing while it is not known whether the entry was taken",
    async trial(stage) {
      stage.world.exchange.addFault({
        effect: { kind: "reset", when: "before" },
        match: { method: "POST", path: "/fapi/v1/order" },
        count: 1,
      });
      await stage.signal("one");
      stage.after(500, () => void stage.signal("close", CLOSE));
    },
    mayDiffer: {
      receipts: "the close may come before the entry was decided, and then finds nothing to close",
      orders: "the close may come before the entry was decided, and then finds nothing to close",
      groups: "the close may come before the entry was decided, and then finds nothing to close",
    },
  },
];
