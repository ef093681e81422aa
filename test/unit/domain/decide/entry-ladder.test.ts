// A ladder is whole or it is not begun: worked out before its base, held against every cap, each leg at the venue's steps; and a
// safety entry is decided like any entry, on the touch, once, and never past a newer exit.
// Proves: domain/risk/entry-ladder.ts, domain/risk/entry-ladder-check.ts, domain/decide/decide-leg.ts, domain/decide/entry-legs.ts
// Proves: domain/decide/pyramid-rules.ts, domain/documents/entry-plan-faults.ts, schemas/entry-plan.ts
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decideIntent } from "#domain/decide/decide-intent.ts";
import { decideLeg } from "#domain/decide/decide-leg.ts";
import type { AccountConfig, StrategyConfig } from "#domain/documents/config.ts";
import type { ControlState } from "#domain/documents/control.ts";
import type { DcaPlan, EntryPlan } from "#domain/documents/entry-plan.ts";
import type { Group } from "#domain/documents/group.ts";
import { legIntentId } from "#domain/documents/ids.ts";
import type { Intent } from "#domain/documents/signal.ts";
import { entryPlanSchema } from "#schemas/entry-plan.ts";
import {
  intent,
  latchWith,
  market,
  NOW_MS,
  nav,
  peak,
  touchRead,
  venueSettings,
} from "#test/support/factories.ts";
import { offsetLeg, offsetPlan } from "#test/support/offset-ground.ts";
import { configWith, controlWith } from "#test/support/world.ts";

const DCA: DcaPlan = {
  safetyOrders: 3,
  deviationBps: 100,
  stepScale: "1.5",
  firstSizeBps: 10_000,
  volumeScale: "2",
};
const entriesWith = (dca: Partial<DcaPlan> = {}): EntryPlan => ({ dca: { ...DCA, ...dca }, pyramid: null });

function wide(strategy: Partial<StrategyConfig> = {}, config: Partial<AccountConfig> = {}): AccountConfig {
  const all = configWith({
    maxOrderNotionalUsd: "1000000",
    maxSymbolExposureUsd: "1000000",
    maxGrossExposureUsd: "1000000",
    ...config,
  });
  const { trend } = all.strategies;
  if (trend === undefined) throw new Error("There is no strategy");
  return { ...all, strategies: { ...all.strategies, trend: { ...trend, ...strategy } } };
}

const groundOf = (config: AccountConfig, control: ControlState = controlWith()) => ({
  control,
  config,
  nav: nav(),
  peak: peak(),
  universe: { asOfMs: NOW_MS, venue: "binance-usdm" as const, markets: { BTCUSDT: market() } },
  venueSettings: venueSettings(),
  groups: {},
  touch: touchRead({ bidUsd: "49990", askUsd: "50000" }),
});

const BASE: Partial<Intent> = { size: { kind: "qtyBase", qtyBase: "0.1" } };

function decide(config: AccountConfig, asked: Partial<Intent> = {}) {
  return decideIntent(groundOf(config), intent({ ...BASE, ...asked }), NOW_MS);
}

function placed(config: AccountConfig, asked: Partial<Intent> = {}) {
  const decision = decide(config, asked);
  if (decision.kind !== "place") throw new Error(JSON.stringify(decision));
  return decision;
}

function denied(config: AccountConfig, asked: Partial<Intent> = {}) {
  const decision = decide(config, asked);
  return decision.kind === "deny" ? decision.denials : [];
}

const shown = ({ legs }: Pick<Group, "legs">) =>
  legs.map(({ kind, place, status, qtyBase, priceUsd }) => [kind, place, status, qtyBase, priceUsd]);

