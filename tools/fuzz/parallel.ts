// Spreads a long campaign over the machine's cores, in chunks that are handed out in the order of their seeds, so that a
// run that is stopped can be gone on with from one seed.
import { once } from "node:events";
import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import { BLOCK_INPUTS, type CampaignResult } from "./campaign.ts";
import type { Chunk, ChunkResult } from "./worker.ts";

/** Whole blocks, a few seconds of work: how long a stop waits at most. */
const CHUNK_INPUTS = 8 * BLOCK_INPUTS;

export interface ParallelOptions {
  readonly from: number;
  readonly inputs: number;
  readonly maxViolations: number;
  /** Called after every chunk; false stops. */
  readonly onChunk: (done: number, violations: number) => boolean;
}

/** The same result as one campaign over all the seeds; violations in their order. */
export async function runParallel(options: ParallelOptions): Promise<CampaignResult> {
  const chunks = chunksOf(options);
  const results: ChunkResult[] = [];
  let next = 0;
  let stopped = false;
  const work = async (): Promise<void> => {
    const worker = new Worker(new URL("./worker.ts", import.meta.url));
    try {
      for (let chunk = chunks[next]; chunk !== undefined && !stopped; chunk = chunks[next]) {
        next += 1;
        results.push(await runOn(worker, chunk));
        const { inputs, violations } = merged(options, results);
        stopped ||= violations.length >= options.maxViolations;
        stopped ||= !options.onChunk(inputs, violations.length);
      }
    } finally {
      await worker.terminate();
    }
  };
  const threads = Math.min(availableParallelism(), chunks.length);
  await Promise.all(Array.from({ length: threads }, work));
  return merged(options, results);
}

/** Cut at multiples of the chunk, so that a block is never divided. */
function chunksOf({ from, inputs, maxViolations }: ParallelOptions): readonly Chunk[] {
  const chunks: Chunk[] = [];
  for (let at = from; at < from + inputs; ) {
    const end = Math.min(from + inputs, (Math.floor(at / CHUNK_INPUTS) + 1) * CHUNK_INPUTS);
    chunks.push({ from: at, inputs: end - at, maxViolations });
    at = end;
  }
  return chunks;
}

/** Rejects with what a thread threw. */
async function runOn(worker: Worker, chunk: Chunk): Promise<ChunkResult> {
  const answered = once(worker, "message");
  worker.postMessage(chunk);
  const [result] = (await answered) as [ChunkResult];
  return result;
}

function merged({ from }: ParallelOptions, results: readonly ChunkResult[]): CampaignResult {
  const statuses = new Map<number, number>();
  for (const result of results)
    for (const [status, count] of result.statuses) statuses.set(status, (statuses.get(status) ?? 0) + count);
  const inOrder = results.toSorted((a, b) => a.chunk.from - b.chunk.from);
  let nextSeed = from;
  for (const { chunk, nextSeed: end } of inOrder) if (chunk.from === nextSeed) nextSeed = end;
  return {
    inputs: results.reduce((sum, { inputs }) => sum + inputs, 0),
    statuses,
    proved: results.reduce((sum, { proved }) => sum + proved, 0),
    violations: inOrder.flatMap(({ violations }) => violations),
    nextSeed,
  };
}
