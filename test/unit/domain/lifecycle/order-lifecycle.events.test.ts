// Effect of each event on an order, field by field: the table says whether something happens, this says
// exactly what.
import { describe, expect, it } from "vitest";
import {
  fillDelta,
  nextOrder,
  type OrderEvent,
  type VenueEvidence,
} from "#domain/lifecycle/order-lifecycle.ts";
import { NOW_MS, order } from "#test/support/factories.ts";

const atMs = NOW_MS + 50;
const rejection = { code: "-2019", message: "Margin is insufficient" };
const said = (evidence: Partial<VenueEvidence>): OrderEvent => ({
  type: "venueSaid",
  evidence: {
    venueOrderId: "7",
    status: "ACCEPTED",
    filledQtyBase: "0",
    averagePriceUsd: null,
    ...evidence,
  },
  atMs,
});

describe("an order that was sent", () => {
  const sent = order();

  it("is at the venue once the venue says so", () => {
    expect(nextOrder(sent, said({}))).toEqual({
      ...sent,
      status: "ACCEPTED",
      venueOrderId: "7",
      acknowledgedAtMs: atMs,
      updatedAtMs: atMs,
    });
  });

  it("is refused for the venue's reason where that comes after its acknowledgement, looked at as often as one likes", () => {
    const refused = { code: "EC_PostOnly", message: "would take", reason: "wouldTake" } as const;
    const resting = nextOrder(sent, said({}));
    const ended = nextOrder(resting, said({ status: "REJECTED", rejection: refused }));
    expect(ended).toMatchObject({ status: "REJECTED", rejection: refused });
    expect(nextOrder(ended, said({ status: "REJECTED", rejection: refused }))).toEqual(ended);
  });

  it("is filled, with price and time, when as much is filled as was asked, whatever status came with it", () => {
    const event = said({ status: "PARTIALLY_FILLED", filledQtyBase: "1.000", averagePriceUsd: "50000.5" });
    expect(nextOrder(sent, event)).toEqual({
      ...sent,
      status: "FILLED",
      venueOrderId: "7",
      filledQtyBase: "1.000",
      averagePriceUsd: "50000.5",
      filledAtMs: atMs,
      acknowledgedAtMs: atMs,
      updatedAtMs: atMs,
    });
  });

  it("is rejected with the venue's own words", () => {
    const refused = nextOrder(sent, { type: "venueRefused", rejection, atMs });
    expect(refused).toEqual({
      ...sent,
      status: "REJECTED",
      openSends: [],
      rejection,
      acknowledgedAtMs: atMs,
      updatedAtMs: atMs,
    });
  });

  it("is in doubt, and why, when no usable answer came; that is not an acknowledgement", () => {
    const doubtful = nextOrder(sent, { type: "outcomeUnknown", cause: rejection, atMs });
    expect(doubtful).toEqual({ ...sent, status: "SUBMIT_UNKNOWN", rejection, updatedAtMs: atMs });
    expect(nextOrder(doubtful, said({}))).toMatchObject({ status: "ACCEPTED", rejection: null });
    const lost = nextOrder(doubtful, said({ status: "REJECTED" }));
    expect(lost).toMatchObject({ status: "REJECTED", rejection });
  });
});

describe("an order that the venue does not know", () => {
  const looked = order({
    status: "SUBMIT_UNKNOWN",
    absences: { count: 1, lastAtMs: NOW_MS },
    deniedSinceMs: NOW_MS,
    sends: 1,
  });

  it("counts the denials and stays in doubt", () => {
    expect(nextOrder(looked, { type: "venueDoesNotKnow", atMs })).toEqual({
      ...looked,
      absences: { count: 2, lastAtMs: atMs },
      updatedAtMs: atMs,
    });
  });

  it("is absent only by that event, which changes nothing else", () => {
    expect(nextOrder(looked, { type: "absenceConfirmed", atMs })).toEqual({
      ...looked,
      status: "ABSENT",
      updatedAtMs: atMs,
    });
  });

  it("starts anew when it is sent again: under the same id, with a new window, fence and count", () => {
    const event = { type: "resent", sendDeadlineMs: atMs + 5_000, fence: 9, atMs } as const;
    expect(nextOrder(looked, event)).toEqual({
      ...looked,
      status: "SUBMITTING",
      absences: { count: 0, lastAtMs: null },
      deniedSinceMs: null,
      sends: 2,
      openSends: [1, 2],
      sendDeadlineMs: atMs + 5_000,
      fence: 9,
      sentAtMs: atMs,
      updatedAtMs: atMs,
    });
  });

  it("lives again when the venue shows it after all", () => {
    const absent = order({ status: "ABSENT" });
    expect(nextOrder(absent, said({})).status).toBe("ACCEPTED");
  });
});

