// The cost table leaves no deployed schedule out, says what it counts, and its idle minute is within the budget.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { run } from "#tools/bench/cost.ts";
import { OF_EACH_ACCOUNT, OF_THE_PROJECT, SCHEDULES } from "#tools/bench/schedules.ts";

const ENTRY = join(import.meta.dirname, "../../../functions/src/entry");
/** Two hours of two accounts, look by look. */
const RUN_TIMEOUT_MS = 60_000;

function deployedSchedules(): readonly string[] {
  return readdirSync(ENTRY).flatMap((file) => {
    const declared = /export const (\w+) = (?:accountSchedule|onSchedule)\(/.exec(
      readFileSync(join(ENTRY, file), "utf8"),
    );
    return declared?.[1] === undefined ? [] : [declared[1]];
  });
}

describe("the cost table", () => {
  it("counts every deployed schedule", () => {
    const counted = [...SCHEDULES.ofEachAccount, ...SCHEDULES.ofTheProject];
    expect(counted.toSorted()).toEqual(deployedSchedules().toSorted());
  });

  it(
    "counts the watchdog's looks, keeps the idle minute to two reads and two writes, and says what it counts",
    async () => {
      const figures = await run();
      const named = (name: string) => figures.find((each) => each.name === name);
      for (const what of ["reads", "writes"] as const) {
        const idle = named(`idle minute, 10 symbols: ${what}`);
        expect(idle?.value).toBeGreaterThan(1);
        expect(idle?.value).toBeLessThanOrEqual(2);
        expect(idle?.reference).toContain(OF_EACH_ACCOUNT);
        const project = named(`an hour of the project's own schedules: ${what}`);
        expect(project?.reference).toBe(OF_THE_PROJECT);
      }
      // Four looks a minute of four documents each, beside what an idle minute reads.
      const holding = named("minute with an open position, 10 symbols: reads");
      expect(holding?.value).toBeGreaterThanOrEqual(4 * 4);
      // The universe's config and account, two questions for each of twelve sweeps, and the database's label once for each
      // of the two new instances.
      expect(named("an hour of the project's own schedules: reads")?.value).toBe(2 + 12 * 2 + 2);
    },
    RUN_TIMEOUT_MS,
  );
});
