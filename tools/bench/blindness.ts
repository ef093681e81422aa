// How long a fill stands without a stop under it: for entries that take, and for entries that rest and fill when nothing of
// ours looks. Simulated deployments without faults, with the latencies and the lateness of schedules and tasks that the
// simulator draws; read from the matching engine alone. `node local/bootstrap.mjs tools/bench/blindness.ts`
import { CLIENT_STOP_ID } from "#domain/documents/ids.ts";
import type { Engine } from "#local/exchange/engine/engine.ts";
import type { Trade } from "#local/exchange/engine/state.ts";
import { Random } from "#test/simulation/engine/random.ts";
import { PUNCTUAL } from "#test/simulation/platform/broker.ts";
import { ON_TIME } from "#test/simulation/platform/schedules.ts";
import { drawRates, FaultPolicy } from "#test/simulation/ports/fault-policy.ts";
import { tryOut } from "#test/simulation/simulate.ts";
import { drawRun } from "#test/simulation/workload/draw.ts";
import { FIRST_ITEM_MS, type Item } from "#test/simulation/workload/items.ts";
import { type RunSetup, VENUE_WEIGHT_PER_MINUTE } from "#test/simulation/workload/setup.ts";
import { World } from "#test/simulation/world.ts";
import type { Measurement } from "./run.ts";

const SEEDS = 150;
const STOP_BPS = 300;
/** Alerts and moods of the market; nothing breaks. */
const CALM: ReadonlySet<string> = new Set<Item["happening"]["kind"]>(["alert", "regime"]);

interface Gap {
  readonly isResting: boolean;
  readonly ms: number;
}

export async function run(): Promise<readonly Measurement[]> {
  return [...(await measured("punctual")), ...(await measured("late"))];
}

/** Schedules, tasks and messages in time, or late, twice and missing as the simulator draws them. */
type Platform = "punctual" | "late";

async function measured(platform: Platform): Promise<readonly Measurement[]> {
  const gaps: Gap[] = [];
  for (let seed = 1; seed <= SEEDS; seed += 1) gaps.push(...(await gapsOf(seed, platform)));
  const those = (isResting: boolean): readonly Gap[] => gaps.filter((gap) => gap.isResting === isResting);
  return [
    ...figures(`entry that takes, ${platform} platform`, those(false)),
    ...figures(`entry that rests, ${platform} platform`, those(true)),
  ];
}

function figures(name: string, gaps: readonly Gap[]): readonly Measurement[] {
  const sorted = gaps.map(({ ms }) => ms).toSorted((a, b) => a - b);
  const at = (share: number): number =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  const row = (what: string, value: number): Measurement => ({
    name: `fill without a stop, ${name}: ${what}`,
    value,
    unit: "ms",
    reference: `${sorted.length} fills of ${SEEDS} simulated deployments without faults`,
  });
  return [row("p50", at(0.5)), row("p99", at(0.99)), row("longest", at(1))];
}

async function gapsOf(seed: number, platform: Platform): Promise<readonly Gap[]> {
  const { setup: drawn, items } = drawRun(seed);
  const setup = guarded(drawn);
  let policy: FaultPolicy | null = null;
  const rates = drawRates(new Random(seed, "rates"));
  const world = new World({
    seed,
    setup,
    mutation: null,
    releaseShare: 0,
    policy: (queue) => {
      policy = new FaultPolicy(queue, seed, rates, { strikes: 0 });
      return policy;
    },
  });
  await world.begin();
  if (platform === "punctual")
    // After the run has set the rates that it drew.
    world.queue.at(setup.startMs + FIRST_ITEM_MS - 500, () => {
      world.broker.rates = PUNCTUAL;
      world.schedules.rates = ON_TIME;
    });
  const calm = items.filter(({ happening }) => CALM.has(happening.kind));
  await tryOut(world, policy as unknown as FaultPolicy, calm, new Random(seed, "platformRates"));
  const gaps = fillsWithoutStop(world.exchange.engine);
  world.end();
  return gaps;
}

/** Every account asks for a stop, every instance is set up right, and the venue takes every request. */
function guarded(setup: RunSetup): RunSetup {
  const accounts = setup.accounts.map((account) => ({
    ...account,
    config: {
      ...account.config,
      watchdog: { ...account.config.watchdog, protectiveStopBps: STOP_BPS },
    },
  }));
  return { ...setup, accounts, misconfigured: 0, weightPerMinute: VENUE_WEIGHT_PER_MINUTE };
}

/** From each fill that adds to a position to the next stop, or to the fill that closed the position before. */
function fillsWithoutStop({ state }: Engine): readonly Gap[] {
  const stops = [...state.algoOrders.values()].filter(({ clientAlgoId }) =>
    CLIENT_STOP_ID.test(clientAlgoId),
  );
  const held = new Map<string, number>();
  const fills = state.trades.map((trade) => {
    const key = `${trade.accountId}/${trade.symbol}`;
    const before = held.get(key) ?? 0;
    const after = before + (trade.side === "BUY" ? trade.lots : -trade.lots);
    held.set(key, after);
    return { trade, isOpening: Math.abs(after) > Math.abs(before), isFlat: after === 0 };
  });
  return fills
    .filter(({ isOpening }) => isOpening)
    .flatMap(({ trade }) => {
      const closedAtMs = fills.find((next) => next.isFlat && isLater(next.trade, trade))?.trade.timeMs;
      const stop = stops.find((each) => isOf(each, trade) && each.createTimeMs >= trade.timeMs);
      const endsMs = Math.min(
        stop?.createTimeMs ?? Number.POSITIVE_INFINITY,
        closedAtMs ?? Number.POSITIVE_INFINITY,
      );
      if (!Number.isFinite(endsMs)) return [];
      return [{ isResting: trade.maker, ms: endsMs - trade.timeMs }];
    });
}

type OfPosition = Pick<Trade, "accountId" | "symbol">;

function isOf(a: OfPosition, b: OfPosition): boolean {
  return a.accountId === b.accountId && a.symbol === b.symbol;
}

function isLater(a: Trade, b: Trade): boolean {
  return isOf(a, b) && a.id > b.id;
}

if (import.meta.main) console.table(await run());
