// How an alert says that its position is to be left: every field in every spelling, each contradiction refused with its
// remedy, and an exit that leaves them unread and says so.
// Proves: domain/signal/take-profits.ts, domain/signal/agreed-bps.ts, domain/documents/exit-plan-faults.ts
// Proves: schemas/exit-plan.ts
import { describe, expect, it } from "vitest";
import type { ExitPlan, TakeProfitPlan } from "#domain/documents/exit-plan.ts";
import { openBody, readSignal } from "#domain/signal/read-signal.ts";
import { readTakeProfits } from "#domain/signal/take-profits.ts";
import { exitPlanSchema } from "#schemas/exit-plan.ts";
import { readTradingViewAlert } from "#schemas/tradingview.ts";

const BASE = { symbol: "BTCUSDT", timenow: "2026-01-31T09:56:00Z" };
const NOTHING: ExitPlan = {
  stop: null,
  takeProfits: [],
  breakEvenAfter: null,
  trailing: null,
  timeLimitMs: null,
};
const NINE_LEVELS = Array.from({ length: 9 }, (_none, place) => `${place + 1}%:1`).join(",");
const at = (bps: number, shareBps: number): TakeProfitPlan => ({ level: { kind: "bps", bps }, shareBps });

function reading(body: string) {
  const opened = openBody(Buffer.from(body), []);
  if (!("body" in opened)) throw opened.fault;
  return readSignal(opened.body, readTradingViewAlert, null);
}

const read = (fields: object) => reading(JSON.stringify({ ...BASE, action: "buy", ...fields }));

function planOf(signal: ReturnType<typeof reading>): ExitPlan | null {
  if (signal.kind !== "meant") throw signal.fault;
  return signal.meaning.exits;
}

function refusalOf(fields: object): {
  readonly code: string;
  readonly text: string;
  readonly remedy: string;
} {
  const signal = read(fields);
  if (signal.kind === "meant") throw new Error(`understood as ${JSON.stringify(signal.meaning)}`);
  const { code, faults, remedy } = signal.fault;
  return { code, text: faults.join("; "), remedy };
}

