// Measured outcomes move how entries begin only slowly, within the config's bounds, beyond what chance explains, and never where the
// account is in trouble; a choice stands a day in shadow before it is in force.
// Proves: domain/telemetry/tune.ts, domain/telemetry/tune-account.ts, domain/telemetry/compare-choices.ts
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { dec } from "#domain/decimal.ts";
import { DEFAULT_ROUTER } from "#domain/documents/config.ts";
import type { RouterConfig } from "#domain/documents/route.ts";
import { clampedChoice } from "#domain/documents/tuned-choice.ts";
import type { AutotuneMode, EntryChoice, SymbolTuning, Tuning } from "#domain/documents/tuning.ts";
import {
  type ChoiceSums,
  newEvidence,
  type SymbolEvidence,
  TAKING,
  withSample,
} from "#domain/telemetry/choice-evidence.ts";
import { EVIDENCE_LASTS_MS, LEAST_ENTRIES } from "#domain/telemetry/compare-choices.ts";
import type { EntrySample, OpenEntry } from "#domain/telemetry/entry-samples.ts";
import { newExecutionHealth } from "#domain/telemetry/execution-health.ts";
import { MOVES_AFTER_MS, tuned } from "#domain/telemetry/tune.ts";
import { isTuningFrozen, newTuning, tunedAccount } from "#domain/telemetry/tune-account.ts";
import { NOW_MS } from "#test/support/factories.ts";
import { controlWith } from "#test/support/world.ts";

const SYMBOL = "ETHUSDT";
const DAY_MS = MOVES_AFTER_MS;
const RESTING: EntryChoice = { firstStep: "maker", offsetTicks: 0 };
const router = (mode: AutotuneMode, of: Partial<RouterConfig> = {}): RouterConfig => ({
  ...DEFAULT_ROUTER,
  ...of,
  autotune: { mode, maxOffsetTicks: 3, ...of.autotune },
});

/** Entries of one cost each, every other one `spreadBps` dearer and cheaper. */
const sums = (
  choice: EntryChoice,
  costBps: number,
  of: Partial<ChoiceSums> = {},
  spreadBps = 1,
): ChoiceSums => {
  const entries = of.entries ?? 100;
  return {
    ...choice,
    source: "measured",
    entries,
    cost: String(entries * costBps),
    squares: String(entries * (costBps ** 2 + spreadBps ** 2)),
    filled: String(entries),
    rested: choice.firstStep === "maker" ? String(entries) : "0",
    restedCost: choice.firstStep === "maker" ? String(entries * costBps) : "0",
    updatedAtMs: NOW_MS,
    ...of,
  };
};

const evidence = (...choices: readonly ChoiceSums[]): SymbolEvidence => ({
  ...newEvidence(SYMBOL),
  referenceUsd: "3000",
  takerFees: { usd: "5", ofUsd: "10000" },
  choices,
});

const ground = (mode: AutotuneMode, of: SymbolEvidence, nowMs = NOW_MS, isFrozen = false) => ({
  router: router(mode),
  evidence: of,
  tickSizeUsd: "0.01",
  isFrozen,
  nowMs,
});

/** Resting costs more than taking. */
const DEAR = evidence(sums(RESTING, 9), sums(TAKING, 5, { source: "replayed" }, 0));

describe("a choice that has proved cheaper", () => {
  it("is proposed with the measurement behind it, and not in force", () => {
    const { tuning, news } = tuned(SYMBOL, null, ground("on", DEAR));
    expect(tuning).toMatchObject({ inForce: null, proposed: { choice: TAKING, sinceMs: NOW_MS } });
    expect(news).toMatchObject({
      kind: "proposed",
      from: RESTING,
      to: TAKING,
      evidence: {
        present: { entries: 100, costBps: "9", halfWidthBps: "0.3" },
        other: { entries: 100, costBps: "5", halfWidthBps: "0" },
        source: "replayed",
        filledBps: 10_000,
        restedBps: 10_000,
      },
    });
  });

  it("comes into force a day later, and only where the operator says so", () => {
    const first = tuned(SYMBOL, null, ground("on", DEAR)).tuning;
    const at = (mode: AutotuneMode, nowMs: number) => tuned(SYMBOL, first, ground(mode, DEAR, nowMs));
    expect(at("on", NOW_MS + DAY_MS - 1).news).toBeNull();
    expect(at("on", NOW_MS + DAY_MS)).toMatchObject({
      news: { kind: "applied" },
      tuning: { proposed: null, inForce: { choice: TAKING } },
    });
    expect(at("shadow", NOW_MS + 10 * DAY_MS)).toMatchObject({ news: null, tuning: first });
  });

  it("is not in force any more once it is switched off or only shown, and begins in shadow again", () => {
    const known: SymbolTuning = {
      symbol: SYMBOL,
      proposed: null,
      inForce: standing(TAKING),
      movedAtMs: NOW_MS,
    };
    for (const mode of ["off", "shadow"] as const)
      expect(tuned(SYMBOL, known, ground(mode, DEAR)).tuning).toMatchObject({ inForce: null });
  });

  it("is withdrawn as soon as it is no better", () => {
    const first = tuned(SYMBOL, null, ground("on", DEAR)).tuning;
    const cheap = evidence(sums(RESTING, 4), sums(TAKING, 5, { source: "replayed" }, 0));
    expect(tuned(SYMBOL, first, ground("on", cheap, NOW_MS + 1))).toMatchObject({
      news: { kind: "withdrawn", to: TAKING },
      tuning: { proposed: null, inForce: null },
    });
  });

  it("gives way to the config's own without a day in shadow, once that is cheaper by its own entries", () => {
    const known: SymbolTuning = { symbol: SYMBOL, proposed: null, inForce: standing(TAKING), movedAtMs: 0 };
    const worse = evidence(sums(RESTING, 5), sums(TAKING, 9));
    expect(tuned(SYMBOL, known, ground("on", worse))).toMatchObject({
      news: { kind: "dropped", from: TAKING, to: RESTING },
      tuning: { inForce: null },
    });
  });
});

