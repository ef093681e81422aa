// A run of the simulator as far as its trial, for callers that stop in the middle of it: the same seed gives
// the same events as test/simulation/simulate.ts, in the same order.
import { Random } from "#test/simulation/engine/random.ts";
import type { Mutation } from "#test/simulation/mutations/mutation.ts";
import type { DeliveryRates } from "#test/simulation/platform/broker.ts";
import { MINUTE_MS, type ScheduleRates } from "#test/simulation/platform/schedules.ts";
import { drawRates, FaultPolicy } from "#test/simulation/ports/fault-policy.ts";
import type { Drawn } from "#test/simulation/workload/draw.ts";
import { happen } from "#test/simulation/workload/happen.ts";
import { FIRST_ITEM_MS } from "#test/simulation/workload/items.ts";
import { World } from "#test/simulation/world.ts";

/** As simulate.ts arranges schedules: past the end of the trial and of healing. */
const LONGEST_HEAL_MS = 8 * MINUTE_MS;
const TELEMETRY_EVERY_MS = 5 * MINUTE_MS;

export async function beginTrial(
  seed: number,
  { setup, items }: Drawn,
  mutation: Mutation | null,
): Promise<World> {
  const rates = drawRates(new Random(seed, "rates"));
  let faults: FaultPolicy | null = null;
  const world = new World({
    seed,
    setup,
    mutation,
    policy: (queue) => {
      faults = new FaultPolicy(queue, seed, rates, {});
      return faults;
    },
  });
  await world.begin();
  const { queue, schedules, broker, front } = world;
  const random = new Random(seed, "platformRates");
  const delivery = drawDelivery(random);
  const timing = drawTiming(random);
  const answersLost = random.chance(0.3) ? 0.2 : 0;
  const horizonMs = setup.startMs + setup.trialMs + LONGEST_HEAL_MS;
  queue.at(setup.startMs, () => world.fire("nav"));
  for (const schedule of ["nav", "reconcile", "watchdog"] as const) schedules.arrange(schedule, horizonMs);
  schedules.arrange("telemetry", horizonMs, TELEMETRY_EVERY_MS);
  for (const { afterMs, happening } of items)
    queue.at(setup.startMs + afterMs, () => happen(world, happening));
  queue.at(setup.startMs + FIRST_ITEM_MS - 1_000, () => {
    if (faults !== null) (faults as FaultPolicy).isStriking = true;
    broker.rates = delivery;
    schedules.rates = timing;
    front.answersLost = answersLost;
  });
  return world;
}

function drawDelivery(random: Random): DeliveryRates {
  const rate = (): number => (random.chance(0.35) ? random.skewed(0.02, 0.5) : 0);
  return { late: rate(), twice: rate(), acknowledgementLost: rate() };
}

function drawTiming(random: Random): ScheduleRates {
  const rate = (): number => (random.chance(0.35) ? random.skewed(0.05, 0.6) : 0);
  return { late: rate(), twice: rate(), missed: rate() };
}
