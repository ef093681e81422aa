// The same seed tells the same story, whatever ran before it, and another seed another one: a violation that is
// reported can be replayed.
import { describe, expect, inject, it } from "vitest";
import { HANG_LIMIT_MS } from "./hang-limit.ts";
import { simulate } from "./simulate.ts";

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

  it("gives another run than its neighbour", async () => {
    const [one, other] = [await simulate({ seed: 1 }), await simulate({ seed: 2 })];
    expect(other.hash).not.toBe(one.hash);
  });
});
