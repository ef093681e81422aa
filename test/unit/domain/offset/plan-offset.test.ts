// Which loser is closed, which winners pay for it and how much of each; and every reason against it, each at the exact value
// where it begins.
// Proves: domain/offset/ground.ts, domain/offset/value-group.ts, domain/offset/choose.ts, domain/offset/entries-filled.ts
import { describe, expect, it } from "vitest";
import type { EntryLeg } from "#domain/documents/group.ts";
import type { OffsetPlan, OffsetRefusal } from "#domain/documents/offset.ts";
import { type OffsetGround, WATCHDOG_SEEN_MS } from "#domain/offset/ground.ts";
import { planOffset } from "#domain/offset/plan-offset.ts";
import { latchWith, NOW_MS, nav, throttlesWith, touch } from "#test/support/factories.ts";
import { type Held, offsetGround, symbolOf } from "#test/support/offset-ground.ts";
import { configWith, controlWith } from "#test/support/world.ts";

const START = { offsetId: "o1", startedBy: "test" };
const planned = (ground: OffsetGround) => planOffset(ground, START);
const planOf = (ground: OffsetGround): OffsetPlan => {
  const { plan, refusals } = planned(ground);
  if (plan === null) throw new Error(`No plan: ${JSON.stringify(refusals)}`);
  return plan;
};
const refused = (ground: OffsetGround): readonly OffsetRefusal[] => {
  const { plan, refusals } = planned(ground);
  expect(plan).toBeNull();
  return refusals;
};

/** Loses 10 of 100. */
const LOSER: Held = { groupId: "loser", bidUsd: "90" };
/** Earns 50 of 100. */
const WINNER: Held = { groupId: "winner", bidUsd: "150" };

describe("the loser", () => {
  const chosen = (...held: readonly Held[]) => planOf(offsetGround([...held, rich])).loser.groupId;
  const rich: Held = { groupId: "rich", bidUsd: "200", qtyBase: "1000", enteredBase: "1000" };

  it("is the position with the largest loss in percent, whatever it is in USD", () => {
    expect(
      chosen({ groupId: "large", bidUsd: "95", qtyBase: "50" }, { groupId: "deep", bidUsd: "94.99" }),
    ).toBe("deep");
  });

  it("at equal percentages is the one that loses more USD", () => {
    expect(chosen({ groupId: "a", bidUsd: "90" }, { groupId: "b", bidUsd: "90", qtyBase: "1.001" })).toBe(
      "b",
    );
  });

  it("at equal losses is the oldest", () => {
    const openedAtMs = NOW_MS - 9_000_000;
    expect(chosen({ groupId: "a", bidUsd: "90" }, { groupId: "b", bidUsd: "90", openedAtMs })).toBe("b");
  });

  it("of a short loses at the ask, and is bought back there", () => {
    const short: Held = { groupId: "short", side: "short", bidUsd: "100", askUsd: "111" };
    const { loser } = planOf(offsetGround([short, LOSER, WINNER]));
    expect(loser).toMatchObject({ groupId: "short", priceUsd: "111", netUsd: "-11", targetBase: "0" });
  });

  it("that does not meet the conditions leaves the place to the next", () => {
    const young: Held = { groupId: "young", bidUsd: "80", openedAtMs: NOW_MS - 59_999 };
    const { plan, refusals } = planned(
      offsetGround([young, LOSER, WINNER], { config: { minAgeMs: 60_000 } }),
    );
    expect(plan?.loser.groupId).toBe("loser");
    expect(refusals).toContainEqual({
      code: "TOO_YOUNG",
      groupId: "young",
      limit: "60000",
      actual: "59999",
      unit: "ms",
    });
  });
});

