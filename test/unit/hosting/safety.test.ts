// "Am I safe" errs on the safe side: whatever is unknown, old, failed or out of reach is said, with what to do.

import { describe, expect, it } from "vitest";
import { connectionOf } from "#hosting/model/connection.ts";
import { navFreshness } from "#hosting/model/nav-health.ts";
import { verdictOf } from "#hosting/model/safety.ts";
import { nothingYet } from "#hosting/model/state.ts";
import { knownValue, type Watched } from "#hosting/model/watched.ts";
import { nav } from "#test/e2e/dashboard/nav-documents.ts";
import { latchWith, throttlesWith } from "#test/support/factories.ts";
import { accountData, NOW_MS, state } from "./account-state.ts";

/** The document changed, the rest as it was. */
function changed<T>(watched: Watched<T>, change: Partial<T>, fromCache = false): Watched<T> {
  const value = knownValue(watched);
  if (value === null) throw new Error("nothing to change");
  return { kind: "value", value: { ...value, ...change }, fromCache };
}

const base = accountData();
const good = nav(NOW_MS);
const failed = { ok: false, asOfMs: NOW_MS - 600_000, error: "timed out" };

describe("the verdict", () => {
  it("is good only when all is known, fresh and agreeing", () => {
    expect(verdictOf(state())).toEqual({
      level: "ok",
      headline: "Trading is on and the books are fresh",
      faults: [],
    });
  });

  it("is not good while anything it stands on is still loading", () => {
    expect(verdictOf(state(nothingYet())).level).toBe("checking");
    expect(verdictOf(state(accountData({ overview: { kind: "loading" } }))).level).toBe("checking");
  });

  it.each([
    [
      "halted",
      {
        control: changed(base.control, {
          tradingState: latchWith({
            state: "HALTED",
            actor: "ana",
            reason: "fat finger",
            atMs: NOW_MS - 60_000,
          }),
        }),
      },
      "danger",
      "Halted 1 min ago by ana: fat finger.",
    ],
    [
      "reducing",
      {
        control: changed(base.control, {
          tradingState: latchWith({
            state: "REDUCING",
            actor: "ana",
            reason: "weekend",
            atMs: NOW_MS - 60_000,
          }),
        }),
      },
      "warning",
      "Reducing only, 1 min ago by ana: weekend.",
    ],
    [
      "being flattened",
      {
        control: changed(base.control, {
          flatten: {
            flattenId: "f",
            orderedBy: "watchdog",
            reason: "data frozen",
            orderedAtMs: NOW_MS - 12_000,
            step: 1,
            lastTriedAtMs: null,
          },
        }),
      },
      "danger",
      "Flattening since 12 s ago, ordered by watchdog: data frozen.",
    ],
    [
      "at a drawdown grade",
      { control: changed(base.control, { drawdownGrade: "WARN" }) },
      "warning",
      "The drawdown is at grade WARN.",
    ],
    [
      "banned by the venue",
      {
        control: changed(base.control, {
          throttles: throttlesWith({ orderSentAtMs: [], venueBannedUntilMs: NOW_MS + 120_000 }),
        }),
      },
      "danger",
      "The venue has banned us for 2 min more.",
    ],
    [
      "left with an undrained inbox",
      { control: changed(base.control, { inbox: { storedCount: 5, takenCount: 3 } }) },
      "warning",
      "2 intents waiting for a decision.",
    ],
    ["without a NAV", { nav: { kind: "missing" } as const }, "danger", "NAV unknown: not written yet."],
    [
      "with an old NAV",
      { nav: changed(base.nav, { asOfMs: NOW_MS - 200_000 }) },
      "danger",
      "NAV is 3 min old; the limit is 3 min.",
    ],
    [
      "with a NAV ahead of this clock",
      { nav: changed(base.nav, { asOfMs: NOW_MS + 600_000 }) },
      "danger",
      "NAV is 10 min ahead of this clock: check this device’s clock.",
    ],
    [
      "with a failed source",
      {
        nav: changed(base.nav, {
          stale: true,
          asOfMs: NOW_MS - 600_000,
          sources: { ...good.sources, marks: failed },
        }),
      },
      "danger",
      "NAV stands still since 10 min ago: marks failed.",
    ],
    [
      "with an old peak",
      { peak: changed(base.peak, { asOfMs: NOW_MS - 700_000 }) },
      "danger",
      "Drawdown is 11 min old; the limit is 10 min.",
    ],
    [
      "with an unreadable peak",
      { peak: { kind: "unreadable", fault: "day is not text" } as const },
      "danger",
      "Drawdown unknown: unreadable (day is not text).",
    ],
    [
      "without a config",
      { config: { kind: "missing" } as const },
      "danger",
      "Limits unknown: not written yet.",
    ],
    [
      "with an order of unknown outcome",
      {
        overview: changed(base.overview, {
          orders: (knownValue(base.overview)?.orders ?? [])
            .map((one) => ({ ...one, status: "SUBMIT_UNKNOWN" as const }))
            .slice(0, 1),
        }),
      },
      "danger",
      "1 order with unknown outcome.",
    ],
    [
      "holding what the books do not know",
      { overview: changed(base.overview, { groups: [] }) },
      "danger",
      "At the venue but not in the books: BTCUSDT, SOLUSDT.",
    ],
    [
      "holding another quantity than booked",
      {
        nav: changed(base.nav, {
          positions: good.positions.map((held) => ({
            ...held,
            qtyBase: held.symbol === "BTCUSDT" ? "0.013" : held.qtyBase,
          })),
        }),
      },
      "danger",
      "Books and venue differ on BTCUSDT.",
    ],
    [
      "with an open critical alert",
      {
        alerts: {
          kind: "value",
          value: {
            rows: [
              {
                alertId: "a",
                severity: "critical",
                code: "X",
                message: "Bus down",
                remedy: "Look",
                atMs: NOW_MS,
                acknowledgedAtMs: null,
                acknowledgedBy: null,
              },
            ],
            unreadable: 0,
          },
          fromCache: false,
        } as const,
      },
      "danger",
      "Bus down.",
    ],
  ] as const)("names the account %s", (_, part, level, text) => {
    const verdict = verdictOf(state(accountData(part)));
    expect(verdict.level).toBe(level);
    expect(verdict.faults.map((fault) => fault.text)).toContain(text);
    for (const fault of verdict.faults) expect(fault.remedy).not.toBe("");
  });

  it("puts danger before warnings", () => {
    const sources = { ...good.sources, marks: failed };
    const levels = verdictOf(
      state(accountData({ nav: changed(base.nav, { stale: true, sources }) })),
    ).faults.map(({ level }) => level);
    expect(levels).toEqual(["danger", "warning"]);
  });

  it("does not call a NAV run that is older than the last fill a difference", () => {
    const overview = changed(base.overview, { groups: [], updatedAtMs: NOW_MS - 1_000 });
    expect(verdictOf(state(accountData({ overview }))).faults).toEqual([]);
  });

  it("says that an account is not set up instead of calling for help", () => {
    const missing = { kind: "missing" } as const;
    const bare = {
      ...nothingYet(),
      control: missing,
      nav: missing,
      config: missing,
      overview: missing,
      peak: missing,
    };
    expect(verdictOf(state(bare)).headline).toBe("Not set up yet: nothing can trade");
  });
});

describe("the connection", () => {
  it.each([
    ["offline", { online: false }, accountData()],
    ["reconnecting", {}, accountData({ overview: changed(base.overview, {}, true) })],
    ["silent", {}, accountData({ nav: changed(base.nav, { checkedAtMs: NOW_MS - 151_000 }) })],
    ["connecting", {}, nothingYet()],
    ["live", {}, accountData()],
  ] as const)("is %s by its own witness", (kind, part, data) => {
    expect(connectionOf(state(data, part)).kind).toBe(kind);
  });
});

describe("NAV freshness", () => {
  it("is measured by the account's own limit, to the millisecond", () => {
    expect(navFreshness({ ...good, asOfMs: NOW_MS - 30_000 }, NOW_MS, 30_000).stale).toBe(false);
    expect(navFreshness({ ...good, asOfMs: NOW_MS - 30_001 }, NOW_MS, 30_000).stale).toBe(true);
  });

  it("is never good without a first complete value", () => {
    expect(navFreshness({ ...good, navUsd: null, asOfMs: null }, NOW_MS, 30_000).stale).toBe(true);
  });
});
