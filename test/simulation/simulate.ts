// One run of one seed: faults and workload, then healing, then the books against the venue. The same seed and the same
// cut give the same run, event by event.

import type { VenueId } from "#domain/documents/account.ts";
import { isInDoubt, LONGEST_DOUBT_MS } from "./doubt.ts";
import type { EventLog } from "./engine/event-log.ts";
import { Random } from "./engine/random.ts";
import type { Mutation } from "./mutations/mutation.ts";
import { type DeliveryRates, PUNCTUAL } from "./platform/broker.ts";
import { MINUTE_MS, ON_TIME, type ScheduleRates } from "./platform/schedules.ts";
import { drawRates, type FaultCut, FaultPolicy } from "./ports/fault-policy.ts";
import { hidesUndoneMoves } from "./undone-moves.ts";
import type { Violation } from "./witness.ts";
import { drawRun } from "./workload/draw.ts";
import { happen, mend } from "./workload/happen.ts";
import { mendUnreadable } from "./workload/happen-unreadable.ts";
import { FIRST_ITEM_MS, type Item } from "./workload/items.ts";
import { VENUE_WEIGHT_PER_MINUTE } from "./workload/setup.ts";
import { World } from "./world.ts";

/** Longer than a lease, the longest pause and the slowest redelivery after one another. */
const HEAL_MS = 3 * MINUTE_MS;
/** A process that is still busy after this time will be for ever. */
const LONGEST_HEAL_MS = 8 * MINUTE_MS;
/** For what else is open to come to its end, in spite of a document that cannot be read. */
const ENDURED_MS = 8 * MINUTE_MS;
/** As deployed (entry/options.ts). */
const TELEMETRY_EVERY_MS = 5 * MINUTE_MS;
/** Books that moved less long ago are not compared with positions (POSITION_SETTLE_MS), clocks may differ. */
const SETTLED_MS = 12_000;
/** As often as a pass may set off what calls for another one. */
const MOST_PASSES = 5;
/** The last reconcile pass and the last NAV, both within one price step (a minute is a whole number of them). */
const LAST_PASS_MS = 2_000;

export interface Cut extends FaultCut {
  /** Items of the workload after this many do not happen. */
  readonly items?: number;
  /** Items, by their place in the list, that do not happen either. */
  readonly without?: ReadonlySet<number>;
}

export interface RunOptions {
  readonly seed: number;
  readonly cut?: Cut;
  readonly mutation?: Mutation | null;
  /** Where every paper account is; absent: at the first venue; null: as the seed draws it. */
  readonly venue?: VenueId | null;
  /** Errors say where they were made; slower. */
  readonly withStacks?: boolean;
}

export interface RunResult {
  readonly seed: number;
  /** As it was forced; null: drawn. */
  readonly venue: VenueId | null;
  readonly violation: Violation | null;
  readonly hash: string;
  readonly log: EventLog;
  readonly items: number;
  readonly strikes: number;
  readonly calls: number;
  readonly simulatedMs: number;
}

