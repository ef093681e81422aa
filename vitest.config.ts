// The test runner's settings: one place for what counts as a test, how many workers a two-core machine gets, and which
// seeds the simulation runs.
import { defineConfig } from "vitest/config";
import { LongestFirst } from "./test/longest-first.ts";

/** Far above every seed that is run on every test run. */
const FRESH_FROM = 1_000_000_000;
/** Set by `npm test -- --changed` only; the full run has no limit. */
const seedLimit = process.env.BALLAST_SEEDS_PER_SHARE;

declare module "vitest" {
  interface ProvidedContext {
    /** First of the seeds that no run has had before. */
    freshSeed: number;
    /** How many seeds a share of the simulation runs; null for all. */
    seedsPerShare: number | null;
  }
}

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    maxWorkers: 2,
    // Google's client libraries look for a cloud machine's metadata server, unless told that there is none: tests speak to
    // this machine alone.
    env: { METADATA_SERVER_DETECTION: "none" },
    // Ends what hangs, no more: machines are shared, and what must be fast is measured by itself.
    testTimeout: 60_000,
    hookTimeout: 120_000,
    sequence: { shuffle: true, sequencer: LongestFirst },
    provide: {
      freshSeed: FRESH_FROM + (Date.now() % FRESH_FROM),
      seedsPerShare: seedLimit === undefined ? null : Number(seedLimit),
    },
  },
});
