// Runs fuzz inputs by number. Input n is made from seed n alone; what came before it matters only inside its block of
// inputs, which share a receiver, so that a violation is replayed from the start of its block.
import { faultsOf } from "./check.ts";
import { proofOf } from "./proof.ts";
import { createRandom, type Random } from "./random.ts";
import { createFuzzReceiver, type FuzzReceiver } from "./receiver.ts";
import { type FuzzInput, type FuzzRequest, fuzzInput } from "./requests.ts";

/** Enough for duplicates, shed load and caches that expire; little enough for a few megabytes. */
export const BLOCK_INPUTS = 1_024;
/** Requests kept for sending again. */
const REMEMBERED = 8;
const SHARE_OF_REPEATS = 0.04;

export interface Violation {
  readonly seed: number;
  readonly faults: readonly string[];
  readonly request: FuzzRequest;
  /** Where to start so that it happens again. */
  readonly replayFrom: number;
}

export interface CampaignResult {
  readonly inputs: number;
  /** Requests by status of their answer. */
  readonly statuses: ReadonlyMap<number, number>;
  /** Those whose sender had proved itself. */
  readonly proved: number;
  readonly violations: readonly Violation[];
  /** First seed that was not run. */
  readonly nextSeed: number;
}

export interface CampaignOptions {
  readonly from: number;
  readonly inputs: number;
  readonly createReceiver?: () => Promise<FuzzReceiver>;
  /** Stops after this many violations. */
  readonly maxViolations?: number;
}

export async function runCampaign(options: CampaignOptions): Promise<CampaignResult> {
  const { from, inputs, maxViolations = 1 } = options;
  const createReceiver = options.createReceiver ?? (() => createFuzzReceiver());
  const statuses = new Map<number, number>();
  const violations: Violation[] = [];
  let proved = 0;
  let block = await openBlock(createReceiver, from);
  let seed = from;
  for (; seed < from + inputs && violations.length < maxViolations; seed += 1) {
    if (seed % BLOCK_INPUTS === 0 && seed !== from) {
      // Everything in a block is ready at once: signals and timers come through only in a turn of the loop.
      await new Promise<void>((resolve) => setImmediate(resolve));
      await block.receiver.close();
      block = await openBlock(createReceiver, seed);
    }
    const outcome = await runInput(block, seed);
    statuses.set(outcome.status, (statuses.get(outcome.status) ?? 0) + 1);
    if (outcome.proved) proved += 1;
    if (outcome.faults.length === 0) continue;
    const again = await openBlock(createReceiver, seed);
    const alone = await runInput(again, seed);
    await again.receiver.close();
    const replayFrom = alone.faults.length > 0 ? seed : block.firstSeed;
    violations.push({ seed, faults: outcome.faults, request: outcome.request, replayFrom });
  }
  await block.receiver.close();
  return { inputs: seed - from, statuses, proved, violations, nextSeed: seed };
}

interface Block {
  readonly firstSeed: number;
  readonly receiver: FuzzReceiver;
  readonly sent: FuzzInput[];
}

async function openBlock(createReceiver: () => Promise<FuzzReceiver>, firstSeed: number): Promise<Block> {
  return { firstSeed, receiver: await createReceiver(), sent: [] };
}

async function runInput({ receiver, sent }: Block, seed: number) {
  const random = createRandom(seed);
  receiver.clock.setMs(receiver.clock.nowMs() + pauseMs(random));
  const input = nextInput(random, sent, receiver.clock.nowMs());
  const proof = proofOf(input.request, receiver.clock.nowMs());
  const seen = await receiver.send(input.request);
  return {
    request: input.request,
    status: seen.status,
    proved: proof.proved,
    faults: faultsOf(input, proof, seen),
  };
}

/** Mostly a burst, now and then long enough for caches and windows to end. */
function pauseMs(random: Random): number {
  if (random.chance(0.98)) return random.int(20);
  return random.pick([1_000, 11_000, 61_000, 301_000, 3_600_000]);
}

/** A new input, or one of the last ones as it was: its age has changed, so nothing is owed to it any more. */
function nextInput(random: Random, sent: FuzzInput[], nowMs: number): FuzzInput {
  if (sent.length > 0 && random.chance(SHARE_OF_REPEATS)) {
    const again = sent[random.int(sent.length)];
    if (again !== undefined) return { ...again, owed: false };
  }
  const input = fuzzInput(random, nowMs);
  if (sent.length === REMEMBERED) sent.shift();
  sent.push(input);
  return input;
}
