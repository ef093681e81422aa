// A minute with ten open groups costs as docs/budget.md says, and each further group next to nothing but its requests.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { run } from "#tools/bench/ten-groups.ts";

const BUDGET = join(import.meta.dirname, "../../../docs/budget.md");
/** Of the venue's limit for an address, 2,400 a minute. */
const MOST_WEIGHT = 240;
/** Two hours of an account, look by look. */
const RUN_TIMEOUT_MS = 120_000;

it(
  "a minute with ten open groups costs what docs/budget.md says, and a tenth of the venue's weight at most",
  async () => {
    const figures = (await run()).map(({ name, value }) => [name, Number(value.toFixed(2))] as const);
    const budget = readFileSync(BUDGET, "utf8");
    const written = [...budget.matchAll(/^\| (minute with ten open groups: \w+) \| ([\d.]+) \|/gm)];
    expect(written.map(([, name, figure]) => [name, Number(figure)])).toEqual(figures);
    expect(new Map(figures).get("minute with ten open groups: weight")).toBeLessThanOrEqual(MOST_WEIGHT);
  },
  RUN_TIMEOUT_MS,
);
