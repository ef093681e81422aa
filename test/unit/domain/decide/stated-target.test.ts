// A strategy that states its position: the difference from what is held is opened or reduced, never more; a missed alert is
// seen in the position before, and made good where the config says so.
// Proves: domain/risk/position-target.ts, domain/signal/stated-target.ts, domain/decide/reducible.ts
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decideIntent } from "#domain/decide/decide-intent.ts";
import { dec } from "#domain/decimal.ts";
import type { Intent } from "#domain/documents/signal.ts";
import { missedBefore } from "#domain/risk/position-target.ts";
import { openBody, readSignal } from "#domain/signal/read-signal.ts";
import { readTradingViewAlert } from "#schemas/tradingview.ts";
import {
  group,
  intent,
  market,
  NOW_MS,
  nav,
  peak,
  touchRead,
  venueSettings,
} from "#test/support/factories.ts";
import { configWith, controlWith } from "#test/support/world.ts";

const to = (targetBase: string, beforeBase: string | null = null): Pick<Intent, "size"> => ({
  size: { kind: "targetBase", targetBase, beforeBase },
});

interface Held {
  readonly qtyBase: string;
  readonly side?: "long" | "short";
  /** An entry that is on its way. */
  readonly coming?: string;
  readonly repairs?: boolean;
}

function given({ qtyBase, side = "long", coming, repairs = false }: Held) {
  const isHeld = qtyBase !== "0" || coming !== undefined;
  const slot = { symbol: "BTCUSDT", side, strategyId: "trend", qtyBase, sinceMs: NOW_MS } as const;
  const reservation = {
    groupId: "group-1",
    symbol: "BTCUSDT",
    reduceOnly: false,
    notionalUsd: "50",
  } as const;
  const control = controlWith({
    slots: isHeld ? { "group-1": slot } : {},
    reservations:
      coming === undefined
        ? {}
        : { x: { ...reservation, side: side === "long" ? "buy" : "sell", qtyBase: coming } },
  });
  const wide = configWith({
    maxOrderNotionalUsd: "1000000",
    maxSymbolExposureUsd: "1000000",
    maxGrossExposureUsd: "1000000",
  });
  const { trend } = wide.strategies;
  if (trend === undefined) throw new Error("There is no strategy");
  const strategies = { ...wide.strategies, trend: { ...trend, repairMissedAlerts: repairs } };
  return {
    control,
    config: { ...wide, strategies },
    nav: nav(),
    peak: peak(),
    universe: { asOfMs: NOW_MS, venue: "binance-usdm", markets: { BTCUSDT: market() } },
    venueSettings: venueSettings(),
    groups: isHeld ? { "group-1": group({ status: "ACTIVE", side, qtyBase, averageEntryUsd: "50000" }) } : {},
    touch: touchRead(),
  };
}

/** `buy 0.5`, `sell 0.5` (reduce-only), or the codes of the denials. */
function outcome(held: Held, asked: Partial<Intent>): string {
  const decision = decideIntent(given(held), intent(asked), NOW_MS);
  if (decision.kind === "clearFirst" || decision.kind === "staysQueued") return decision.kind;
  if (decision.kind !== "place") return decision.denials.map(({ code }) => code).join(" ");
  const { side, qtyBase, reduceOnly } = decision.order.request;
  return `${reduceOnly ? "reduce " : ""}${side} ${qtyBase}`;
}