describe("the winners", () => {
  it("give no more than the loss asks for, rounded up to the step", () => {
    const { winners } = planOf(offsetGround([LOSER, { groupId: "winner", bidUsd: "130" }]));
    // 10 / 30 of a unit.
    expect(winners).toEqual([
      {
        groupId: "winner",
        symbol: "WINNERUSDT",
        side: "long",
        heldBase: "1",
        enteredBase: "1",
        realizedBeforeUsd: "0",
        priceUsd: "130",
        targetBase: "0.666",
        netUsd: "10.02",
      },
    ]);
  });

  it("pay for fees and slippage of both sides", () => {
    const costs = { feeBps: 10, slippageBps: 100 };
    const { loser, winners } = planOf(offsetGround([LOSER, WINNER], { config: costs }));
    // Sold at 89.1 with a fee of 0.0891; 150 at the limit of 148.5 earns 48.5 less 0.1485.
    expect(loser.netUsd).toBe("-10.9891");
    const closedBase = 1 - Number(winners[0]?.targetBase);
    expect(closedBase).toBeCloseTo(Math.ceil((10.9891 / 48.3515) * 1_000) / 1_000, 9);
  });

  it("are taken by profit in USD, the largest first, up to the configured number", () => {
    const small: Held = { groupId: "small", bidUsd: "104" };
    const large: Held = { groupId: "large", bidUsd: "102", qtyBase: "4" };
    const least: Held = { groupId: "least", bidUsd: "101" };
    const ids = (maxWinners: number) =>
      planned(offsetGround([least, small, large, LOSER], { config: { maxWinners } })).plan?.winners.map(
        ({ groupId, targetBase }) => [groupId, targetBase],
      );
    expect(ids(2)).toEqual([
      ["large", "0"],
      ["small", "0.5"],
    ]);
    expect(ids(1)).toBeUndefined();
  });

  it("are closed whole where the rest would be below the venue's smallest order", () => {
    const held: Held = { groupId: "winner", bidUsd: "111", market: { minQtyBase: "0.1" } };
    expect(planOf(offsetGround([LOSER, held])).winners[0]?.targetBase).toBe("0");
  });

  it("are closed by the venue's smallest order at least", () => {
    const held: Held = { groupId: "winner", bidUsd: "1100", market: { minQtyBase: "0.5" } };
    expect(planOf(offsetGround([LOSER, held])).winners[0]?.targetBase).toBe("0.5");
  });

  it("that cannot cover the loss are left alone, and the shortfall is told", () => {
    const held: Held = { groupId: "winner", bidUsd: "109.99" };
    expect(refused(offsetGround([LOSER, held]))).toContainEqual({
      code: "COVER_SHORT",
      groupId: "loser",
      limit: "10",
      actual: "9.99",
      unit: "usd",
    });
  });

  it("whose profit the costs eat up are none", () => {
    const held: Held = { groupId: "winner", bidUsd: "101" };
    const refusals = refused(offsetGround([LOSER, held], { config: { slippageBps: 100 } }));
    // 101 less one percent is 99.99.
    expect(refusals.map(({ code }) => code)).toEqual(["NO_PROFIT_AFTER_COSTS", "NO_WINNER"]);
  });
});

const ENTRIES = { minEntries: 3, quietAfterEntryMs: 1_000 };
const full = (groups: number) => configWith({ maxOpenGroups: groups }).maxOpenGroups;

