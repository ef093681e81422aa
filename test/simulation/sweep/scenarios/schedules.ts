// The schedules: NAV and its peak and series in every minute of five, sources that fail, the universe, and reconcile
// with what it may find.
import { paths } from "#domain/documents/paths.ts";
import type { ScheduleName } from "#test/simulation/platform/schedules.ts";
import { ACCOUNT, DEEP, OTHER, THIN } from "../account.ts";
import { isNewOrder, type Scenario } from "../scenario.ts";
import type { Stage } from "../stage.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** Into the next minute: one run of each arranged schedule. */
const ONE_MINUTE_MS = 70_000;
/** 23:57. */
const BEFORE_MIDNIGHT_MINUTE = 1_437;
const BROKEN = { broken: true } as const;

function arrange(stage: Stage, schedule: ScheduleName, minutes: number): void {
  stage.world.schedules.arrange(schedule, stage.nowMs + minutes * MINUTE_MS);
}

async function withPosition(stage: Stage): Promise<void> {
  await stage.signal("earlier");
  await stage.run(8_000);
}

/** Six minutes of NAV, so that series, peak and all caches exist; then every instance is gone. */
async function withHistory(stage: Stage): Promise<void> {
  arrange(stage, "nav", 6);
  await stage.run(6 * MINUTE_MS);
  stage.happen({ kind: "killInstances" });
}

function byHand(stage: Stage, symbol: string, side: "BUY" | "SELL", notionalUsd: number): void {
  stage.happen({ kind: "tradeByHand", accountId: ACCOUNT, symbol, side, notionalUsd });
}