describe("nothing is proposed", () => {
  it.each<readonly [string, SymbolEvidence]>([
    ["for too few entries", evidence(sums(RESTING, 9, { entries: LEAST_ENTRIES - 1 }), sums(TAKING, 5))],
    ["against too few entries", evidence(sums(RESTING, 9), sums(TAKING, 5, { entries: LEAST_ENTRIES - 1 }))],
    ["within the margin", evidence(sums(RESTING, 5.5, {}, 0), sums(TAKING, 5, {}, 0))],
    ["within what chance explains", evidence(sums(RESTING, 9, {}, 20), sums(TAKING, 5, {}, 0))],
    [
      "for entries of a month ago",
      evidence(sums(RESTING, 9, { updatedAtMs: NOW_MS - EVIDENCE_LASTS_MS }), sums(TAKING, 5)),
    ],
  ])("%s", (_why, of) => {
    expect(tuned(SYMBOL, null, ground("on", of))).toEqual({ tuning: null, news: null });
  });

  it("while the account is in trouble, and nothing that stands moves", () => {
    const known = tuned(SYMBOL, null, ground("on", DEAR)).tuning;
    expect(tuned(SYMBOL, null, ground("on", DEAR, NOW_MS, true))).toEqual({ tuning: null, news: null });
    expect(tuned(SYMBOL, known, ground("on", DEAR, NOW_MS + DAY_MS, true)).tuning).toBe(known);
  });
});

describe("an offset", () => {
  /** A third of each plan takes in the end, at forty basis points; a tick is a thirtieth of one. */
  const missing = (offsetTicks: number) =>
    evidence(
      sums({ firstStep: "maker", offsetTicks }, 14, { rested: "66", restedCost: "66" }),
      sums(TAKING, 50, {}, 0),
    );

  it("moves by one tick where entries miss their fill, reckoned from those", () => {
    expect(tuned(SYMBOL, null, ground("shadow", missing(0)))).toMatchObject({
      news: { to: { firstStep: "maker", offsetTicks: 1 }, evidence: { source: "reckoned" } },
    });
  });

  it("moves by its own entries where there are some", () => {
    const one = sums({ firstStep: "maker", offsetTicks: 1 }, 20);
    const of = { ...missing(0), choices: [...missing(0).choices, one] };
    expect(tuned(SYMBOL, null, ground("shadow", of)).news).toBeNull();
  });

  it("goes no further than the config allows", () => {
    const at = { ...ground("shadow", missing(3)), router: router("shadow", { offsetTicks: 3 }) };
    expect(tuned(SYMBOL, null, at).news).toBeNull();
  });
});

function standing(choice: EntryChoice): NonNullable<SymbolTuning["inForce"]> {
  const cost = { entries: 100, costBps: "9", halfWidthBps: "0.3" };
  return {
    choice,
    evidence: { present: cost, other: cost, source: "measured", filledBps: 10_000, restedBps: 0 },
    sinceMs: NOW_MS,
  };
}

describe("an account is in trouble", () => {
  const healthy = newExecutionHealth("main", 0, NOW_MS);
  const control = controlWith();
  it.each([
    ["nowhere", control, healthy, false],
    ["while an alarm about execution stands", control, { ...healthy, alarms: { unknownBps: NOW_MS } }, true],
    ["in a drawdown grade", { ...control, drawdownGrade: "WARN" as const }, healthy, true],
    [
      "where trading is not ACTIVE",
      { ...control, tradingState: { ...control.tradingState, state: "REDUCING" as const } },
      healthy,
      true,
    ],
    [
      "while the venue refuses it",
      { ...control, throttles: { ...control.throttles, venueBannedUntilMs: NOW_MS + 1 } },
      healthy,
      true,
    ],
  ])("%s", (_why, of, health, isFrozen) => {
    expect(isTuningFrozen(of, health, NOW_MS)).toBe(isFrozen);
  });
});

