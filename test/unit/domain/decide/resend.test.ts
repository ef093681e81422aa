// Nothing is sent twice on a timer: absence counts only when the request can no longer arrive, twice and apart, and a
// resend has to pass what made the first sending right.
import { describe, expect, it } from "vitest";
import type { DecisionBooks } from "#domain/decide/decide-intent.ts";
import {
  ABSENCE_GAP_MS,
  ABSENCES_NEEDED,
  ARRIVAL_MARGIN_MS,
  absenceCounts,
  isAbsenceConfirmed,
  resendDenials,
  stillHolds,
} from "#domain/decide/resend.ts";
import type { ControlState } from "#domain/documents/control.ts";
import type { OrderEvent } from "#domain/lifecycle/order-lifecycle.ts";
import {
  latchWith,
  mark,
  market,
  NOW_MS,
  nav,
  order,
  peak,
  throttlesWith,
  venueSettings,
} from "#test/support/factories.ts";
import { configWith, controlWith } from "#test/support/world.ts";

const deadlineMs = NOW_MS + 5_000;
const arrivedMs = deadlineMs + ARRIVAL_MARGIN_MS;
const absent = (count: number, lastAtMs: number | null, sends = 1) =>
  order({ sendDeadlineMs: deadlineMs, absences: { count, lastAtMs }, sends });

describe("a venue that does not know the order", () => {
  it.each([
    ["says nothing while the request may still arrive", absent(0, null), arrivedMs - 1, false],
    ["counts from the moment it no longer can", absent(0, null), arrivedMs, true],
    ["does not count again too soon", absent(1, arrivedMs), arrivedMs + ABSENCE_GAP_MS - 1, false],
    [
      "counts again when it is far enough from the last time",
      absent(1, arrivedMs),
      arrivedMs + ABSENCE_GAP_MS,
      true,
    ],
  ])("%s", (_case, of, nowMs, counts) => {
    expect(absenceCounts(of, nowMs)).toBe(counts);
  });

  it("is believed the second time", () => {
    expect(ABSENCES_NEEDED).toBe(2);
    expect([0, 1, 2, 3].map((count) => isAbsenceConfirmed(absent(count, null)))).toEqual([
      false,
      false,
      true,
      true,
    ]);
  });
});

describe("an event about an order that somebody else has written meanwhile", () => {
  const evidence = { venueOrderId: "7", status: "FILLED", filledQtyBase: "1", averagePriceUsd: "2" } as const;
  const said: OrderEvent = { type: "venueSaid", evidence, atMs: arrivedMs };
  const unknown = (atMs: number): OrderEvent => ({ type: "venueDoesNotKnow", atMs });
  const unanswered: OrderEvent = {
    type: "outcomeUnknown",
    cause: { code: "TIMEOUT", message: "no answer" },
    atMs: NOW_MS,
  };

  it.each<readonly [string, OrderEvent, ReturnType<typeof order>, boolean]>([
    ["holds when the venue said it, whichever sending it is", said, absent(0, null, 2), true],
    ["holds about the same sending", unanswered, absent(0, null, 1), true],
    ["does not hold about an earlier sending", unanswered, absent(0, null, 2), false],
    ["does not hold as absence of an earlier sending", unknown(arrivedMs), absent(0, null, 2), false],
    ["holds as absence that counts", unknown(arrivedMs), absent(0, null), true],
    ["does not hold as absence that does not count yet", unknown(arrivedMs - 1), absent(0, null), false],
  ])("%s", (_case, event, of, holds) => {
    expect(stillHolds(event, 1, of)).toBe(holds);
  });
});

