// A group's status follows from what it holds and what is live; it ends in the very step in which it runs empty, and
// its profit is what its exits brought beyond its average entry, on the side it has.
import { describe, expect, it } from "vitest";
import { wantedStop } from "#domain/decide/protective-stop.ts";
import { isGroupEnded, nextGroup, withStatus } from "#domain/lifecycle/group-lifecycle.ts";
import { group, market, NOW_MS, order } from "#test/support/factories.ts";

const atMs = NOW_MS + 40;
const around = (liveEntries: number, liveReductions: number, known = true) => ({
  liveEntries,
  liveReductions,
  market: known ? market() : null,
  atMs,
});

describe("a group's status", () => {
  it.each([
    ["OPENING", "0", null, around(1, 0)],
    ["OPENING", "0", null, around(1, 1)],
    ["FAILED", "0", null, around(0, 0)],
    ["ACTIVE", "0.5", "50000", around(0, 0)],
    ["ACTIVE", "0.5", "50000", around(1, 0)],
    ["REDUCING", "0.5", "50000", around(0, 1)],
    ["REDUCING", "0.5", "50000", around(1, 1)],
    ["CLOSED", "0", "50000", around(0, 0)],
    ["CLOSED_WITH_DUST", "0.0009", "50000", around(0, 0)],
    ["ACTIVE", "0.001", "50000", around(0, 0)],
    ["ACTIVE", "0.0009", "50000", around(0, 0, false)],
    ["ACTIVE", "0", "50000", around(1, 0)],
  ] as const)("is %s when it holds %s at %s", (status, qtyBase, averageEntryUsd, surroundings) => {
    const before = group({ status: "OPENING", qtyBase, averageEntryUsd });
    const ended = ["FAILED", "CLOSED", "CLOSED_WITH_DUST"].includes(status);
    expect(isGroupEnded(status)).toBe(ended);
    expect(withStatus(before, surroundings)).toEqual({
      ...before,
      status,
      endedAtMs: ended ? atMs : null,
      updatedAtMs: atMs,
    });
  });

  it("keeps the time of its end, and loses it when late fills open it again", () => {
    const closed = group({ status: "CLOSED", averageEntryUsd: "50000", endedAtMs: NOW_MS + 1 });
    expect(withStatus(closed, around(0, 0))).toEqual({ ...closed, updatedAtMs: atMs });
    expect(withStatus({ ...closed, qtyBase: "1" }, around(0, 0))).toMatchObject({
      status: "ACTIVE",
      endedAtMs: null,
    });
  });
});

const fills = (filledQtyBase: string, averagePriceUsd: string | null, reduceOnly: boolean) =>
  order({ filledQtyBase, averagePriceUsd, request: { reduceOnly } });

describe("a fill", () => {
  it("of an entry moves the average by volume", () => {
    const held = group({
      status: "ACTIVE",
      qtyBase: "1",
      averageEntryUsd: "50000",
      entryNotionalUsd: "50000",
    });
    const next = nextGroup(held, fills("0", null, false), fills("3", "51000", false), around(1, 0));
    expect(next).toEqual({
      ...held,
      qtyBase: "4",
      enteredBase: "3",
      averageEntryUsd: "50750",
      entryNotionalUsd: "203000",
      updatedAtMs: atMs,
    });
  });

  it("of a first entry is the average", () => {
    const next = nextGroup(group(), fills("0", null, false), fills("0.3", "50000.1", false), around(1, 0));
    expect(next).toMatchObject({ status: "ACTIVE", qtyBase: "0.3", averageEntryUsd: "50000.1" });
  });

  it.each([
    ["long", "51000", "1000"],
    ["long", "49000", "-1000"],
    ["short", "49000", "1000"],
    ["short", "51000", "-1000"],
  ] as const)("of an exit of a %s at %s brings %s", (side, exitUsd, gainUsd) => {
    const held = group({
      side,
      status: "REDUCING",
      qtyBase: "3",
      averageEntryUsd: "50000",
      realizedPnlUsd: "5",
    });
    const next = nextGroup(held, fills("0", null, true), fills("1", exitUsd, true), around(0, 1));
    expect(next).toMatchObject({
      qtyBase: "2",
      averageEntryUsd: "50000",
      realizedPnlUsd: String(Number(gainUsd) + 5),
    });
  });

  it("of an exit beyond what the books held leaves zero, never less", () => {
    const held = group({ status: "REDUCING", qtyBase: "1", averageEntryUsd: "50000" });
    const next = nextGroup(held, fills("0", null, true), fills("2", "50000", true), around(0, 0));
    expect(next).toMatchObject({ qtyBase: "0", status: "CLOSED", endedAtMs: atMs, realizedPnlUsd: "0" });
  });

  it("of an exit whose entry the books never saw claims no profit", () => {
    const held = group({ status: "REDUCING", qtyBase: "2", averageEntryUsd: null });
    const next = nextGroup(held, fills("0", null, true), fills("1", "50000", true), around(0, 1));
    expect(next).toMatchObject({ qtyBase: "1", realizedPnlUsd: "0" });
  });

  it("that is no news changes nothing but the time", () => {
    const held = group({ status: "ACTIVE", qtyBase: "1", averageEntryUsd: "50000" });
    const same = fills("1", "60000", false);
    expect(nextGroup(held, same, same, around(0, 0))).toEqual({ ...held, updatedAtMs: atMs });
  });
});

