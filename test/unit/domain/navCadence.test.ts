// Which minute touches which documents: the budget of an idle minute rests on no two falling together.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  listLimitMs,
  packsSeries,
  readsAccounts,
  readsConfig,
  sweepsSignals,
  withSamples,
  writesPeak,
} from "../../../functions/src/domain/navCadence.ts";
import { nav, peak } from "../../support/factories.ts";

const MINUTE_MS = 60_000;
/** A minute in which nothing is due by itself: neither the series, nor the peak, nor the config. */
const QUIET_MS = Date.UTC(2026, 0, 2, 10, 1);
const minutes = (count: number): number => count * MINUTE_MS;
const someMinute = fc.integer({ min: 0, max: 100_000_000 }).map((minute) => minute * MINUTE_MS);

describe("the minutes of the schedules", () => {
  it("have one read besides control: the config, a list of accounts, or the sweep", () => {
    fc.assert(
      fc.property(someMinute, (atMs) => {
        const reads = [
          readsConfig(atMs),
          readsAccounts("nav", atMs),
          readsAccounts("reconcile", atMs),
          sweepsSignals(atMs),
        ];
        expect(reads.filter(Boolean)).toHaveLength(1);
      }),
    );
  });

  it("come round: config and the NAV run's list every ten minutes, reconcile's every thirty", () => {
    fc.assert(
      fc.property(someMinute, (fromMs) => {
        const half = Array.from({ length: 30 }, (_, index) => fromMs + minutes(index));
        const ten = half.slice(0, 10);
        expect(ten.filter(readsConfig)).toHaveLength(1);
        expect(ten.filter((atMs) => readsAccounts("nav", atMs))).toHaveLength(1);
        expect(half.filter((atMs) => readsAccounts("reconcile", atMs))).toHaveLength(1);
      }),
    );
    expect([listLimitMs("nav"), listLimitMs("reconcile")]).toEqual([minutes(11), minutes(31)]);
  });

  it("never leave out the sweep twice in a row", () => {
    fc.assert(
      fc.property(someMinute, (atMs) => {
        expect(sweepsSignals(atMs) || sweepsSignals(atMs + MINUTE_MS)).toBe(true);
      }),
    );
  });
});

describe("an unchanged peak", () => {
  const before = peak({ asOfMs: QUIET_MS - minutes(1) });

  it("is dated again in its minute of five, and when that was missed", () => {
    const dueAt = Array.from({ length: 5 }, (_, index) => QUIET_MS + minutes(index)).filter((atMs) =>
      writesPeak(peak({ asOfMs: atMs - minutes(1) }), before, atMs),
    );
    expect(dueAt).toEqual([QUIET_MS + minutes(2)]);
    expect(writesPeak(peak({ asOfMs: QUIET_MS - minutes(6) }), before, QUIET_MS)).toBe(true);
    expect(writesPeak(peak({ asOfMs: QUIET_MS - minutes(6) + 1 }), before, QUIET_MS)).toBe(false);
  });

  it("is written at once when it is the first, or when any of its values changed", () => {
    expect(writesPeak(null, before, QUIET_MS)).toBe(true);
    expect(writesPeak(before, before, QUIET_MS)).toBe(false);
    for (const change of [{ peakUsd: "1" }, { drawdownBps: 1 }, { dayPnlUsd: "1" }, { day: "2001-01-01" }])
      expect(writesPeak(before, { ...before, ...change }, QUIET_MS), JSON.stringify(change)).toBe(true);
  });
});

describe("samples", () => {
  const sample = (atMs: number) => ({ atMs, navUsd: String(atMs) });

  it("are packed on the cadence, when it was missed twice, and when their day has ended", () => {
    const recent = (count: number) =>
      Array.from({ length: count }, (_, index) => sample(QUIET_MS - minutes(count - index)));
    expect(packsSeries(nav({ recent: [] }), QUIET_MS - minutes(1))).toBe(false);
    expect(packsSeries(nav({ recent: recent(1) }), QUIET_MS - minutes(1))).toBe(true);
    expect(packsSeries(nav({ recent: recent(10) }), QUIET_MS)).toBe(false);
    expect(packsSeries(nav({ recent: recent(11) }), QUIET_MS)).toBe(true);
    const yesterday = nav({ recent: [sample(QUIET_MS - minutes(1_440))] });
    expect(packsSeries(yesterday, QUIET_MS)).toBe(true);
  });

  it("are appended to the series of their day, each once", () => {
    const day = "2026-01-02";
    const before = {
      accountId: "a",
      day,
      atMs: [QUIET_MS],
      navUsd: ["1"],
      updatedAtMs: QUIET_MS,
    };
    const given = [QUIET_MS, QUIET_MS + minutes(1), QUIET_MS + minutes(1_440)].map(sample);
    const after = withSamples(before, "a", day, given, QUIET_MS + 7);
    expect(after).toEqual({
      accountId: "a",
      day,
      atMs: [QUIET_MS, QUIET_MS + minutes(1)],
      navUsd: ["1", String(QUIET_MS + minutes(1))],
      updatedAtMs: QUIET_MS + 7,
    });
    expect(withSamples(null, "a", day, given.slice(0, 1), QUIET_MS)).toEqual({
      accountId: "a",
      day,
      atMs: [QUIET_MS],
      navUsd: [String(QUIET_MS)],
      updatedAtMs: QUIET_MS,
    });
  });
});