export async function simulate(options: RunOptions): Promise<RunResult> {
  const { stackTraceLimit } = Error;
  // Thousands of errors are part of a run; their stacks are unread and slow to collect.
  Error.stackTraceLimit = options.withStacks ? stackTraceLimit : 0;
  try {
    return await run(options);
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

async function run({
  seed,
  cut = {},
  mutation = null,
  venue = "binance-usdm",
}: RunOptions): Promise<RunResult> {
  const { setup, items: drawn } = drawRun(seed, venue);
  const items = drawn.slice(0, cut.items).filter((_item, place) => cut.without?.has(place) !== true);
  const rates = drawRates(new Random(seed, "rates"));
  let policy: FaultPolicy | null = null;
  const world = new World({
    seed,
    setup,
    mutation,
    policy: (queue) => {
      policy = new FaultPolicy(queue, seed, rates, cut);
      return policy;
    },
  });
  const faults = policy as unknown as FaultPolicy;
  await world.begin();
  await tryOut(world, faults, items, new Random(seed, "platformRates"));
  if (world.witness.violation === null) await heal(world, faults);
  world.end();
  return {
    seed,
    venue,
    violation: world.witness.violation,
    hash: world.log.digest(),
    log: world.log,
    items: items.length,
    strikes: faults.strikes,
    calls: world.gate.calls,
    simulatedMs: world.queue.nowMs - setup.startMs,
  };
}

export async function tryOut(
  world: World,
  faults: FaultPolicy,
  items: readonly Item[],
  random: Random,
): Promise<void> {
  const { queue, setup, schedules, broker, front } = world;
  const delivery = drawDelivery(random);
  const timing = drawTiming(random);
  const answersLost = random.chance(0.3) ? 0.2 : 0;
  const endMs = setup.startMs + setup.trialMs;
  const horizonMs = endMs + LONGEST_HEAL_MS + LONGEST_DOUBT_MS + ENDURED_MS;
  queue.at(setup.startMs, () => world.fire("nav"));
  schedules.arrange("nav", horizonMs);
  schedules.arrange("reconcile", horizonMs);
  schedules.arrange("watchdog", horizonMs);
  schedules.arrange("telemetry", horizonMs, TELEMETRY_EVERY_MS);
  for (const { afterMs, happening } of items)
    queue.at(setup.startMs + afterMs, () => happen(world, happening));
  queue.at(setup.startMs + FIRST_ITEM_MS - 1_000, () => {
    faults.isStriking = true;
    broker.rates = delivery;
    schedules.rates = timing;
    front.answersLost = answersLost;
  });
  await world.runUntil(endMs);
}

export async function heal(world: World, faults: FaultPolicy): Promise<void> {
  const { queue, exchange, schedules, broker, front, functions, log, witness } = world;
  log.add(queue.nowMs, "faults end");
  faults.isStriking = false;
  faults.disturbances.end(queue.nowMs);
  faults.lags.end();
  broker.rates = PUNCTUAL;
  schedules.rates = ON_TIME;
  schedules.outageUntilMs.clear();
  world.deafUntilMs.clear();
  front.answersLost = 0;
  world.correctSettings();
  world.finishRollout();
  exchange.clearFaults();
  exchange.admin("limits", { weightPerMinute: VENUE_WEIGHT_PER_MINUTE });
  allowTrading(world);
  await mend(world);
  await endure(world);
  const startMs = queue.nowMs;
  await world.runUntil(startMs + HEAL_MS);
  const isOpen = (): boolean =>
    isInDoubt(world.store.dump(), { engine: exchange.engine, nowMs: queue.nowMs }) ||
    hidesUndoneMoves(exchange.engine.state.incomes, queue.nowMs);
  while (isOpen() && !world.isOver && queue.nowMs < startMs + LONGEST_DOUBT_MS)
    await world.runUntil(queue.nowMs + MINUTE_MS);
  const settledMs = queue.nowMs;
  const isBusy = (): boolean => functions.running > 0 || broker.open > 0;
  while (isBusy() && !world.isOver && queue.nowMs < settledMs + LONGEST_HEAL_MS)
    await world.runUntil(queue.nowMs + 5_000);
  if (isBusy() && witness.violation === null)
    witness.stillBusy(`${functions.running} invocations and ${broker.open} messages or tasks are still open`);
  // Nothing fires any more.
  schedules.stop();
  witness.schedulesEndedAtMs = queue.nowMs;
  for (let pass = 1; pass <= MOST_PASSES && !world.isOver; pass += 1) {
    const handledBefore = broker.handled;
    await lastPass(world);
    // Prices go on: the pass's NAV may have called for a flatten. It is seen through, and looked at again.
    if (broker.handled === handledBefore && !isBusy()) break;
    const limitMs = queue.nowMs + LONGEST_HEAL_MS;
    while (isBusy() && !world.isOver && queue.nowMs < limitMs) await world.runUntil(queue.nowMs + 5_000);
  }
  if (witness.violation === null) witness.tell("healed");
}

/** At Bybit a locked account or key can withdraw nothing either, so no exit would ever come to its end. */
function allowTrading({ exchange, setup }: World): void {
  for (const { profile } of setup.accounts)
    if (profile.venue === "bybit-linear")
      exchange.admin("settings", { accountId: profile.accountId, canTrade: true, keyMayTrade: true });
}

/** Documents that cannot be read stay so for a while after all other faults: the rest has to go on without them. */
async function endure(world: World): Promise<void> {
  const { witness, queue } = world;
  if (witness.unreadable.size === 0) return;
  await world.runUntil(queue.nowMs + ENDURED_MS);
  if (witness.violation === null && witness.unreadable.size > 0) witness.tell("endured");
  await mendUnreadable(world);
}

/** Once the books have settled and the minute of the venue's rate limit has ended: one run of each schedule. */
async function lastPass(world: World): Promise<void> {
  const { queue, exchange, log } = world;
  await world.runUntil(nextMultiple(queue.nowMs + SETTLED_MS, MINUTE_MS));
  log.add(queue.nowMs, "last pass");
  for (const schedule of ["reconcile", "nav", "telemetry"] as const) {
    exchange.admin("limits");
    world.fire(schedule);
    await world.runUntil(queue.nowMs + LAST_PASS_MS);
  }
}

function nextMultiple(atMs: number, ofMs: number): number {
  return Math.ceil(atMs / ofMs) * ofMs;
}

function drawDelivery(random: Random): DeliveryRates {
  const rate = (): number => (random.chance(0.35) ? random.skewed(0.02, 0.5) : 0);
  return { late: rate(), twice: rate(), acknowledgementLost: rate() };
}

function drawTiming(random: Random): ScheduleRates {
  const rate = (): number => (random.chance(0.35) ? random.skewed(0.05, 0.6) : 0);
  return { late: rate(), twice: rate(), missed: rate() };
}
