// Configs, intents and receipts of an earlier release in this release's shape: nothing is exited, sized or fitted otherwise
// than before, and a field that is there already stays.
import { describe, expect, it } from "vitest";
import { DEFAULT_ROUTER } from "#domain/documents/config.ts";
import { STEPS_OF_0_3 } from "#domain/documents/steps-of-0-3.ts";
import { exitPlanSchema } from "#schemas/exit-plan.ts";

const PLAN = exitPlanSchema.parse({
  stop: { kind: "bps", bps: 150 },
  takeProfits: [],
  breakEvenAfter: null,
  trailing: null,
  timeLimitMs: null,
});
const ADDED = {
  exitRouting: "market",
  entryShare: null,
  fitToCaps: false,
  repairMissedAlerts: false,
  exits: null,
  entries: null,
};

describe("a document of an earlier release", () => {
  it("of a config gives every strategy its amount, no fitting and no plan", () => {
    const own = {
      entryShare: { kind: "riskBps", riskBps: 5 },
      fitToCaps: true,
      repairMissedAlerts: true,
      exits: PLAN,
      entries: { dca: null, pyramid: { maxEntries: 1, minDistanceBps: 0 } },
    };
    const strategies = { a: { orderNotionalUsd: "1" }, b: { orderNotionalUsd: "2", ...own } };
    const led = { a: { ...strategies.a, ...ADDED }, b: strategies.b };
    expect(STEPS_OF_0_3.config?.({ strategies })).toMatchObject({ strategies: led });
    const request = { kind: "set_config", config: { strategies } };
    expect(STEPS_OF_0_3.command?.({ request })).toMatchObject({ request: { config: { strategies: led } } });
  });

  it("of a config has the default router, which none of its strategies asks", () => {
    expect(STEPS_OF_0_3.config?.({ strategies: {} })).toMatchObject({ router: DEFAULT_ROUTER });
    const router = { ...DEFAULT_ROUTER, boundBps: 3 };
    expect(STEPS_OF_0_3.config?.({ strategies: {}, router })).toMatchObject({ router });
  });

  it("of a group goes on to the market with the wish that it has", () => {
    const wish = { targetBase: "0" };
    expect(STEPS_OF_0_3.group?.({ qtyBase: "1", closing: wish })).toMatchObject({
      closing: { ...wish, route: null },
    });
    expect(STEPS_OF_0_3.group?.({ qtyBase: "1" })).toMatchObject({ closing: null });
  });

  it.each(["intent", "receipt", "intentsMessage"] as const)("of kind %s has no plan of its own", (kind) => {
    expect(STEPS_OF_0_3[kind]?.({ intent: { symbol: "S" } })).toMatchObject({
      intent: { symbol: "S", exits: null, entries: null },
    });
    expect(STEPS_OF_0_3[kind]?.({ intent: { exits: PLAN } })).toMatchObject({ intent: { exits: PLAN } });
  });

  it("of a refused signal stays without an intent", () => {
    expect(STEPS_OF_0_3.receipt?.({ intent: null })).toMatchObject({ intent: null });
  });

  it.each(["intent", "order"] as const)("of kind %s was fitted to nothing", (kind) => {
    const basis = { touch: null };
    expect(STEPS_OF_0_3[kind]?.({ basis, sends: 1 })).toMatchObject({ basis: { touch: null, fitted: null } });
  });
});