describe("an entry's exits", () => {
  it("are none where the alert says nothing of them: the strategy's plan counts", () => {
    expect(planOf(read({}))).toBeNull();
  });

  it.each<[string, object, Partial<ExitPlan>]>([
    ["a stop in percent", { stopLossPct: "1.5" }, { stop: { kind: "bps", bps: 150 } }],
    [
      "a stop in percent, rounded to the nearer side",
      { stopLossPct: "1.239%" },
      { stop: { kind: "bps", bps: 123 } },
    ],
    ["a stop in basis points", { stopLossBps: 150 }, { stop: { kind: "bps", bps: 150 } }],
    [
      "a stop in both, of one value",
      { stopLossBps: 150, stopLossPct: 1.5 },
      { stop: { kind: "bps", bps: 150 } },
    ],
    [
      "a stop at a price",
      { stopLossPriceUsd: "49000.50", priceUsd: "50000" },
      { stop: { kind: "priceUsd", priceUsd: "49000.50" } },
    ],
    ["a stop by ATR", { stopDistanceUsd: 350.5 }, { stop: { kind: "distanceUsd", distanceUsd: "350.5" } }],
    ["a time limit", { timeLimitMinutes: 90 }, { timeLimitMs: 5_400_000 }],
    ["a trailing stop", { trailingPct: "1" }, { trailing: { distanceBps: 100, activationBps: 0 } }],
    [
      "a trailing stop from a profit on",
      { trailingBps: 80, trailingActivationPct: "3" },
      { trailing: { distanceBps: 80, activationBps: 300 } },
    ],
    [
      "take-profits and break-even",
      { takeProfits: "2%:50,4%:50", breakEvenAfter: "1" },
      { takeProfits: [at(200, 5_000), at(400, 5_000)], breakEvenAfter: 1 },
    ],
    [
      "take-profits as a list",
      {
        takeProfits: [
          { pct: 2, sharePct: 50 },
          { bps: "400", shareBps: 2_500 },
        ],
      },
      { takeProfits: [at(200, 5_000), at(400, 2_500)] },
    ],
    [
      "take-profits by risk, with its stop",
      { stopLossPct: 2, takeProfits: "1.5R:40" },
      {
        stop: { kind: "bps", bps: 200 },
        takeProfits: [{ level: { kind: "riskMultiple", riskMultiple: "1.5" }, shareBps: 4_000 }],
      },
    ],
    [
      "take-profits of a short at prices that fall",
      { action: "sell", priceUsd: 50_000, takeProfits: "49000usd:50, 48000usd:50" },
      {
        takeProfits: [
          { level: { kind: "priceUsd", priceUsd: "49000" }, shareBps: 5_000 },
          { level: { kind: "priceUsd", priceUsd: "48000" }, shareBps: 5_000 },
        ],
      },
    ],
  ])("are %s, as a plan that documents take", (_name, fields, expected) => {
    const plan = planOf(read(fields));
    expect(plan).toEqual({ ...NOTHING, ...expected });
    expect(exitPlanSchema.parse(plan)).toEqual(plan);
  });

  it("are read from a text alert, commas in a list of levels and all", () => {
    const text =
      "action=buy symbol=BTCUSDT timenow=2026-01-31T09:56:00Z takeProfits=2%:50,4%:50,stopLossPct=1.5";
    expect(planOf(reading(text))).toEqual({
      ...NOTHING,
      stop: { kind: "bps", bps: 150 },
      takeProfits: [at(200, 5_000), at(400, 5_000)],
    });
  });

  it.each<[string, object, string, RegExp, RegExp]>([
    ["two stops", { stopLossPct: 1, stopDistanceUsd: 100 }, "EXIT_PLAN_INVALID", /more than one/, /one stop/],
    [
      "a stop that differs from itself",
      { stopLossPct: 1, stopLossBps: 150 },
      "AMBIGUOUS_SIGNAL",
      /differ/,
      /one/,
    ],
    [
      "a stop above a long's price",
      { stopLossPriceUsd: 50_001, priceUsd: 50_000 },
      "EXIT_PLAN_INVALID",
      /stop at 50001 .*50000/,
      /below the price/,
    ],
    [
      "a stop at a short's price",
      { action: "sell", stopLossPriceUsd: 50_000, close: 50_000 },
      "EXIT_PLAN_INVALID",
      /stop at 50000/,
      /below the price/,
    ],
    [
      "a take-profit that takes none",
      { takeProfits: "49000usd:50", priceUsd: 50_000 },
      "EXIT_PLAN_INVALID",
      /take-profit at 49000/,
      /above/,
    ],
    ["shares over the whole", { takeProfits: "2%:50,4%:50.01" }, "EXIT_PLAN_INVALID", /10001 bps/, /Correct/],
    ["levels out of order", { takeProfits: "4%:50,2%:50" }, "EXIT_PLAN_INVALID", /nearest first/, /Correct/],
    ["multiples of no risk", { takeProfits: "2R:50" }, "EXIT_PLAN_INVALID", /no stop/, /Correct/],
    [
      "a break-even after a level that is not there",
      { takeProfits: "2%:50", breakEvenAfter: 2 },
      "EXIT_PLAN_INVALID",
      /after take-profit 2, and there are 1/,
      /Correct/,
    ],
    [
      "an activation of nothing",
      { trailingActivationPct: 1 },
      "EXIT_PLAN_INVALID",
      /distance/,
      /trailingPct/,
    ],
    ["a stop at zero", { stopLossPct: 100 }, "FIELD_INVALID", /0.01 to 99.99/, /Correct/],
    [
      "a stop that was not filled in",
      { stopLossPct: "" },
      "PLACEHOLDER_UNFILLED",
      /stopLossPct/,
      /placeholder/,
    ],
    ["a level without a unit", { takeProfits: "105000:50" }, "FIELD_INVALID", /takeProfits/, /Correct/],
    ["a level without a share", { takeProfits: "2%" }, "FIELD_INVALID", /takeProfits/, /Correct/],
    ["an empty list", { takeProfits: [] }, "FIELD_INVALID", /takeProfits/, /Correct/],
    ["a ninth level", { takeProfits: NINE_LEVELS }, "FIELD_INVALID", /takeProfits/, /Correct/],
    ["half a minute", { timeLimitMinutes: "0.5" }, "FIELD_INVALID", /whole number/, /Correct/],
    ["a stop without a unit", { stopLoss: "95" }, "EXIT_UNIT_MISSING", /stopLoss/, /stopLossPct/],
    ["a numbered take-profit without a unit", { tp1: "2" }, "EXIT_UNIT_MISSING", /tp1/, /takeProfits/],
    ["both of two sizes", { freePct: 10, riskPct: 1 }, "AMBIGUOUS_SIGNAL", /more than one/, /one size/],
    [
      "a target without a volatility",
      { volatilityTargetPct: 1 },
      "FIELD_INVALID",
      /missing/,
      /volatilityPct/,
    ],
    [
      "a volatility without a target",
      { volatilityPct: 4 },
      "FIELD_INVALID",
      /missing/,
      /volatilityTargetPct/,
    ],
    [
      "a volatility that leaves nothing",
      { volatilityTargetPct: 0.01, volatilityPct: "101" },
      "FIELD_INVALID",
      /less than a basis point/,
      /percent of the price/,
    ],
    [
      "a volatility target beside another size",
      { volatilityTargetPct: 1, volatilityPct: 4, navBps: 100 },
      "AMBIGUOUS_SIGNAL",
      /more than one/,
      /one size/,
    ],
    [
      "a volatility of zero",
      { volatilityTargetPct: 1, volatilityPct: "0" },
      "FIELD_INVALID",
      /volatilityPct/,
      /Correct/,
    ],
    ["shares of risk that differ", { riskBps: 100, riskPct: 2 }, "AMBIGUOUS_SIGNAL", /differ/, /one/],
  ])("refuse the entry for %s", (_name, fields, code, text, remedy) => {
    const refusal = refusalOf(fields);
    expect(refusal.code).toBe(code);
    expect(refusal.text).toMatch(text);
    expect(refusal.remedy).toMatch(remedy);
  });
});

