// One closing order takes at most what the venue takes in one, and leaves no rest that none could close; a wish to shrink a
// group lasts until its quantity is reached.
import { describe, expect, it } from "vitest";
import { closableQty, nextStep, withClosing } from "#domain/decide/closing.ts";
import { type DecisionGround, decideIntent } from "#domain/decide/decide-intent.ts";
import { planFlatten } from "#domain/decide/flatten-plan.ts";
import { clientOrderId, closingId } from "#domain/documents/ids.ts";
import { withStatus } from "#domain/lifecycle/group-lifecycle.ts";
import {
  group,
  intent,
  mark,
  market,
  NOW_MS,
  nav,
  peak,
  touchRead,
  venueSettings,
} from "#test/support/factories.ts";
import { configWith, controlWith } from "#test/support/world.ts";

const thick = market({ minQtyBase: "0.01", maxMarketQtyBase: "120", maxQtyBase: "1000" });

describe("the quantity of one closing order", () => {
  it.each([
    ["what is held", "5", false, "5"],
    ["on the step, rounded down", "5.0009", false, "5"],
    ["at most the largest market order", "200", false, "120"],
    ["at most the largest limit order", "2000", true, "1000"],
    ["so much less that the rest can be closed as well", "120.004", false, "119.994"],
    ["all that one order can take, where the rest can be closed", "120.01", false, "120"],
    ["nothing below the smallest order", "0.009", false, null],
    ["nothing of nothing", "0", false, null],
  ] as const)("is %s", (_, heldBase, limited, wanted) => {
    expect(closableQty(heldBase, thick, limited)).toBe(wanted);
  });

  it("closes everything in the fewest orders, and never leaves dust behind", () => {
    for (const start of ["120.005", "240.009", "361", "0.011", "239.999"]) {
      let held = Number(start);
      for (let orders = 0; orders < 5 && held > 0.0005; orders += 1) {
        const part = closableQty(held.toFixed(3), thick, false);
        expect([start, held, part]).not.toEqual([start, held, null]);
        held -= Number(part);
      }
      expect(Math.abs(held)).toBeLessThan(0.0005);
    }
  });
});

const holding = (qtyBase: string, closing = group().closing): DecisionGround => ({
  touch: touchRead(),
  venueSettings: venueSettings(),
  control: controlWith({
    slots: { "group-1": { symbol: "BTCUSDT", side: "long", strategyId: "trend", qtyBase, sinceMs: NOW_MS } },
  }),
  config: configWith(),
  nav: nav(),
  peak: peak(),
  universe: { asOfMs: NOW_MS, venue: "binance-usdm", markets: { BTCUSDT: thick } },
  groups: { "group-1": group({ status: "ACTIVE", qtyBase, averageEntryUsd: "50000", closing }) },
});
const close = intent({ action: "close", side: null });

describe("an exit", () => {
  it("above the largest market order is capped, and the wish for the rest is stored with it", () => {
    expect(decideIntent(holding("200"), close, NOW_MS)).toMatchObject({
      kind: "place",
      order: { request: { qtyBase: "120", reduceOnly: true } },
      group: {
        closing: {
          causeId: closingId("main", close.intentId),
          exitReason: "signal",
          targetBase: "0",
          triedAtBase: "200",
        },
      },
    });
  });

  it("by a share is wished down to what it leaves", () => {
    const half = intent({ action: "reduce", side: null, reduceBps: 5_000 });
    expect(decideIntent(holding("300"), half, NOW_MS)).toMatchObject({
      order: { request: { qtyBase: "120" } },
      group: { closing: { targetBase: "150" } },
    });
  });

  it("that would leave less than the smallest order takes all of it", () => {
    const most = intent({ action: "reduce", side: null, reduceBps: 6_000 });
    expect(decideIntent(holding("0.02"), most, NOW_MS)).toMatchObject({
      order: { request: { qtyBase: "0.02" } },
    });
  });
});

const wish = { causeId: "w1", exitReason: "signal", targetBase: "1", sinceMs: NOW_MS } as const;
const around = (liveReductions: number) => ({ liveEntries: 0, liveReductions, market: thick, atMs: NOW_MS });

describe("a wish to shrink a group", () => {
  it("refuses an entry into what is being closed", () => {
    const { closing } = withClosing(group({ qtyBase: "0.1" }), wish);
    const decision = decideIntent(holding("0.1", closing), intent(), NOW_MS);
    expect(decision).toMatchObject({ kind: "deny", denials: [{ code: "POSITION_CLOSING", limit: "1" }] });
  });

  it.each([
    ["lasts above its quantity", "2", 0, true],
    ["ends at its quantity", "1", 0, false],
    ["lasts while an order may still shrink the group", "1", 1, true],
    ["ends with its group", "0", 0, false],
  ] as const)("%s", (_, qtyBase, liveReductions, lasts) => {
    const wished = withClosing(group({ status: "ACTIVE", averageEntryUsd: "50000", qtyBase }), wish);
    expect(withStatus(wished, around(liveReductions)).closing !== null).toBe(lasts);
  });

  it("gives way to one that goes further, and to no other", () => {
    const first = withClosing(group({ qtyBase: "5" }), wish);
    const further = withClosing(first, { ...wish, causeId: "w2", targetBase: "0" });
    expect(further.closing?.causeId).toBe("w2");
    const nearer = withClosing(further, { ...wish, causeId: "w3", targetBase: "4" });
    expect(nearer.closing).toMatchObject({ causeId: "w2", targetBase: "0" });
  });

  it("numbers its orders from the first that the group has not had", () => {
    const had = [0, 1].map((step) => clientOrderId("main", "w1", step));
    expect(nextStep("main", group({ orderIds: had }), "w1")).toBe(2);
  });
});

describe("a flatten of more than the largest market order", () => {
  it.each([
    [0, "120"],
    [1, "200"],
  ] as const)("with %s tries at a limit left takes %s first", (flattenLimitTries, qtyBase) => {
    const { control, config, groups } = holding("200");
    const flatten = {
      flattenId: "f1",
      orderedBy: "ada",
      reason: "enough",
      orderedAtMs: NOW_MS,
      step: 0,
      lastTriedAtMs: null,
    };
    const look = {
      control,
      flatten,
      groups,
      orders: {},
      marks: { BTCUSDT: mark() },
      watchdog: { ...config.watchdog, flattenLimitTries },
      configVersion: 1,
    };
    const position = { symbol: "BTCUSDT", side: "long", qtyBase: "200", entryPriceUsd: "50000" } as const;
    expect(planFlatten(look, position, thick, NOW_MS)).toMatchObject({ kind: "close", closing: { qtyBase } });
  });
});
