// The stop that a group should have: at most as far from its entry as configured, never at it, in step with
// the position; and each step used once.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { dueWithdrawals, planExits } from "#domain/decide/plan-exits.ts";
import { wantedStop } from "#domain/decide/protective-stop.ts";
import { applyStopFact } from "#domain/decide/stop-facts.ts";
import { Decimal, dec, decimalString } from "#domain/decimal.ts";
import { NO_PROTECTIONS } from "#test/support/config.ts";
import { group, market, NOW_MS } from "#test/support/factories.ts";
import { controlWith } from "#test/support/world.ts";

const held = (changes: Parameters<typeof group>[0] = {}) =>
  group({ status: "ACTIVE", qtyBase: "0.5", averageEntryUsd: "50000", ...changes });
const rules = { accountId: "main", stopBps: 500, market: market(), nowMs: NOW_MS };
const around = { market: market(), protections: NO_PROTECTIONS, nowMs: NOW_MS };

describe("the stop of a group", () => {
  it.each([
    ["long", "50000", 500, "47500"],
    ["short", "50000", 500, "52500"],
    ["long", "50000.07", 500, "47500.1"],
    ["short", "50000.07", 500, "52500"],
    ["long", "50000", 0, "49999.9"],
    ["short", "50000", 0, "50000.1"],
    ["long", "50000", 10_000, "0.1"],
  ] as const)("of a %s from %s at %i bps triggers at %s", (side, averageEntryUsd, stopBps, trigger) => {
    expect(wantedStop(held({ side, averageEntryUsd }), stopBps, market())?.triggerPriceUsd).toBe(trigger);
  });

  it("never risks more than configured, save for the last tick before the entry, and never sits at it", () => {
    const amount = fc.bigInt({ min: 1_000n, max: 10n ** 12n });
    fc.assert(
      fc.property(
        fc.constantFrom("long", "short"),
        amount,
        fc.integer({ min: 0, max: 9_000 }),
        fc.integer({ min: 1, max: 500 }),
        (side, entryE4, stopBps, tickE4) => {
          const entry = new Decimal(entryE4.toString()).div(10_000);
          const tick = new Decimal(tickE4).div(10_000);
          const of = held({ side, averageEntryUsd: decimalString(entry) });
          const wanted = wantedStop(of, stopBps, market({ tickSizeUsd: decimalString(tick) }));
          const trigger = dec(wanted?.triggerPriceUsd ?? "");
          const distance = side === "long" ? entry.minus(trigger) : trigger.minus(entry);
          const allowed = Decimal.max(entry.mul(stopBps).div(10_000), tick);
          expect(distance.gt(0)).toBe(true);
          expect(distance.lte(allowed)).toBe(true);
          expect(trigger.mod(tick).isZero()).toBe(true);
        },
      ),
    );
  });

  it.each([
    ["none is configured", held(), null],
    ["nothing is held", held({ qtyBase: "0" }), 500],
    ["less is held than an order can be", held({ qtyBase: "0.0004" }), 500],
    ["it has ended", held({ status: "CLOSED_WITH_DUST" }), 500],
  ])("is none when %s", (_, of, stopBps) => {
    expect(wantedStop(of, stopBps, market())).toBeNull();
  });

  it("guards as much as one market order may close", () => {
    expect(wantedStop(held({ qtyBase: "300" }), 500, market())?.qtyBase).toBe("120");
  });
});

