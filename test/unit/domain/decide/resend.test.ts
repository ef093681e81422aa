// Nothing is sent twice on a timer or on one endpoint's word: an entry never, an exit only when look-up, position, open
// orders and trades agree for longer than an incident lasts.
import { describe, expect, it } from "vitest";
import {
  ABSENCE_GAP_MS,
  ABSENCES_NEEDED,
  ABSENT_AFTER_MS,
  ARRIVAL_MARGIN_MS,
  absenceCounts,
  EXIT_ABSENCE_MS,
  isAbsenceConfirmed,
  isAbsentForGood,
  isPassedOver,
  isResendDue,
  RESEND_LIMIT_MS,
  type ResendBooks,
  resendDenials,
  stillHolds,
  type Witnesses,
  witnessesAgree,
} from "#domain/decide/resend.ts";
import { nextOrder, type OrderEvent } from "#domain/lifecycle/order-lifecycle.ts";
import {
  group,
  latchWith,
  market,
  NOW_MS,
  nav,
  order,
  peak,
  throttlesWith,
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

const exit = (overrides: Parameters<typeof order>[0] = {}) =>
  order({
    status: "SUBMIT_UNKNOWN",
    sendDeadlineMs: deadlineMs,
    absences: { count: 2, lastAtMs: arrivedMs },
    ...overrides,
    request: { reduceOnly: true, side: "sell", ...overrides.request },
  });

describe("whether an order is sent again", () => {
  const dueMs = deadlineMs + EXIT_ABSENCE_MS;

  it.each([
    ["an exit that was denied for longer than an incident lasts is due", exit(), dueMs, true],
    ["a moment before, it is not", exit(), dueMs - 1, false],
    ["one denial is not enough", exit({ absences: { count: 1, lastAtMs: arrivedMs } }), dueMs, false],
    ["an exit that was certainly not taken is due at once", exit({ openSends: [] }), NOW_MS, true],
    ["with two sends open it waits for its end", exit({ openSends: [1, 2], sends: 2 }), dueMs, false],
    ["its time ends", exit(), NOW_MS + RESEND_LIMIT_MS + 1, false],
    [
      "an entry never is, however often it was denied",
      exit({ request: { reduceOnly: false } }),
      dueMs,
      false,
    ],
    [
      "an entry that was turned away never is",
      order({ status: "SUBMIT_UNKNOWN", openSends: [] }),
      dueMs,
      false,
    ],
    ["a closing of the system is planned anew instead", exit({ signalId: "f", intentId: "f" }), dueMs, false],
    ["one that the venue has is not", exit({ status: "ACCEPTED" }), dueMs, false],
  ])("%s", (_case, of, nowMs, isDue) => {
    expect(isResendDue(of, nowMs)).toBe(isDue);
  });
});

describe("the end of an order that the venue does not show", () => {
  const hourAgo = { status: "ACCEPTED", acknowledgedAtMs: deadlineMs - 3_600_000 } as const;
  /** Of an order that the venue had, denied at these times. */
  const denied = (...timesMs: readonly number[]) =>
    timesMs.reduce(
      (of, atMs) => nextOrder(of, { type: "venueDoesNotKnow", atMs }),
      exit({ ...hourAgo, absences: { count: 0, lastAtMs: null } }),
    );
  const lateMs = deadlineMs + 3_600_000;

  it.each([
    ["comes after longer than its incidents last", exit(), deadlineMs + ABSENT_AFTER_MS, true],
    ["not before", exit(), deadlineMs + ABSENT_AFTER_MS - 1, false],
    ["not on one denial", exit({ absences: { count: 1, lastAtMs: 0 } }), deadlineMs + ABSENT_AFTER_MS, false],
    [
      "is not two denials in a row of one that rested for an hour",
      denied(lateMs - 2_000, lateMs),
      lateMs,
      false,
    ],
    [
      "counts from the first denial of one that the venue had",
      denied(lateMs, lateMs + ABSENCE_GAP_MS, lateMs + ABSENT_AFTER_MS),
      lateMs + ABSENT_AFTER_MS,
      true,
    ],
    [
      "and not before",
      denied(lateMs, lateMs + ABSENCE_GAP_MS, lateMs + ABSENT_AFTER_MS - 1),
      lateMs + ABSENT_AFTER_MS - 1,
      false,
    ],
  ])("%s", (_case, of, nowMs, isOver) => {
    expect(isAbsentForGood(of, nowMs)).toBe(isOver);
  });
});

describe("the witnesses beside the look-up", () => {
  const held = group({ status: "REDUCING", qtyBase: "0.4" });
  const unchanged: Witnesses = { position: { side: "long", qtyBase: "0.400" }, rests: false, trades: 0 };

  it.each<readonly [string, Partial<Witnesses>, boolean]>([
    ["agree when position, open orders and trades show no trace", {}, true],
    ["differ when the position is smaller", { position: { side: "long", qtyBase: "0.3" } }, false],
    ["differ when it is gone", { position: null }, false],
    ["differ when it is on the other side", { position: { side: "short", qtyBase: "0.4" } }, false],
    ["differ when the order rests", { rests: true }, false],
    ["differ when something traded on its side", { trades: 1 }, false],
  ])("%s", (_case, seen, agree) => {
    expect(witnessesAgree({ ...unchanged, ...seen }, held)).toBe(agree);
  });
});

describe("an order beside which a closing may be planned", () => {
  it.each([
    ["is one that the venue denied when it could no longer arrive", exit(), true],
    ["is one that was not taken", exit({ openSends: [], absences: { count: 0, lastAtMs: null } }), true],
    ["is not one that may still arrive", exit({ absences: { count: 1, lastAtMs: arrivedMs } }), false],
    ["is not one that the venue has", exit({ status: "ACCEPTED" }), false],
  ])("%s", (_case, of, passedOver) => {
    expect(isPassedOver(of)).toBe(passedOver);
  });
});

describe("what stands against sending an exit again", () => {
  const id = exit().request.clientOrderId;
  const books = (overrides: Partial<ResendBooks> = {}): ResendBooks => ({
    control: controlWith(),
    config: configWith(),
    nav: nav(),
    peak: peak(),
    universe: { asOfMs: NOW_MS, venue: "binance-usdm", markets: { BTCUSDT: market() } },
    groups: { "group-1": group({ orderIds: ["bentry", id] }) },
    ...overrides,
  });
  const state = (of: "REDUCING" | "HALTED") =>
    controlWith({ tradingState: latchWith({ state: of, actor: "t", reason: "t", atMs: NOW_MS }) });
  const banned = controlWith({
    throttles: throttlesWith({ orderSentAtMs: [], venueBannedUntilMs: NOW_MS + 1 }),
  });

  it.each<readonly [string, ResendBooks, readonly string[]]>([
    ["nothing, on whole books", books(), []],
    ["no old or missing data", books({ nav: null, peak: null }), []],
    ["no state that lets exits pass", books({ control: state("REDUCING") }), []],
    ["a halt", books({ control: state("HALTED") }), ["TRADING_HALTED"]],
    ["a ban", books({ control: banned }), ["VENUE_BANNED"]],
    ["an unknown market", books({ universe: null }), ["MARKET_UNKNOWN"]],
    [
      "a newer order of its group",
      books({ groups: { "group-1": group({ orderIds: [id, "bnewer"] }) } }),
      ["ORDER_IN_FLIGHT"],
    ],
  ])("%s", (_case, given, codes) => {
    // The intent has expired: the exit was decided in time, and what it is to close is still held.
    const late = exit({ intentExpiresAtMs: NOW_MS - 1 });
    expect(resendDenials(given, late, NOW_MS).map(({ code }) => code)).toEqual(codes);
  });
});