describe("an entry to a target", () => {
  it.each<[string, Held, Partial<Intent>, string]>([
    ["opens all of it from flat", { qtyBase: "0" }, to("0.5", "0"), "buy 0.5"],
    ["opens the difference", { qtyBase: "0.2" }, to("0.5", "0.2"), "buy 0.3"],
    ["goes to the target where no position before is said", { qtyBase: "0.1" }, to("0.5"), "buy 0.4"],
    ["counts what is on its way", { qtyBase: "0.1", coming: "0.2" }, to("0.5"), "buy 0.2"],
    [
      "of a short sells",
      { qtyBase: "0.2", side: "short" },
      { side: "short", ...to("0.5", "-0.2") },
      "sell 0.3",
    ],
    ["makes its own step where an entry was missed", { qtyBase: "0" }, to("0.5", "0.3"), "buy 0.2"],
    ["makes that good with repair", { qtyBase: "0", repairs: true }, to("0.5", "0.3"), "buy 0.5"],
    ["never passes the target, whatever its step", { qtyBase: "0.4" }, to("0.5", "0.1"), "buy 0.1"],
    [
      "is denied at the target",
      { qtyBase: "0.5" },
      to("0.5", "0.2"),
      "TARGET_REACHED QUANTITY_BELOW_MINIMUM NOTIONAL_BELOW_MINIMUM",
    ],
    [
      "leaves what is held beyond it",
      { qtyBase: "0.8" },
      to("0.5", "0.2"),
      "TARGET_REACHED QUANTITY_BELOW_MINIMUM NOTIONAL_BELOW_MINIMUM",
    ],
    [
      "reduces what is held beyond it, with repair",
      { qtyBase: "0.8", repairs: true },
      to("0.5", "0.2"),
      "reduce sell 0.3",
    ],
    [
      "clears a resting entry that goes beyond it, with repair",
      { qtyBase: "0.4", coming: "0.4", repairs: true },
      to("0.5", "0.2"),
      "clearFirst",
    ],
    ["closes the other side first", { qtyBase: "0.2", side: "short" }, to("0.5", "-0.2"), "reduce buy 0.2"],
  ])("%s", (_name, held, asked, expected) => {
    expect(outcome(held, asked)).toBe(expected);
  });

  it("sets no veto where the target is reached: nothing was wanted", async () => {
    const { withVeto } = await import("#domain/risk/veto.ts");
    const config = configWith();
    const vetoing = { ...config, protections: { ...config.protections, vetoCooldownMs: 60_000 } };
    const { throttles } = controlWith();
    const code = (name: "TARGET_REACHED" | "POOL_FULL") =>
      withVeto(
        throttles,
        { intent: intent(), denials: [{ code: name, limit: null, actual: null, unit: null, subject: null }] },
        vetoing,
        NOW_MS,
      );
    expect(code("TARGET_REACHED")).toBe(throttles);
    expect(code("POOL_FULL").vetoedUntilMs).not.toEqual({});
  });

  it("never leaves more than the target, whatever is held, was held, and is repaired", () => {
    const lots = fc.integer({ min: 0, max: 900 }).map((each) => dec(String(each)).div(1_000));
    fc.assert(
      fc.property(lots, lots, lots, fc.boolean(), (heldBase, targetBase, beforeBase, repairs) => {
        if (targetBase.isZero()) return;
        const held = { qtyBase: heldBase.toFixed(), repairs };
        const asked = intent(to(targetBase.toFixed(), beforeBase.toFixed()));
        const decision = decideIntent(given(held), asked, NOW_MS);
        if (decision.kind !== "place") return;
        const { qtyBase, reduceOnly } = decision.order.request;
        if (reduceOnly) expect(heldBase.minus(dec(qtyBase)).eq(targetBase)).toBe(true);
        else expect(heldBase.plus(dec(qtyBase)).lte(targetBase)).toBe(true);
      }),
    );
  });
});