describe("what the venue says later", () => {
  const partial = order({
    status: "PARTIALLY_FILLED",
    venueOrderId: "7",
    filledQtyBase: "0.4",
    averagePriceUsd: "50000",
    acknowledgedAtMs: NOW_MS + 1,
  });

  it("is the same order when it is nothing new", () => {
    const event = said({ status: "PARTIALLY_FILLED", filledQtyBase: "0.4", averagePriceUsd: "50000" });
    expect(nextOrder(partial, event)).toBe(partial);
    expect(nextOrder(partial, said({ status: "ACCEPTED" }))).toBe(partial);
  });

  it("keeps the first acknowledgement and the larger fill", () => {
    const more = nextOrder(partial, said({ status: "CANCELED", filledQtyBase: "0.3", averagePriceUsd: "1" }));
    expect(more).toEqual({ ...partial, status: "CANCELED", updatedAtMs: atMs });
  });

  it("adds a fill to an ended order without opening it again", () => {
    const cancelled = { ...partial, status: "CANCELED" } as const;
    const late = nextOrder(cancelled, said({ filledQtyBase: "0.6", averagePriceUsd: "50010" }));
    expect(late).toEqual({
      ...cancelled,
      filledQtyBase: "0.6",
      averagePriceUsd: "50010",
      updatedAtMs: atMs,
    });
    expect(nextOrder(cancelled, said({ filledQtyBase: "1", averagePriceUsd: "50010" }))).toMatchObject({
      status: "FILLED",
      filledAtMs: atMs,
    });
  });

  it("keeps the time of the fill", () => {
    const filled = order({
      status: "FILLED",
      filledQtyBase: "1",
      averagePriceUsd: "5",
      filledAtMs: NOW_MS + 2,
    });
    const event = said({ status: "FILLED", filledQtyBase: "1", averagePriceUsd: "5" });
    expect(nextOrder(filled, event)).toMatchObject({ venueOrderId: "7", filledAtMs: NOW_MS + 2 });
  });

  it.each(["outcomeUnknown", "notTaken", "absenceConfirmed", "venueRefused", "resent"] as const)(
    "outweighs %s, which no longer says anything",
    (type) => {
      const event = { type, atMs, rejection, cause: rejection, sendDeadlineMs: atMs, fence: 9 } as OrderEvent;
      for (const status of [
        "ACCEPTED",
        "PARTIALLY_FILLED",
        "FILLED",
        "CANCELED",
        "EXPIRED",
        "REJECTED",
      ] as const) {
        const known = order({ status });
        expect(nextOrder(known, event)).toBe(known);
      }
    },
  );
});

