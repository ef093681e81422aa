// Looks that only an incident brings about: proof of an absence, orders that were forgotten or that appear late, strays, an
// account that does not answer, settings that have to be read again, coins that came and went.
import { paths } from "#domain/documents/paths.ts";
import { idTakenByHand } from "#test/simulation/in-our-name.ts";
import { PLAIN_CONFIG } from "#test/support/config.ts";
import { ACCOUNT, DEEP, OTHER } from "../account.ts";
import type { Scenario } from "../scenario.ts";
import type { Stage } from "../stage.ts";

const MINUTE_MS = 60_000;
const { watchdog } = PLAIN_CONFIG;
const LOOK_UP = "/fapi/v1/order";
const ACCOUNT_ANSWER = "/fapi/v3/account";
const STRAY_ID = idTakenByHand(ACCOUNT, 1);
const BY_LOOKS = "which look is the first to have every witness decides what is sent, and what is said of it";
const EVERYTHING = {
  receipts: BY_LOOKS,
  orders: BY_LOOKS,
  groups: BY_LOOKS,
  alerts: BY_LOOKS,
  others: BY_LOOKS,
};

async function withPosition(stage: Stage): Promise<void> {
  await stage.signal("earlier");
  await stage.run(6_000);
}

function arrange(stage: Stage, schedule: "watchdog" | "reconcile" | "nav", minutes: number): void {
  stage.world.schedules.arrange(schedule, stage.nowMs + minutes * MINUTE_MS);
}

function loseOrder(stage: Stage, when: "before" | "after"): void {
  stage.world.exchange.addFault({
    effect: { kind: "reset", when },
    match: { method: "POST", path: LOOK_UP },
    count: 1,
  });
}

/** The look-up by id denies whatever it is asked for. */
function denyLookUps(stage: Stage): void {
  stage.world.exchange.addFault({
    effect: { kind: "venueError", when: "before", status: 400, code: -2013, msg: "Order does not exist." },
    match: { method: "GET", path: `^${LOOK_UP}$` },
  });
}

function silence(stage: Stage, paths: readonly string[]): void {
  for (const path of paths)
    stage.world.exchange.addFault({
      effect: { kind: "httpError", when: "before", status: 503, body: "down" },
      match: { path: `^${path}$` },
    });
}

export const doubts: readonly Scenario[] = [
  {
    name: "an exit that is lost, and the proof that it never arrived",
    before: withPosition,
    async trial(stage) {
      loseOrder(stage, "before");
      await stage.signal("exit", { action: "close", side: null });
      arrange(stage, "reconcile", 4);
    },
    trialMs: 5 * MINUTE_MS,
    mayDiffer: EVERYTHING,
  },
  {
    name: "a resting entry that the venue has forgotten",
    config: { workingLimitMs: 3_600_000 },
    async before(stage) {
      await stage.signal("resting", { strategyId: "patient", symbol: OTHER, side: "short" });
      await stage.run(2_000);
      stage.happen({ kind: "purged", accountId: ACCOUNT });
    },
    trial: (stage) => arrange(stage, "reconcile", 7),
    trialMs: 8 * MINUTE_MS,
    mayDiffer: EVERYTHING,
  },
  {
    name: "an entry that was given up as absent and appears after all",
    async before(stage) {
      loseOrder(stage, "after");
      denyLookUps(stage);
      await stage.signal("lost");
      arrange(stage, "reconcile", 7);
      await stage.run(7 * MINUTE_MS);
      stage.world.exchange.clearFaults();
    },
    trial: (stage) => arrange(stage, "reconcile", 12),
    trialMs: 13 * MINUTE_MS,
    mayDiffer: EVERYTHING,
  },
  {
    name: "a resting order under our name that no book has",
    trial(stage) {
      stage.happen({ kind: "restsByHand", accountId: ACCOUNT, symbol: DEEP, id: STRAY_ID });
      arrange(stage, "reconcile", 2);
    },
    trialMs: 3 * MINUTE_MS,
    mayDiffer: EVERYTHING,
  },
  {
    name: "the same, while the look-up denies it",
    trial(stage) {
      denyLookUps(stage);
      stage.happen({ kind: "restsByHand", accountId: ACCOUNT, symbol: DEEP, id: STRAY_ID });
      arrange(stage, "reconcile", 2);
    },
    trialMs: 3 * MINUTE_MS,
    mayDiffer: EVERYTHING,
  },
  {
    name: "an exit that waits under a halt, and goes out when it is lifted",
    before: withPosition,
    async trial(stage) {
      stage.happen({ kind: "tradingState", accountId: ACCOUNT, state: "HALTED" });
      await stage.signal("exit", { action: "close", side: null });
      stage.after(30_000, () => stage.happen({ kind: "tradingState", accountId: ACCOUNT, state: "ACTIVE" }));
      arrange(stage, "reconcile", 3);
    },
    trialMs: 4 * MINUTE_MS,
    mayDiffer: EVERYTHING,
  },
  {
    name: "settings of the account that have to be read anew",
    before: (stage) => stage.put(paths.venueSettings(ACCOUNT), null),
    trial: (stage) => arrange(stage, "reconcile", 2),
    trialMs: 3 * MINUTE_MS,
    mayDiffer: EVERYTHING,
  },
  {
    name: "a coin that came and went between two NAVs, beside a deposit",
    trial(stage) {
      const { exchange } = stage.world;
      exchange.admin("deposit", { accountId: ACCOUNT, asset: "BNB", qty: "2" });
      exchange.admin("withdraw", { accountId: ACCOUNT, asset: "BNB", qty: "2" });
      exchange.admin("deposit", { accountId: ACCOUNT, amountUsd: "10" });
      arrange(stage, "nav", 2);
    },
    trialMs: 3 * MINUTE_MS,
    mayDiffer: EVERYTHING,
  },
  {
    name: "a position while the account does not answer",
    before: withPosition,
    trial(stage) {
      silence(stage, [ACCOUNT_ANSWER]);
      arrange(stage, "watchdog", 1);
    },
    trialMs: 2 * MINUTE_MS,
    mayDiffer: EVERYTHING,
  },
  {
    name: "a position that nothing values for longer than blindness may last",
    config: { watchdog: { ...watchdog, maxBlindMs: 30_000 } },
    before: withPosition,
    trial(stage) {
      silence(stage, [ACCOUNT_ANSWER, "/fapi/v3/positionRisk", "/fapi/v1/ticker/bookTicker"]);
      arrange(stage, "watchdog", 3);
    },
    trialMs: 4 * MINUTE_MS,
    mayDiffer: EVERYTHING,
  },
];
