// Which minute touches which documents: the budget of an idle minute rests on no two falling together.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { NavSeries } from "#domain/documents/nav.ts";
import {
  foldsTelemetry,
  packsSeries,
  readsAccounts,
  readsUnmovedIncome,
  readsWatchdogBeat,
  sweepsSignals,
  withSamples,
  writesPeak,
} from "#domain/nav/nav-cadence.ts";
import { nav, peak } from "#test/support/factories.ts";

const MINUTE_MS = 60_000;
/** A minute in which neither series nor peak is due. */
const QUIET_MS = Date.UTC(2026, 0, 2, 10, 1);
const minutes = (count: number): number => count * MINUTE_MS;
const someMinute = fc.integer({ min: 0, max: 100_000_000 }).map((minute) => minute * MINUTE_MS);

describe("the minutes of the schedules", () => {
  it("have one read besides control: a list of accounts, the watchdog's heartbeat, or the sweep", () => {
    fc.assert(
      fc.property(someMinute, (atMs) => {
        const reads = [
          readsAccounts("nav", atMs),
          readsAccounts("reconcile", atMs),
          readsAccounts("watchdog", atMs),
          readsWatchdogBeat(atMs),
          sweepsSignals(atMs),
        ];
        expect(reads.filter(Boolean)).toHaveLength(1);
      }),
    );
  });

  it("come round: each list every twenty minutes, no two without a sweep", () => {
    fc.assert(
      fc.property(someMinute, (fromMs) => {
        const minutes = Array.from({ length: 20 }, (_, index) => fromMs + index * MINUTE_MS);
        expect(minutes.filter((atMs) => readsAccounts("nav", atMs))).toHaveLength(1);
        expect(minutes.filter((atMs) => readsAccounts("reconcile", atMs))).toHaveLength(1);
        expect(minutes.filter((atMs) => readsAccounts("watchdog", atMs))).toHaveLength(1);
        expect(minutes.filter(readsWatchdogBeat)).toHaveLength(1);
        expect(sweepsSignals(fromMs) || sweepsSignals(fromMs + MINUTE_MS)).toBe(true);
      }),
    );
  });

  it("of an account's telemetry come once in five, and not with its income: each costs the venue weight", () => {
    fc.assert(
      fc.property(someMinute, fc.stringMatching(/^[a-z0-9-]{1,20}$/), (fromMs, accountId) => {
        const five = Array.from({ length: 5 }, (_, index) => fromMs + index * MINUTE_MS);
        const folds = five.filter((atMs) => foldsTelemetry(accountId, atMs));
        expect(folds).toHaveLength(1);
        for (const atMs of folds) expect(readsUnmovedIncome(accountId, atMs - MINUTE_MS, atMs)).toBe(false);
      }),
    );
  });
});

describe("the income of a wallet that stands still", () => {
  const someId = fc.stringMatching(/^[a-z0-9-]{1,20}$/);
  const looks = (accountId: string, fromMs: number, count: number) =>
    Array.from({ length: count }, (_, index) => fromMs + minutes(index)).filter((atMs) =>
      readsUnmovedIncome(accountId, atMs - MINUTE_MS, atMs),
    );

  it("is read once in five minutes", () => {
    fc.assert(
      fc.property(someId, someMinute, (accountId, fromMs) => {
        expect(looks(accountId, fromMs, 5)).toHaveLength(1);
      }),
    );
  });

  it("is read in the next run where that minute's run was missed or its NAV was not good", () => {
    fc.assert(
      fc.property(someId, someMinute, (accountId, atMs) => {
        expect(readsUnmovedIncome(accountId, atMs - minutes(5), atMs)).toBe(true);
      }),
    );
    expect(readsUnmovedIncome("a1", null, QUIET_MS)).toBe(true);
  });

  it("is read in other minutes for other accounts, since one address pays for all of them", () => {
    const ids = Array.from({ length: 40 }, (_, index) => `account-${index}`);
    const perMinute = Array.from(
      { length: 5 },
      (_, index) => ids.filter((id) => looks(id, QUIET_MS + minutes(index), 1).length > 0).length,
    );
    expect(Math.max(...perMinute)).toBeLessThanOrEqual(16);
  });
});

describe("a slow clock", () => {
  it("is in the minute that its run was fired for, so that no two runs take one minute and none the next", () => {
    fc.assert(
      fc.property(someMinute, fc.integer({ min: 0, max: 5_000 }), (atMs, slowMs) => {
        for (const is of [sweepsSignals, readsWatchdogBeat]) expect(is(atMs - slowMs)).toBe(is(atMs));
      }),
    );
  });
});