export const schedules: readonly Scenario[] = [
  {
    name: "five minutes of NAV with an open position",
    before: withPosition,
    trial: (stage) => arrange(stage, "nav", 5),
    trialMs: 5 * MINUTE_MS,
  },
  {
    name: "NAV across midnight",
    startMinute: BEFORE_MIDNIGHT_MINUTE,
    trial: (stage) => arrange(stage, "nav", 5),
    trialMs: 5 * MINUTE_MS,
  },
  {
    name: "NAV when the venue does not give the balance",
    before: withPosition,
    trial(stage) {
      stage.world.exchange.addFault({
        effect: { kind: "httpError", when: "before", status: 503, body: "" },
        match: { method: "GET", path: ".*/(account|balance)" },
        count: 6,
      });
      arrange(stage, "nav", 2);
    },
    trialMs: 2 * MINUTE_MS,
  },
  {
    name: "NAV with a position in a symbol outside the config",
    config: { symbols: [DEEP, THIN] },
    before: async (stage) => byHand(stage, OTHER, "BUY", 500),
    trial: (stage) => arrange(stage, "nav", 2),
    trialMs: 2 * MINUTE_MS,
  },
  {
    name: "NAV while the control document cannot be read, and once it can",
    async before(stage) {
      await withHistory(stage);
      const control = stage.read(paths.control(ACCOUNT));
      // Unreadable, and otherwise as it was: what is in it still counts for the books.
      await stage.put(paths.control(ACCOUNT), { ...control, drawdownBaselineId: 0 });
      stage.after(ONE_MINUTE_MS, () => void stage.put(paths.control(ACCOUNT), control));
    },
    trial: (stage) => arrange(stage, "nav", 3),
    trialMs: 3 * MINUTE_MS,
  },
  {
    name: "NAV when the peak is gone and is rebuilt",
    async before(stage) {
      await withHistory(stage);
      await stage.put(paths.peak(ACCOUNT), null);
    },
    trial: (stage) => arrange(stage, "nav", 2),
    trialMs: 2 * MINUTE_MS,
  },
  {
    name: "NAV when the peak cannot be read",
    async before(stage) {
      await withHistory(stage);
      await stage.put(paths.peak(ACCOUNT), BROKEN);
    },
    trial: (stage) => arrange(stage, "nav", 2),
    trialMs: 2 * MINUTE_MS,
    mend: async (stage) => await stage.put(paths.peak(ACCOUNT), null),
  },
  {
    name: "NAV after the configured symbols have changed",
    startMinute: 2,
    before: async (stage) => stage.happen({ kind: "config", accountId: ACCOUNT, change: "fewerSymbols" }),
    trial: (stage) => arrange(stage, "nav", 3),
    trialMs: 3 * MINUTE_MS,
  },
  {
    name: "NAV when the peak cannot be read and no series is there",
    async before(stage) {
      for (const path of Object.keys(stage.world.store.dump()))
        if (path.startsWith(`accounts/${ACCOUNT}/navSeries/`)) await stage.put(path, null);
      await stage.put(paths.nav(ACCOUNT), null);
      await stage.put(paths.peak(ACCOUNT), BROKEN);
      stage.happen({ kind: "killInstances" });
    },
    trial: (stage) => arrange(stage, "nav", 2),
    trialMs: 2 * MINUTE_MS,
  },
  {
    name: "NAV when the peak is gone and something came and went unseen",
    async before(stage) {
      const moved = { accountId: ACCOUNT, asset: "ETH", qty: "1" };
      stage.world.exchange.admin("deposit", moved);
      stage.world.exchange.admin("withdraw", moved);
      await stage.run(1_000);
      await stage.put(paths.peak(ACCOUNT), null);
      stage.happen({ kind: "killInstances" });
    },
    trial: (stage) => arrange(stage, "nav", 2),
    trialMs: 2 * MINUTE_MS,
  },
  {
    name: "the sweep of every five minutes",
    trial: (stage) => arrange(stage, "telemetry", 1),
    trialMs: ONE_MINUTE_MS,
  },
  {
    name: "a refresh of the universe",
    trial: (stage) => arrange(stage, "universe", 1),
    trialMs: ONE_MINUTE_MS,
  },
  {
    name: "a refresh of the universe that the venue does not answer, when the markets are of hours ago",
    async before(stage) {
      const universe = stage.read(paths.universe("binance-usdm"));
      await stage.put(paths.universe("binance-usdm"), { ...universe, asOfMs: stage.nowMs - 4 * HOUR_MS });
      stage.world.exchange.addFault({
        effect: { kind: "httpError", when: "before", status: 503, body: "" },
        match: { method: "GET", path: ".*/exchangeInfo" },
      });
    },
    trial: (stage) => arrange(stage, "universe", 1),
    trialMs: ONE_MINUTE_MS,
    mayDiffer: { alerts: "a run that stands still until the venue answers again has nothing to tell" },
  },
  {
    name: "reconcile with nothing to do",
    trial: (stage) => arrange(stage, "reconcile", 1),
    trialMs: ONE_MINUTE_MS,
  },
  {
    name: "reconcile after somebody sold half of a position by hand",
    async before(stage) {
      await withPosition(stage);
      byHand(stage, DEEP, "SELL", 200);
    },
    trial: (stage) => arrange(stage, "reconcile", 1),
    trialMs: ONE_MINUTE_MS,
  },
  {
    name: "reconcile after somebody closed a position by hand",
    async before(stage) {
      await withPosition(stage);
      byHand(stage, DEEP, "SELL", 475);
    },
    trial: (stage) => arrange(stage, "reconcile", 1),
    trialMs: ONE_MINUTE_MS,
  },
  {
    name: "reconcile after somebody turned a position around by hand",
    async before(stage) {
      await withPosition(stage);
      byHand(stage, DEEP, "SELL", 1_500);
    },
    trial: (stage) => arrange(stage, "reconcile", 1),
    trialMs: ONE_MINUTE_MS,
  },
  {
    name: "reconcile with an unknown position",
    before: async (stage) => byHand(stage, OTHER, "SELL", 500),
    trial: (stage) => arrange(stage, "reconcile", 1),
    trialMs: ONE_MINUTE_MS,
  },
  {
    name: "reconcile with a signal that was never published",
    // The minute after it is one in which reconcile looks for such signals.
    startMinute: 1,
    before: async (stage) => void (await stage.receive("forgotten")),
    trial: (stage) => arrange(stage, "reconcile", 1),
    trialMs: ONE_MINUTE_MS,
  },
  {
    name: "reconcile with an order whose sender died and an intent that waits",
    async trial(stage) {
      stage.script({ matches: isNewOrder, verdict: { fate: "killBefore" }, count: 1 });
      await stage.signal("one");
      stage.after(1_000, () => void stage.signal("two", { symbol: OTHER, side: "short" }));
      arrange(stage, "reconcile", 2);
    },
    trialMs: 2 * MINUTE_MS,
  },
];
