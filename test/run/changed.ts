// The short way of the test command for one change: the suites that it runs. Every suite that it leaves to
// the full run is named in its output.
import { SHARES } from "../simulation/seeds/share-count.ts";
import type { Suites } from "./suites.ts";
import { suites } from "./suites.ts";

/** Seeds of the simulation that a change is tried on: some seconds; the full run has two thousand. */
const SEEDS = 40;
/** The first share stands for the seeds. */
const OTHER_SHARES = Array.from(
  { length: SHARES - 1 },
  (_, index) => `test/simulation/seeds/share-${index + 2}.test.ts`,
);
/** These need the builds and the whole stack, or minutes. */
const LEFT = [
  { glob: "test/e2e/**", says: "everything end to end (test/e2e)" },
  {
    glob: "test/simulation/mutations/mutation-share-*.test.ts",
    says: "the mutations of the simulated product",
  },
  { glob: "test/simulation/sweep.test.ts", says: "the crash sweep" },
];
/** One worker for many files: loading the product anew for each is half of the time. The full run isolates files outside the unit tests. */
const SHARED_WORKERS = "--no-isolate";
/** These read the repository instead of importing it, so every change may concern them. */
const ALWAYS = ["test/tidy", "test/simulation/purity.test.ts", "test/unit/settings-list.test.ts"];

export interface ChangedRun {
  readonly suites: readonly Suites[];
  /** The rest, which only the full run has. */
  readonly left: string;
}

/**
 * Suites that import a file that differs from `base`; without a base, a file with changes that are still to
 * be committed.
 */
export function changedRun(base: string | undefined): ChangedRun {
  const excluded = [...LEFT.map(({ glob }) => glob), ...OTHER_SHARES].flatMap((glob) => ["--exclude", glob]);
  const always = ALWAYS.flatMap((path) => ["--exclude", path.endsWith(".ts") ? path : `${path}*`]);
  const since = base === undefined ? "--changed" : `--changed=${base}`;
  return {
    suites: [
      suites("house rules", ALWAYS, SEEDS),
      suites(
        "tests of the change",
        [since, SHARED_WORKERS, "--passWithNoTests", ...excluded, ...always],
        SEEDS,
      ),
    ],
    left: `Left to the full run (npm test): ${LEFT.map(({ says }) => says).join(", ")}, and all but ${SEEDS} seeds of the simulation.`,
  };
}
