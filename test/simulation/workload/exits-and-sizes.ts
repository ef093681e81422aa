// Strategies with a plan, with a share of the account as their size, and fitted to caps; and alerts that bring exits and
// sizes of their own, some of them contradictory or on the wrong side of the market. Drawn apart from all else.
import type { StrategyConfig } from "#domain/documents/config.ts";
import type { ExitPlan } from "#domain/documents/exit-plan.ts";
import type { Random } from "../engine/random.ts";
import { FIRST_ITEM_MS, type Item } from "./items.ts";
import type { RunSetup, SimAccount } from "./setup.ts";

const STOP_BPS = [40, 150, 600] as const;

export function withSizes(random: Random, setup: RunSetup): RunSetup {
  return { ...setup, accounts: setup.accounts.map((account) => withSizesOf(random, account)) };
}

function withSizesOf(random: Random, account: SimAccount): SimAccount {
  if (!random.chance(0.4)) return account;
  const strategies = Object.values(account.config.strategies).map((strategy): [string, StrategyConfig] => [
    strategy.strategyId,
    {
      ...strategy,
      fitToCaps: random.chance(0.5),
      repairMissedAlerts: random.chance(0.5),
      entryShare: drawShare(random),
      exits: random.chance(0.4) ? drawPlan(random) : null,
    },
  ]);
  return { ...account, config: { ...account.config, strategies: Object.fromEntries(strategies) } };
}

function drawShare(random: Random): StrategyConfig["entryShare"] {
  return random.pick([
    null,
    null,
    { kind: "navBps", navBps: random.int(20, 200) },
    { kind: "freeBps", freeBps: random.int(20, 400) },
    { kind: "riskBps", riskBps: random.int(1, 15) },
  ] as const);
}

function drawPlan(random: Random): ExitPlan {
  const first = random.int(30, 200);
  return {
    stop: { kind: "bps", bps: random.pick(STOP_BPS) },
    takeProfits: [
      { level: { kind: "bps", bps: first }, shareBps: 4_000 },
      { level: { kind: "bps", bps: first + random.int(10, 300) }, shareBps: 4_000 },
    ],
    breakEvenAfter: random.chance(0.5) ? 1 : null,
    trailing: random.chance(0.3) ? { activationBps: random.int(0, 100), distanceBps: 50 } : null,
    timeLimitMs: random.chance(0.3) ? random.int(30, 200) * 1_000 : null,
  };
}

export function drawSizedAlerts(random: Random, setup: RunSetup): readonly Item[] {
  if (!random.chance(0.4)) return [];
  return Array.from({ length: random.int(1, 5) }, (_none, place) =>
    drawSized(random, setup, `sized-${place}`),
  );
}

function drawSized(random: Random, setup: RunSetup, key: string): Item {
  const hook = random.pick(random.pick(setup.accounts).hooks);
  const { symbol, startPriceUsd } = random.pick(setup.symbols);
  const afterMs = random.int(FIRST_ITEM_MS, setup.trialMs);
  const fields = {
    id: key,
    symbol,
    timenow: new Date(setup.startMs + afterMs - random.int(0, 900)).toISOString(),
    action: random.chance(0.85) ? "open" : "close",
    side: random.pick(["long", "short"]),
    ...drawSize(random),
    ...drawExits(random, Number(startPriceUsd)),
  };
  const alert = { key, hook, body: JSON.stringify(fields) };
  return { afterMs, happening: { kind: "alert", alert } };
}

type Fields = Readonly<Record<string, unknown>>;

function drawSize(random: Random): Fields {
  return random.pick([
    {},
    { notionalUsd: String(random.pick([150, 900, 4_900, 7_000])) },
    { navBps: random.int(10, 200) },
    { freePct: String(random.int(1, 30) / 10) },
    { riskPct: String(random.int(1, 15) / 100) },
    { riskBps: random.int(1, 15), riskPct: String(random.int(1, 15) / 100) },
  ]);
}

/** A price near the one that the run began with: the market has moved from it, to either side. */
function drawExits(random: Random, startPriceUsd: number): Fields {
  const near = (): string => (startPriceUsd * (1 + random.int(-150, 150) / 10_000)).toFixed(2);
  const stop = random.pick([
    {},
    { stopLossPct: String(random.pick(STOP_BPS) / 100) },
    { stopLossPriceUsd: near() },
    { stopDistanceUsd: (startPriceUsd * random.pick([0.002, 0.01, 0.04])).toFixed(2) },
    { stopLossPct: "1", stopDistanceUsd: "5" },
  ]);
  const profits = random.pick([
    {},
    { takeProfits: "0.4%:40,1.2%:40", breakEvenAfter: "1" },
    { takeProfits: [{ bps: random.int(10, 90), sharePct: 100 }] },
    { takeProfits: `${near()}usd:50` },
    { takeProfits: "1R:50,2R:50" },
  ]);
  const rest = random.pick([{}, { trailingPct: "0.5" }, { timeLimitMinutes: String(random.int(1, 3)) }]);
  return { ...stop, ...profits, ...rest };
}

/** Of one step of a strategy, in USD: several of them stay below the largest order. */
const STEP_USD = 300;
const MISSED = 0.25;

/** Pine strategies that state their positions, alert by alert; some alerts never leave. */
export function drawTargets(random: Random, setup: RunSetup): readonly Item[] {
  if (!random.chance(0.35)) return [];
  const hook = random.pick(random.pick(setup.accounts).hooks);
  const { symbol, startPriceUsd, stepSize } = random.pick(setup.symbols);
  const lots = Math.round(STEP_USD / Number(startPriceUsd) / Number(stepSize));
  const sizeOf = (steps: number): string => (Math.abs(steps) * lots * Number(stepSize)).toFixed(6);
  const sideOf = (steps: number): string => (steps === 0 ? "flat" : steps > 0 ? "long" : "short");
  const items: Item[] = [];
  let [before, afterMs] = [0, FIRST_ITEM_MS];
  for (let alert = random.int(2, 7); alert > 0; alert -= 1) {
    const now = random.pick([-3, -2, -1, 0, 1, 2, 3].filter((steps) => steps !== before) as [number]);
    afterMs += random.int(500, 40_000);
    const key = `target-${alert}`;
    const fields = {
      id: key,
      symbol,
      sizeFrom: "target",
      timenow: new Date(setup.startMs + afterMs - random.int(0, 900)).toISOString(),
      orderAction: now > before ? "buy" : "sell",
      marketPosition: sideOf(now),
      marketPositionSize: sizeOf(now),
      prevMarketPosition: sideOf(before),
      prevMarketPositionSize: sizeOf(before),
    };
    before = now;
    if (afterMs > setup.trialMs) break;
    if (random.chance(MISSED)) continue;
    items.push({ afterMs, happening: { kind: "alert", alert: { key, hook, body: JSON.stringify(fields) } } });
  }
  return items;
}
