// The test runner's settings: one place for what counts as a test, how many workers a two-core machine gets, and which
// seeds the simulation runs.
import { defineConfig } from "vitest/config";
import { LongestFirst } from "./test/longest-first.ts";

/** Far above every seed that is run on every test run. */
const FRESH_FROM = 1_000_000_000;
/** Set by `npm test -- --changed` only; the full run has no limit. */
const seedLimit = process.env.BALLAST_SEEDS_PER_SHARE;

const UNIT = "test/unit/**/*.test.ts";
/** Entries are wired once, when they are loaded, from the environment of that moment. */
const ENTRIES = "test/unit/entry/**/*.test.ts";
/** Beside each strategy, and of no process or server. */
const STRATEGIES = "strategies/**/*.test.ts";
const OTHERS = ["test/*.test.ts", "test/!(unit)/**/*.test.ts"];

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
    maxWorkers: 2,
    // A worker that loads the product once for many files needs a quarter of the time: 32 s instead of 140 s for the tests of
    // the domain. Files that own a process, a server or the environment still get a worker of their own.
    projects: [
      {
        extends: true,
        test: { name: "shared", include: [UNIT, STRATEGIES], exclude: [ENTRIES], isolate: false },
      },
      { extends: true, test: { name: "own", include: [...OTHERS, ENTRIES] } },
    ],
    // Google's client libraries look for a cloud machine's metadata server, unless told that there is none: tests speak to
    // this machine alone.
    env: { METADATA_SERVER_DETECTION: "none" },
    // Ends what hangs, no more: machines are shared, and what must be fast is measured by itself.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    sequence: { shuffle: true, sequencer: LongestFirst },
    provide: {
      freshSeed: FRESH_FROM + (Date.now() % FRESH_FROM),
      seedsPerShare: seedLimit === undefined ? null : Number(seedLimit),
    },
  },
});
