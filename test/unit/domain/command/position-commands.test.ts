// A command on one position is carried out whole, or refused with data: nothing is closed beyond the share that was asked for,
// no level stands on the wrong side of the market, and a halt lets nothing be loosened.
// Proves: domain/command/position-commands.ts, domain/command/exit-commands.ts, domain/command/position-decision.ts
import { describe, expect, it } from "vitest";
import { decidePosition } from "#domain/command/position-commands.ts";
import type { PositionGround } from "#domain/command/position-decision.ts";
import { stopTriggerUsd, takeProfitTriggerUsd } from "#domain/decide/exit-triggers.ts";
import { decimalString } from "#domain/decimal.ts";
import type { GroupRequest } from "#domain/documents/command.ts";
import type { DenialCode } from "#domain/documents/denial.ts";
import type { ExitPlan } from "#domain/documents/exit-plan.ts";
import type { ClosingWish, Group } from "#domain/documents/group.ts";
import { group, latchWith, mark, market, NOW_MS } from "#test/support/factories.ts";
import { NO_EXITS } from "#test/support/stop-account.ts";
import { configWith, controlWith } from "#test/support/world.ts";

const NOW_HELD: Partial<Group> = {
  status: "ACTIVE",
  qtyBase: "1",
  averageEntryUsd: "50000",
  enteredBase: "1",
};
const held = (overrides: Partial<Group> = {}): Group => group({ ...NOW_HELD, ...overrides });
const withPlan = (plan: Partial<ExitPlan>, more: Partial<Group> = {}): Group =>
  held({ plan: { ...NO_EXITS, ...plan }, ...more });
const HALTED = { control: controlWith({ tradingState: latchWith({ state: "HALTED" }) }) };
const level = (bps: number, shareBps = 5_000) => ({ level: { kind: "bps", bps } as const, shareBps });
const risk = (riskMultiple: string) => ({
  level: { kind: "riskMultiple", riskMultiple } as const,
  shareBps: 5_000,
});
const wish = (targetBase: string): ClosingWish => ({
  causeId: "w1",
  exitReason: "signal",
  targetBase,
  sinceMs: NOW_MS,
  triedAtMs: NOW_MS,
  triedAtBase: "1",
  route: null,
});

type Asked = GroupRequest extends infer One ? (One extends unknown ? Omit<One, "groupId"> : never) : never;

function decide(asked: Asked, given: Group | null = held(), ground: Partial<PositionGround> = {}) {
  return decidePosition({ commandId: "command-1" }, { groupId: "group-1", ...asked } as GroupRequest, {
    control: controlWith(),
    config: configWith(),
    group: given,
    isSetAside: false,
    market: market(),
    top: mark(),
    nowMs: NOW_MS,
    ...ground,
  });
}

function changedBy(asked: Asked, given = held(), ground: Partial<PositionGround> = {}): Group {
  const decision = decide(asked, given, ground);
  if (decision.kind === "refused") throw new Error(decision.outcome);
  return decision.group;
}

const codeOf = (decision: ReturnType<typeof decide>): DenialCode | null =>
  decision.kind === "refused" ? decision.denial.code : null;
const close = (shareBps: number): Asked => ({ kind: "close_position", shareBps });
const stopAt = (priceUsd: string): Asked => ({ kind: "move_stop", stop: { kind: "priceUsd", priceUsd } });
const ladder = (...takeProfits: readonly { level: object; shareBps: number }[]): Asked =>
  ({ kind: "set_take_profits", takeProfits }) as Asked;
const prices = (one: Group): readonly (string | null)[] =>
  (one.plan?.takeProfits ?? []).map(({ level: each }) => {
    const usd = takeProfitTriggerUsd(one, each, market());
    return usd === null ? null : decimalString(usd);
  });

