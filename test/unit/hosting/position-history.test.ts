// The past comes a page at a time and loses nothing between two; an offset plan says how far each of its positions is.
import { describe, expect, it } from "vitest";
import { OFFSET_POOL_RULES } from "#domain/documents/words.ts";
import { eventWords, noPages, withPage } from "#hosting/model/history.ts";
import { offsetConditions, offsetNetUsd, offsetRows } from "#hosting/model/offset-words.ts";
import { offsetPlan } from "#test/e2e/dashboard/history-documents.ts";
import { laddered } from "#test/e2e/dashboard/position-documents.ts";
import { NOW_MS } from "./account-state.ts";

describe("a list that is read a page at a time", () => {
  it("grows at its end, counts what it cannot read, and knows its last page", () => {
    const first = withPage(noPages<number>(), { rows: [9, 8], unreadable: 1, before: 8, isLast: false });
    expect(first).toEqual({ rows: [9, 8], unreadable: 1, before: 8, phase: "idle", fault: null });
    const second = withPage(
      { ...first, fault: "away" },
      { rows: [7], unreadable: 1, before: 7, isLast: true },
    );
    expect(second).toEqual({ rows: [9, 8, 7], unreadable: 2, before: 7, phase: "end", fault: null });
  });

  it("calls an event by its kind in words", () => {
    expect(eventWords("TAKE_PROFIT_FILLED")).toBe("Take profit filled");
  });
});

describe("an offset plan", () => {
  const plan = offsetPlan(NOW_MS);
  const held = (qtyBase: string) => [laddered(NOW_MS, { groupId: "g-btc", qtyBase })];

  it.each([
    ["0.014", 0, false],
    ["0.01", 5_000, false],
    ["0.006", 10_000, true],
    // Something else took more than the plan wants: it is done, and no more than done.
    ["0.001", 10_000, true],
    // Added to since: nothing of it is done.
    ["0.02", 0, false],
  ])("with %s of 0.014 open, to be 0.006, is %i bps there, done: %s", (qtyBase, doneBps, isDone) => {
    expect(offsetRows(plan, held(qtyBase))[0]).toMatchObject({ role: "winner", doneBps, isDone });
  });

  it("closes its loser last, and holds a position that is open no more for closed", () => {
    expect(offsetRows(plan, [])[1]).toMatchObject({
      role: "loser",
      openBase: "0",
      doneBps: 10_000,
      isDone: true,
    });
  });

  it("brings the sum of its parts at worst", () => {
    expect(offsetNetUsd(plan)).toBe("0.3");
  });

  it("has its conditions in words for each rule of the pool", () => {
    const config = {
      minLossBps: 800,
      minAgeMs: 7_200_000,
      minEntries: 3,
      quietAfterEntryMs: 1_800_000,
      maxWinners: 2,
      feeBps: 5,
      slippageBps: 10,
      maxPriceMoveBps: 100,
      validForMs: 300_000,
    };
    const words = OFFSET_POOL_RULES.map((poolRule) => offsetConditions({ ...config, poolRule }));
    expect(words[0]).toBe(
      "From a loss of 8.00 % and an age of 2 h on; 3 entries filled, the last 30 min ago. At most 2 winners.",
    );
    expect(new Set(words).size).toBe(OFFSET_POOL_RULES.length);
  });
});
