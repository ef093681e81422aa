// The test files that start first, because they take longest, so that cores end together. A full run measures
// every file and names those whose place is out of date.
/**
 * By measured time, longest first, except that stacks and computation take turns: two stacks at once slow each other
 * down, and a stack waits for its processes while a simulation computes. A full run says when another file belongs here.
 */
const LONGEST_FIRST: readonly string[] = [
  "test/e2e/whole-life.test.ts",
  "test/simulation/seeds/share-1.test.ts",
  "test/e2e/stack.test.ts",
  "test/simulation/seeds/share-2.test.ts",
  "test/simulation/seeds/share-3.test.ts",
  "test/simulation/seeds/share-4.test.ts",
  "test/simulation/mutations/mutation-share-1.test.ts",
  "test/simulation/mutations/mutation-share-2.test.ts",
  "test/e2e/sim-stack.test.ts",
  "test/e2e/dashboard/risk.test.ts",
  "test/e2e/runbooks.test.ts",
  "test/e2e/setup.test.ts",
  "test/e2e/sealed-keys.test.ts",
  "test/e2e/dashboard/dashboard.test.ts",
  "test/simulation/sweep.test.ts",
  "test/e2e/dashboard/commands.test.ts",
  "test/emulator/exchange/persistence.test.ts",
  "test/emulator/firestore/processes.test.ts",
  "test/e2e/strategies/write-and-check.test.ts",
  "test/simulation/replay.test.ts",
  "test/recorded/resumed.test.ts",
  "test/e2e/front-door.test.ts",
  "test/e2e/dashboard/positions.test.ts",
  "test/simulation/regressions.test.ts",
  "test/simulation/mutations/mutation-shares.test.ts",
  "test/simulation/restore/restore.test.ts",
  "test/unit/app/watchdog/blindness.test.ts",
  "test/emulator/pubsub/functions-trigger.test.ts",
  "test/unit/entry/webhook.fuzz.test.ts",
  "test/emulator/exchange/properties.test.ts",
];

/** A file that takes less than this on two cores needs no place in the list. */
const LONG_S = 20;
/** Files named after a full run. */
const SHOWN = 12;

/** Place in the list; files that are not in it come after all that are. */
export function placeOf(path: string): number {
  const place = LONGEST_FIRST.indexOf(path);
  return place === -1 ? LONGEST_FIRST.length : place;
}

/**
 * Files whose measured time no longer fits their place, in words: a developer who reads them mends the list.
 */
export function placeFaults(
  secondsByFile: readonly (readonly [path: string, seconds: number])[],
): readonly string[] {
  const longest = secondsByFile
    .slice(0, SHOWN)
    .map(([path, seconds]) => `${seconds.toFixed(0).padStart(5)} s  ${path}`);
  const known = new Set(secondsByFile.map(([path]) => path));
  const gone = LONGEST_FIRST.filter((path) => !known.has(path));
  const unlisted = secondsByFile.filter(
    ([path, seconds]) => seconds > LONG_S && !LONGEST_FIRST.includes(path),
  );
  return [
    `Longest files:\n${longest.join("\n")}`,
    ...gone.map((path) => `${path} is not a test any more: take it out of test/run/places.ts.`),
    ...unlisted.map(
      ([path, seconds]) => `${path} took ${seconds.toFixed(0)} s: list it in test/run/places.ts.`,
    ),
  ];
}
