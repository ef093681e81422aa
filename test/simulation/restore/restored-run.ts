// A deployment that lost its database, in the simulator: the documents of one moment under load, brought into an empty
// database that knows nothing of what was on its way, while the venue went on. A seed always gives the same run.
import { Random } from "#test/simulation/engine/random.ts";
import { MINUTE_MS } from "#test/simulation/platform/schedules.ts";
import { drawRates, FaultPolicy } from "#test/simulation/ports/fault-policy.ts";
import { heal, tryOut } from "#test/simulation/simulate.ts";
import type { Violation } from "#test/simulation/witness.ts";
import { drawRun } from "#test/simulation/workload/draw.ts";
import { type Restored, World } from "#test/simulation/world.ts";

/** Of the trial: early enough that load goes on after it, late enough that there are orders. */
const EARLIEST_SHARE = 0.3;
const LATEST_SHARE = 0.9;
/** Schedules run on through the longest healing. */
const HORIZON_MS = 60 * MINUTE_MS;

/** Brings the documents of a database into an empty one: `version` is the time of the new one's commit. */
type Copy = (documents: Restored["documents"]) => Promise<Restored["documents"]>;

interface RestoreOptions {
  readonly seed: number;
  readonly copy: Copy;
  /** The venue and the lost deployment went on at most so long after the moment of the copy. */
  readonly longestGapMs: number;
}

interface RestoredRun {
  readonly violation: Violation | null;
  readonly documents: Restored["documents"];
  /** Orders that the venue was given after the moment of the copy. */
  readonly ordersSince: number;
  /** After healing. */
  readonly world: World;
}

export async function restoredRun(options: RestoreOptions): Promise<RestoredRun> {
  const { stackTraceLimit } = Error;
  // Thousands of errors are part of a run; their stacks are unread and slow to collect.
  Error.stackTraceLimit = 0;
  try {
    return await run(options);
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

async function run({ seed, copy, longestGapMs }: RestoreOptions): Promise<RestoredRun> {
  const random = new Random(seed, "restore");
  const { setup: drawn, items } = drawRun(seed);
  const share = EARLIEST_SHARE + random.next() * (LATEST_SHARE - EARLIEST_SHARE);
  const setup = { ...drawn, trialMs: Math.round(drawn.trialMs * share) };
  const { world: lost, faults } = worldOf(seed, setup, null);
  await lost.begin();
  await tryOut(lost, faults, items, new Random(seed, "platformRates"));
  const snapshots = await lost.store.getAll(Object.keys(lost.store.dump()));
  const ordersBefore = lost.exchange.engine.state.orders.size;
  await lost.runUntil(lost.queue.nowMs + random.int(0, longestGapMs));
  const ordersSince = lost.exchange.engine.state.orders.size - ordersBefore;
  if (lost.witness.violation !== null)
    throw new Error(`Seed ${seed} breaks a rule before its database is lost`);
  const exchangeState = lost.exchange.snapshot();
  lost.end();
  const documents = await copy(
    snapshots.flatMap(({ path, version, data }) =>
      data === null ? [] : [{ path, version: version ?? "", data }],
    ),
  );
  const restore = { documents, exchangeState, inFlight: { messages: [], tasks: [], taskNames: [] } };
  const again = { ...drawn, startMs: lost.queue.nowMs, misconfigured: 0 };
  const { world, faults: none } = worldOf(seed, again, restore);
  await world.begin();
  for (const schedule of ["nav", "reconcile", "watchdog"] as const)
    world.schedules.arrange(schedule, world.queue.nowMs + HORIZON_MS);
  await heal(world, none);
  world.end();
  return { violation: world.witness.violation, documents, ordersSince, world };
}

function worldOf(
  seed: number,
  setup: ConstructorParameters<typeof World>[0]["setup"],
  restore: Restored | null,
) {
  let faults: FaultPolicy | null = null;
  const world = new World({
    seed,
    setup,
    // A database of a later release is not restored under an earlier one (docs/runbooks/rollout.md).
    releaseShare: 0,
    restore,
    policy: (queue) => {
      faults = new FaultPolicy(queue, seed, drawRates(new Random(seed, "rates")), {});
      return faults;
    },
  });
  return { world, faults: faults as unknown as FaultPolicy };
}
