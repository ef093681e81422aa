// Judging a peak: falls by a bound only ever deepen, what is not explained is held out for its time, and a peak rises on two.
// Proves: domain/nav/falls.ts, domain/nav/standing.ts, domain/nav/ledger.ts, domain/nav/same-account.ts
import { describe, expect, it } from "vitest";
import { dec } from "#domain/decimal.ts";
import type { Income } from "#domain/documents/income.ts";
import { fallen } from "#domain/nav/falls.ts";
import { reckon } from "#domain/nav/ledger.ts";
import { INCOME_LAG_LIMIT_MS, judgePeak, type PeakInputs } from "#domain/nav/peak.ts";
import { sameAccount } from "#domain/nav/same-account.ts";
import { drawdownBps, risen } from "#domain/nav/standing.ts";
import { NOW_MS, nav, peak } from "#test/support/factories.ts";

const income = (overrides: Partial<Income> = {}): Income => ({
  incomeId: "TRANSFER:1:USDT:1:1::",
  kind: "transfer",
  asset: "USDT",
  amount: "-10000",
  symbol: null,
  atMs: NOW_MS - 5_000,
  ...overrides,
});

/** A run whose wallet has `walletUsd` and whose bound is `usd`. */
function run(usd: string, walletUsd: string, overrides: Partial<PeakInputs> = {}): PeakInputs {
  const bound = { usd, atMs: NOW_MS, walletUsd, venueValued: [], coins: [] };
  return {
    nav: nav({ navUsd: usd, asOfMs: NOW_MS, checkedAtMs: NOW_MS, bound }),
    wallet: { balances: { USDT: walletUsd }, reserves: {} },
    income: { incomes: [], is: "whole" },
    prices: new Map(),
    configVersion: 1,
    maxPeakAgeMs: 600_000,
    explainedAtMs: NOW_MS - 60_000,
    ...overrides,
  };
}
const stale = (inputs: PeakInputs): PeakInputs => ({ ...inputs, nav: { ...inputs.nav, stale: true } });
const unexplainedFor = (inputs: PeakInputs, ms: number): PeakInputs => {
  const unexplained = { sinceMs: NOW_MS - ms, amountUsd: "0", explainedAtMs: NOW_MS - ms };
  return { ...inputs, nav: { ...inputs.nav, unexplained } };
};