describe("a close", () => {
  it.each([
    [10_000, "1", "0"],
    [2_500, "1", "0.75"],
    // Rounded down to the step: never more than the share.
    [3_333, "0.01", "0.007"],
    [9_999, "10", "0.001"],
  ])("of %i bps of %s leaves %s", (shareBps, qtyBase, targetBase) => {
    expect(changedBy(close(shareBps), held({ qtyBase })).closing).toMatchObject({
      targetBase,
      exitReason: "operator",
      triedAtBase: "0",
    });
  });

  it("of all goes past a smaller wish, and is no second one", () => {
    expect(changedBy(close(10_000), held({ closing: wish("0.5") })).closing?.targetBase).toBe("0");
    expect(codeOf(decide(close(10_000), held({ closing: wish("0") })))).toBe("POSITION_CLOSING");
  });

  it("is refused as data where the share is no order, or leaves a rest that is none", () => {
    const tiny = decide(close(500), held({ qtyBase: "0.01" }));
    expect(tiny).toMatchObject({
      denial: { code: "QUANTITY_BELOW_MINIMUM", limit: "0.001", actual: "0", unit: "base" },
    });
    const steps = market({ minQtyBase: "0.003" });
    const rest = decide(close(9_000), held({ qtyBase: "0.02" }), { market: steps });
    expect(rest).toMatchObject({
      denial: { code: "QUANTITY_BELOW_MINIMUM", limit: "0.003", actual: "0.002" },
    });
  });

  it("of a share waits for no other shrinking: it is refused", () => {
    expect(codeOf(decide(close(5_000), held({ closing: wish("0.5") })))).toBe("POSITION_CLOSING");
    const reservation = {
      groupId: "group-1",
      symbol: "BTCUSDT",
      side: "sell",
      reduceOnly: true,
      qtyBase: "0.2",
      notionalUsd: "0",
    } as const;
    const control = controlWith({ reservations: { b1: reservation } });
    expect(decide(close(5_000), held(), { control })).toMatchObject({
      denial: { code: "ORDER_IN_FLIGHT", actual: "0.2" },
    });
  });
});

describe("every command on a position", () => {
  const all: readonly Asked[] = [
    close(5_000),
    stopAt("49000"),
    ladder(level(100)),
    { kind: "cancel_exit", leg: { kind: "trailing" } },
  ];
  const flatten = {
    flattenId: "f1",
    orderedBy: "otto",
    reason: "r",
    orderedAtMs: NOW_MS,
    step: 0,
    lastTriedAtMs: null,
  };

  it.each(all)("$kind is refused where there is nothing to act on", (asked) => {
    expect(codeOf(decide(asked, null))).toBe("POSITION_NOT_OPEN");
    expect(codeOf(decide(asked, held({ status: "CLOSED", qtyBase: "0" })))).toBe("POSITION_NOT_OPEN");
    expect(codeOf(decide(asked, held({ status: "OPENING", qtyBase: "0" })))).toBe("POSITION_NOT_OPEN");
    expect(codeOf(decide(asked, null, { isSetAside: true }))).toBe("DOCUMENT_UNREADABLE");
    expect(codeOf(decide(asked, held(), { market: null }))).toBe("MARKET_UNKNOWN");
    expect(codeOf(decide(asked, held(), { control: controlWith({ flatten }) }))).toBe("TRADING_HALTED");
  });
});

describe("a stop that is moved", () => {
  it.each([
    ["long", "49999.9", null],
    ["long", "50000", "EXIT_PLAN_INVALID"],
    ["long", "50500", "EXIT_PLAN_INVALID"],
    ["short", "50001.1", null],
    ["short", "50001", "EXIT_PLAN_INVALID"],
    ["short", "49500", "EXIT_PLAN_INVALID"],
  ] as const)("of a %s to %s is judged by the market's own side", (side, priceUsd, code) => {
    expect(codeOf(decide(stopAt(priceUsd), held({ side })))).toBe(code);
  });

  it("is refused without a price of now, with the cause", () => {
    expect(codeOf(decide(stopAt("49000"), held(), { top: null }))).toBe("TOUCH_MISSING");
  });

  it("leaves the ladder where it was, also what counted in multiples of its risk", () => {
    const before = withPlan({ stop: { kind: "bps", bps: 200 }, takeProfits: [risk("1.5"), risk("3")] });
    const after = changedBy(stopAt("49900"), before);
    expect(prices(before)).toEqual(["51500", "53000"]);
    expect(prices(after)).toEqual(prices(before));
    expect(stopTriggerUsd(after, null, market())?.toString()).toBe("49900");
  });

  it("says which one counts where the account's own is nearer", () => {
    const config = configWith();
    const ground = { config: { ...config, watchdog: { ...config.watchdog, protectiveStopBps: 100 } } };
    expect(decide(stopAt("48000"), held(), ground).outcome).toContain("49500 USD counts");
  });

  it("goes nearer under a halt, and not away", () => {
    const before = withPlan({ stop: { kind: "priceUsd", priceUsd: "49000" } });
    expect(codeOf(decide(stopAt("49500"), before, HALTED))).toBeNull();
    expect(codeOf(decide(stopAt("48500"), before, HALTED))).toBe("TRADING_HALTED");
    expect(codeOf(decide(stopAt("48500"), held(), HALTED))).toBeNull();
  });
});