describe("a ladder", () => {
  it("stands whole on the group with the commit of its base, below a long", () => {
    const { group, control } = placed(wide({ entries: entriesWith() }));
    expect(shown(group)).toEqual([
      ["base", 0, "SENT", "0.1", "50000"],
      // 1 % below, worth as much as the base; 2.5 %, twice; 4.75 %, four times.
      ["dca", 1, "WAITING", "0.101", "49500"],
      ["dca", 2, "WAITING", "0.205", "48750"],
      ["dca", 3, "WAITING", "0.419", "47625"],
    ]);
    expect(control.slots[group.groupId]?.legsUsd).toBe("34948.125");
  });

  it("stands above a short", () => {
    const { group } = placed(wide({ entries: entriesWith({ safetyOrders: 1 }) }), { side: "short" });
    expect(shown(group)[1]).toEqual(["dca", 1, "WAITING", "0.099", "50489.9"]);
  });

  it("comes from the alert, whole, in place of the strategy's; and a stated position has none", () => {
    const config = wide({ entries: entriesWith() });
    expect(placed(config, { entries: { dca: null, pyramid: null } }).group.legs).toHaveLength(1);
    expect(placed(wide(), { entries: entriesWith() }).group.legs).toHaveLength(4);
    const size = { kind: "targetBase", targetBase: "0.1", beforeBase: null } as const;
    expect(placed(config, { size }).group.legs).toHaveLength(1);
  });

  // The base is worth 5,000 USD, and the whole 39,948.125.
  it.each([
    ["symbol", { maxSymbolExposureUsd: "39948.124" }, "SYMBOL_EXPOSURE_EXCEEDED", "39948.124"],
    ["gross", { maxGrossExposureUsd: "39948.124" }, "GROSS_EXPOSURE_EXCEEDED", "39948.124"],
    ["long", { maxLongExposureUsd: "39948.124" }, "LONG_EXPOSURE_EXCEEDED", "39948.124"],
    ["leverage", { maxLeverage: "0.3994" }, "LEVERAGE_EXCEEDED", "0.3994"],
    [
      "bucket",
      { buckets: { majors: { symbols: ["BTCUSDT"], maxExposureUsd: "39948.124", maxOpenGroups: null } } },
      "BUCKET_EXPOSURE_EXCEEDED",
      "39948.124",
    ],
  ] as const)(
    "over the cap of %s refuses its base, with the figure and the cap",
    (_of, caps, code, limit) => {
      const [found, ...others] = denied(wide({ entries: entriesWith() }, caps));
      expect(found).toMatchObject({ code, limit });
      expect(Number(found?.actual)).toBeGreaterThan(Number(limit));
      expect(others).toEqual([]);
      const atCap = Object.entries(caps).map(([name, value]) => [
        name,
        typeof value === "string" ? `${Number(value) + 0.001}` : value,
      ]);
      if (code !== "BUCKET_EXPOSURE_EXCEEDED")
        expect(decide(wide({ entries: entriesWith() }, Object.fromEntries(atCap))).kind).toBe("place");
    },
  );

  it.each([
    [
      "too large for one order",
      {},
      { maxOrderNotionalUsd: "19954.874" },
      "NOTIONAL_EXCEEDS_MAX_PER_ORDER",
      "19954.875",
    ],
    ["too little for the venue", { firstSizeBps: 200 }, {}, "NOTIONAL_BELOW_MINIMUM", "98.01"],
    ["less than a step", { firstSizeBps: 1 }, {}, "QUANTITY_BELOW_MINIMUM", "0"],
  ] as const)("with a leg that is %s is refused whole", (_name, dca, config, code, actual) => {
    expect(denied(wide({ entries: entriesWith(dca) }, config))).toMatchObject([{ code, actual }]);
  });

  it("that reaches beyond its stop is refused, with the stop and the leg's price", () => {
    const base = configWith();
    const stopped = (bps: number) =>
      wide(
        { entries: entriesWith({ safetyOrders: 1 }) },
        { watchdog: { ...base.watchdog, protectiveStopBps: bps } },
      );
    expect(denied(stopped(100))).toMatchObject([
      { code: "ENTRY_LEG_BEYOND_STOP", limit: "49500", actual: "49500", unit: "usd" },
    ]);
    expect(decide(stopped(101)).kind).toBe("place");
  });

  it("is made smaller together with its base where the strategy wants to fit", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2_000, max: 39_000 }),
        fc.integer({ min: 1, max: 20 }),
        (capUsd, scale) => {
          const entries = entriesWith({ volumeScale: String(scale / 10), safetyOrders: 2 });
          const decision = decide(
            wide({ entries, fitToCaps: true }, { maxSymbolExposureUsd: String(capUsd) }),
          );
          if (decision.kind !== "place") return;
          const wholeUsd = decision.group.legs.reduce(
            (sum, leg) => sum + Number(leg.qtyBase) * Number(leg.priceUsd),
            0,
          );
          expect(wholeUsd).toBeLessThanOrEqual(capUsd + 1e-6);
        },
      ),
    );
  });

  it("keeps its room against another strategy's entry in the same bucket", () => {
    const buckets = {
      majors: { symbols: ["BTCUSDT", "ETHUSDT"], maxExposureUsd: "40000", maxOpenGroups: null },
    };
    const config = wide({ entries: entriesWith() }, { buckets });
    const { control } = placed(config);
    const other = intent({
      intentId: "other",
      signalId: "other",
      strategyId: "patient",
      symbol: "ETHUSDT",
      size: { kind: "notionalUsd", notionalUsd: "1000" },
    });
    const universe = {
      asOfMs: NOW_MS,
      venue: "binance-usdm" as const,
      markets: { ETHUSDT: market({ symbol: "ETHUSDT", baseAsset: "ETH" }) },
    };
    const decision = decideIntent(
      {
        ...groundOf(config, control),
        universe,
        touch: touchRead({ symbol: "ETHUSDT", bidUsd: "2500", askUsd: "2501" }),
      },
      other,
      NOW_MS,
    );
    expect(decision.kind === "deny" && decision.denials.map(({ code }) => code)).toEqual([
      "BUCKET_EXPOSURE_EXCEEDED",
    ]);
  });

  it.each([
    ["a scale of eleven", { stepScale: "11" }, /step scale/],
    ["a depth of a whole price", { safetyOrders: 3, deviationBps: 3_400, stepScale: "1" }, /10200 bps/],
    ["a hundred bases", { safetyOrders: 8, volumeScale: "2" }, /255 bases/],
    ["no safety entry", { safetyOrders: 0 }, /./],
    ["more than may stand on a group", { safetyOrders: 21 }, /./],
  ] as const)("of %s is no plan", (_name, dca, message) => {
    expect(() => entryPlanSchema.parse(entriesWith(dca))).toThrow(message);
    expect(entryPlanSchema.parse(entriesWith())).toEqual(entriesWith());
  });
});