describe("a run", () => {
  it.each([
    ["whose NAV is good", run("90000", "100000"), 1_000, true],
    ["whose NAV is stale", stale(run("90000", "100000")), 1_000, false],
    [
      "with a withdrawal that is told, under a stale NAV",
      stale(run("80000", "90000", { income: { incomes: [income()], is: "whole" } })),
      1_000,
      false,
    ],
    ["with a change that is not told yet", run("80000", "90000"), 1_000, false],
    ["with a gain that is not told yet", run("95000", "105000"), 1_000, false],
    [
      "with a loss that was not told in time",
      stale(unexplainedFor(run("80000", "90000"), INCOME_LAG_LIMIT_MS)),
      2_000,
      false,
    ],
    [
      "with a gain that was not told in time",
      stale(unexplainedFor(run("95000", "105000"), INCOME_LAG_LIMIT_MS)),
      1_000,
      false,
    ],
    [
      "whose income is refused",
      stale(run("80000", "90000", { income: { incomes: [], is: "refused" } })),
      1_000,
      false,
    ],
    ["whose account is worth nothing", stale(run("-5", "100000")), 10_000, false],
  ] as const)("%s", (_what, inputs, bps, isWhole) => {
    const { peak: judged, isWhole: whole } = judgePeak(peak(), inputs);
    expect(judged).toMatchObject({ drawdownBps: bps, peakUsd: "100000", lossAsOfMs: NOW_MS });
    expect(whole).toBe(isWhole);
  });

  it.each([
    ["told whole", "whole", false, "2000"],
    ["refused", "refused", false, "0"],
    ["told whole, of a stale NAV", "whole", true, "0"],
  ] as const)(
    "of an account that was emptied after a gain knows the day's result from an income %s",
    (_what, is, isStale, dayPnlUsd) => {
      const taken = income({ amount: "-102000" });
      const earned = income({
        incomeId: "REALIZED_PNL:1",
        kind: "realizedPnl",
        amount: "2000",
        atMs: NOW_MS - 9_000,
      });
      const inputs = run("0", "0", { income: { incomes: is === "whole" ? [earned, taken] : [], is } });
      const judgement = judgePeak(peak(), isStale ? stale(inputs) : inputs);
      expect(judgement).toMatchObject({ isWhole: false, peak: { peakUsd: "100000", dayPnlUsd } });
    },
  );

  it("without an answer of the account judges nothing", () => {
    const inputs = run("1", "1");
    const before = { ...inputs, nav: { ...inputs.nav, checkedAtMs: NOW_MS + 60_000 } };
    expect(judgePeak(peak(), before).peak).toBeNull();
  });

  it("absorbs what is not told in time once its NAV is good", () => {
    const { peak: judged, absorbedUsd } = judgePeak(
      peak(),
      unexplainedFor(run("98000", "98000"), INCOME_LAG_LIMIT_MS),
    );
    expect(absorbedUsd?.toFixed()).toBe("-2000");
    expect(judged).toMatchObject({ drawdownBps: 200, ledger: { balances: { USDT: "98000" } } });
  });

  it("that was cut off accounts for what it read, scales by its transfers and goes on from there", () => {
    const cutOff = { incomes: [income()], is: "cutOff" } as const;
    const { peak: judged, adjustment } = judgePeak(peak(), run("89000", "89000", { income: cutOff }));
    expect(adjustment?.amountUsd).toBe("-10000");
    expect(judged).toMatchObject({
      peakUsd: "90000",
      drawdownBps: 0,
      ledger: { balances: { USDT: "90000" }, cursorMs: NOW_MS - 5_000 },
    });
  });
});

describe("falls alone", () => {
  const to = (usd: string) => ({ bps: drawdownBps(dec("100000"), dec(usd)), unmovedUsd: dec(usd) });

  it("only deepen, within a day and over its end", () => {
    const before = peak({ drawdownBps: 500, dayPnlUsd: "-5000" });
    expect(fallen(before, to("99000"), NOW_MS)).toMatchObject({ drawdownBps: 500, dayPnlUsd: "-5000" });
    expect(fallen(before, to("90000"), NOW_MS)).toMatchObject({ drawdownBps: 1_000, dayPnlUsd: "-10000" });
    const nextDay = fallen(before, to("90000"), NOW_MS + 86_400_000);
    expect(nextDay).toMatchObject({ day: "2026-01-03", dayOpenUsd: "90000", dayPnlUsd: "0" });
    expect(fallen(nextDay, to("89000"), NOW_MS + 86_400_001).dayPnlUsd).toBe("-1000");
  });
});

