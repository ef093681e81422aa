// A recorded database taken up again in the simulator: the recording's documents, exchange and undelivered
// messages, then new traffic under faults, then healing. A recording and a seed always give the same run.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { DocumentData } from "#ports/documents.ts";
import { Random } from "#test/simulation/engine/random.ts";
import type { Mutation } from "#test/simulation/mutations/mutation.ts";
import { drawRates, FaultPolicy } from "#test/simulation/ports/fault-policy.ts";
import { heal, tryOut } from "#test/simulation/simulate.ts";
import { drawItems, type Item } from "#test/simulation/workload/items.ts";
import { World } from "#test/simulation/world.ts";
import { type Recording, storedOf } from "./dump.ts";

/** Long enough that every schedule runs and what was under way at the moment goes on under faults. */
const TRIAL_MS = 90_000;

/** Of the seeds, as many without the next release beside the present one as with it. */
const RELEASE_SHARE = 0.5;

/** Kinds that no recorded release had: none of its instances reads one. */
export const YOUNGER_KINDS: ReadonlySet<string> = new Set([
  "venueSettings",
  "sealedKeys",
  "accountsMark",
  "routerTelemetry",
  "executionHealth",
  "routerTuning",
]);

/** Every recording of every release that recorded itself. */
export function recordings(): readonly Recording[] {
  const root = import.meta.dirname;
  const releases = readdirSync(root).filter((name) => /^\d+\.\d+\.\d+$/.test(name));
  return releases.flatMap((release) =>
    readdirSync(join(root, release))
      .filter((name) => name.endsWith(".json"))
      .map((name) => JSON.parse(readFileSync(join(root, release, name), "utf8")) as Recording),
  );
}

export interface Resumed {
  readonly world: World;
  readonly items: number;
  readonly strikes: number;
}

export async function resume(
  recording: Recording,
  seed: number,
  mutation: Mutation | null = null,
): Promise<Resumed> {
  const { stackTraceLimit } = Error;
  // Thousands of errors are part of a run; their stacks are unread and slow to collect.
  Error.stackTraceLimit = 0;
  try {
    return await run(recording, seed, mutation);
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

async function run(recording: Recording, seed: number, mutation: Mutation | null): Promise<Resumed> {
  const setup = { ...recording.setup, startMs: recording.atMs, trialMs: TRIAL_MS };
  const rates = drawRates(new Random(seed, "rates"));
  let policy: FaultPolicy | null = null;
  const world = new World({
    seed,
    setup,
    mutation,
    policy: (queue) => {
      policy = new FaultPolicy(queue, seed, rates, {});
      return policy;
    },
    releaseShare: RELEASE_SHARE,
    restore: {
      exchangeState: JSON.stringify(recording.exchange.state),
      documents: recording.documents.map((each) => ({ ...each, data: storedOf(each.data) as DocumentData })),
      inFlight: recording.inFlight,
    },
  });
  const faults = policy as unknown as FaultPolicy;
  await world.begin();
  const items = drawItems(new Random(seed, "resumed"), setup).map((item) => renamed(item, seed));
  await tryOut(world, faults, items, new Random(seed, "platformRates"));
  if (!world.isOver) await heal(world, faults);
  world.end();
  return { world, items: items.length, strikes: faults.strikes };
}

/** The recording holds signals and commands of the simulator's usual names; equal ones would be repetitions. */
function renamed(item: Item, seed: number): Item {
  const { happening } = item;
  if (happening.kind === "command")
    return { ...item, happening: { ...happening, key: `${happening.key}-resumed-${seed}` } };
  if (happening.kind !== "alert") return item;
  const { alert } = happening;
  const key = `${alert.key}-resumed-${seed}`;
  const body = alert.body.replace('"id":"alert-', `"id":"resumed-${seed}-`);
  return { ...item, happening: { kind: "alert", alert: { ...alert, key, body } } };
}