describe("an unchanged peak", () => {
  const dated = (atMs: number) => peak({ asOfMs: atMs, lossAsOfMs: atMs });
  const before = dated(QUIET_MS - minutes(1));

  it("is dated again in its minute of five, and when that was missed", () => {
    const dueAt = Array.from({ length: 5 }, (_, index) => QUIET_MS + minutes(index)).filter((atMs) =>
      writesPeak(dated(atMs - minutes(1)), before, atMs),
    );
    expect(dueAt).toEqual([QUIET_MS + minutes(2)]);
    expect(writesPeak(dated(QUIET_MS - minutes(6)), before, QUIET_MS)).toBe(true);
    expect(writesPeak(dated(QUIET_MS - minutes(6) + 1), before, QUIET_MS)).toBe(false);
  });

  it("is dated at once by the first good NAV after a time in which falls alone were judged", () => {
    const judged = peak({ asOfMs: QUIET_MS - minutes(9), lossAsOfMs: QUIET_MS - minutes(1) });
    expect(writesPeak(judged, { ...judged, lossAsOfMs: QUIET_MS }, QUIET_MS)).toBe(false);
    expect(writesPeak(judged, dated(QUIET_MS), QUIET_MS)).toBe(true);
  });

  it("is written at once when it is the first, or when any of its values changed", () => {
    expect(writesPeak(null, before, QUIET_MS)).toBe(true);
    expect(writesPeak(before, before, QUIET_MS)).toBe(false);
    const candidate = { usd: "2", atMs: QUIET_MS };
    for (const change of [
      { candidate },
      { peakUsd: "1" },
      { drawdownBps: 1 },
      { dayPnlUsd: "1" },
      { day: "2001-01-01" },
    ])
      expect(writesPeak(before, { ...before, ...change }, QUIET_MS), JSON.stringify(change)).toBe(true);
  });
});

describe("samples", () => {
  const sample = (atMs: number) => ({ atMs, navUsd: String(atMs) });

  it("are packed on the cadence, when it was missed twice, and when their day has ended", () => {
    const recent = (count: number) =>
      Array.from({ length: count }, (_, index) => sample(QUIET_MS - minutes(count - index)));
    expect(packsSeries(nav({ recent: [] }), false, QUIET_MS - minutes(1))).toBe(false);
    expect(packsSeries(nav({ recent: recent(1) }), false, QUIET_MS - minutes(1))).toBe(true);
    expect(packsSeries(nav({ recent: recent(10) }), false, QUIET_MS)).toBe(false);
    expect(packsSeries(nav({ recent: recent(11) }), false, QUIET_MS)).toBe(true);
    const yesterday = nav({ recent: [sample(QUIET_MS - minutes(1_440))] });
    expect(packsSeries(yesterday, false, QUIET_MS)).toBe(true);
  });

  it("are appended to the series of their day, each once", () => {
    const day = "2026-01-02";
    const before = {
      accountId: "a",
      day,
      atMs: [QUIET_MS],
      navUsd: ["1"],
      baseline: null,
      adjustments: [],
      updatedAtMs: QUIET_MS,
    };
    const of = { accountId: "a", baseline: { baselineId: "b", sinceMs: QUIET_MS } };
    const adjustment = { adjustmentId: "t", amountUsd: "1", factor: "2", atMs: QUIET_MS };
    const given = [QUIET_MS, QUIET_MS + minutes(1), QUIET_MS + minutes(1_440)].map(sample);
    const after = withSamples(
      before,
      of,
      { day, samples: given, adjustments: [adjustment, adjustment] },
      QUIET_MS + 7,
    );
    expect(after).toEqual({
      accountId: "a",
      day,
      atMs: [QUIET_MS, QUIET_MS + minutes(1)],
      navUsd: ["1", String(QUIET_MS + minutes(1))],
      baseline: of.baseline,
      adjustments: [adjustment],
      updatedAtMs: QUIET_MS + 7,
    });
    expect(withSamples(null, of, { day, samples: given.slice(0, 1), adjustments: [] }, QUIET_MS)).toEqual({
      accountId: "a",
      day,
      atMs: [QUIET_MS],
      navUsd: [String(QUIET_MS)],
      baseline: of.baseline,
      adjustments: [],
      updatedAtMs: QUIET_MS,
    });
  });

  it("keep a sample whose clock was behind the one before it, in the order of time", () => {
    const of = nav();
    const day = "2026-01-02";
    const withMore = (series: NavSeries | null, ...atMs: readonly number[]) =>
      withSamples(series, of, { day, samples: atMs.map(sample), adjustments: [] }, QUIET_MS);
    const first = withMore(null, QUIET_MS, QUIET_MS + 500);
    const { atMs, navUsd } = withMore(first, QUIET_MS + 200);
    expect(atMs).toEqual([QUIET_MS, QUIET_MS + 200, QUIET_MS + 500]);
    expect(navUsd).toEqual(atMs.map(String));
  });
});