describe("the conditions on the loser", () => {
  const codes = (loser: Partial<Held>, config: object, maxOpenGroups = 5) => {
    const ground = offsetGround([{ ...LOSER, ...loser }, WINNER], { config });
    const all = { ...ground, config: { ...ground.config, maxOpenGroups: full(maxOpenGroups) } };
    return planned(all)
      .refusals.filter(({ groupId }) => groupId === "loser")
      .map(({ code }) => code);
  };
  const facts = (count: number, ageMs: number) => ({
    entries: { count, lastAtMs: NOW_MS - ageMs, maxPyramids: null },
  });

  it.each([
    ["the loss at the threshold", {}, { minLossBps: 1_000 }, []],
    ["a loss below it", {}, { minLossBps: 1_001 }, ["LOSS_BELOW_THRESHOLD"]],
    ["all entries, and quiet for long enough", facts(3, 1_000), ENTRIES, []],
    ["one entry less", facts(2, 1_000), ENTRIES, ["ENTRIES_MISSING"]],
    ["an entry that began the quiet time again", facts(3, 999), ENTRIES, ["ENTRY_TOO_RECENT"]],
    ["entries that were not read", { entries: null }, {}, ["ENTRIES_UNKNOWN"]],
    ["a full pool that is asked for and missing", {}, { poolRule: "fullNeeded" }, ["POOL_NOT_FULL"]],
    [
      "a pool that may stand in and is not full",
      facts(2, 1_000),
      { ...ENTRIES, poolRule: "fullSuffices" },
      ["ENTRIES_MISSING"],
    ],
  ])("%s", (_name, loser, config, expected) => {
    expect(codes(loser as Partial<Held>, config)).toEqual(expected);
  });

  it("a full pool stands in for entries and quiet time, but not for the loss", () => {
    const config = { ...ENTRIES, poolRule: "fullSuffices" };
    expect(codes(facts(1, 0), config, 2)).toEqual([]);
    expect(codes(facts(1, 0), { ...config, minLossBps: 1_001 }, 2)).toEqual(["LOSS_BELOW_THRESHOLD"]);
  });

  it("a full pool that is asked for besides does not stand in", () => {
    expect(codes(facts(3, 1_000), { ...ENTRIES, poolRule: "fullNeeded" }, 2)).toEqual([]);
    expect(codes(facts(2, 1_000), { ...ENTRIES, poolRule: "fullNeeded" }, 2)).toEqual(["ENTRIES_MISSING"]);
  });
});

const leg = (kind: EntryLeg["kind"], place: number, status: EntryLeg["status"]): EntryLeg => ({
  kind,
  place,
  status,
  qtyBase: "1",
  priceUsd: "95",
  clientOrderId: null,
  filledBase: status === "FILLED" ? "1" : "0",
  averagePriceUsd: null,
  refusedFor: [],
  oddity: null,
  route: null,
  updatedAtMs: NOW_MS,
});

describe("a loser with a plan of its own", () => {
  const missing = (legs: readonly EntryLeg[], maxPyramids: number | null, config: object = {}) => {
    const entries = { count: 50, lastAtMs: NOW_MS - 3_600_000, maxPyramids };
    return planned(offsetGround([{ ...LOSER, legs, entries }, WINNER], { config }))
      .refusals.filter(({ code }) => code === "ENTRIES_MISSING")
      .map(({ limit, actual }) => [limit, actual]);
  };
  const base = leg("base", 0, "FILLED");
  const safety = (status: EntryLeg["status"], place = 1) => leg("dca", place, status);
  const pyramid = (status: EntryLeg["status"], place = 1) => leg("pyramid", place, status);

  it.each([
    ["a safety entry that waits", [base, safety("FILLED"), safety("WAITING", 2)], null, [["3", "2"]]],
    ["all safety entries", [base, safety("FILLED"), safety("FILLED", 2)], null, []],
    ["one that is not wanted any more", [base, safety("FILLED"), safety("WITHDRAWN", 2)], null, []],
    ["one that the venue ended", [base, safety("ENDED")], null, []],
    ["a pyramid less than the plan allows", [base, pyramid("FILLED")], 2, [["3", "2"]]],
    ["one of its pyramids without a fill", [base, pyramid("ENDED")], 1, [["2", "1"]]],
    ["all pyramids", [base, pyramid("FILLED"), pyramid("FILLED", 2)], 2, []],
    ["no pyramid where its plan allows none", [base], 0, []],
    ["safety entries and no pyramid", [base, safety("FILLED")], 1, [["3", "2"]]],
  ] as const)("%s: wanted and made are those of the plan", (_name, legs, maxPyramids, expected) => {
    expect(missing(legs, maxPyramids)).toEqual(expected);
  });

  it("is not counted by the config, which stands in only for a plan that is not there", () => {
    expect(missing([base, safety("FILLED")], null, { minEntries: 50 })).toEqual([]);
    expect(missing([base], null, { minEntries: 50 })).toEqual([]);
    expect(missing([base], null, { minEntries: 51 })).toEqual([["51", "50"]]);
  });

  it("may be closed before its entries where a full pool stands in for them", () => {
    const config = { poolRule: "fullSuffices" } as const;
    const ground = offsetGround([{ ...LOSER, legs: [base, safety("WAITING")] }, WINNER], { config });
    const full = { ...ground, config: { ...ground.config, maxOpenGroups: 2 } };
    expect(planOf(full).loser.groupId).toBe("loser");
  });
});