describe("sending an order again", () => {
  const books = (overrides: Partial<DecisionBooks> = {}): DecisionBooks => ({
    control: controlWith(),
    config: configWith(),
    nav: nav(),
    peak: peak(),
    universe: { asOfMs: NOW_MS, venue: "binance-usdm", markets: { BTCUSDT: market() } },
    venueSettings: venueSettings(),
    groups: {},
    ...overrides,
  });
  const state = (of: "REDUCING" | "HALTED") =>
    controlWith({ tradingState: latchWith({ state: of, actor: "t", reason: "t", atMs: NOW_MS }) });
  const banned = controlWith({
    throttles: throttlesWith({ orderSentAtMs: [], venueBannedUntilMs: NOW_MS + 1 }),
  });
  const brake = (overrides: Partial<ControlState>) => books({ control: controlWith(overrides) });
  const locked = (side: "long" | "short") => {
    const lock = {
      protection: "StoplossGuard",
      symbol: null,
      side,
      sinceMs: NOW_MS,
      untilMs: NOW_MS + 1,
    } as const;
    return brake({ protections: { trades: [], locks: [{ ...lock, reason: "test" }] } });
  };
  const entry = order();
  const reduction = order({ request: { reduceOnly: true, side: "sell" } });
  const old = NOW_MS - 700_000;

  it.each<readonly [string, typeof entry, DecisionBooks, readonly string[]]>([
    ["an entry passes when nothing speaks against it", entry, books(), []],
    [
      "an entry stops when the account is only reducing",
      entry,
      books({ control: state("REDUCING") }),
      ["TRADING_STATE_REDUCING"],
    ],
    ["an entry stops under a lock of its side", entry, locked("long"), ["PROTECTION_STOPLOSS_GUARD"]],
    ["an entry passes under a lock of the other side", entry, locked("short"), []],
    ["a reduction passes under any lock", reduction, locked("long"), []],
    [
      "an entry passes under a veto, which is about asking",
      entry,
      brake({ throttles: throttlesWith({ vetoedUntilMs: { "trend/BTCUSDT": NOW_MS + 1 } }) }),
      [],
    ],
    [
      "an entry stops when its session has passed its horizon",
      entry,
      brake({
        session: { startedBy: "t", startedAtMs: NOW_MS - 9, horizonAtMs: NOW_MS, stopLossNavUsd: null },
      }),
      ["SESSION_HORIZON_PASSED"],
    ],
    [
      "an entry stops at the day's loss",
      entry,
      books({ config: configWith({ maxDailyLossUsd: "5" }), peak: peak({ dayPnlUsd: "-5" }) }),
      ["DAILY_LOSS_EXCEEDED"],
    ],
    ["an entry stops under a ban", entry, books({ control: banned }), ["VENUE_BANNED"]],
    [
      "an entry stops when it has expired",
      order({ intentExpiresAtMs: NOW_MS - 1 }),
      books(),
      ["INTENT_EXPIRED"],
    ],
    ["an entry stops on old NAV", entry, books({ nav: nav({ asOfMs: old }) }), ["NAV_STALE"]],
    [
      "an entry stops without NAV, which holds its price too",
      entry,
      books({ nav: null }),
      ["NAV_MISSING", "MARK_MISSING"],
    ],
    ["an entry stops on an old peak", entry, books({ peak: peak({ asOfMs: old }) }), ["PEAK_STALE"]],
    [
      "an entry stops on a peak of another baseline",
      entry,
      books({ peak: peak({ baselineId: "baseline-0" }) }),
      ["PEAK_OF_OTHER_BASELINE"],
    ],
    [
      "an entry stops on an old price",
      entry,
      books({ nav: nav({ marks: { BTCUSDT: mark({ asOfMs: old }) } }) }),
      ["MARK_STALE"],
    ],
    ["a reduction passes on old and missing data", reduction, books({ nav: null, peak: null }), []],
    ["a reduction passes while reducing", reduction, books({ control: state("REDUCING") }), []],
    [
      "a reduction stops when the account is halted",
      reduction,
      books({ control: state("HALTED") }),
      ["TRADING_HALTED"],
    ],
    ["a reduction stops under a ban", reduction, books({ control: banned }), ["VENUE_BANNED"]],
    [
      "a reduction stops when it has expired",
      order({ intentExpiresAtMs: NOW_MS - 1, request: { reduceOnly: true } }),
      books(),
      ["INTENT_EXPIRED"],
    ],
    ["anything stops in an unknown market", reduction, books({ universe: null }), ["MARKET_UNKNOWN"]],
  ])("%s", (_case, of, given, codes) => {
    expect(resendDenials(given, of, NOW_MS).map(({ code }) => code)).toEqual(codes);
  });

  it("names the symbol of an unknown market, and counts the signal's age from its arrival", () => {
    const expired = order({ signalReceivedAtMs: NOW_MS - 900, intentExpiresAtMs: NOW_MS - 100 });
    expect(resendDenials(books({ universe: null }), expired, NOW_MS)).toEqual([
      { code: "INTENT_EXPIRED", limit: "800", actual: "900", unit: "ms", subject: null },
      { code: "MARKET_UNKNOWN", limit: null, actual: null, unit: null, subject: "BTCUSDT" },
    ]);
  });
});
