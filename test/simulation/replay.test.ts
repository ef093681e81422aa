// The same seed tells the same story, whatever ran before it, and another seed another one: a violation that is
// reported can be replayed.
import { describe, expect, inject, it } from "vitest";
import { paths } from "#domain/documents/paths.ts";
import { firstDocuments } from "./first-documents.ts";
import { HANG_LIMIT_MS } from "./hang-limit.ts";
import { simulate } from "./simulate.ts";
import { drawRun } from "./workload/draw.ts";

/** A run of an offset has more symbols than others. */
const FEW_AND_MANY_SYMBOLS = [1, 1_103_403, 1] as const;

describe("a seed", { timeout: HANG_LIMIT_MS }, () => {
  it.each([1, 2, 3, 5, 8, 13, 21, 34, 55, 89, inject("freshSeed")])(
    "gives the same run every time, whatever ran before: %d",
    async (seed) => {
      const first = await simulate({ seed });
      await simulate({ seed: seed + 1 });
      const second = await simulate({ seed });
      expect(second.hash).toBe(first.hash);
      expect(second.log.tail(second.log.length)).toEqual(first.log.tail(first.log.length));
    },
  );

  it("begins with the venue's settings of its own symbols, whichever symbols the runs before it had", async () => {
    const counts: number[] = [];
    for (const seed of FEW_AND_MANY_SYMBOLS) {
      const { setup } = drawRun(seed);
      const [account] = setup.accounts;
      if (account === undefined) throw new Error(`Seed ${seed} has no account`);
      const path = paths.venueSettings(account.profile.accountId);
      const written = (await firstDocuments(setup, "test")).find((write) => write.path === path);
      const { data } = written as unknown as {
        readonly data: { readonly settings: { readonly symbols: object } };
      };
      expect(Object.keys(data.settings.symbols)).toEqual(setup.symbols.map(({ symbol }) => symbol));
      counts.push(setup.symbols.length);
    }
    expect(new Set(counts).size).toBe(2);
  });

  it("gives another run than its neighbour", async () => {
    const [one, other] = [await simulate({ seed: 1 }), await simulate({ seed: 2 })];
    expect(other.hash).not.toBe(one.hash);
  });
});
