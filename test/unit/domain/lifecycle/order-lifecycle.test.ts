// An ended order never moves again, and evidence may arrive twice, late and in any order.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { OrderStatus } from "#domain/documents/order.ts";
import {
  fillDelta,
  isEnded,
  nextOrder,
  ORDER_TRANSITIONS,
  type OrderEvent,
  type VenueEvidence,
} from "#domain/lifecycle/order-lifecycle.ts";
import { NOW_MS, order } from "#test/support/factories.ts";

const said = (
  status: VenueEvidence["status"],
  filledQtyBase: string,
  averagePriceUsd: string | null = "50000",
): OrderEvent => ({
  type: "venueSaid",
  evidence: {
    venueOrderId: "7",
    status,
    filledQtyBase,
    averagePriceUsd: filledQtyBase === "0" ? null : averagePriceUsd,
  },
  atMs: NOW_MS + 10,
});
const EVENTS: readonly OrderEvent[] = [
  said("ACCEPTED", "0"),
  said("PARTIALLY_FILLED", "0.4"),
  said("FILLED", "1"),
  said("CANCELED", "0.4"),
  said("EXPIRED", "0"),
  said("REJECTED", "0"),
  { type: "venueRefused", rejection: { code: "-2019", message: "margin" }, atMs: NOW_MS + 10 },
  { type: "outcomeUnknown", cause: { code: "TIMEOUT", message: "no answer" }, atMs: NOW_MS + 10 },
  { type: "venueDoesNotKnow", atMs: NOW_MS + 10 },
  { type: "absenceConfirmed", atMs: NOW_MS + 10 },
  { type: "resent", sendDeadlineMs: NOW_MS + 9_000, fence: 2, atMs: NOW_MS + 10 },
  { type: "notTaken", cause: { code: "-1008", message: "throttled" }, atMs: NOW_MS + 10 },
];
const STATUSES = Object.keys(ORDER_TRANSITIONS) as OrderStatus[];

describe("the order table", () => {
  it.each([
    ["SUBMITTING", said("FILLED", "1"), "FILLED"],
    ["SUBMITTING", said("ACCEPTED", "0"), "ACCEPTED"],
    ["SUBMITTING", EVENTS[6], "REJECTED"],
    ["SUBMITTING", EVENTS[7], "SUBMIT_UNKNOWN"],
    ["SUBMIT_UNKNOWN", said("PARTIALLY_FILLED", "0.4"), "PARTIALLY_FILLED"],
    ["SUBMIT_UNKNOWN", EVENTS[8], "SUBMIT_UNKNOWN"],
    ["SUBMIT_UNKNOWN", EVENTS[9], "ABSENT"],
    ["SUBMIT_UNKNOWN", EVENTS[10], "SUBMITTING"],
    ["ACCEPTED", EVENTS[7], "ACCEPTED"],
    ["ACCEPTED", EVENTS[8], "ACCEPTED"],
    ["ACCEPTED", EVENTS[10], "ACCEPTED"],
    ["PARTIALLY_FILLED", said("ACCEPTED", "0"), "PARTIALLY_FILLED"],
    ["PARTIALLY_FILLED", said("CANCELED", "0.4"), "CANCELED"],
    ["FILLED", said("CANCELED", "0.4"), "FILLED"],
    ["CANCELED", said("ACCEPTED", "0"), "CANCELED"],
    ["CANCELED", said("CANCELED", "1"), "FILLED"],
    ["REJECTED", EVENTS[10], "REJECTED"],
  ] as const)("%s and %o give %s", (status, event, expected) => {
    const filledQtyBase = status === "FILLED" ? "1" : status === "PARTIALLY_FILLED" ? "0.4" : "0";
    const before = order({ status, filledQtyBase, averagePriceUsd: filledQtyBase === "0" ? null : "50000" });
    if (event === undefined) throw new Error("the case names no event");
    expect(nextOrder(before, event).status).toBe(expected);
  });

  it("answers every event in every status", () => {
    for (const status of STATUSES)
      for (const event of EVENTS) expect(nextOrder(order({ status }), event)).toBeDefined();
  });
});

describe("any sequence of events", () => {
  const sequences = fc.array(fc.constantFrom(...EVENTS), { maxLength: 12 });

  it("never takes back a filled quantity, nor fills more than was ordered", () => {
    fc.assert(
      fc.property(sequences, (events) => {
        let current = order();
        for (const event of events) {
          const next = nextOrder(current, event);
          expect(fillDelta(current, next).qtyBase.gte(0)).toBe(true);
          expect(Number(next.filledQtyBase)).toBeLessThanOrEqual(1);
          current = next;
        }
      }),
    );
  });

  it("changes nothing when the last event is repeated", () => {
    fc.assert(
      fc.property(sequences, fc.constantFrom(...EVENTS.slice(0, 8)), (events, last) => {
        const once = [...events, last].reduce(nextOrder, order());
        expect(nextOrder(once, last)).toEqual(once);
      }),
    );
  });

  it("leaves no ended order, except for fills that were reported late", () => {
    fc.assert(
      fc.property(sequences, fc.constantFrom(...EVENTS), (events, extra) => {
        const ended = events.reduce(nextOrder, order());
        // Absence and refusal end with the venue's word that the order is there after all.
        if (!isEnded(ended.status) || ended.status === "ABSENT" || ended.status === "REJECTED") return;
        expect(isEnded(nextOrder(ended, extra).status)).toBe(true);
      }),
    );
  });
});