/** The base filled; the books as they stand then. */
function opened(config: AccountConfig): { readonly group: Group; readonly control: ControlState } {
  const { group, control, order } = placed(config);
  const [base, ...others] = group.legs;
  if (base === undefined) throw new Error("There is no base");
  const legs = [
    { ...base, status: "FILLED" as const, filledBase: "0.1", averagePriceUsd: "50000" },
    ...others,
  ];
  const { [order.request.clientOrderId]: _base, ...reservations } = control.reservations;
  const slot = control.slots[group.groupId];
  if (slot === undefined) throw new Error("There is no slot");
  return {
    group: { ...group, legs, status: "ACTIVE", qtyBase: "0.1", averageEntryUsd: "50000" },
    control: { ...control, reservations, slots: { [group.groupId]: { ...slot, qtyBase: "0.1" } } },
  };
}

const LATER_MS = NOW_MS + 1;
const reached = touchRead({ bidUsd: "49490", askUsd: "49500" });

function decideReached(changes: {
  readonly config?: AccountConfig;
  readonly control?: (control: ControlState) => ControlState;
  readonly group?: Partial<Group>;
  readonly touch?: typeof reached;
}) {
  const config = changes.config ?? wide({ entries: entriesWith() });
  const { group, control } = opened(config);
  const ground = {
    ...groundOf(config, (changes.control ?? ((same) => same))(control)),
    touch: changes.touch ?? reached,
  };
  return { group, decision: decideLeg(ground, { ...group, ...changes.group }, LATER_MS) };
}