const flatten = {
  flattenId: "f1",
  orderedBy: "test",
  reason: "test",
  orderedAtMs: NOW_MS,
  step: 0,
  lastTriedAtMs: null,
};
const alarms = { alertCode: null, watchdog: { verdict: "none", lookedAtMs: NOW_MS } } as const;
const ACCOUNT_CASES: readonly (readonly [string, (ground: OffsetGround) => Partial<OffsetGround>, string])[] =
  [
    [
      "in REDUCING",
      ({ control }) => ({ control: { ...control, tradingState: latchWith({ state: "REDUCING" }) } }),
      "TRADING_STATE_NOT_ACTIVE",
    ],
    [
      "in HALTED",
      ({ control }) => ({ control: { ...control, tradingState: latchWith({ state: "HALTED" }) } }),
      "TRADING_STATE_NOT_ACTIVE",
    ],
    ["during a flatten", ({ control }) => ({ control: { ...control, flatten } }), "FLATTEN_UNDER_WAY"],
    ["without a NAV", () => ({ nav: null }), "NAV_MISSING"],
    ["on a NAV that says it is stale", () => ({ nav: nav({ stale: true }) }), "NAV_STALE"],
    [
      "on an old NAV",
      ({ config }) => ({ nav: nav({ asOfMs: NOW_MS - config.maxNavAgeMs - 1 }) }),
      "NAV_STALE",
    ],
    ["while a critical alert is open", () => ({ alarms: { ...alarms, alertCode: "X" } }), "ALERT_OPEN"],
    [
      "while the watchdog finds something",
      () => ({ alarms: { ...alarms, watchdog: { verdict: "alert", lookedAtMs: NOW_MS } } }),
      "WATCHDOG_ALARM",
    ],
    ["without a watchdog", () => ({ alarms: { ...alarms, watchdog: null } }), "WATCHDOG_UNSEEN"],
    [
      "without a look of the watchdog for long",
      () => ({
        alarms: { ...alarms, watchdog: { verdict: "none", lookedAtMs: NOW_MS - WATCHDOG_SEEN_MS - 1 } },
      }),
      "WATCHDOG_UNSEEN",
    ],
    [
      "during a ban",
      ({ control }) => ({
        control: { ...control, throttles: throttlesWith({ venueBannedUntilMs: NOW_MS + 1 }) },
      }),
      "VENUE_BANNED",
    ],
    ["where it is off", ({ config }) => ({ config: { ...config, offset: null } }), "OFFSET_OFF"],
  ];

describe("no plan is made", () => {
  it("unless everything is well", () => {
    expect(planned(offsetGround([LOSER, WINNER]))).toMatchObject({ refusals: [], plan: { offsetId: "o1" } });
  });

  it.each(ACCOUNT_CASES)("%s", (_name, changed, code) => {
    const ground = offsetGround([LOSER, WINNER]);
    const refusals = refused({ ...ground, ...changed(ground) });
    expect(refusals.map((each) => each.code)).toEqual([code]);
  });

  it("beside another", () => {
    const ground = offsetGround([LOSER, WINNER]);
    const offset = planOf(ground);
    const refusals = refused({ ...ground, control: { ...ground.control, offset } });
    expect(refusals.map(({ code }) => code)).toEqual(["OFFSET_UNDER_WAY"]);
  });
});

