// How an entry begins is the operator's word; measured outcomes choose only where the config says `on`, only for `maker`, and
// within the bounds of the config of now.
// Proves: domain/documents/tuned-choice.ts, domain/documents/tuning.ts, schemas/tuning.ts
import { describe, expect, it } from "vitest";
import { choiceOf } from "#domain/decide/route-choice.ts";
import { DEFAULT_ROUTER } from "#domain/documents/config.ts";
import type { AutotuneMode, ChoiceEvidence, EntryChoice, Tuning } from "#domain/documents/tuning.ts";
import { tuningSchema } from "#schemas/tuning.ts";
import { NOW_MS } from "#test/support/factories.ts";

const COST = { entries: 60, costBps: "3.1", halfWidthBps: "0.6" };
const EVIDENCE: ChoiceEvidence = {
  present: COST,
  other: { ...COST, costBps: "1.2" },
  source: "measured",
  filledBps: 9_900,
  restedBps: 6_800,
};

const tuning = (choice: EntryChoice): Tuning => ({
  accountId: "main",
  symbols: [
    {
      symbol: "ETHUSDT",
      proposed: null,
      inForce: { choice, evidence: EVIDENCE, sinceMs: NOW_MS },
      movedAtMs: NOW_MS,
    },
  ],
  history: [],
  updatedAtMs: NOW_MS,
});

const config = (mode: AutotuneMode, maxOffsetTicks = 3) => ({
  router: { ...DEFAULT_ROUTER, offsetTicks: 1, autotune: { mode, maxOffsetTicks } },
});
const RESTS: EntryChoice = { firstStep: "maker", offsetTicks: 2 };
const TAKES: EntryChoice = { firstStep: "market", offsetTicks: 0 };

it("a tuning that its schema accepts", () => {
  expect(tuningSchema.parse(tuning(RESTS))).toEqual(tuning(RESTS));
});

describe("an entry begins", () => {
  it.each([
    ["by the choice in force", "on", RESTS, 2, "tuning"],
    ["by the config in shadow", "shadow", RESTS, 1, "config"],
    ["by the config where it is off", "off", RESTS, 1, "config"],
    ["within the bound of now", "on", { ...RESTS, offsetTicks: 9 }, 3, "tuning"],
  ] as const)("%s", (_how, mode, choice, offsetTicks, by) => {
    const found = choiceOf("maker", "ETHUSDT", config(mode), tuning(choice));
    expect(found).toMatchObject({ firstStep: "maker", offsetTicks, by });
    expect(found.evidence).toEqual(by === "tuning" ? EVIDENCE : null);
  });

  it("by taking where that is in force", () => {
    expect(choiceOf("maker", "ETHUSDT", config("on"), tuning(TAKES))).toMatchObject({
      ...TAKES,
      by: "tuning",
    });
  });

  it.each(["market", "postOnly"] as const)("as `%s` says, whatever is tuned", (routing) => {
    expect(choiceOf(routing, "ETHUSDT", config("on"), tuning(RESTS))).toMatchObject({
      by: "config",
      evidence: null,
    });
  });

  it("by the config in another symbol, and where no tuning is stored", () => {
    const own = { firstStep: "maker", offsetTicks: 1, by: "config" };
    expect(choiceOf("maker", "BTCUSDT", config("on"), tuning(RESTS))).toMatchObject(own);
    expect(choiceOf("maker", "ETHUSDT", config("on"), null)).toMatchObject(own);
  });
});
