// The venue's positions against the books: every difference is found; while an order is in flight or the
// books have only just moved, none is reported; a group without a position at the venue is ended.
import { describe, expect, it } from "vitest";
import { comparePositions, POSITION_SETTLE_MS, withVenueQuantity } from "#domain/books/positions.ts";
import { group, NOW_MS } from "#test/support/factories.ts";
import { controlWith } from "#test/support/world.ts";

const settledAtMs = NOW_MS - POSITION_SETTLE_MS;
const slot = (symbol: string, qtyBase: string) =>
  ({ symbol, side: "long", strategyId: "trend", qtyBase, sinceMs: settledAtMs }) as const;
const at = (symbol: string, qtyBase: string, side: "long" | "short" = "long") => ({ symbol, side, qtyBase });
const reserved = (symbol: string) =>
  ({ groupId: "g", symbol, side: "buy", reduceOnly: false, qtyBase: "1", notionalUsd: "1" }) as const;
const books = (overrides: Parameters<typeof controlWith>[0] = {}) =>
  controlWith({ slots: { g: slot("BTCUSDT", "1.50") }, updatedAtMs: settledAtMs, ...overrides });
const differs = (venueBase: string) => ({
  kind: "quantityDiffers",
  groupId: "g",
  symbol: "BTCUSDT",
  bookedBase: "1.50",
  venueBase,
});

describe("positions that agree", () => {
  it.each([
    ["as numbers, however they are written", books(), [at("BTCUSDT", "1.5")]],
    ["when there are none", books({ slots: {} }), []],
    ["for a slot that holds nothing yet", books({ slots: { g: slot("BTCUSDT", "0") } }), []],
  ])("%s", (_case, control, positions) => {
    expect(comparePositions(control, positions, NOW_MS)).toEqual([]);
  });
});

describe("a difference", () => {
  it("in quantity names the group and both quantities", () => {
    expect(comparePositions(books(), [at("BTCUSDT", "1")], NOW_MS)).toEqual([differs("1")]);
  });

  it("is found where the venue holds nothing any more", () => {
    expect(comparePositions(books(), [], NOW_MS)).toEqual([differs("0")]);
  });

  it("is found where the venue holds the other side, which is then unknown", () => {
    expect(comparePositions(books(), [at("BTCUSDT", "1.5", "short")], NOW_MS)).toEqual([
      differs("0"),
      { kind: "unknownPosition", symbol: "BTCUSDT", side: "short", venueBase: "1.5" },
    ]);
  });

  it("is found in a position that no group accounts for", () => {
    expect(comparePositions(books(), [at("BTCUSDT", "1.5"), at("ETHUSDT", "2", "short")], NOW_MS)).toEqual([
      { kind: "unknownPosition", symbol: "ETHUSDT", side: "short", venueBase: "2" },
    ]);
  });

  it("of an empty slot from the other side leaves only the unknown position", () => {
    const control = books({ slots: { g: slot("BTCUSDT", "0") } });
    expect(comparePositions(control, [at("BTCUSDT", "1", "short")], NOW_MS)).toEqual([
      { kind: "unknownPosition", symbol: "BTCUSDT", side: "short", venueBase: "1" },
    ]);
  });
});

describe("no difference is believed", () => {
  it("before the venue's list has had time to follow a change of the books", () => {
    const changed = (atMs: number) => books({ symbolChangedAtMs: { BTCUSDT: atMs } });
    expect(comparePositions(changed(settledAtMs + 1), [], NOW_MS)).toEqual([]);
    expect(comparePositions(changed(settledAtMs), [], NOW_MS)).toHaveLength(1);
  });

  it("put off by what changes nothing of the symbol, as a stop that is refused every second", () => {
    const busy = books({ updatedAtMs: NOW_MS, symbolChangedAtMs: { ETHUSDT: NOW_MS } });
    expect(comparePositions(busy, [], NOW_MS)).toHaveLength(1);
  });

  it("of a symbol with an order in flight, while others are still compared", () => {
    const control = books({
      slots: { g: slot("BTCUSDT", "1.50"), h: slot("ETHUSDT", "3") },
      reservations: { a: reserved("ETHUSDT"), b: reserved("SOLUSDT") },
    });
    expect(comparePositions(control, [at("SOLUSDT", "4")], NOW_MS)).toEqual([differs("0")]);
  });
});

describe("a group believed to the venue", () => {
  const held = group({ status: "ACTIVE", qtyBase: "1.5", averageEntryUsd: "50000", realizedPnlUsd: "12" });

  it("is ended when the venue holds nothing", () => {
    const atMs = NOW_MS + 9;
    const closed = { qtyBase: "0", status: "CLOSED", exitReason: "reconcile" } as const;
    const ended = { ...held, ...closed, endedAtMs: atMs, updatedAtMs: atMs };
    expect(withVenueQuantity(held, "0.000", NOW_MS + 9)).toEqual(ended);
  });

  it("goes on with the venue's quantity, and claims no profit", () => {
    const changed = { ...held, qtyBase: "1", updatedAtMs: NOW_MS + 9 };
    expect(withVenueQuantity(held, "1", NOW_MS + 9)).toEqual(changed);
  });
});
