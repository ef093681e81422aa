// Guards the commit before an order is sent: for every caller, its record, its reservation, its group's slot
// and its send in the throttle come together.
import { describe, expect, it } from "vitest";
import { placeClosing } from "#domain/decide/closing.ts";
import { decideIntent } from "#domain/decide/decide-intent.ts";
import { type PlacedOrder, SEND_WINDOW_MS } from "#domain/decide/place-order.ts";
import type { ControlState } from "#domain/documents/control.ts";
import { isFromSignal } from "#domain/documents/order.ts";
import { ORDER_RATE_WINDOW_MS } from "#domain/risk/order-rate.ts";
import {
  group,
  intent,
  mark,
  market,
  NOW_MS,
  nav,
  peak,
  throttlesWith,
  touchRead,
  venueSettings,
} from "#test/support/factories.ts";
import { configWith, controlWith } from "#test/support/world.ts";

const HELD = group({ status: "ACTIVE", qtyBase: "0.01", averageEntryUsd: "50000", orderIds: ["earlier"] });
const FENCE = 7;

function controlBefore(): ControlState {
  const { symbol, side, strategyId, qtyBase, groupId } = HELD;
  return controlWith({
    lease: { holderId: "us", fence: FENCE, expiresAtMs: NOW_MS + 30_000 },
    slots: { [groupId]: { symbol, side, strategyId, qtyBase, sinceMs: NOW_MS } },
    throttles: throttlesWith({ orderSentAtMs: [NOW_MS - ORDER_RATE_WINDOW_MS, NOW_MS - 1] }),
  });
}

function decided(action: "open" | "close"): PlacedOrder {
  const books = {
    control: controlBefore(),
    config: configWith(),
    nav: nav(),
    peak: peak(),
    universe: { asOfMs: NOW_MS, venue: "binance-usdm", markets: { BTCUSDT: market() } },
    venueSettings: venueSettings(),
    groups: { [HELD.groupId]: HELD },
    touch: touchRead(),
  };
  const side = action === "open" ? "long" : null;
  const decision = decideIntent(books, intent({ action, side }), NOW_MS);
  if (decision.kind === "place") return decision;
  throw new Error(`Expected a placement, got ${JSON.stringify(decision)}`);
}

function closed(): PlacedOrder {
  const closing = {
    group: HELD,
    qtyBase: "0.01",
    limitUsd: null,
    causeId: "f-1",
    step: 3,
    exitReason: "flatten",
    configVersion: 1,
    mark: mark(),
  } as const;
  return placeClosing(controlBefore(), closing, NOW_MS);
}

const ENTRY = { status: "ACTIVE", side: "buy", reduceOnly: false, notionalUsd: "950.019", qtyBase: "0.019" };
const REDUCTION = { status: "REDUCING", side: "sell", reduceOnly: true, notionalUsd: "0", qtyBase: "0.01" };

describe.each([
  ["an entry", () => decided("open"), ENTRY],
  ["a signal's reduction", () => decided("close"), REDUCTION],
  ["a closing of the system's own", closed, REDUCTION],
] as const)("%s is stored with", (_case, place, expected) => {
  it("its record, void after the send window, under the fence of the lease", () => {
    expect(place().order).toMatchObject({
      status: "SUBMITTING",
      accountId: "main",
      groupId: HELD.groupId,
      sends: 1,
      fence: FENCE,
      sentAtMs: NOW_MS,
      sendDeadlineMs: NOW_MS + SEND_WINDOW_MS,
    });
  });

  it("exactly one reservation, of what it may fill", () => {
    const { order, control } = place();
    const { side, reduceOnly, notionalUsd, qtyBase } = expected;
    const reservation = { groupId: HELD.groupId, symbol: "BTCUSDT", side, reduceOnly, notionalUsd, qtyBase };
    expect(control.reservations).toEqual({ [order.request.clientOrderId]: reservation });
  });

  it("its group, which knows it, and the group's slot", () => {
    const { order, group: after, control } = place();
    expect(after).toMatchObject({
      status: expected.status,
      orderIds: ["earlier", order.request.clientOrderId],
      updatedAtMs: NOW_MS,
    });
    expect(Object.keys(control.slots)).toEqual([HELD.groupId]);
  });

  it("its send in the throttle, from which only those past the window are gone", () => {
    expect(place().control.throttles.orderSentAtMs).toEqual([NOW_MS - 1, NOW_MS]);
  });
});

it("tells orders of a signal, which have a receipt, from those of the system", () => {
  expect([decided("open"), decided("close"), closed()].map(({ order }) => isFromSignal(order))).toEqual([
    true,
    true,
    false,
  ]);
});
