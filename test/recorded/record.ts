// Records stopped runs of this release, for tests of later releases that upgrade them. Run on the release's own code:
//   node test/recorded/record.ts DIRECTORY
// Writes one file a recording and says what each holds. Fails when a rule broke before the moment, when a recording does
// not come back as it was, or when a kind of document that the release knows is in none of them.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { World } from "#test/simulation/world.ts";
import { byHand, pickyReceiver } from "./by-hand.ts";
import { faultsOf } from "./check.ts";
import { drawCrowd } from "./crowd.ts";
import { recordingOf, textOf } from "./dump.ts";
import { heldIn } from "./holds.ts";
import { MOMENTS, type Moment, WANTED } from "./moments.ts";
import { kindsOf, pathKinds } from "./path-kinds.ts";
import { beginTrial } from "./trial.ts";

const { version: release } = JSON.parse(
  readFileSync(new URL("../../package.json", import.meta.url), "utf8"),
) as {
  readonly version: string;
};

/** The world at the moment, its processes dead. What was on the wire then never arrives: the power of all is cut. */
async function stoppedAt({ seed, afterMs, lastOrderAtMs }: Moment): Promise<World> {
  const world = await beginTrial(seed, drawCrowd(seed), pickyReceiver);
  byHand(world, lastOrderAtMs);
  await world.runUntil(world.setup.startMs + afterMs);
  const { violation } = world.witness;
  if (violation !== null) throw new Error(`Seed ${seed} broke ${violation.invariant}: ${violation.message}`);
  for (const process of world.functions.alive) process.kill();
  return world;
}

async function record(moment: Moment, directory: string): Promise<void> {
  const world = await stoppedAt(moment);
  const { recording, says, seed } = moment;
  const text = textOf(await recordingOf(world, { recording, says, release, seed }));
  const faults = faultsOf(text, world);
  for (const fault of faults) console.error(`${recording}: ${fault}`);
  if (faults.length > 0) process.exitCode = 1;
  writeFileSync(join(directory, `${recording}.json`), text);
  const documents = world.store.dump();
  const { messages, tasks } = world.broker.inFlight();
  console.log(
    `${recording}: ${Object.keys(documents).length} documents, ${messages.length} messages, ${tasks.length} tasks, ${Math.round(text.length / 1_000)} kB`,
  );
  const held = heldIn(documents, world.queue.nowMs);
  console.log(`  ${[...held].map(([word, count]) => `${word} ${count}`).join(", ")}`);
  world.end();
  for (const kind of kindsOf(Object.keys(documents)).found.keys()) kinds.add(kind);
  for (const word of held.keys()) words.add(word);
}

const directory = process.argv[2];
if (directory === undefined) throw new Error("Usage: record.ts DIRECTORY");
mkdirSync(directory, { recursive: true });
// Thousands of errors are part of a run; their stacks are unread and slow to collect.
Error.stackTraceLimit = 0;
const kinds = new Set<string>();
const words = new Set<string>();
for (const moment of MOMENTS) await record(moment, directory);
const missing = [
  ...[...pathKinds().keys()].filter((kind) => !kinds.has(kind)).map((kind) => `a document of kind ${kind}`),
  ...WANTED.filter((word) => !words.has(word)),
];
console.log(missing.length === 0 ? "Nothing is missing" : `Missing: ${missing.join(", ")}`);
if (missing.length > 0) process.exitCode = 1;
