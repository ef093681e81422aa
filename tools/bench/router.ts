// Costs of an entry by the way in which it is sent: the same signals at the same moments of the same market, taken at once, resting
// for ever, resting and given up, and by the router. Measured at the matching engine: prices and fees of its trades.
// Beside it stands what autotune makes of the router's entries in shadow, by the same telemetry as in production.
// The model's limits: a resting order has no queue before it, and an order moves the market only by the depth that it takes.

import { executeIntent } from "#app/execution";
import { followUpAccount } from "#app/reconcile";
import { foldTelemetry } from "#app/telemetry";
import type { EntryRouting } from "#domain/documents/config.ts";
import type { ControlState } from "#domain/documents/control.ts";
import { paths } from "#domain/documents/paths.ts";
import type { Receipt } from "#domain/documents/signal.ts";
import type { Tuning } from "#domain/documents/tuning.ts";
import type { Side } from "#domain/documents/words.ts";
import type { RouterTelemetry } from "#domain/telemetry/router-telemetry.ts";
import { PLAIN_CONFIG, plainStrategy } from "#test/support/config.ts";
import {
  ACCOUNT,
  createWorld,
  givenIntent,
  type Instance,
  messageOf,
  profile,
  type World,
} from "#test/support/world.ts";
import { tuningHistoryLines } from "#tools/target/tuning-lines.ts";
import type { Measurement } from "./run.ts";

const SIGNALS = 60;
const SEED = 17;
/** The part that has not filled by then is bought at the touch of that moment: a strategy of minutes has moved on. */
const HORIZON_MS = 120_000;
const BETWEEN_MS = 60_000;
const GIVEN_UP_AFTER_MS = 60_000;
/** An order counts seven minutes after its end, in one minute of five. */
const LAST_MINUTES = 15;
const FOR_EVER_MS = 86_400_000;
/** The venue's published fee of a taker without discounts. */
const TAKER_FEE_BPS = 5;
const BPS_PER_UNIT = 10_000;
const E8 = 1e8;
/** 95 of 100 intervals of this many standard errors hold the mean. */
const Z_95 = 1.96;
const UNLIMITED_USD = "1000000000";

interface Market {
  readonly name: string;
  readonly symbol: string;
  readonly regime: string;
  readonly orderNotionalUsd: string;
  /** Moves the price after the signal, by percent; null: it goes its own way. */
  readonly gapPercent: number | null;
  /** Whether every gap goes away from the entry; else half of them come to it. */
  readonly isAlwaysAway?: boolean;
}

const DEEP = { symbol: "BTCUSDT", orderNotionalUsd: "10000" } as const;

const MARKETS: readonly Market[] = [
  { ...DEEP, name: "calm", regime: "calm", gapPercent: null },
  { ...DEEP, name: "trending", regime: "trend", gapPercent: null },
  { ...DEEP, name: "volatile", regime: "volatile", gapPercent: null },
  // An order of several levels of its book.
  { symbol: "LTCUSDT", orderNotionalUsd: "200000", name: "thin", regime: "calm", gapPercent: null },
  { ...DEEP, name: "gaps of 0.1 %", regime: "calm", gapPercent: 0.1 },
  { ...DEEP, name: "gaps of 0.4 %", regime: "calm", gapPercent: 0.4 },
  { ...DEEP, name: "gaps of 0.1 %, always away", regime: "calm", gapPercent: 0.1, isAlwaysAway: true },
];

interface Way {
  readonly name: string;
  readonly routing: EntryRouting;
  readonly workingLimitMs: number;
}

const WAYS: readonly Way[] = [
  { name: "taken at once", routing: "market", workingLimitMs: GIVEN_UP_AFTER_MS },
  { name: "post-only for ever", routing: "postOnly", workingLimitMs: FOR_EVER_MS },
  { name: "post-only, given up", routing: "postOnly", workingLimitMs: GIVEN_UP_AFTER_MS },
  { name: "router", routing: "maker", workingLimitMs: GIVEN_UP_AFTER_MS },
];

interface Outcome {
  /** Of the whole plan against the mid at the signal, fees with it; what was missing is bought at the end. */
  readonly costBps: number;
  readonly filledShare: number;
  /** To the last fill; null: none. */
  readonly tookMs: number | null;
}

export async function run(): Promise<readonly Measurement[]> {
  const figures: Measurement[] = [];
  for (const market of MARKETS) {
    const reference = meanOf((await sentBy(market, WAYS[0] as Way)).outcomes.map(({ costBps }) => costBps));
    for (const way of WAYS) {
      const { outcomes, world } = await sentBy(market, way);
      figures.push(...figuresOf(market, way, outcomes, reference));
      if (way.routing === "maker") figures.push(...shadowOf(world, market));
    }
  }
  return figures;
}

