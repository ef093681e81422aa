// A leg's table is total: every pair of state and event is decided, the odd ones by name, and a pair that no world makes is loud.
// Proves: domain/lifecycle/leg-lifecycle.ts
import { describe, expect, it } from "vitest";
import type { EntryLeg } from "#domain/documents/group.ts";
import type { Order } from "#domain/documents/order.ts";
import type { LegRoute } from "#domain/documents/route.ts";
import { LEG_STATUSES } from "#domain/documents/words.ts";
import {
  ILLEGAL,
  LEG_EVENTS,
  LEG_TRANSITIONS,
  LegTransitionError,
  nextLeg,
  withLegEvent,
  withOrderOfLeg,
} from "#domain/lifecycle/leg-lifecycle.ts";
import { group, market, NOW_MS, order, restingChoice } from "#test/support/factories.ts";

const leg = (changes: Partial<EntryLeg> = {}): EntryLeg => ({
  kind: "dca",
  place: 1,
  status: "WAITING",
  qtyBase: "1",
  priceUsd: "49000",
  clientOrderId: null,
  filledBase: "0",
  averagePriceUsd: null,
  refusedFor: [],
  oddity: null,
  route: null,
  updatedAtMs: NOW_MS,
  ...changes,
});

const at = (laterMs: number) => ({ market: null, atMs: NOW_MS + laterMs });

/** Written apart from the product: a row for each state, in the order of LEG_EVENTS; `-` is illegal, `*` an odd pair. */
const EXPECTED: Readonly<Record<EntryLeg["status"], string>> = {
  WAITING:
    "SENT - - - - - - - WITHDRAWN *WITHDRAWN:REDUCED_OUTSIDE *WITHDRAWN:LIQUIDATED *WITHDRAWN:DELEVERAGED WAITING - -",
  SENT: "- DOUBT WORKING WORKING FILLED ENDED ENDED ENDED SENT SENT SENT SENT *ENDED:SIBLING_FILLED REROUTING *SENT:FILL_AFTER_CANCEL",
  DOUBT:
    "- DOUBT WORKING *WORKING:FILL_NEVER_ANSWERED *FILLED:FILL_NEVER_ANSWERED ENDED ENDED ENDED DOUBT DOUBT DOUBT DOUBT *ENDED:SIBLING_FILLED REROUTING *DOUBT:FILL_AFTER_CANCEL",
  WORKING:
    "- *WORKING:LATE_WORD WORKING WORKING FILLED ENDED ENDED ENDED WORKING WORKING WORKING WORKING *ENDED:SIBLING_FILLED REROUTING *WORKING:FILL_AFTER_CANCEL",
  REROUTING:
    "SENT *REROUTING:LATE_WORD *WORKING:SHOWN_AFTER_ALL *REROUTING:FILL_AFTER_CANCEL *FILLED:FILL_AFTER_CANCEL ENDED ENDED ENDED ENDED *ENDED:REDUCED_OUTSIDE *ENDED:LIQUIDATED *ENDED:DELEVERAGED REROUTING REROUTING *REROUTING:FILL_AFTER_CANCEL",
  FILLED:
    "- *FILLED:LATE_WORD *FILLED:LATE_WORD *FILLED:LATE_WORD FILLED *FILLED:CANCEL_OF_FILLED *FILLED:LATE_WORD *FILLED:LATE_WORD FILLED FILLED FILLED FILLED FILLED *FILLED:LATE_WORD *FILLED:FILL_AFTER_CANCEL",
  ENDED:
    "- *ENDED:LATE_WORD *WORKING:SHOWN_AFTER_ALL *ENDED:FILL_AFTER_CANCEL *FILLED:FILL_AFTER_CANCEL ENDED ENDED ENDED ENDED ENDED ENDED ENDED ENDED ENDED *ENDED:FILL_AFTER_CANCEL",
  WITHDRAWN: "- - - - - - - - WITHDRAWN WITHDRAWN WITHDRAWN WITHDRAWN WITHDRAWN - -",
};

const PAIRS = LEG_STATUSES.flatMap((status) =>
  LEG_EVENTS.map((event, place) => [status, event, EXPECTED[status].split(" ")[place] ?? ""] as const),
);

