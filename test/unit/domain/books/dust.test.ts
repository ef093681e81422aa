// A rest that no order can close stays in the books: it leaves its group for the ledger, and comes back with the symbol's next group.
import { describe, expect, it } from "vitest";
import { withGroupMoved } from "#domain/books/bookkeeping.ts";
import { takeOverDust, withRemainder } from "#domain/books/dust.ts";
import { accountedBase, comparePositions, POSITION_SETTLE_MS } from "#domain/books/positions.ts";
import type { Group } from "#domain/documents/group.ts";
import { group, market, NOW_MS } from "#test/support/factories.ts";
import { controlWith } from "#test/support/world.ts";

const open = group({ status: "ACTIVE", qtyBase: "1", averageEntryUsd: "50000" });
const dusty = (qtyBase: string, over: Partial<Group> = {}): Group => ({
  ...open,
  ...over,
  status: "CLOSED_WITH_DUST",
  qtyBase,
});
const around = { liveEntries: 0, liveReductions: 0, market: market(), atMs: NOW_MS };

describe("a remainder", () => {
  it.each([
    ["long", "0.0004", {}, { BTCUSDT: "0.0004" }],
    ["short", "0.0004", {}, { BTCUSDT: "-0.0004" }],
    ["long", "0.0004", { BTCUSDT: "0.0002" }, { BTCUSDT: "0.0006" }],
    ["short", "0.0004", { BTCUSDT: "0.0004" }, {}],
  ] as const)("of a %s of %s beside %j makes %j", (side, qtyBase, before, after) => {
    expect(withRemainder(before, { ...open, side }, dusty(qtyBase, { side }))).toEqual(after);
  });

  it("is counted once, and goes when a late fill opens its group again", () => {
    const ended = dusty("0.0004");
    const dust = withRemainder({}, open, ended);
    expect(withRemainder(dust, ended, ended)).toBe(dust);
    expect(withRemainder(dust, ended, { ...open, qtyBase: "0.5" })).toEqual({});
  });
});

describe("the next group of the symbol", () => {
  it.each([
    ["long", "1", "0.0004", "1.0004", "0.0004", {}],
    ["short", "1", "0.0004", "0.9996", "0.0004", {}],
    ["short", "0.0003", "0.0004", "0", "0.0003", { BTCUSDT: "0.0001" }],
    ["short", "0.0004", "0.0004", "0", "0.0004", {}],
  ] as const)("%s of %s takes %s over and holds %s", (side, qtyBase, dust, held, carried, left) => {
    const taken = takeOverDust({ ...open, side, qtyBase }, { BTCUSDT: dust });
    expect(taken.group).toMatchObject({ qtyBase: held, carriedBase: carried });
    expect(taken.dust).toEqual(left);
  });

  it("takes nothing before its first fill, and nothing of another symbol", () => {
    const waiting = group({ qtyBase: "0" });
    expect(takeOverDust(waiting, { BTCUSDT: "0.0004" }).group).toBe(waiting);
    expect(takeOverDust(open, { ETHUSDT: "0.0004" }).group).toBe(open);
  });

  it("holds what the venue holds, in its slot as well", () => {
    const control = controlWith({ dust: { BTCUSDT: "0.0004" } });
    const moved = withGroupMoved(control, group(), open, around);
    expect(moved).toMatchObject({ dust: {}, group: { qtyBase: "1.0004", status: "ACTIVE" } });
    expect(moved.slots["group-1"]?.qtyBase).toBe("1.0004");
  });

  it("that dust of the other side uses up ends, with its reason", () => {
    const control = controlWith({ dust: { BTCUSDT: "-1" } });
    const { group: ended, slots, dust } = withGroupMoved(control, group(), open, around);
    expect([ended.status, ended.exitReason, slots, dust]).toEqual(["CLOSED", "reconcile", {}, {}]);
  });
});

describe("a position at the venue", () => {
  const lookMs = NOW_MS + POSITION_SETTLE_MS;
  const control = controlWith({ dust: { BTCUSDT: "0.0004" }, updatedAtMs: NOW_MS });
  const at = (side: "long" | "short", qtyBase: string) => [{ symbol: "BTCUSDT", side, qtyBase }] as const;

  it("that is the ledger's dust is no finding", () => {
    expect(comparePositions(control, at("long", "0.00040"), lookMs)).toEqual([]);
    expect(accountedBase(control, "BTCUSDT").toFixed()).toBe("0.0004");
  });

  it.each([
    ["gone", [], "0"],
    ["smaller", at("long", "0.0001"), "0.0001"],
  ] as const)("that is %s makes the ledger follow", (_, positions, venueBase) => {
    const finding = { kind: "dustDiffers", symbol: "BTCUSDT", bookedBase: "0.0004", venueBase };
    expect(comparePositions(control, positions, lookMs)).toEqual([finding]);
  });

  it.each([
    ["long", "0.5"],
    ["short", "0.0004"],
  ] as const)("that is %s %s is unknown", (side, venueBase) => {
    const finding = { kind: "unknownPosition", symbol: "BTCUSDT", side, venueBase };
    expect(comparePositions(control, at(side, venueBase), lookMs)).toEqual([finding]);
  });
});
