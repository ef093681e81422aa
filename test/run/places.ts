// Which test files start first, because they take longest, and whether the list is still right. Keeps true that no core
// waits at the end for one long file: what a full run measures is held against the list and said.
/** By measured time; `npm test` says when another file belongs here, or one of these no longer does. */
export const LONGEST_FIRST: readonly string[] = [];

/** What takes less than this on two cores is not worth a place in the list. */
const LONG_S = 20;
/** Files named after a full run. */
const SHOWN = 12;

/** Place in the list; files that are not in it come after all that are. */
export function placeOf(path: string): number {
  const place = LONGEST_FIRST.indexOf(path);
  return place === -1 ? LONGEST_FIRST.length : place;
}

/** Files whose measured time no longer fits their place, in words: the list is kept by whoever reads this. */
export function placeFaults(
  secondsByFile: readonly (readonly [path: string, seconds: number])[],
): readonly string[] {
  const longest = secondsByFile
    .slice(0, SHOWN)
    .map(([path, seconds]) => `${seconds.toFixed(0).padStart(5)} s  ${path}`);
  const unlisted = secondsByFile.filter(
    ([path, seconds]) => seconds > LONG_S && !LONGEST_FIRST.includes(path),
  );
  return [
    `Longest files:\n${longest.join("\n")}`,
    ...unlisted.map(
      ([path, seconds]) => `${path} took ${seconds.toFixed(0)} s: list it in test/longest-first.ts.`,
    ),
  ];
}