describe("a fill without a price", () => {
  const unpriced = (over: Parameters<typeof order>[0]) =>
    order({ filledQtyBase: "1", averagePriceUsd: null, ...over });
  const none = order({ filledQtyBase: "0", averagePriceUsd: null });

  it("of an entry is held at the touch that it was decided on, never at zero, and the group says so", () => {
    const next = nextGroup(group(), none, unpriced({}), around(0, 0));
    expect(next).toMatchObject({
      status: "ACTIVE",
      qtyBase: "1",
      averageEntryUsd: "50001",
      entryNotionalUsd: "50001",
      costEstimated: true,
    });
    for (const side of ["long", "short"] as const) {
      const stop = wantedStop({ ...next, side }, 200, market());
      expect(Math.abs(Number(stop?.triggerPriceUsd) - 50_001)).toBeLessThanOrEqual(1_000.1);
    }
  });

  it("of a limit order is held at its limit", () => {
    const limit = { type: "limit", priceUsd: "49990", timeInForce: "GTX" } as const;
    const next = nextGroup(group(), none, unpriced({ request: limit }), around(0, 0));
    expect(next).toMatchObject({ averageEntryUsd: "49990", costEstimated: true });
  });

  it("of an entry for which no price at all was known is held without one, and takes it later", () => {
    const first = unpriced({ basis: { ...order().basis, touch: null, mark: null } });
    const next = nextGroup(group(), none, first, around(0, 0));
    expect(next).toMatchObject({
      status: "ACTIVE",
      qtyBase: "1",
      averageEntryUsd: null,
      costEstimated: true,
    });
    const told = nextGroup(next, first, { ...first, averagePriceUsd: "50500" }, around(0, 0));
    expect(told).toMatchObject({ qtyBase: "1" });
  });

  it("takes its price when the venue tells it later", () => {
    const first = unpriced({});
    const opened = nextGroup(group(), none, first, around(0, 0));
    const next = nextGroup(opened, first, { ...first, averagePriceUsd: "50500" }, around(0, 0));
    expect(next).toMatchObject({ qtyBase: "1", averageEntryUsd: "50500", entryNotionalUsd: "50500" });
  });

  it("of an exit that was decided on no price claims neither gain nor loss, and the group says so", () => {
    const held = group({ status: "REDUCING", qtyBase: "1", averageEntryUsd: "50000" });
    const basis = { ...order().basis, mark: null, touch: null };
    const exit = unpriced({ basis, request: { reduceOnly: true, side: "sell" } });
    const next = nextGroup(held, { ...none, request: exit.request }, exit, around(0, 0));
    expect(next).toMatchObject({ status: "CLOSED", qtyBase: "0", realizedPnlUsd: "0", costEstimated: true });
  });
});