describe("a leg", () => {
  it("has a row for every state and a cell for every event", () => {
    expect(PAIRS).toHaveLength(LEG_STATUSES.length * LEG_EVENTS.length);
    for (const status of LEG_STATUSES)
      expect(Object.keys(LEG_TRANSITIONS[status]).toSorted()).toEqual([...LEG_EVENTS].toSorted());
  });

  it.each(PAIRS)("that is %s and is told %s: %s", (status, event, expected) => {
    const before = leg({ status });
    if (expected === "-") {
      expect(() => nextLeg(before, event, NOW_MS + 1)).toThrow(LegTransitionError);
      return;
    }
    const [to, oddity = null] = expected.replace("*", "").split(":");
    const after = nextLeg(before, event, NOW_MS + 1);
    expect([after.status, after.oddity]).toEqual([to, oddity]);
    const isSame = to === status && oddity === null;
    expect(after === before).toBe(isSame);
  });

  it("that was sent meets no word of the venue that is illegal: its group is never stuck for one", () => {
    const told = [
      "unanswered",
      "accepted",
      "filledInPart",
      "filled",
      "canceled",
      "rejected",
      "absent",
    ] as const;
    for (const status of ["SENT", "DOUBT", "WORKING", "REROUTING", "FILLED", "ENDED"] as const)
      for (const event of told) expect(LEG_TRANSITIONS[status][event]).not.toBe(ILLEGAL);
  });

  it("follows its own order, with quantity and price, and no other", () => {
    const own = leg({ status: "SENT", clientOrderId: "bleg" });
    const held = group({ legs: [own, leg({ place: 2 })] });
    const sent = order({ request: { clientOrderId: "bleg" } });
    const part: Order = {
      ...sent,
      status: "PARTIALLY_FILLED",
      filledQtyBase: "0.4",
      averagePriceUsd: "48999",
    };
    const over: Order = { ...part, status: "CANCELED" };
    const late: Order = { ...over, filledQtyBase: "0.6" };
    const first = withOrderOfLeg(held, sent, part, at(1));
    expect(first.legs[0]).toMatchObject({ status: "WORKING", filledBase: "0.4", averagePriceUsd: "48999" });
    const second = withOrderOfLeg(first, part, over, at(2));
    const third = withOrderOfLeg(second, over, late, at(3));
    expect(third.legs[0]).toMatchObject({ status: "ENDED", oddity: "FILL_AFTER_CANCEL", filledBase: "0.6" });
    expect(third.legs[1]).toBe(held.legs[1]);
    expect(withOrderOfLeg(held, sent, order({ status: "FILLED" }), at(0))).toBe(held);
  });

  it("that waits is withdrawn with its group, and one that is out is left to its order", () => {
    const held = group({ legs: [leg({ status: "WORKING", clientOrderId: "bleg" }), leg({ place: 2 })] });
    expect(withLegEvent(held, "withdrawn", NOW_MS).legs.map(({ status }) => status)).toEqual([
      "WORKING",
      "WITHDRAWN",
    ]);
  });
});

describe("the end of an order of a route", () => {
  const { clientOrderId } = order().request;
  const route: LegRoute = {
    choice: restingChoice(),
    stage: "maker",
    referenceUsd: "50000",
    boundUsd: "50075",
    repricesLeft: 1,
    repegsLeft: 4,
    restsUntilMs: NOW_MS + 20_000,
    expiresAtMs: NOW_MS + 600_000,
    cancelling: "time",
    steps: [{ clientOrderId, filledBase: "0", averagePriceUsd: null }],
    intentId: "intent-1",
    signalId: "signal-1",
    nextStep: 1,
    signalledAtMs: NOW_MS,
    receivedAtMs: NOW_MS,
  };

  it.each<readonly [string, number, LegRoute["cancelling"], EntryLeg["status"]]>([
    ["that the venue told lets another follow", 0, "time", "REROUTING"],
    ["that was put together after denied look-ups lets none follow", 2, "time", "ENDED"],
    ["that an exit asked for lets none follow", 0, "exit", "ENDED"],
  ])("%s", (_name, denials, cancelling, status) => {
    const before = order({ status: "ACCEPTED", absences: { count: denials, lastAtMs: NOW_MS } });
    const working = leg({ status: "WORKING", clientOrderId, route: { ...route, cancelling } });
    const held = group({ averageEntryUsd: null, qtyBase: "0", legs: [working] });
    const ground = { market: market(), atMs: NOW_MS + 1 };
    const after = withOrderOfLeg(held, before, { ...before, status: "CANCELED" }, ground);
    expect(after.legs[0]?.status).toBe(status);
  });
});