const ENTRY: OpenEntry = {
  intentId: "i1",
  symbol: SYMBOL,
  side: "buy",
  choice: RESTING,
  referenceUsd: "3000",
  boundUsd: "3004.5",
  ownTouchUsd: "2999.9",
  filledBase: "1",
  paidUsd: "3000",
  restedBase: "1",
  restedUsd: "3000",
  feeUsd: "1",
  priceAfter1MinuteUsd: "3000",
  isUnknown: false,
};

const sample = (choice: EntryChoice, costBps: number): EntrySample => ({
  symbol: SYMBOL,
  choice,
  referenceUsd: "3000",
  costBps: dec(costBps.toFixed(4)),
  filled: dec("1"),
  rested: dec(choice.firstStep === "maker" ? "0.7" : "0"),
  restedCostBps: dec(choice.firstStep === "maker" ? "1" : "0"),
  entry: { ...ENTRY, choice },
});

interface Year {
  readonly tuning: Tuning;
  readonly inForce: readonly EntryChoice[];
}

/** Entries of the choice in force, one an hour, at the costs that `costOf` gives. */
function live(
  config: RouterConfig,
  costOf: (choice: EntryChoice, hour: number) => number,
  hours: number,
): Year {
  let state = { ...newEvidence(SYMBOL), takerFees: { usd: "5", ofUsd: "10000" } };
  let tuning = newTuning("main", NOW_MS);
  const inForce: EntryChoice[] = [];
  for (let hour = 0; hour < hours; hour += 1) {
    const nowMs = NOW_MS + hour * 3_600_000;
    const standingNow = tuning.symbols[0]?.inForce?.choice ?? {
      firstStep: "maker",
      offsetTicks: config.offsetTicks,
    };
    inForce.push(standingNow);
    const resting = { firstStep: "maker", offsetTicks: config.offsetTicks } as const;
    const next = withSample(state, sample(standingNow, costOf(standingNow, hour)), { resting, atMs: nowMs });
    const around = { router: config, tickSizeUsdOf: () => "0.1", isFrozen: false, nowMs };
    tuning = tunedAccount(tuning, { before: [state], after: [next], ...around });
    state = next as typeof state;
  }
  return { tuning, inForce };
}

/** Uniform, from -1 to 1. */
const noise = (seed: number, hour: number): number => {
  const x = Math.sin(seed * 12.9898 + hour * 78.233) * 43_758.5453;
  return 2 * (x - Math.floor(x)) - 1;
};

describe("over months", () => {
  const MONTHS_2 = 1_440;

  it("costs that differ by chance alone move nothing back and forth", () => {
    let moved = 0;
    for (let seed = 1; seed <= 40; seed += 1) {
      const { tuning } = live(router("on"), (_choice, hour) => 5 + 6 * noise(seed, hour), MONTHS_2);
      const kinds = tuning.history.map(({ kind }) => kind);
      if (kinds.includes("applied")) moved += 1;
      expect(kinds.filter((kind) => kind === "applied").length).toBeLessThanOrEqual(1);
    }
    expect(moved).toBeLessThanOrEqual(2);
  });

  it("stay within the bounds, by one tick and one move a day, and are the same for the same outcomes", () => {
    fc.assert(
      fc.property(
        fc.record({
          seed: fc.integer({ min: 1, max: 10_000 }),
          offsetTicks: fc.integer({ min: 0, max: 2 }),
          maxOffsetTicks: fc.integer({ min: 0, max: 3 }),
          restBps: fc.integer({ min: 0, max: 30 }),
          takeBps: fc.integer({ min: 0, max: 30 }),
          tickBps: fc.integer({ min: -4, max: 4 }),
        }),
        ({ seed, offsetTicks, maxOffsetTicks, restBps, takeBps, tickBps }) => {
          const config = router("on", { offsetTicks, autotune: { mode: "on", maxOffsetTicks } });
          const costOf = ({ firstStep, offsetTicks: ticks }: EntryChoice, hour: number) =>
            (firstStep === "market" ? takeBps : restBps + ticks * tickBps) + noise(seed, hour);
          const { tuning, inForce } = live(config, costOf, 480);
          expect(live(config, costOf, 480).tuning).toEqual(tuning);
          for (const choice of inForce) expect(clampedChoice(choice, config)).toEqual(choice);
          const moves = tuning.history.filter(({ kind }) => kind !== "withdrawn");
          for (const [place, { atMs, from, to }] of moves.entries()) {
            const before = moves[place - 1]?.atMs ?? 0;
            expect(atMs - before).toBeGreaterThanOrEqual(DAY_MS);
            if (from.firstStep === "maker" && to.firstStep === "maker" && moves[place]?.kind !== "dropped")
              expect(Math.abs(to.offsetTicks - from.offsetTicks)).toBe(1);
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  it("a shadow never changes what is in force", () => {
    const { tuning, inForce } = live(router("shadow"), () => 20, 480);
    expect(tuning.symbols[0]?.proposed?.choice).toEqual(TAKING);
    expect(inForce.every((choice) => choice.firstStep === "maker")).toBe(true);
  });
});