describe("a reduction to a target", () => {
  const reduce = (target: string, before: string) =>
    ({ action: "reduce", reduceBps: 5_000, ...to(target, before) }) as const;

  it.each<[string, Held, Partial<Intent>, string]>([
    ["goes down to it", { qtyBase: "0.4" }, reduce("0.2", "0.4"), "reduce sell 0.2"],
    [
      "goes down to it, whatever share its sizes say",
      { qtyBase: "0.6" },
      reduce("0.2", "0.4"),
      "reduce sell 0.4",
    ],
    ["takes nothing where less is held", { qtyBase: "0.1" }, reduce("0.2", "0.4"), "TARGET_REACHED"],
    ["of a close takes all", { qtyBase: "0.6" }, { action: "close", side: null }, "reduce sell 0.6"],
  ])("%s", (_name, held, asked, expected) => {
    expect(outcome(held, asked)).toBe(expected);
  });

  it("goes on to the target, also beyond one order of the venue", () => {
    const decision = decideIntent(given({ qtyBase: "0.4" }), intent(reduce("0.2", "0.4")), NOW_MS);
    expect(decision).toMatchObject({ group: { closing: { targetBase: "0.2" } } });
  });
});

describe("a missed alert", () => {
  it.each<[string, Held, Partial<Intent>, object | null]>([
    [
      "is seen in the position before",
      { qtyBase: "0" },
      to("0.5", "0.3"),
      { statedBase: "0.3", heldBase: "0" },
    ],
    [
      "is seen on the other side",
      { qtyBase: "0.3", side: "short" },
      to("0.5", "0.3"),
      { statedBase: "0.3", heldBase: "-0.3" },
    ],
    ["is none below the venue's smallest order", { qtyBase: "0.3" }, to("0.5", "0.3009"), null],
    [
      "is none where what is on its way makes it up",
      { qtyBase: "0.1", coming: "0.2" },
      to("0.5", "0.3"),
      null,
    ],
    ["is not guessed where no position before is said", { qtyBase: "0.3" }, to("0.5"), null],
    ["is not guessed of another size", { qtyBase: "0.3" }, {}, null],
  ])("%s", (_name, held, asked, expected) => {
    expect(missedBefore(intent(asked), given(held).control, market())).toEqual(expected);
  });
});

describe("an alert with sizeFrom target", () => {
  const positions = {
    marketPosition: "long",
    marketPositionSize: "0.5",
    prevMarketPosition: "short",
    prevMarketPositionSize: "0.2",
  };
  const fromFlat = { ...positions, prevMarketPosition: "flat" };
  const read = (fields: object) => {
    const text = JSON.stringify({
      symbol: "BTCUSDT",
      timenow: "2026-01-31T09:56:00Z",
      sizeFrom: "target",
      ...fields,
    });
    const opened = openBody(Buffer.from(text), []);
    if (!("body" in opened)) throw opened.fault;
    return readSignal(opened.body, readTradingViewAlert, null);
  };

  it.each<[string, object, object]>([
    ["of a reversal", positions, { action: "open", ...to("0.5", "-0.2") }],
    ["from flat", { ...positions, prevMarketPosition: "flat" }, to("0.5", "0")],
    ["that grew", { ...positions, prevMarketPosition: "long" }, to("0.5", "0.2")],
    [
      "that shrank",
      { ...positions, prevMarketPosition: "long", prevMarketPositionSize: "1" },
      { action: "reduce", ...to("0.5", "1") },
    ],
    [
      "without a past",
      { ...positions, prevMarketPosition: undefined, prevMarketPositionSize: undefined },
      to("0.5"),
    ],
    [
      "that went flat",
      { marketPosition: "flat", prevMarketPosition: "long", marketPositionSize: "0" },
      { action: "close", size: { kind: "strategyDefault" } },
    ],
  ])("%s says the position that it goes to", (_name, fields, meaning) => {
    expect(read(fields)).toMatchObject({ kind: "meant", meaning });
  });

  it.each([
    ["that does not say its size", { ...fromFlat, marketPositionSize: undefined }, "FIELD_INVALID"],
    ["that says no position", { action: "buy" }, "FIELD_INVALID"],
    ["that brings another size", { ...fromFlat, notionalUsd: 5 }, "AMBIGUOUS_SIGNAL"],
  ])("of an entry %s is refused", (_name, fields, code) => {
    expect(read(fields)).toMatchObject({ kind: "unreadable", fault: { code } });
  });
});
