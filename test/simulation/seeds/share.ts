// The seeds of every test run, dealt out over the files of this folder so that workers run them side by side.
// The shares together are all the seeds, each once. The last hundred seeds are new in every run.
import { describe, expect, inject, it } from "vitest";
import { HANG_LIMIT_MS } from "../hang-limit.ts";
import { reportOf } from "../report.ts";
import { simulate } from "../simulate.ts";
import { SHARES } from "./share-count.ts";

const SEEDS = 2_000;
const FRESH_SEEDS = 100;
/** Seeds of one test, so that a broken rule shows soon. */
const CHUNK = 100;

interface Chunk {
  readonly from: number;
  readonly count: number;
}

/** Every seed of a full run in chunks; the last chunk holds the fresh ones. */
export function allChunks(freshFrom: number): readonly Chunk[] {
  const known = Array.from({ length: (SEEDS - FRESH_SEEDS) / CHUNK }, (_, index): Chunk => {
    return { from: 1 + index * CHUNK, count: CHUNK };
  });
  return [...known, { from: freshFrom, count: FRESH_SEEDS }];
}

/** The chunks of one share, of `SHARES`, from 1. */
export function chunksOf(share: number, freshFrom: number): readonly Chunk[] {
  return allChunks(freshFrom).filter((_chunk, index) => index % SHARES === share - 1);
}

/** At most `limit` seeds of the chunks, from each the same part. */
export function cutTo(limit: number | null, chunks: readonly Chunk[]): readonly Chunk[] {
  if (limit === null) return chunks;
  const count = Math.floor(limit / chunks.length);
  return count < 1
    ? chunks.slice(0, limit).map((chunk) => ({ ...chunk, count: 1 }))
    : chunks.map((chunk) => ({ ...chunk, count: Math.min(count, chunk.count) }));
}

/** Declares the tests of a share. */
export function runsShare(share: number): void {
  const freshFrom = inject("freshSeed");
  const chunks = cutTo(inject("seedsPerShare"), chunksOf(share, freshFrom));
  describe("simulated deployments", { timeout: HANG_LIMIT_MS }, () => {
    it.each(chunks)("keep every rule: $count seeds from $from", async ({ from, count }) => {
      if (from === freshFrom) console.log(`fresh seeds: ${from} to ${from + count - 1}`);
      for (let seed = from; seed < from + count; seed += 1) {
        const result = await simulate({ seed });
        if (result.violation !== null) expect.fail((await reportOf(result)).join("\n"));
      }
    });
  });
}
