// When healing has to go on, by the matching engine of the simulated exchange: as long as the fate of an order that the
// books hold is an open question, and no longer.
import { describe, expect, it } from "vitest";
import type { Order } from "#domain/documents/order.ts";
import { paths } from "#domain/documents/paths.ts";
import { specOf } from "#local/exchange/engine/engine.ts";
import { cancelOrder, placeOrder } from "#local/exchange/engine/orders.ts";
import { createExchange } from "#local/exchange/exchange.ts";
import type { DocumentData } from "#ports/documents.ts";
import { NOW_MS, order } from "#test/support/factories.ts";
import { isInDoubt } from "./doubt.ts";

const DAY_MS = 24 * 3_600_000;
const SYMBOL = "BTCUSDT";
const ID = "border1";
/** Of the first price: inside the venue's band, and away from the market. */
const BELOW = 0.96;

/** An exchange at which the order rests far below the market. */
function resting() {
  const { engine } = createExchange({ seed: 11, nowMs: () => NOW_MS, historyMinutes: 0 });
  const [accountId = ""] = engine.state.accounts.keys();
  const { startPriceUsd, tickUsd } = specOf(engine, SYMBOL);
  const priceTicks = Math.round((Number(startPriceUsd) * BELOW) / tickUsd);
  placeOrder(engine, {
    accountId,
    symbol: SYMBOL,
    clientOrderId: ID,
    side: "BUY",
    type: "LIMIT",
    timeInForce: "GTC",
    priceTicks,
    lots: 100,
    reduceOnly: false,
  });
  const cancel = () =>
    cancelOrder(engine, accountId, { symbol: SYMBOL, orderId: undefined, clientOrderId: ID });
  const booked = (overrides: Partial<Order> = {}) => {
    const document = order({ accountId, status: "ACCEPTED", ...overrides });
    return { [paths.order(accountId, ID)]: document as unknown as DocumentData };
  };
  return { engine, cancel, booked, accountId };
}

describe("healing goes on", () => {
  it("while an acknowledged order is hidden at the venue: one denial ends nothing", () => {
    const { engine, cancel, booked } = resting();
    cancel();
    const nowMs = NOW_MS + 4 * DAY_MS;
    expect(isInDoubt(booked(), { engine, nowMs })).toBe(true);
    expect(isInDoubt(booked({ status: "CANCELED" }), { engine, nowMs })).toBe(false);
  });

  it("not for an order that rests, however old it is", () => {
    const { engine, booked } = resting();
    expect(isInDoubt(booked(), { engine, nowMs: NOW_MS + 4 * DAY_MS })).toBe(false);
  });

  it("not for an ended order that the look-up still shows: one pass has to learn of it", () => {
    const { engine, cancel, booked } = resting();
    cancel();
    expect(isInDoubt(booked(), { engine, nowMs: NOW_MS + DAY_MS })).toBe(false);
  });

  it.each(["SUBMITTING", "SUBMIT_UNKNOWN"] as const)("while an order is %s, wherever it is", (status) => {
    const { engine, booked } = resting();
    expect(isInDoubt(booked({ status }), { engine, nowMs: NOW_MS })).toBe(true);
  });

  it("while a stop is to be cancelled", () => {
    const { engine, accountId } = resting();
    const control = (stopsToCancel: DocumentData) => ({ [paths.control(accountId)]: { stopsToCancel } });
    expect(isInDoubt(control({ s1: {} }), { engine, nowMs: NOW_MS })).toBe(true);
    expect(isInDoubt(control({}), { engine, nowMs: NOW_MS })).toBe(false);
  });
});