function figuresOf(
  market: Market,
  way: Way,
  outcomes: readonly Outcome[],
  referenceBps: number,
): readonly Measurement[] {
  const costs = outcomes.map(({ costBps }) => costBps);
  const times = outcomes.flatMap(({ tookMs }) => (tookMs === null ? [] : [tookMs])).toSorted((a, b) => a - b);
  const median = times[Math.floor(times.length / 2)];
  const name = `${market.name}, ${way.name}`;
  return [
    {
      name: `${name}: cost`,
      value: meanOf(costs),
      unit: "bps",
      reference: `± ${halfWidthOf(costs).toFixed(2)} (95 %); taken at once ${referenceBps.toFixed(2)}`,
    },
    {
      name: `${name}: filled`,
      value: 100 * meanOf(outcomes.map(({ filledShare }) => filledShare)),
      unit: "%",
    },
    ...(median === undefined
      ? []
      : [{ name: `${name}: time to last fill, p50`, value: median / 1_000, unit: "s" }]),
  ];
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function halfWidthOf(values: readonly number[]): number {
  const mean = meanOf(values);
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
  return Z_95 * Math.sqrt(variance / values.length);
}

interface Sent {
  readonly outcomes: readonly Outcome[];
  readonly world: World;
}

async function sentBy(market: Market, way: Way): Promise<Sent> {
  const { orderNotionalUsd } = market;
  const strategy = plainStrategy("bench", { orderNotionalUsd, entryRouting: way.routing });
  const world = await createWorld({
    seed: SEED,
    config: {
      symbols: [market.symbol],
      strategies: { bench: strategy },
      workingLimitMs: way.workingLimitMs,
      // No reconcile runs here that would read them again.
      venueAccount: { ...PLAIN_CONFIG.venueAccount, maxSettingsAgeMs: FOR_EVER_MS },
      maxOrderNotionalUsd: UNLIMITED_USD,
      maxSymbolExposureUsd: UNLIMITED_USD,
      maxGrossExposureUsd: UNLIMITED_USD,
    },
  });
  world.exchange.admin("deposit", { amountUsd: 10_000_000 });
  const executor = world.instance("executor");
  const outcomes: Outcome[] = [];
  const counter = world.instance("telemetry");
  for (let signal = 0; signal < SIGNALS; signal += 1) {
    world.exchange.admin("regime", { regime: market.regime });
    passTo(world, world.clock.nowMs() + BETWEEN_MS);
    await world.tickNav();
    outcomes.push(await outcomeOf(world, executor, market, signal));
    await countOrders(world, counter);
  }
  // The last ones count minutes after their end.
  for (let minute = 0; minute < LAST_MINUTES; minute += 1) {
    passTo(world, world.clock.nowMs() + BETWEEN_MS);
    await countOrders(world, counter);
  }
  return { outcomes, world };
}

async function countOrders(world: World, counter: Instance): Promise<void> {
  const control = world.read<ControlState>(paths.control(ACCOUNT));
  if (control !== null) await foldTelemetry(counter, profile, control, world.clock.nowMs());
}

/** Entries as telemetry has measured them, against the reference; and what it would do about them. */
function shadowOf(world: World, market: Market): readonly Measurement[] {
  const router = world.read<RouterTelemetry>(paths.telemetry(ACCOUNT, "router"));
  const tuning = world.read<Tuning>(paths.telemetry(ACCOUNT, "tuning"));
  const evidence = router?.evidence.find(({ symbol }) => symbol === market.symbol);
  const shadow = evidence?.shadow ?? null;
  const lines = tuningHistoryLines(tuning);
  const rows = (evidence?.choices ?? []).map(({ firstStep, source, entries, cost }) => ({
    name: `${market.name}, autotune: ${firstStep === "market" ? "taking" : "resting"}, ${source}`,
    value: Number(cost) / entries,
    unit: "bps",
    reference: `${entries} entries against the price of taking at the signal`,
  }));
  const said = lines.length === 0 ? "proposes nothing" : lines.join("; ");
  const would = {
    name: `${market.name}, autotune: saved in shadow`,
    value:
      shadow === null ? 0 : (Number(shadow.actual) - Number(shadow.wouldBe)) / Math.max(1, shadow.entries),
    unit: "bps",
    reference: `${shadow?.entries ?? 0} entries since; ${said}`,
  };
  return [...rows, would];
}

async function outcomeOf(world: World, executor: Instance, market: Market, signal: number): Promise<Outcome> {
  const side = signal % 2 === 0 ? "long" : "short";
  const sign = side === "long" ? 1 : -1;
  const { symbol } = market;
  const lastTradeId = world.exchange.engine.state.trades.at(-1)?.id ?? 0;
  const beganMs = world.clock.nowMs();
  const midUsd = midOf(world, market);
  const wantedBase = Number(market.orderNotionalUsd) / midUsd;
  const intent = givenIntent(world, { strategyId: "bench", symbol, side });
  await executeIntent(executor, messageOf(world, intent));
  const { denials } = world.read<Receipt>(paths.receipt(ACCOUNT, intent.signalId)) ?? { denials: [] };
  if (denials.length > 0) throw new Error(`Entry ${signal} was denied: ${JSON.stringify(denials)}`);
  // Half of the gaps go away from the order, half come to it.
  const isAway = market.isAlwaysAway === true || signal % 4 < 2;
  const gap = market.gapPercent === null ? 0 : market.gapPercent * (isAway ? sign : -sign);
  if (gap !== 0) world.exchange.admin("jump", { symbol, percent: gap });
  await followUntil(world, beganMs + HORIZON_MS);
  const own = world.exchange.engine.state.trades.filter(({ id }) => id > lastTradeId);
  const filledBase = own.reduce((sum, { lots }) => sum + lots * lotBase(world, market), 0);
  const paidUsd = own.reduce((sum, { quoteUsdE8 }) => sum + Math.abs(Number(quoteUsdE8)) / E8, 0);
  const feesUsd = own.reduce((sum, { commissionUsdE8 }) => sum + Number(commissionUsdE8) / E8, 0);
  const filledShare = Math.min(1, filledBase / wantedBase);
  const planBase = Math.max(wantedBase, filledBase);
  const restBase = planBase - filledBase;
  const restUsd = restBase * touchOf(world, market, side);
  const allUsd = planBase * midUsd;
  const costUsd = sign * (paidUsd + restUsd - allUsd) + feesUsd + (restUsd * TAKER_FEE_BPS) / BPS_PER_UNIT;
  const lastMs = own.at(-1)?.timeMs ?? null;
  await flatten(world, executor, market);
  return {
    costBps: (BPS_PER_UNIT * costUsd) / allUsd,
    filledShare,
    tookMs: lastMs === null ? null : lastMs - beganMs,
  };
}

/** Time passes, and each task runs at its time. */
async function followUntil(world: World, untilMs: number): Promise<void> {
  for (;;) {
    const dueMs = Math.min(untilMs, ...world.tasks.pending.map(({ runAtMs }) => runAtMs));
    passTo(world, Math.max(dueMs, world.clock.nowMs()));
    const due = world.tasks.takeDue(world.clock.nowMs());
    if (due.some(({ queue }) => queue === "followUp"))
      await followUpAccount(world.instance("followUp"), ACCOUNT);
    if (world.clock.nowMs() >= untilMs) return;
  }
}

async function flatten(world: World, executor: Instance, { symbol }: Market): Promise<void> {
  const close = givenIntent(world, { strategyId: "bench", symbol, action: "close", side: null });
  await executeIntent(executor, messageOf(world, close));
  await followUntil(world, world.clock.nowMs() + BETWEEN_MS);
  const held = world.exchange.engine.state.accounts.get(ACCOUNT)?.positions.get(symbol)?.lots ?? 0;
  const open = world
    .under<{ readonly status: string }>(paths.groups(ACCOUNT))
    .filter(({ status }) => !/CLOSED|FAILED/.test(status));
  if (held !== 0 || open.length > 0) throw new Error(`A close left ${held} lots and ${open.length} groups`);
}

function passTo(world: World, atMs: number): void {
  world.clock.setMs(atMs);
  world.exchange.advanceTo(atMs);
}

function midOf(world: World, { symbol }: Market): number {
  return world.exchange.engine.state.symbols.get(symbol)?.midUsd ?? Number.NaN;
}

function lotBase(world: World, { symbol }: Market): number {
  return world.exchange.engine.specs.get(symbol)?.lotBase ?? Number.NaN;
}

/** The price that an order which takes gets at the best level. */
function touchOf(world: World, market: Market, side: Side): number {
  const symbol = world.exchange.engine.state.symbols.get(market.symbol);
  const tickUsd = world.exchange.engine.specs.get(market.symbol)?.tickUsd ?? Number.NaN;
  const ticks = side === "long" ? symbol?.askTicks : symbol?.bidTicks;
  return (ticks ?? Number.NaN) * tickUsd;
}

if (import.meta.main) console.table(await run());