const wish = {
  causeId: "w1",
  exitReason: "signal",
  targetBase: "0",
  sinceMs: NOW_MS,
  triedAtMs: NOW_MS,
  triedAtBase: "0",
  route: null,
} as const;
const reservation = {
  groupId: "winner",
  symbol: "WINNERUSDT",
  side: "buy",
  reduceOnly: false,
  qtyBase: "1",
  notionalUsd: "100",
} as const;
type Change = Partial<Held> | ((ground: OffsetGround) => Partial<OffsetGround>);
const without = (record: Readonly<Record<string, unknown>>, key: string) =>
  Object.fromEntries(Object.entries(record).filter(([each]) => each !== key));
const POSITION_CASES: readonly (readonly [string, Change, string])[] = [
  ["is opening", { status: "OPENING" }, "GROUP_NOT_ACTIVE"],
  ["is to be closed", { closing: wish }, "GROUP_NOT_ACTIVE"],
  [
    "has an order that may fill",
    ({ control }) => ({ control: { ...control, reservations: { b1: reservation } } }),
    "ORDER_IN_FLIGHT",
  ],
  ["has fills without a price", { costEstimated: true }, "COST_UNKNOWN"],
  ["has no entry price", { averageEntryUsd: null }, "COST_UNKNOWN"],
  ["is less than an order may be", { qtyBase: "0.0009" }, "QUANTITY_BELOW_MINIMUM"],
  [
    "has no market",
    ({ markets }) => ({ markets: without(markets, symbolOf("winner")) as OffsetGround["markets"] }),
    "MARKET_UNKNOWN",
  ],
  [
    "has no touch",
    ({ touches }) => ({ touches: without(touches, symbolOf("winner")) as OffsetGround["touches"] }),
    "TOUCH_MISSING",
  ],
  [
    "has a touch that was asked for too long ago",
    ({ touches, config }) => ({
      touches: { ...touches, WINNERUSDT: touch({ askedAtMs: NOW_MS - config.maxTouchAgeMs - 1 }) },
    }),
    "TOUCH_STALE",
  ],
  [
    "has a book of long ago",
    ({ touches, config }) => ({
      touches: { ...touches, WINNERUSDT: touch({ asOfMs: NOW_MS - config.maxMarkAgeMs - 1 }) },
    }),
    "TOUCH_STALE",
  ],
];

describe("a position has no part in a plan that", () => {
  it.each(POSITION_CASES)("%s", (_name, change, code) => {
    const isHeld = typeof change !== "function";
    const ground = offsetGround([LOSER, { ...WINNER, ...(isHeld ? change : {}) }]);
    const changed = isHeld ? ground : { ...ground, ...change(ground) };
    const refusals = refused(changed);
    expect(refusals.map((each) => [each.code, each.groupId])).toEqual([
      [code, "winner"],
      ["NO_WINNER", null],
    ]);
  });

  it("another position is judged as if it were not there", () => {
    const ground = offsetGround([LOSER, WINNER, { groupId: "odd", bidUsd: "1", costEstimated: true }]);
    expect(planOf(ground).loser.groupId).toBe("loser");
  });
});

it("tells each position with the figures that it was judged by", () => {
  const { rows } = planned(offsetGround([LOSER, WINNER], { config: { slippageBps: 100 } }));
  expect(rows[0]).toEqual({
    groupId: "loser",
    symbol: "LOSERUSDT",
    side: "long",
    heldBase: "1",
    averageEntryUsd: "100",
    priceUsd: "90",
    limitUsd: "89.1",
    profitUsd: "-10",
    profitBps: -1_000,
  });
});

it("an account that holds nothing has no loser", () => {
  const ground = { ...offsetGround([]), control: controlWith() };
  expect(refused(ground).map(({ code }) => code)).toEqual(["NO_LOSER"]);
});