describe("a refusal", () => {
  const exit = (overrides: Parameters<typeof order>[0] = {}) =>
    order({ request: { reduceOnly: true, side: "sell" }, ...overrides });
  const refused = { type: "venueRefused", rejection, atMs } as const;
  const notTaken = { type: "notTaken", cause: rejection, atMs } as const;
  const resent = { type: "resent", sendDeadlineMs: atMs + 5_000, fence: 9, atMs } as const;

  it("of a resend says nothing about the first send", () => {
    const again = nextOrder(exit({ status: "SUBMIT_UNKNOWN" }), resent);
    const after = nextOrder(again, refused);
    expect(after).toMatchObject({ status: "SUBMIT_UNKNOWN", openSends: [1], rejection });
    expect(nextOrder(after, refused)).toMatchObject({ status: "SUBMIT_UNKNOWN", openSends: [1] });
    expect(
      nextOrder(after, said({ status: "FILLED", filledQtyBase: "1", averagePriceUsd: "5" })),
    ).toMatchObject({
      status: "FILLED",
    });
  });

  it("of the last open send ends the order", () => {
    const turnedAway = nextOrder(exit(), notTaken);
    expect(turnedAway).toMatchObject({ status: "SUBMIT_UNKNOWN", openSends: [] });
    const again = nextOrder(turnedAway, resent);
    expect(again).toMatchObject({ status: "SUBMITTING", openSends: [2], sends: 2 });
    expect(nextOrder(again, refused)).toMatchObject({ status: "REJECTED", openSends: [] });
  });

  it.each([
    ["an entry", order()],
    ["a closing, which is planned anew", exit({ signalId: "f1", intentId: "f1" })],
  ])("before processing ends %s, since it is never sent again", (_what, sent) => {
    expect(nextOrder(sent, notTaken)).toMatchObject({ status: "REJECTED", openSends: [], rejection });
  });

  it("is outweighed by the venue's word that the order is there", () => {
    const rejected = nextOrder(order(), refused);
    expect(
      nextOrder(rejected, said({ status: "CANCELED", filledQtyBase: "0.2", averagePriceUsd: "5" })),
    ).toMatchObject({
      status: "CANCELED",
      filledQtyBase: "0.2",
    });
  });
});

describe("an acknowledged order that the look-up denies", () => {
  const resting = order({ status: "ACCEPTED", venueOrderId: "7" });

  it("stays as it is, with the denial counted until the venue shows it again", () => {
    const denied = nextOrder(resting, { type: "venueDoesNotKnow", atMs });
    const absences = { count: 1, lastAtMs: atMs };
    expect(denied).toEqual({ ...resting, absences, deniedSinceMs: atMs, updatedAtMs: atMs });
    expect(nextOrder(denied, said({}))).toMatchObject({
      status: "ACCEPTED",
      absences: { count: 0, lastAtMs: null },
      deniedSinceMs: null,
    });
  });
});

describe("what a group still has to take in", () => {
  it("is quantity and cost beyond what it took before", () => {
    const before = order({ filledQtyBase: "0.4", averagePriceUsd: "50000" });
    const after = order({ filledQtyBase: "1", averagePriceUsd: "50060" });
    const delta = fillDelta(before, after);
    expect([delta.qtyBase.toFixed(), delta.costUsd?.toFixed()]).toEqual(["0.6", "30060"]);
    const first = fillDelta(order(), before);
    expect([first.qtyBase.toFixed(), first.costUsd?.toFixed()]).toEqual(["0.4", "20000"]);
  });
});

describe("a fill whose price the venue did not name", () => {
  const evidence = {
    venueOrderId: "7",
    status: "FILLED",
    filledQtyBase: "1",
    averagePriceUsd: "50500",
  } as const;

  it("takes the price of a later word on the same quantity", () => {
    const unpriced = order({
      status: "FILLED",
      venueOrderId: "7",
      filledQtyBase: "1",
      averagePriceUsd: null,
    });
    const next = nextOrder(unpriced, { type: "venueSaid", evidence, atMs: NOW_MS + 5 });
    expect(next).toMatchObject({ averagePriceUsd: "50500", status: "FILLED" });
    const again = { ...evidence, averagePriceUsd: "1" };
    expect(nextOrder(next, { type: "venueSaid", evidence: again, atMs: NOW_MS + 6 })).toBe(next);
  });

  it("costs what was known before it, and is not booked at zero", () => {
    const after = order({ filledQtyBase: "1", averagePriceUsd: null });
    const delta = fillDelta(order(), after);
    expect([delta.costUsd?.toFixed(), delta.isEstimated]).toEqual(["50001", true]);
    const unknown = fillDelta(order(), { ...after, basis: { ...after.basis, mark: null, touch: null } });
    expect(unknown.costUsd).toBeNull();
  });
});
