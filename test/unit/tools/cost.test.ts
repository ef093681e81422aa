// The cost table leaves no deployed schedule out, says what it counts, keeps its idle minute within the budget, and is the
// table of docs/budget.md; docs/cost.md is what the page's template and these figures give.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { run } from "#tools/bench/cost.ts";
import { costPage, costTemplate } from "#tools/bench/cost-page.ts";
import { OF_EACH_ACCOUNT, OF_THE_PROJECT, SCHEDULES } from "#tools/bench/schedules.ts";

const ENTRY = join(import.meta.dirname, "../../../functions/src/entry");
const BUDGET = join(import.meta.dirname, "../../../docs/budget.md");
const COST = join(import.meta.dirname, "../../../docs/cost.md");
/** `| name | 12 USD |`, in the table of measured documents. */
const FIGURE = /^\| (.+?) \| ([\d.]+)(?: [^|]*)? \|$/gm;
/** Figures are written with two places. */
const PLACES = 100;
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

/** The measured figures as docs/budget.md has them. */
function writtenFigures(): Readonly<Record<string, number>> {
  const [, section = ""] = /^## Documents, measured$([\s\S]*?)^## /m.exec(readFileSync(BUDGET, "utf8")) ?? [];
  return Object.fromEntries([...section.matchAll(FIGURE)].map(([, name, figure]) => [name, Number(figure)]));
}

/** Each of the three schedules of the accounts looks once a minute whether the list of accounts has changed. */
const MARKS = 3;

describe("the cost table", () => {
  it("counts every deployed schedule", () => {
    const counted = [...SCHEDULES.ofEachAccount, ...SCHEDULES.ofTheProject];
    expect(counted.toSorted()).toEqual(deployedSchedules().toSorted());
  });

  it(
    "counts the watchdog's looks, keeps the idle minute to three reads, three marks and two writes, and is what docs/budget.md says",
    async () => {
      const figures = await run();
      const named = (name: string) => figures.find((each) => each.name === name);
      for (const [what, most, anHour] of [
        // And the venue's stated limits, once for each of the three.
        ["reads", 3 + MARKS, 3],
        // And the account's settings at the venue.
        ["writes", 2, 1],
      ] as const) {
        const idle = named(`idle minute, 10 symbols: ${what}`);
        expect(idle?.value).toBeGreaterThan(1);
        expect(idle?.value).toBeLessThanOrEqual(most + anHour / 60);
        expect(idle?.reference).toContain(OF_EACH_ACCOUNT);
        const project = named(`an hour of the project's own schedules: ${what}`);
        expect(project?.reference).toBe(OF_THE_PROJECT);
      }
      // Four looks a minute of two documents each and the heartbeats once, beside what an idle minute reads.
      const holding = named("minute with an open position, 10 symbols: reads");
      expect(holding?.value).toBeGreaterThanOrEqual(4 * 2 + 2);
      // The universe before it is replaced, its config and account, two questions for each of twelve sweeps, and the database's label once for each
      // of the two new instances.
      expect(named("an hour of the project's own schedules: reads")?.value).toBe(3 + 12 * 2 + 2);
      const measured = figures.map(({ name, value }) => [name, Math.round(value * PLACES) / PLACES]);
      expect(writtenFigures()).toEqual(Object.fromEntries(measured));
      const page = costPage(figures, costTemplate());
      if (process.env.BALLAST_WRITE_COST !== undefined) writeFileSync(COST, page);
      expect(readFileSync(COST, "utf8")).toBe(page);
    },
    RUN_TIMEOUT_MS,
  );
});