describe("an exit with fields of a plan", () => {
  it.each([
    ["readable", { stopLossPct: 1, takeProfits: "2%:50" }, ["stopLossPct, takeProfits"], []],
    ["contradictory", { stopLossPct: 1, stopDistanceUsd: 9 }, ["stopLossPct, stopDistanceUsd"], []],
    ["unreadable", { takeProfits: "soon" }, [], ["takeProfits"]],
    ["without a unit", { sl: 95 }, [], ["sl"]],
  ])("that are %s is carried out and names them", (_name, fields, unused, passedOver) => {
    const signal = read({ ...fields, action: "close" });
    if (signal.kind !== "meant") throw signal.fault;
    expect(signal.meaning).toMatchObject({ action: "close", exits: null });
    expect(signal.unused).toEqual(unused.map((name) => expect.stringContaining(name)));
    expect(signal.passedOver).toEqual(passedOver.map((name) => expect.stringContaining(name)));
  });

  it("that is the first half of a reversal keeps no plan, and the entry does", () => {
    const turned = { strategyMarketPosition: "long", strategyPrevMarketPosition: "short", stopLossPct: 2 };
    const signal = read({ ...turned, action: "buy" });
    if (signal.kind !== "meant") throw signal.fault;
    expect(signal.meaning.exits).toMatchObject({ stop: { kind: "bps", bps: 200 } });
    expect(signal.exitHalf).toMatchObject({ action: "close", exits: null });
  });
});

describe("an entry's new sizes", () => {
  it.each([
    [{ freePct: "12.5" }, { kind: "freeBps", freeBps: 1_250 }],
    [
      { freeBps: 40, freePct: 0.4 },
      { kind: "freeBps", freeBps: 40 },
    ],
    [{ riskPct: "1" }, { kind: "riskBps", riskBps: 100 }],
    [
      { volatilityTargetPct: "1", volatilityPct: "4" },
      { kind: "navBps", navBps: 2_500 },
    ],
    // Rounded down, so that rounding never raises exposure.
    [
      { volatilityTargetPct: "0.5", volatilityPct: "3.7" },
      { kind: "navBps", navBps: 1_351 },
    ],
    [
      { volatilityTargetPct: "2", volatilityPct: "0.35" },
      { kind: "navBps", navBps: 10_000 },
    ],
  ])("%j", (fields, size) => {
    expect(read(fields)).toMatchObject({ meaning: { size } });
  });
});

describe("a list of take-profits", () => {
  it.each([
    ["[", undefined],
    ["{}", undefined],
    ["[1]", undefined],
    ['[{"pct":"2"}]', undefined],
    ['[{"pct":"2","sharePct":"50","note":"x"}]', undefined],
    ['[{"pct":"2","bps":"201","sharePct":"50"}]', undefined],
    ['[{"pct":2.5,"bps":"250","sharePct":50}]', [at(250, 5_000)]],
    ['[{"constructor":"2","sharePct":"50"}]', undefined],
    ["2%:50;4%:50", undefined],
    ["2%:0", undefined],
    ["21R:50", undefined],
    ["200bps:2500bps", [at(200, 2_500)]],
    ["1e2bps:50%", [at(100, 5_000)]],
  ])("%s", (text, expected) => {
    expect(readTakeProfits(text)).toEqual(expected);
  });
});
