// The shares of the mutations are all of them, a table that is out of date costs runs and hides nothing, and what is found
// is reported in few words.
import { readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { HANG_LIMIT_MS } from "../hang-limit.ts";
import { reportOf } from "../report.ts";
import { MUTATIONS } from "./all.ts";
import { caughtAtText, readCaughtAt, withFinding } from "./caught-at.ts";
import type { Mutation } from "./mutation.ts";
import { mutationsOf } from "./mutation-share.ts";
import { MUTATION_SHARES } from "./mutation-share-count.ts";
import { seedsToTry, tryMutation } from "./try-mutation.ts";

const NAMES = MUTATIONS.map(({ name }) => name);
const shares = Array.from({ length: MUTATION_SHARES }, (_, index) => index + 1);

function named(name: string): Mutation {
  const mutation = MUTATIONS.find((each) => each.name === name);
  if (mutation === undefined) throw new Error(`${name} is not a mutation any more`);
  return mutation;
}

describe("the mutations of a test run", () => {
  it("are every mutation, each once, under a name of its own", () => {
    const dealt = shares.flatMap((share) => mutationsOf(share).map(({ name }) => name));
    expect(dealt.sort()).toEqual(NAMES.toSorted());
    expect(new Set(NAMES).size).toBe(NAMES.length);
  });

  it("are run by a file a share", () => {
    const files = readdirSync(import.meta.dirname).filter((name) =>
      /^mutation-share-\d+\.test\.ts$/.test(name),
    );
    expect(files.sort()).toEqual(shares.map((share) => `mutation-share-${share}.test.ts`));
  });
});

describe("the table of the seeds that caught a mutation", { timeout: HANG_LIMIT_MS }, () => {
  it("has each seed tried once, those of the table first", () => {
    expect(seedsToTry([], 4)).toEqual([1, 2, 3, 4]);
    expect(seedsToTry([3, 9, 2], 4)).toEqual([3, 2, 1, 4]);
  });

  it("costs runs where it is out of date, and changes no finding", async () => {
    const idle: Mutation = { name: "idle", says: "Nothing is taken away.", hooks: () => ({}) };
    expect(await tryMutation(idle, [2], 3)).toMatchObject({ by: null, runs: 3 });
    const loud = named("keepSlot");
    const seed = (await tryMutation(loud, [])).by?.seed ?? 0;
    expect((await tryMutation(loud, [seed])).runs).toBe(1);
    expect((await tryMutation(loud, [seed + 5_000])).by?.seed).toBe(seed);
  });

  it("keeps the last three findings, the newest first, and forgets those of a survivor", () => {
    const table = { a: [7, 8, 9], b: [1] };
    expect(withFinding(table, "a", 5)).toEqual({ a: [5, 7, 8], b: [1] });
    expect(withFinding(table, "a", 8)).toEqual({ a: [8, 7, 9], b: [1] });
    expect(withFinding(table, "b", null)).toEqual({ a: [7, 8, 9], b: [] });
    expect(withFinding(table, "c", 4)).toEqual({ ...table, c: [4] });
  });

  it("is stored a line a mutation, without those that are gone", () => {
    const text = caughtAtText({ a: [1, 2], gone: [3] }, ["a", "b"]);
    expect(text).toBe('{\n  "a": [1, 2],\n  "b": []\n}\n');
    expect(Object.keys(readCaughtAt())).not.toEqual([]);
  });
});

describe("the report of a broken rule", { timeout: HANG_LIMIT_MS }, () => {
  it("shows seed, rule, the smallest run that breaks it, its last events, and how to replay it", async () => {
    const mutation = named("keepSlot");
    const { by } = await tryMutation(mutation, []);
    if (by === null) throw new Error("keepSlot survived");
    const text = (await reportOf(by, mutation)).join("\n");
    expect(text).toContain(`seed ${by.seed} broke slotsAreTheOpenGroups`);
    expect(text).toMatch(/smallest run that still does \(\d+ tried\): \d+ of \d+ items, \d+ of \d+ faults/);
    expect(text).toContain("commit ORDER_");
    expect(text).toContain(`npm run sim -- --seed ${by.seed}`);
  });
});
