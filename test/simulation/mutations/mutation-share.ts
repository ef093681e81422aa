// Each invariant can fail: with any one guarantee taken away, the simulator notices. The mutations are dealt out over the
// share files of this folder so that workers run them side by side; the shares together are all of them, each once.
import { afterAll, describe, expect, it } from "vitest";
import { MUTATION_SEEDS, MUTATIONS } from "./all.ts";
import { readCaughtAt } from "./caught-at.ts";
import type { Mutation } from "./mutation.ts";
import { MUTATION_SHARES } from "./mutation-share-count.ts";
import { tryMutation } from "./try-mutation.ts";

/** Every seed of a mutation that survives, at the half second that one takes on a busy machine. */
const LIMIT_MS = MUTATION_SEEDS * 500;

/** The mutations of one share, from 1. */
export function mutationsOf(share: number): readonly Mutation[] {
  return MUTATIONS.filter((_mutation, index) => index % MUTATION_SHARES === share - 1);
}

/** Declares the tests of a share. After them it says which mutations the table no longer finds at once. */
export function runsMutations(share: number): void {
  const table = readCaughtAt();
  const slow: string[] = [];
  describe("a product without one of its guarantees", { timeout: LIMIT_MS }, () => {
    it.each(mutationsOf(share).map((mutation) => [mutation.name, mutation] as const))(
      "is caught: %s",
      async (name, mutation) => {
        const known = table[name] ?? [];
        const { by, runs } = await tryMutation(mutation, known);
        expect(by?.violation, `${mutation.says} Survived ${runs} seeds.`).toBeTruthy();
        if (runs > known.length) slow.push(`${name}: seed ${by?.seed}, ${runs} runs`);
      },
    );
    afterAll(() => {
      if (slow.length === 0) return;
      const said = slow.map((line) => `  ${line}`).join("\n");
      console.log(
        `caught at other seeds than the table says (npm run sim -- --mutations writes it):\n${said}`,
      );
    });
  });
}