describe("a ladder that is set", () => {
  it("counts from what is held now, and nothing of it is taken", () => {
    const before = withPlan({ takeProfits: [level(100), level(200)] }, { qtyBase: "0.5", takenBase: "0.5" });
    const after = changedBy(ladder(level(300), level(400)), before);
    expect(after).toMatchObject({ enteredBase: "0.5", takenBase: "0" });
    expect(prices(after)).toEqual(["51500", "52000"]);
  });

  it("keeps a break-even move that an earlier level has caused", () => {
    const before = withPlan(
      { stop: { kind: "bps", bps: 200 }, takeProfits: [level(100), level(200)], breakEvenAfter: 1 },
      { qtyBase: "0.5", takenBase: "0.5" },
    );
    expect(stopTriggerUsd(before, null, market())?.toString()).toBe("50000");
    expect(
      stopTriggerUsd(
        changedBy(ladder(risk("2")), before, { top: mark({ bidUsd: "50400", askUsd: "50401" }) }),
        null,
        market(),
      )?.toString(),
    ).toBe("50000");
  });

  it("takes a break-even move along that is still to come, as far as there are levels", () => {
    const before = withPlan({ takeProfits: [level(100), level(200)], breakEvenAfter: 2 });
    expect(changedBy(ladder(level(300)), before).plan?.breakEvenAfter).toBe(1);
    expect(changedBy(ladder(), before).plan?.breakEvenAfter).toBeNull();
  });

  it.each([
    ["over the whole", [level(100, 6_000), level(200, 5_000)]],
    ["a multiple of no risk", [risk("1")]],
    ["at the market", [{ level: { kind: "priceUsd", priceUsd: "50001" }, shareBps: 100 }]],
    [
      "out of order by price",
      [{ level: { kind: "priceUsd", priceUsd: "52000" }, shareBps: 100 }, level(200, 100)],
    ],
  ] as const)("is refused %s", (_, levels) => {
    expect(codeOf(decide(ladder(...levels)))).toBe("EXIT_PLAN_INVALID");
  });

  it("is refused under a halt", () => {
    expect(codeOf(decide(ladder(level(100)), held(), HALTED))).toBe("TRADING_HALTED");
  });
});

describe("a leg that is cancelled", () => {
  const TRAILING = { activationBps: 0, distanceBps: 100 };
  const full = withPlan(
    {
      stop: { kind: "bps", bps: 200 },
      takeProfits: [level(100, 4_000), level(200, 3_000), level(300, 3_000)],
      breakEvenAfter: 3,
      trailing: TRAILING,
      timeLimitMs: 60_000,
    },
    { bestPriceUsd: "50500" },
  );
  const cancel = (leg: Extract<Asked, { kind: "cancel_exit" }>["leg"]): Asked => ({
    kind: "cancel_exit",
    leg,
  });

  it("is the one that was named", () => {
    const after = changedBy(cancel({ kind: "trailing" }), full);
    expect(after).toMatchObject({ bestPriceUsd: null, plan: { ...full.plan, trailing: null } });
    expect(changedBy(cancel({ kind: "timeLimit" }), full).plan?.timeLimitMs).toBeNull();
    expect(changedBy(cancel({ kind: "breakEven" }), full).plan?.breakEvenAfter).toBeNull();
    expect(changedBy(cancel({ kind: "takeProfit", level: 1 }), full).plan).toEqual({
      ...full.plan,
      takeProfits: [level(100, 4_000), level(300, 3_000)],
      breakEvenAfter: 2,
    });
  });

  it("counts for no other level what was taken of it", () => {
    const after = changedBy(cancel({ kind: "takeProfit", level: 1 }), {
      ...full,
      qtyBase: "0.5",
      takenBase: "0.5",
    });
    expect(after.takenBase).toBe("0.4");
  });

  it("is refused where the plan has none, or it was taken", () => {
    expect(codeOf(decide(cancel({ kind: "trailing" })))).toBe("EXIT_LEG_MISSING");
    expect(codeOf(decide(cancel({ kind: "takeProfit", level: 3 }), full))).toBe("EXIT_LEG_MISSING");
    const taken = { ...full, qtyBase: "0.6", takenBase: "0.4" };
    expect(codeOf(decide(cancel({ kind: "takeProfit", level: 0 }), taken))).toBe("EXIT_LEG_MISSING");
  });

  it("under a halt is a take-profit, and none that guards", () => {
    expect(codeOf(decide(cancel({ kind: "takeProfit", level: 0 }), full, HALTED))).toBeNull();
    for (const kind of ["trailing", "timeLimit", "breakEven"] as const)
      expect(codeOf(decide(cancel({ kind }), full, HALTED))).toBe("TRADING_HALTED");
  });
});