describe("planning", () => {
  it("takes the next step for another quantity, and remembers the old stop until the new one rests", () => {
    const first = planExits({ group: held(), control: controlWith() }, rules);
    const id = first.group.stop?.clientStopId ?? "";
    const rests = applyStopFact(first, { type: "rests", clientStopId: id }, around);
    const reduced = { ...(rests.group ?? held()), qtyBase: "0.2" };
    const second = planExits({ group: reduced, control: rests.control }, rules);
    expect(second.group.stop).toMatchObject({ step: 1, status: "SENDING", qtyBase: "0.2" });
    expect(Object.keys(second.control.stopsToCancel)).toEqual([id]);
    expect(
      dueWithdrawals(
        second.control,
        { [reduced.groupId]: second.group },
        { stopBps: 500, markets: { BTCUSDT: market() } },
      ),
    ).toEqual([]);
    const after = applyStopFact(
      second,
      { type: "rests", clientStopId: second.group.stop?.clientStopId ?? "" },
      around,
    );
    expect(
      dueWithdrawals(
        after.control,
        { [reduced.groupId]: after.group ?? reduced },
        { stopBps: 500, markets: { BTCUSDT: market() } },
      ),
    ).toEqual([id]);
  });

  it("leaves what fits as it is, and what is being flattened or closed for being beyond its stop", () => {
    const planned = planExits({ group: held(), control: controlWith() }, rules);
    expect(planExits(planned, rules)).toBe(planned);
    const id = planned.group.stop?.clientStopId ?? "";
    const refusal = { code: "-2021", message: "Would trigger.", reason: "wouldFireNow" } as const;
    const { group: beyond } = applyStopFact(planned, { type: "refused", clientStopId: id, refusal }, around);
    const before = { group: beyond ?? held(), control: planned.control };
    expect(planExits(before, rules)).toBe(before);
  });
});

describe("what a stop took", () => {
  it("ends the group as a stop-loss at the venue's price, and counts once", () => {
    const planned = planExits({ group: held(), control: controlWith() }, rules);
    const fact = {
      type: "filled",
      clientStopId: planned.group.stop?.clientStopId ?? "",
      filledQtyBase: "0.5",
      averagePriceUsd: "47000",
      triggerPriceUsd: "47500",
      venueOrderId: "77",
      side: "sell",
      atMs: NOW_MS,
    } as const;
    const after = applyStopFact(planned, fact, around);
    expect(after.group).toMatchObject({
      status: "CLOSED",
      qtyBase: "0",
      realizedPnlUsd: "-1500",
      exitReason: "stoploss",
      stop: { status: "GONE" },
    });
    expect(applyStopFact(after, fact, around)).toBe(after);
  });

  describe("when another group had left it behind", () => {
    const left = {
      groupId: "group-1",
      symbol: "BTCUSDT",
      kind: "stop",
      sendDeadlineMs: NOW_MS,
      absences: { count: 0, lastAtMs: null },
    } as const;
    const control = controlWith({ stopsToCancel: { left } });
    const fact = {
      type: "filled",
      clientStopId: "left",
      filledQtyBase: "0.1",
      averagePriceUsd: "47000",
      triggerPriceUsd: "47500",
      venueOrderId: "77",
      side: "sell",
      atMs: NOW_MS,
    } as const;
    const opened = { groupId: "group-2", qtyBase: "0.3", openedAtMs: NOW_MS - 60_000 } as const;

    it("is booked to the group that holds the symbol", () => {
      const after = applyStopFact({ group: held(opened), control }, fact, around);
      expect(after.group).toMatchObject({ qtyBase: "0.2", realizedPnlUsd: "-300", status: "ACTIVE" });
      expect(after.control.stopsToCancel).toEqual({});
    });

    it.each([
      ["of the side that its order adds to", { side: "short" }, fact],
      ["that came after it", { openedAtMs: NOW_MS + 1 }, fact],
      ["that may have come after it, by clocks that differ", { openedAtMs: NOW_MS - 5_000 }, fact],
    ] as const)("takes nothing from a group %s, and is withdrawn no more", (_says, changes, filled) => {
      const other = held({ ...opened, ...changes });
      const after = applyStopFact({ group: other, control }, filled, around);
      expect(after.group).toBe(other);
      expect(after.control.stopsToCancel).toEqual({});
    });
  });
});

describe("a position that grew under its stop", () => {
  it("gets a stop of its new size, and the old one stays until that rests", () => {
    const small = group({ status: "ACTIVE", qtyBase: "0.5", averageEntryUsd: "50000" });
    const rules = { accountId: "main", stopBps: 200, market: market(), nowMs: NOW_MS };
    const first = planExits({ group: small, control: controlWith() }, rules);
    const resting = {
      ...first.group,
      stop: first.group.stop && { ...first.group.stop, status: "RESTING" as const },
    };
    const grown = planExits({ group: { ...resting, qtyBase: "0.8" }, control: first.control }, rules);
    expect(grown.group.stop).toMatchObject({ step: 1, status: "SENDING", qtyBase: "0.8" });
    expect(Object.keys(grown.control.stopsToCancel)).toEqual([first.group.stop?.clientStopId]);
  });
});