describe("a safety entry", () => {
  it("is sent at its price, as planned, and its room goes over to its order", () => {
    const { group, decision } = decideReached({});
    if (decision.kind !== "place") throw new Error(JSON.stringify(decision));
    const { order, control, group: after } = decision;
    expect(order).toMatchObject({
      intentId: legIntentId("main", group.groupId, 1),
      groupId: group.groupId,
      request: { side: "buy", qtyBase: "0.101", reduceOnly: false },
    });
    expect(after.legs[1]).toMatchObject({ status: "SENT", clientOrderId: order.request.clientOrderId });
    expect(control.slots[group.groupId]?.legsUsd).toBe("29948.625");
  });

  it.each([
    ["a tick above its price", touchRead({ bidUsd: "49490", askUsd: "49500.1" })],
    ["a touch that nobody could read", { kind: "unreadable", code: "TIMEOUT" } as const],
  ] as const)("waits for %s", (_name, touch) => {
    expect(decideReached({ touch: touch as typeof reached }).decision.kind).toBe("wait");
  });

  it.each(["SENT", "DOUBT", "WORKING"] as const)("waits while another entry of its group is %s", (status) => {
    const { group } = opened(wide({ entries: entriesWith() }));
    const legs = group.legs.map((leg) => (leg.kind === "base" ? { ...leg, status } : leg));
    expect(decideReached({ group: { legs } }).decision.kind).toBe("wait");
  });

  it("waits while its group is being closed, or holds nothing", () => {
    const closing = {
      causeId: "w",
      exitReason: "takeProfit",
      targetBase: "0.05",
      sinceMs: NOW_MS,
      triedAtMs: NOW_MS,
      triedAtBase: "0.1",
      route: null,
    } as const;
    expect(decideReached({ group: { closing } }).decision.kind).toBe("wait");
    expect(decideReached({ group: { qtyBase: "0" } }).decision.kind).toBe("wait");
  });

  it.each([
    ["waits while an offset closes its group", "loser", "wait"],
    ["waits while an offset takes a part of its group", "winner", "wait"],
    ["is sent while an offset closes others", "other", "place"],
  ] as const)("%s", (_name, role, expected) => {
    const { group } = opened(wide({ entries: entriesWith() }));
    const legOf = (of: string) => offsetLeg({ groupId: role === of ? group.groupId : `g-${of}` });
    const offset = offsetPlan({ loser: legOf("loser"), winners: [legOf("winner")] });
    expect(decideReached({ control: (c) => ({ ...c, offset }) }).decision.kind).toBe(expected);
  });

  it.each([
    [
      "REDUCING",
      { control: (c: ControlState) => ({ ...c, tradingState: latchWith({ state: "REDUCING" }) }) },
      "TRADING_STATE_REDUCING",
    ],
    [
      "HALTED",
      { control: (c: ControlState) => ({ ...c, tradingState: latchWith({ state: "HALTED" }) }) },
      "TRADING_HALTED",
    ],
    ["a stale NAV", { config: wide({ entries: entriesWith() }, { maxNavAgeMs: 1_000 }) }, "NAV_STALE"],
  ] as const)("is refused under %s, and says so once", (_name, changes, code) => {
    const config = "config" in changes ? changes.config : undefined;
    const { group, control } = opened(wide({ entries: entriesWith() }));
    const given = config ?? wide({ entries: entriesWith() });
    const asked = "control" in changes ? changes.control(control) : control;
    const ground = { ...groundOf(given, asked), touch: reached };
    const first = decideLeg(ground, group, LATER_MS);
    if (first.kind !== "refuse") throw new Error(JSON.stringify(first));
    expect(first).toMatchObject({ isNews: true, denials: [{ code }] });
    expect(decideLeg(ground, first.group, LATER_MS + 1)).toMatchObject({ kind: "refuse", isNews: false });
  });

  it("of which the room of others is taken meanwhile is refused by the cap, and its own room is no hindrance", () => {
    const config = (capUsd: string) => wide({ entries: entriesWith() }, { maxSymbolExposureUsd: capUsd });
    const { group, control } = opened(wide({ entries: entriesWith() }));
    // Held 0.1 at 49,500, this leg 4,999.5 and the others 29,948.625.
    const decideAt = (capUsd: string) =>
      decideLeg({ ...groundOf(config(capUsd), control), touch: reached }, group, LATER_MS);
    expect(decideAt("39898.125").kind).toBe("place");
    expect(decideAt("39898.124")).toMatchObject({
      kind: "refuse",
      denials: [{ code: "SYMBOL_EXPOSURE_EXCEEDED" }],
    });
  });

  it("and all after it are withdrawn by an exit that its strategy has made since the base", () => {
    const left = { signalledAtMs: NOW_MS, receivedAtMs: NOW_MS };
    const { decision } = decideReached({
      control: (c) => {
        const key = "trend/BTCUSDT/long";
        return { ...c, newestSignals: { [key]: { left, entered: c.newestSignals[key]?.entered ?? null } } };
      },
    });
    if (decision.kind !== "withdraw") throw new Error(JSON.stringify(decision));
    expect(decision.group.legs.map(({ status }) => status)).toEqual([
      "FILLED",
      "WITHDRAWN",
      "WITHDRAWN",
      "WITHDRAWN",
    ]);
    expect(Object.values(decision.control.slots)[0]?.legsUsd).toBeUndefined();
  });
});

