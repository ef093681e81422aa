// How much each level of a ladder is to take: its share of all that came in, less what was taken, and together never more
// than is open.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ladderOf, levelsTaken } from "#domain/decide/ladder.ts";
import { dec, decimalString } from "#domain/decimal.ts";
import type { Group } from "#domain/documents/group.ts";
import { group, market } from "#test/support/factories.ts";
import { NO_EXITS } from "#test/support/stop-account.ts";

const level = { kind: "bps", bps: 100 } as const;

function held(shares: readonly number[], changes: Partial<Group> = {}): Group {
  const takeProfits = shares.map((shareBps) => ({ level, shareBps }));
  const qtyBase = changes.qtyBase ?? "1";
  const plan = { ...NO_EXITS, takeProfits };
  return group({ status: "ACTIVE", averageEntryUsd: "50000", enteredBase: "1", plan, ...changes, qtyBase });
}

const closing = {
  causeId: "wish",
  exitReason: "signal",
  targetBase: "0.4",
  sinceMs: 0,
  triedAtMs: 0,
  triedAtBase: "1",
  route: null,
} as const;

describe("a ladder", () => {
  it.each<readonly [string, readonly number[], Partial<Group>, readonly (readonly [number, string])[]]>([
    [
      "gives each level its share",
      [5_000, 3_000],
      {},
      [
        [0, "0.5"],
        [1, "0.3"],
      ],
    ],
    [
      "leaves the rounding to the last level of the whole",
      [3_333, 3_333, 3_334],
      {},
      [
        [0, "0.333"],
        [1, "0.333"],
        [2, "0.334"],
      ],
    ],
    [
      "is filled from its nearest level by what was taken",
      [5_000, 5_000],
      { qtyBase: "0.3", takenBase: "0.7" },
      [[1, "0.3"]],
    ],
    [
      "wants the rest of a level that was taken in part",
      [5_000, 5_000],
      { qtyBase: "0.8", takenBase: "0.2" },
      [
        [0, "0.3"],
        [1, "0.5"],
      ],
    ],
    [
      "gives out what a reduction left from the nearest level on",
      [5_000, 5_000],
      { qtyBase: "0.6" },
      [
        [0, "0.5"],
        [1, "0.1"],
      ],
    ],
    ["leaves alone what a wish is closing", [5_000, 5_000], { closing }, [[0, "0.4"]]],
    [
      "wants nothing of a group that is being closed",
      [5_000, 5_000],
      { closing: { ...closing, targetBase: "0" } },
      [],
    ],
    [
      "wants more once more came in",
      [5_000, 5_000],
      { qtyBase: "1.5", enteredBase: "2", takenBase: "0.5" },
      [
        [0, "0.5"],
        [1, "1"],
      ],
    ],
    ["goes on the venue's step", [3_000], { qtyBase: "0.0105", enteredBase: "0.0105" }, [[0, "0.003"]]],
    ["is no larger than one market order", [10_000], { qtyBase: "300", enteredBase: "300" }, [[0, "120"]]],
    [
      "keeps for a near level what one order cannot take of it",
      [5_000, 5_000],
      { qtyBase: "400", enteredBase: "500" },
      [
        [0, "120"],
        [1, "120"],
      ],
    ],
    [
      "gives a far level nothing of what a near one still waits for",
      [5_000, 5_000],
      { qtyBase: "260", enteredBase: "500" },
      [
        [0, "120"],
        [1, "10"],
      ],
    ],
    ["is empty without a plan", [], { plan: null }, []],
  ])("%s", (_, shares, changes, expected) => {
    expect(ladderOf(held(shares, changes), market()).steps).toEqual(
      expected.map(([at, qtyBase]) => ({ level: at, qtyBase })),
    );
  });

  it.each<readonly [string, readonly number[], readonly (readonly [number, string])[], readonly number[]]>([
    ["into the next one", [500, 5_000], [[1, "0.005"]], [0]],
    ["through several", [500, 400, 4_000], [[2, "0.004"]], [0, 1]],
    ["into the one before where it is the last", [9_500, 500], [[0, "0.01"]], [1]],
  ])("puts a level below the venue's smallest order %s", (_, shares, expected, merged) => {
    const small = held(shares, { qtyBase: "0.01", enteredBase: "0.01" });
    const ladder = ladderOf(small, market({ stepSizeBase: "0.0001", minQtyBase: "0.001" }));
    const whole = expected.map(([at, qtyBase]) => ({ level: at, qtyBase }));
    expect(ladder.merged).toEqual(merged);
    expect(ladder.steps.map(({ level: at }) => at)).toEqual(whole.map(({ level: at }) => at));
    expect(dec(ladder.steps[0]?.qtyBase ?? "0").gte(whole[0]?.qtyBase ?? "0")).toBe(true);
  });

  it("never wants more than is open, nor more than came in less what was taken", () => {
    const lots = fc.integer({ min: 0, max: 5_000 });
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 1_250 }), { maxLength: 8 }),
        lots,
        lots,
        lots,
        (shares, entered, open, taken) => {
          const base = (amount: number) => decimalString(dec(String(amount)).div(1_000));
          const qtyBase = base(Math.min(open, entered));
          const of = held(shares, {
            enteredBase: base(entered),
            qtyBase,
            takenBase: base(Math.min(taken, entered)),
          });
          const total = ladderOf(of, market()).steps.reduce(
            (sum, step) => sum.plus(dec(step.qtyBase)),
            dec("0"),
          );
          expect(total.lte(dec(qtyBase))).toBe(true);
          expect(total.lte(dec(of.enteredBase).minus(dec(of.takenBase)))).toBe(true);
        },
      ),
    );
  });

  it.each([
    ["0", 0],
    ["0.499", 0],
    ["0.5", 1],
    ["0.79", 1],
    ["1", 2],
  ])("counts with %s taken %i whole levels", (takenBase, levels) => {
    expect(levelsTaken(held([5_000, 5_000], { takenBase }), market())).toBe(levels);
  });
});
