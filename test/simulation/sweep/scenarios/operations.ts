// The operator's hand in the middle of things: a new config, a halt, a state in which only reductions may go.
import type { PortCall } from "#test/simulation/ports/gate.ts";
import { ACCOUNT, OTHER } from "../account.ts";
import { isNewOrder, type Scenario } from "../scenario.ts";

const isStoring = (call: PortCall): boolean => call.subject === "ORDER_STORED";
const CLOSE = { action: "close", side: null } as const;
const HALT = { kind: "tradingState", accountId: ACCOUNT, state: "HALTED" } as const;
const TIGHTER = { kind: "config", accountId: ACCOUNT, change: "tighter" } as const;
const IN_TIME = "an order that is struck may still be on its way when the operator's word comes";
const UNWATCHED = "no watchdog runs here, which is told of only while something is held";
/** Shortly before a trial ends. */
const LATEST_WORD_MS = 70_000;

const NEVER_SENT =
  "an entry whose sender dies before its request is never sent, so nothing is activated beside that";

export const operations: readonly Scenario[] = [
  {
    name: "a config that is activated between two entries",
    async before(stage) {
      await stage.signal("earlier", { symbol: OTHER, side: "short" });
      await stage.run(5_000);
      stage.happen({ kind: "config", accountId: ACCOUNT, change: "looser" });
    },
    trial: async (stage) => void (await stage.signal("one")),
  },
  {
    name: "a config that is activated while an order is being stored",
    async trial(stage) {
      stage.script({ matches: isStoring, meanwhile: () => stage.happen(TIGHTER), count: 1 });
      await stage.signal("one");
    },
    mayDiffer: { receipts: IN_TIME, orders: IN_TIME, groups: IN_TIME },
  },
  {
    name: "a config that is activated while an order is being sent",
    async trial(stage) {
      stage.script({ matches: isNewOrder, meanwhile: () => stage.happen(TIGHTER), count: 1 });
      await stage.signal("one");
    },
    mayDiffer: { others: NEVER_SENT },
  },
  {
    name: "a halt while an order is being stored",
    async trial(stage) {
      stage.script({ matches: isStoring, meanwhile: () => stage.happen(HALT), count: 1 });
      await stage.signal("one");
    },
    mayDiffer: { receipts: IN_TIME, orders: IN_TIME, groups: IN_TIME },
  },
  {
    name: "a halt while an order is being sent",
    async trial(stage) {
      stage.script({ matches: isNewOrder, meanwhile: () => stage.happen(HALT), count: 1 });
      // An unsent order brings no halt, so the operator's word comes by itself.
      stage.after(LATEST_WORD_MS, () => stage.happen(HALT));
      await stage.signal("one");
    },
    mayDiffer: { receipts: IN_TIME, orders: IN_TIME, groups: IN_TIME, alerts: UNWATCHED },
  },
  {
    name: "an entry that meets instances of another environment, until they are gone",
    async trial(stage) {
      stage.world.misconfigured = 1;
      await stage.signal("one");
      stage.after(15_000, () => {
        stage.world.misconfigured = 0;
        stage.happen({ kind: "killInstances" });
      });
    },
  },
  {
    name: "closing while only reductions may go",
    async before(stage) {
      await stage.signal("earlier");
      await stage.run(6_000);
      stage.happen({ kind: "tradingState", accountId: ACCOUNT, state: "REDUCING" });
    },
    trial: async (stage) => void (await stage.signal("close", CLOSE)),
  },
];
