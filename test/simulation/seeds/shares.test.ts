// The shares of the seeds together are all of them: two thousand, each once, a hundred never run before; and each share
// is run by a file.
import { readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { allChunks, chunksOf, cutTo } from "./share.ts";
import { SHARES } from "./share-count.ts";

const FRESH_FROM = 1_500_000_000;
const shares = Array.from({ length: SHARES }, (_, index) => index + 1);

describe("the seeds of a test run", () => {
  it("are two thousand: 1 to 1,900 and a hundred fresh ones", () => {
    const seeds = shares
      .flatMap((share) => chunksOf(share, FRESH_FROM))
      .flatMap(({ from, count }) => Array.from({ length: count }, (_, index) => from + index))
      .sort((a, b) => a - b);
    const known = Array.from({ length: 1_900 }, (_, index) => index + 1);
    const fresh = Array.from({ length: 100 }, (_, index) => FRESH_FROM + index);
    expect(seeds).toEqual([...known, ...fresh]);
  });

  it("are run by a file a share", () => {
    const files = readdirSync(import.meta.dirname).filter((name) => /^share-\d+\.test\.ts$/.test(name));
    expect(files.sort()).toEqual(shares.map((share) => `share-${share}.test.ts`));
  });

  it("are cut to a limit only where one is given", () => {
    const chunks = allChunks(FRESH_FROM);
    expect(cutTo(null, chunks)).toEqual(chunks);
    const counted = (limit: number): number =>
      cutTo(limit, chunks).reduce((sum, { count }) => sum + count, 0);
    expect([1, 10, 20, 40].map(counted)).toEqual([1, 10, 20, 40]);
  });
});
