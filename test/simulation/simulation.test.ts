// Two thousand simulated deployments break no rule, a hundred of them never run before; the same seed tells the same
// story; and a run that fails says what it takes to fail.
import { describe, expect, it } from "vitest";
import { reportOf } from "./report.ts";
import { simulate } from "./simulate.ts";

const SEEDS = 2_000;
const FRESH_SEEDS = 100;
/** Seeds of one test, so that a broken rule shows soon and no test runs for long. */
const CHUNK = 100;
const CHUNK_LIMIT_MS = 180_000;
/** Far above every seed that is run on every test run. */
const FRESH_FROM = 1_000_000_000;

const freshSeed = FRESH_FROM + (Date.now() % FRESH_FROM);
const chunks = Array.from({ length: (SEEDS - FRESH_SEEDS) / CHUNK }, (_, index) => 1 + index * CHUNK);

async function expectNoViolation(from: number, count: number): Promise<void> {
  for (let seed = from; seed < from + count; seed += 1) {
    const result = await simulate({ seed });
    if (result.violation !== null) expect.fail((await reportOf(result)).join("\n"));
  }
}

describe("simulated deployments", { timeout: CHUNK_LIMIT_MS }, () => {
  it.each(chunks)(`keep every rule: ${CHUNK} seeds from %d`, async (from) => {
    await expectNoViolation(from, CHUNK);
  });

  it(`keep every rule on seeds never run before: ${FRESH_SEEDS} from ${freshSeed}`, async () => {
    console.log(`fresh seeds: ${freshSeed} to ${freshSeed + FRESH_SEEDS - 1}`);
    await expectNoViolation(freshSeed, FRESH_SEEDS);
  });
});

describe("a seed", () => {
  it.each([1, 2, 3, 5, 8, 13, 21, 34, 55, 89, freshSeed])(
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