describe("a pyramid", () => {
  const config = (maxEntries: number, minDistanceBps: number) =>
    wide({ entries: { dca: null, pyramid: { maxEntries, minDistanceBps } } });
  const added = (
    given: AccountConfig,
    askUsd: string,
    legs: (group: Group) => Group["legs"] = ({ legs: all }) => all,
  ) => {
    const { group, control } = opened(given);
    const held = { ...group, legs: legs(group) };
    const ground = {
      ...groundOf(given, control),
      groups: { [group.groupId]: held },
      touch: touchRead({ bidUsd: "49990", askUsd }),
    };
    const more = intent({ ...BASE, intentId: "more", signalId: "more" });
    return decideIntent(ground, more, NOW_MS);
  };

  it("adds from its distance in profit on, with its own size, as a leg", () => {
    const decision = added(config(1, 100), "50500");
    if (decision.kind !== "place") throw new Error(JSON.stringify(decision));
    expect(shown(decision.group)[1]).toEqual(["pyramid", 1, "SENT", "0.1", "50500"]);
    expect(decision.order.groupId).toBe(decision.group.groupId);
  });

  it("that comes too near is denied with limit and price", () => {
    const decision = added(config(1, 100), "50499.9");
    expect(decision).toMatchObject({
      kind: "deny",
      denials: [
        { code: "PYRAMID_TOO_NEAR", limit: "50500", actual: "50499.9", unit: "usd", subject: "BTCUSDT" },
      ],
    });
  });

  it("over the count is denied with both figures, and one that took nothing does not count", () => {
    const withPyramid = (changes: Partial<Group["legs"][number]>) => (group: Group) => {
      const [base] = group.legs;
      if (base === undefined) throw new Error("There is no base");
      return [base, { ...base, kind: "pyramid" as const, place: 1, clientOrderId: "bmore", ...changes }];
    };
    expect(added(config(1, 0), "60000", withPyramid({}))).toMatchObject({
      kind: "deny",
      denials: [{ code: "PYRAMID_LIMIT_REACHED", limit: "1", actual: "2", unit: "entries" }],
    });
    expect(added(config(1, 0), "60000", withPyramid({ status: "ENDED", filledBase: "0" })).kind).toBe(
      "place",
    );
    // Its distance counts from the last one.
    expect(added(config(2, 100), "50999", withPyramid({ averagePriceUsd: "50500" }))).toMatchObject({
      denials: [{ code: "PYRAMID_TOO_NEAR", limit: "51005" }],
    });
    expect(added(config(0, 0), "60000")).toMatchObject({
      denials: [{ code: "PYRAMID_LIMIT_REACHED", limit: "0" }],
    });
  });

  it("by an alert's own plan is held against that plan, and the base against none", () => {
    const { group, control } = opened(wide());
    const ground = { ...groundOf(wide(), control), groups: { [group.groupId]: group } };
    const entries = { dca: null, pyramid: { maxEntries: 0, minDistanceBps: 0 } };
    const more = intent({ ...BASE, intentId: "more", signalId: "more", entries });
    expect(decideIntent(ground, more, NOW_MS)).toMatchObject({
      denials: [{ code: "PYRAMID_LIMIT_REACHED" }],
    });
    expect(placed(wide(), { entries }).group.legs).toHaveLength(1);
  });
});