describe("a peak", () => {
  it.each([
    [null, "110000", "100000", "110000"],
    ["105000", "110000", "105000", "110000"],
    ["110000", "105000", "105000", null],
    ["110000", "99000", "100000", null],
    ["110000", "110000", "110000", null],
  ])("with the candidate %s and a NAV of %s is %s", (candidateUsd, navUsd, peakUsd, nextUsd) => {
    const candidate = candidateUsd === null ? null : { usd: candidateUsd, atMs: NOW_MS - 60_000 };
    const good = { accountId: "main", navUsd: dec(navUsd), atMs: NOW_MS };
    const standing = risen(peak({ candidate }), null, good);
    expect(standing.peakUsd).toBe(peakUsd);
    expect(standing.candidate?.usd ?? null).toBe(nextUsd);
  });

  it("that the income tells of needs no second run", () => {
    const told = { usd: dec("125000"), atMs: NOW_MS - 1 };
    const good = { accountId: "main", navUsd: dec("100000"), atMs: NOW_MS };
    expect(risen(peak(), told, good)).toMatchObject({ peakUsd: "125000", drawdownBps: 2_000 });
  });

  it.each([
    ["a commission beside a profit on paper", "100014.6", "99999.9", ["-0.1"], "100000"],
    ["a profit and a loss beside a profit on paper", "98500", "98000", ["1000", "-3000"], "101000"],
    ["a profit and a loss beside a loss on paper", "97500", "98000", ["1000", "-3000"], "100500"],
    ["a profit and a loss", "98000", "98000", ["1000", "-3000"], "101000"],
  ])("that stood still takes in no profit on paper: %s", (_what, usd, walletUsd, amounts, peakUsd) => {
    const incomes = amounts.map((amount, at) =>
      income({ incomeId: `REALIZED_PNL:${at}`, kind: "realizedPnl", amount, atMs: NOW_MS - 300_000 + at }),
    );
    const asOfMs = NOW_MS - 700_000;
    const before = peak({ peakUsd: "100000", drawdownBps: 0, candidate: null, asOfMs });
    const { peak: judged } = judgePeak(before, run(usd, walletUsd, { income: { incomes, is: "whole" } }));
    expect(judged?.peakUsd).toBe(peakUsd);
  });

  it("that stood still takes in no profit without the commission of its time", () => {
    const at = (amount: string, kind: Income["kind"], atMs: number) =>
      income({ incomeId: `${kind}:${amount}`, kind, amount, atMs });
    const incomes = [
      at("1000", "realizedPnl", NOW_MS - 300_000),
      at("-10", "commission", NOW_MS - 300_000),
      at("-3000", "realizedPnl", NOW_MS - 200_000),
    ];
    const before = peak({ peakUsd: "100000", drawdownBps: 0, candidate: null, asOfMs: NOW_MS - 700_000 });
    const { peak: judged } = judgePeak(before, run("97990", "97990", { income: { incomes, is: "whole" } }));
    expect(judged?.peakUsd).toBe("100990");
  });

  it("is never shown less far away than it is", () => {
    expect(drawdownBps(dec("100"), dec("99.9999"))).toBe(1);
    expect(drawdownBps(dec("100"), dec("100"))).toBe(0);
    expect(drawdownBps(dec("100"), dec("-5"))).toBe(10_000);
  });
});

describe("a ledger", () => {
  it("knows the ids of release 0.2 at its cursor", () => {
    const cursor = { cursorMs: NOW_MS, cursorIds: ["TRANSFER:1"] };
    const ledger = { balances: { USDT: "100" }, reserves: {}, ...cursor };
    const at = { atMs: NOW_MS, amount: "5" };
    const told = [income(at), income({ ...at, incomeId: "TRANSFER:12:USDT:5:1::" })];
    const { incomes } = reckon(ledger, { balances: { USDT: "105" }, reserves: {} }, told, new Map());
    expect(incomes.map(({ incomeId }) => incomeId)).toEqual(["TRANSFER:12:USDT:5:1::"]);
  });
});

describe("two answers about an account", () => {
  const position = {
    symbol: "BTCUSDT",
    side: "long",
    qtyBase: "1",
    notionalUsd: "100",
    unrealizedPnlUsd: "1",
    entryCostUsd: "99",
  } as const;
  const account = { walletUsd: "10", others: [{ asset: "BNB", qty: "1" }], positions: [position] };
  it.each([
    ["of other prices", { positions: [{ ...position, notionalUsd: "90", unrealizedPnlUsd: "-9" }] }, true],
    ["with another wallet", { walletUsd: "10.00000001" }, false],
    ["with another coin", { others: [{ asset: "BNB", qty: "2" }] }, false],
    ["without the position", { positions: [] }, false],
    ["with another quantity", { positions: [{ ...position, qtyBase: "2" }] }, false],
    ["turned round", { positions: [{ ...position, side: "short" as const }] }, false],
    ["with one more", { positions: [position, { ...position, symbol: "ETHUSDT" }] }, false],
  ])("%s are of one state: %s", (_what, changes, is) => {
    expect(sameAccount(account, { ...account, ...changes })).toBe(is);
  });
});
