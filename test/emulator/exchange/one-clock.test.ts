// One clock: each record of the exchange is dated by the moment at which the engine made it, so that a list in the order of
// its making is also in the order of its times.
import { describe, expect, test } from "vitest";
import { makeExchange, place, START_MS, type TestExchange, touch } from "./test-exchange.ts";

/** Between two price steps, which are a quarter of a second apart. */
const BETWEEN_STEPS_MS = 130;

const setPrice = (x: TestExchange, priceUsd: number): unknown =>
  x.exchange.admin("price", { symbol: "BTCUSDT", priceUsd });

/** Every time that the engine has put on a record, list by list, in the order of the records. */
function datesOf({ exchange }: TestExchange): Readonly<Record<string, readonly number[]>> {
  const { incomes, trades, orders, algoOrders } = exchange.engine.state;
  return {
    incomes: incomes.map(({ timeMs }) => timeMs),
    trades: trades.map(({ timeMs }) => timeMs),
    orders: [...orders.values()].map(({ timeMs }) => timeMs),
    stops: [...algoOrders.values()].map(({ createTimeMs }) => createTimeMs),
  };
}

/** A long position of 20 times its margin's worth, asked for between two price steps. */
function leveraged(): TestExchange {
  const x = makeExchange();
  x.pass(BETWEEN_STEPS_MS);
  place(x, { side: "BUY", type: "MARKET", quantity: "1.000" });
  return x;
}

describe("a time on a record", () => {
  test("of a liquidation is not before that of the withdrawal that led to it", () => {
    const x = leveraged();
    x.exchange.admin("withdraw", { amountUsd: "94000" });
    setPrice(x, 89_300);
    const { incomes, trades, orders } = x.exchange.engine.state;
    const forced = trades.at(-1);
    expect(orders.get(forced?.orderId ?? 0)?.clientOrderId).toBe(`autoclose-${x.nowMs()}`);
    const since = incomes.slice(incomes.findIndex(({ info }) => info === "WITHDRAW"));
    expect(since.map(({ info }) => info)).toContain("LIQUIDATION_FEE");
    expect(since.map(({ timeMs }) => timeMs - START_MS)).toEqual(since.map(() => BETWEEN_STEPS_MS));
  });

  test("of a deleveraged part is that of the act, not of the last price step", () => {
    const x = leveraged();
    x.exchange.admin("adl", { symbol: "BTCUSDT", share: 0.5 });
    expect(x.exchange.engine.state.trades.at(-1)?.timeMs).toBe(x.nowMs());
    expect(x.exchange.engine.state.accounts.get("local")?.positions.get("BTCUSDT")?.updateTimeMs).toBe(
      x.nowMs(),
    );
  });

  test("of a resting order's fill and of a stop that fires in a jump is that of the jump", () => {
    const x = leveraged();
    place(x, { side: "SELL", price: "96000.0", quantity: "0.500", reduceOnly: true });
    x.ask("POST", "/fapi/v1/algoOrder", {
      algoType: "CONDITIONAL",
      symbol: "BTCUSDT",
      side: "SELL",
      type: "STOP_MARKET",
      quantity: "0.500",
      triggerPrice: "90000.0",
      reduceOnly: true,
    });
    x.pass(BETWEEN_STEPS_MS);
    setPrice(x, 96_500);
    const { trades, algoOrders } = x.exchange.engine.state;
    expect(trades.at(-1)).toMatchObject({ maker: true, timeMs: x.nowMs() });
    x.pass(1_000 + BETWEEN_STEPS_MS);
    setPrice(x, 89_000);
    expect(trades.at(-1)).toMatchObject({ maker: false, timeMs: x.nowMs() });
    expect([...algoOrders.values()].at(-1)).toMatchObject({
      triggerTimeMs: x.nowMs(),
      updateTimeMs: x.nowMs(),
    });
  });

  test("of a price step is that step's, whenever somebody looks", () => {
    const x = leveraged();
    const price = (touch(x).ask + 0.1).toFixed(1);
    place(x, { side: "SELL", price, quantity: "0.500", reduceOnly: true });
    x.exchange.admin("resume");
    const placed = x.exchange.engine.state.trades.length;
    for (let look = 0; look < 400; look += 1) x.pass(777);
    const filled = x.exchange.engine.state.trades.slice(placed);
    expect(filled.length).toBeGreaterThan(0);
    for (const { timeMs } of filled) expect(timeMs % 250).toBe(0);
  });

  test("grows with every record of its list, across price steps, requests and acts", () => {
    const x = leveraged();
    for (let turn = 0; turn < 20; turn += 1) {
      x.pass(BETWEEN_STEPS_MS);
      x.exchange.admin("deposit", { amountUsd: "10" });
      place(x, { side: turn % 2 === 0 ? "SELL" : "BUY", type: "MARKET", quantity: "0.010" });
      setPrice(x, 95_000 + turn);
      x.exchange.admin("adl", { symbol: "BTCUSDT", share: 0.1 });
      x.exchange.admin("withdraw", { amountUsd: "10" });
    }
    for (const [list, dates] of Object.entries(datesOf(x)))
      expect(dates, list).toEqual(dates.toSorted((a, b) => a - b));
  });

  test("does not run backwards with the clock of the machine", () => {
    const x = leveraged();
    x.exchange.admin("deposit", { amountUsd: "10" });
    x.pass(-100);
    x.exchange.admin("deposit", { amountUsd: "10" });
    const { incomes } = datesOf(x);
    expect(incomes).toEqual(incomes?.toSorted((a, b) => a - b));
  });
});
