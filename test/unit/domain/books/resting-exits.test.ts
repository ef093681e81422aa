// A group that has ended leaves every exit behind in the step that ends it, whatever ended it.
import { describe, expect, it } from "vitest";
import { withGroupMoved } from "#domain/books/bookkeeping.ts";
import { exitKindOf, liveExits, nextExitStep, withoutExits } from "#domain/books/resting-exits.ts";
import type { Group, RestingExit } from "#domain/documents/group.ts";
import { group, market, NOW_MS } from "#test/support/factories.ts";
import { controlWith } from "#test/support/world.ts";

const exit = (step: number, changes: Partial<RestingExit> = {}): RestingExit => ({
  clientStopId: `exit-${step}`,
  step,
  status: "RESTING",
  qtyBase: "1",
  triggerPriceUsd: "50000",
  sendDeadlineMs: NOW_MS,
  absences: { count: 0, lastAtMs: null },
  refusal: null,
  updatedAtMs: NOW_MS,
  ...changes,
});

const guarded = (changes: Partial<Group> = {}): Group =>
  group({
    status: "ACTIVE",
    qtyBase: "1",
    averageEntryUsd: "50000",
    stop: exit(0),
    takeProfits: [
      { ...exit(1), level: 0 },
      { ...exit(3, { status: "GONE" }), level: 1 },
    ],
    ...changes,
  });

const around = { liveEntries: 0, liveReductions: 0, market: market(), atMs: NOW_MS };

describe("an ended group", () => {
  it.each(["CLOSED", "CLOSED_WITH_DUST"] as const)(
    "that is %s leaves its live exits to be withdrawn",
    (status) => {
      const before = guarded();
      const after = { ...before, status, qtyBase: status === "CLOSED" ? "0" : "0.0001", endedAtMs: NOW_MS };
      const moved = withGroupMoved(controlWith(), before, after, around);
      expect(liveExits(moved.group)).toEqual([]);
      expect(Object.entries(moved.stopsToCancel).map(([id, { kind }]) => [id, kind])).toEqual([
        ["exit-0", "stop"],
        ["exit-1", "takeProfit"],
      ]);
    },
  );

  it("is told apart from one that goes on, which keeps what it has", () => {
    const before = guarded();
    const control = controlWith();
    const moved = withGroupMoved(control, before, { ...before, qtyBase: "0.5" }, around);
    expect(moved.group).toMatchObject({ stop: { status: "RESTING" }, qtyBase: "0.5" });
    expect(moved.stopsToCancel).toBe(control.stopsToCancel);
  });
});

describe("the exits of a group", () => {
  it("never take an id twice, those that are gone included", () => {
    expect(nextExitStep(guarded())).toBe(4);
    expect(nextExitStep(guarded({ stop: null, takeProfits: [] }))).toBe(0);
  });

  it("are known by their kind, also once they were left behind", () => {
    const { group: bare, stopsToCancel } = withoutExits(guarded(), {}, NOW_MS);
    const control = controlWith({ stopsToCancel });
    expect(["exit-0", "exit-1", "exit-9"].map((id) => exitKindOf(control, guarded(), id))).toEqual([
      "stop",
      "takeProfit",
      null,
    ]);
    expect(exitKindOf(control, null, "exit-1")).toBe("takeProfit");
    expect(withoutExits(bare, stopsToCancel, NOW_MS)).toEqual({ group: bare, stopsToCancel });
  });
});
