// Each invariant can fail: with any one guarantee taken away, the simulator notices, and says so in few words.
import { describe, expect, it } from "vitest";
import { tryMutation } from "./command.ts";
import { MUTATIONS } from "./mutations/all.ts";
import { reportOf } from "./report.ts";

/** Some take hundreds of seeds. */
const LIMIT_MS = 300_000;

describe("a product without one of its guarantees", { timeout: LIMIT_MS }, () => {
  it.each(MUTATIONS.map((mutation) => [mutation.name, mutation] as const))(
    "is caught: %s",
    async (_name, mutation) => {
      const { by, seeds } = await tryMutation(mutation);
      expect(by?.violation, `${mutation.says} Survived ${seeds} seeds.`).toBeTruthy();
    },
  );
});

describe("the report of a broken rule", () => {
  it("shows seed, rule, the smallest run that breaks it, its last events, and how to replay it", async () => {
    const mutation = MUTATIONS.find(({ name }) => name === "keepSlot");
    if (mutation === undefined) throw new Error("keepSlot is not a mutation any more");
    const { by } = await tryMutation(mutation);
    if (by === null) throw new Error("keepSlot survived");
    const text = (await reportOf(by, mutation)).join("\n");
    expect(text).toContain(`seed ${by.seed} broke slotsAreTheOpenGroups`);
    expect(text).toMatch(/smallest run that still does \(\d+ tried\): \d+ of \d+ items, \d+ of \d+ faults/);
    expect(text).toContain("commit ORDER_");
    expect(text).toContain(`npm run sim -- --seed ${by.seed}`);
  });
});
