// Slots in use are the groups not ended; a live order is one reservation; replayed evidence changes nothing.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type OrderBooks, settle } from "#domain/books/bookkeeping.ts";
import { isGroupEnded } from "#domain/lifecycle/group-lifecycle.ts";
import { isEnded, type OrderEvent } from "#domain/lifecycle/order-lifecycle.ts";
import { group, market, NOW_MS, order } from "#test/support/factories.ts";
import { configWith, controlWith } from "#test/support/world.ts";

const filled = (
  filledQtyBase: string,
  averagePriceUsd: string,
  status: "PARTIALLY_FILLED" | "FILLED" | "CANCELED",
): OrderEvent => ({
  type: "venueSaid",
  evidence: { venueOrderId: "7", status, filledQtyBase, averagePriceUsd },
  atMs: NOW_MS + 10,
});

function opening(): OrderBooks {
  const reservation = {
    groupId: "group-1",
    symbol: "BTCUSDT",
    side: "buy",
    reduceOnly: false,
    qtyBase: "1",
    notionalUsd: "50000",
  } as const;
  const slot = {
    symbol: "BTCUSDT",
    side: "long",
    strategyId: "trend",
    qtyBase: "0",
    sinceMs: NOW_MS,
  } as const;
  const control = controlWith({ reservations: { border1: reservation }, slots: { "group-1": slot } });
  return { order: order(), group: group(), control };
}

function closing(side: "long" | "short"): OrderBooks {
  const request = {
    clientOrderId: "border2",
    side: side === "long" ? "sell" : "buy",
    reduceOnly: true,
  } as const;
  const reservation = {
    groupId: "group-1",
    symbol: "BTCUSDT",
    side: request.side,
    reduceOnly: true,
    qtyBase: "1",
    notionalUsd: "0",
  };
  const slot = { symbol: "BTCUSDT", side, strategyId: "trend", qtyBase: "1", sinceMs: NOW_MS } as const;
  return {
    order: order({ request }),
    group: group({
      side,
      status: "REDUCING",
      qtyBase: "1",
      averageEntryUsd: "50000",
      orderIds: ["border1", "border2"],
    }),
    control: controlWith({ reservations: { border2: reservation }, slots: { "group-1": slot } }),
  };
}

describe("an entry", () => {
  it("moves quantity from the reservation to the slot as it fills", () => {
    const part = settle(opening(), filled("0.4", "50000", "PARTIALLY_FILLED"), market(), configWith());
    expect(part.group).toMatchObject({ status: "ACTIVE", qtyBase: "0.4", averageEntryUsd: "50000" });
    expect(part.control.reservations.border1).toMatchObject({ qtyBase: "0.6", notionalUsd: "30000" });
    expect(part.control.slots["group-1"]).toMatchObject({ qtyBase: "0.4" });
    const full = settle(part, filled("1", "50060", "FILLED"), market(), configWith());
    expect(full.group).toMatchObject({ status: "ACTIVE", qtyBase: "1", averageEntryUsd: "50060" });
    expect(full.control.reservations).toEqual({});
  });

  it("that never filled fails its group and frees the slot in the same step", () => {
    const refused = settle(
      opening(),
      { type: "venueRefused", rejection: { code: "-5022", message: "would take" }, atMs: NOW_MS },
      market(),
      configWith(),
    );
    expect(refused.group).toMatchObject({ status: "FAILED", endedAtMs: NOW_MS });
    expect(refused.control.slots).toEqual({});
    expect(refused.control.reservations).toEqual({});
  });

  it("that was cancelled below the venue's smallest order leaves dust, and the slot is free", () => {
    const dust = settle(opening(), filled("0.0004", "50000", "CANCELED"), market(), configWith());
    expect(dust.group.status).toBe("CLOSED_WITH_DUST");
    expect(dust.control.slots).toEqual({});
  });
});

describe("a reduction", () => {
  it.each([
    ["long", "51000", "1000"],
    ["long", "49000", "-1000"],
    ["short", "49000", "1000"],
    ["short", "51000", "-1000"],
  ] as const)("of a %s at %s realises %s", (side, priceUsd, pnlUsd) => {
    const closed = settle(closing(side), filled("1", priceUsd, "FILLED"), market(), configWith());
    expect(closed.group).toMatchObject({ status: "CLOSED", qtyBase: "0", realizedPnlUsd: pnlUsd });
    expect(closed.control.slots).toEqual({});
  });

  it("that ends in part leaves the group open with the rest", () => {
    const part = settle(closing("long"), filled("0.4", "51000", "CANCELED"), market(), configWith());
    expect(part.group).toMatchObject({ status: "ACTIVE", qtyBase: "0.6", realizedPnlUsd: "400" });
    expect(part.control.slots["group-1"]).toMatchObject({ qtyBase: "0.6" });
  });
});

describe("any evidence, in any order, any number of times", () => {
  const evidence = fc.constantFrom(
    filled("0.2", "50010", "PARTIALLY_FILLED"),
    filled("0.7", "50020", "PARTIALLY_FILLED"),
    filled("1", "50030", "FILLED"),
    filled("0.7", "50020", "CANCELED"),
  );

  it("keeps slots equal to open groups and reservations equal to live orders", () => {
    fc.assert(
      fc.property(fc.array(evidence, { maxLength: 10 }), fc.boolean(), (events, entry) => {
        let books = entry ? opening() : closing("long");
        for (const event of events) {
          books = settle(books, event, market(), configWith());
          expect(books.control.slots["group-1"] === undefined).toBe(isGroupEnded(books.group.status));
          expect(Object.keys(books.control.reservations).length === 0).toBe(isEnded(books.order.status));
          expect(settle(books, event, market(), configWith())).toEqual(books);
        }
      }),
    );
  });
});
