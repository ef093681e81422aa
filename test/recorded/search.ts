// Looks for moments worth recording: a line for each time the words that hold of a crowded run change.
//   node test/recorded/search.ts FROM_SEED TO_SEED [STEP_MS]
// Prints seed, milliseconds since the start, and the words; the rest is a matter of sorting.
import { byHand, pickyReceiver } from "./by-hand.ts";
import { drawCrowd } from "./crowd.ts";
import { heldIn } from "./holds.ts";
import { beginTrial } from "./trial.ts";

/** The profile that was broken by hand is whole again by then, and what was sent to it has been given up. */
const FROM_MS = 252_000;
const [from = 1, to = 100, stepMs = 250] = process.argv.slice(2).map(Number);

Error.stackTraceLimit = 0;
for (let seed = from; seed < to; seed += 1) {
  const world = await beginTrial(seed, drawCrowd(seed), pickyReceiver);
  byHand(world, null);
  let before = "";
  for (let afterMs = FROM_MS; afterMs <= world.setup.trialMs && !world.isOver; afterMs += stepMs) {
    await world.runUntil(world.setup.startMs + afterMs);
    const held = [...heldIn(world.store.dump(), world.queue.nowMs).keys()].join("|");
    if (held !== before) console.log(`${seed} ${afterMs} ${held}`);
    before = held;
  }
  world.end();
}
