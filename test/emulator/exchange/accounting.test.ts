// Money: fees to the last decimal, realized profit, funding, margin and liquidation.
import { describe, expect, test } from "vitest";
import { codeOf, makeExchange, place, START_MS, type TestExchange } from "./test-exchange.ts";

const BUY = { side: "BUY", type: "MARKET" } as const;
const SELL = { side: "SELL", type: "MARKET" } as const;
const HOUR_MS = 3_600_000;

interface Trade {
  readonly price: string;
  readonly qty: string;
  readonly commission: string;
  readonly realizedPnl: string;
  readonly maker: boolean;
}
interface Income {
  readonly incomeType: string;
  readonly income: string;
  readonly symbol: string;
  readonly time: number;
}
interface AccountAnswer {
  readonly totalWalletBalance: string;
  readonly availableBalance: string;
  readonly maxWithdrawAmount: string;
  readonly totalInitialMargin: string;
  readonly totalMarginBalance: string;
  readonly totalMaintMargin: string;
}
interface Risk {
  readonly symbol: string;
  readonly positionAmt: string;
  readonly entryPrice: string;
  readonly liquidationPrice: string;
  readonly isolatedMargin: string;
  readonly isolatedWallet: string;
}

const account = (x: TestExchange): AccountAnswer => x.ask("GET", "/fapi/v3/account");
const trades = (x: TestExchange, symbol = "BTCUSDT"): Trade[] =>
  x.ask("GET", "/fapi/v1/userTrades", { symbol });
const incomes = (x: TestExchange): Income[] => x.ask("GET", "/fapi/v1/income", { limit: 1000 });
const risks = (x: TestExchange): Risk[] => x.ask("GET", "/fapi/v3/positionRisk");
const setPrice = (x: TestExchange, priceUsd: number): unknown =>
  x.exchange.admin("price", { symbol: "BTCUSDT", priceUsd });

describe("fees and profit", () => {
  test("a taker pays 0.05 % and a maker 0.02 % of the exact notional, eight decimals", () => {
    const x = makeExchange();
    place(x, { ...BUY, quantity: "0.123" });
    const [taker] = trades(x);
    const notional = BigInt(Math.round(Number(taker?.price) * 10)) * 123n; // 1e-4 USDT
    expect(taker?.commission).toBe((Number(notional * 5n) / 1e8).toFixed(8));
    setPrice(x, 95_000);
    place(x, { side: "SELL", price: "95100.0", quantity: "0.123" });
    setPrice(x, 95_200);
    const maker = trades(x).at(-1);
    expect(maker).toMatchObject({ price: "95100.00", maker: true, commission: "2.33946000" });
  });

  test("a fee finer than 1e-8 is rounded half up", () => {
    const x = makeExchange({ fees: { makerPpm: 1, takerPpm: 3 } });
    for (const quantity of ["51", "167", "170", "250", "333"]) {
      place(x, { ...BUY, symbol: "DOGEUSDT", quantity });
      const trade = trades(x, "DOGEUSDT").at(-1);
      const thousandths = BigInt(Math.round(Number(trade?.price) * 1e5)) * BigInt(quantity) * 3n; // of 1e-8 USDT
      const rounded = thousandths / 1000n + (thousandths % 1000n >= 500n ? 1n : 0n);
      expect(trade?.commission).toBe(`0.${rounded.toString().padStart(8, "0")}`);
    }
  });

  test("closing in parts realizes each part's share; the parts add up exactly", () => {
    const x = makeExchange();
    place(x, { ...BUY, quantity: "0.007" });
    setPrice(x, 95_777.7);
    place(x, { ...SELL, quantity: "0.003" });
    place(x, { ...SELL, quantity: "0.004" });
    const all = trades(x);
    const cash = all.reduce(
      (sum, trade) =>
        sum + (trade.realizedPnl === "0.00000000" ? -1 : 1) * Number(trade.price) * Number(trade.qty),
      0,
    );
    const realized = all.reduce((sum, trade) => sum + Number(trade.realizedPnl), 0);
    expect(realized).toBeCloseTo(cash, 8);
    expect(risks(x)).toEqual([]);
  });

  test("an order through zero closes the old position and opens the rest at the new price", () => {
    const x = makeExchange();
    place(x, { ...BUY, quantity: "0.010" });
    setPrice(x, 96_000);
    place(x, { ...SELL, quantity: "0.025" });
    const last = trades(x).at(-1);
    const [risk] = risks(x);
    expect(risk?.positionAmt).toBe("-0.015");
    expect(Number(risk?.entryPrice)).toBe(Number(last?.price));
  });
});

describe("funding", () => {
  test("is charged at 08:00 UTC on the mark value: longs pay and shorts receive the same", () => {
    const x = makeExchange();
    place(x, { ...BUY, quantity: "0.100" });
    place(x, { ...SELL, quantity: "0.100" }, "other");
    const index = x.ask<{ lastFundingRate: string; markPrice: string; nextFundingTime: number }>(
      "GET",
      "/fapi/v1/premiumIndex",
      { symbol: "BTCUSDT" },
    );
    expect(index.nextFundingTime).toBe(Date.UTC(2026, 0, 5, 8));
    x.pass(8 * HOUR_MS);
    const paid = incomes(x).filter((entry) => entry.incomeType === "FUNDING_FEE");
    const received = x.ask<Income[]>("GET", "/fapi/v1/income", { incomeType: "FUNDING_FEE" }, "other");
    expect(paid).toHaveLength(1);
    expect(Number(paid[0]?.income)).toBeCloseTo(
      -0.1 * Number(index.markPrice) * Number(index.lastFundingRate),
      7,
    );
    expect(Number(received[0]?.income)).toBe(-Number(paid[0]?.income));
    expect(paid[0]?.time).toBe(Date.UTC(2026, 0, 5, 8));
    const past = x.ask<{ fundingRate: string; fundingTime: number }[]>("GET", "/fapi/v1/fundingRate", {
      symbol: "BTCUSDT",
    });
    expect(past).toEqual([
      {
        symbol: "BTCUSDT",
        fundingRate: index.lastFundingRate,
        fundingTime: Date.UTC(2026, 0, 5, 8),
        markPrice: index.markPrice,
      },
    ]);
  });

  test("is not charged twice, nor on a flat account", () => {
    const x = makeExchange();
    place(x, { ...BUY, quantity: "0.010" });
    place(x, { ...SELL, quantity: "0.010" });
    x.pass(8 * HOUR_MS);
    x.pass(1);
    expect(incomes(x).filter((entry) => entry.incomeType === "FUNDING_FEE")).toEqual([]);
  });
});

describe("margin", () => {
  test("initial margin is notional over leverage, and what is left is available", () => {
    const x = makeExchange();
    x.ask("POST", "/fapi/v1/leverage", { symbol: "BTCUSDT", leverage: 10 });
    place(x, { ...BUY, quantity: "1" });
    const state = account(x);
    expect(Number(state.totalInitialMargin)).toBeCloseTo(9500, 0);
    expect(Number(state.availableBalance)).toBeCloseTo(
      Number(state.totalMarginBalance) - Number(state.totalInitialMargin),
      6,
    );
    expect(Number(state.totalMaintMargin)).toBeCloseTo(380, 0);
  });

  test("an order whose margin is not there is refused with -2019, whatever its side of the book", () => {
    const x = makeExchange();
    const request = { symbol: "BTCUSDT", quantity: "22" };
    expect(codeOf(x.send("POST", "/fapi/v1/order", { ...request, ...BUY }))).toBe(-2019);
    const resting = { ...request, side: "BUY", type: "LIMIT", timeInForce: "GTC", price: "94000.0" };
    expect(codeOf(x.send("POST", "/fapi/v1/order", resting))).toBe(-2019);
    expect(codeOf(x.send("POST", "/fapi/v1/order", { ...resting, quantity: "11" }))).toBe(0);
    expect(codeOf(x.send("POST", "/fapi/v1/order", { ...resting, quantity: "11" }))).toBe(-2019);
  });

  test("open orders on both sides are margined for the worse side, not for both and not for their difference", () => {
    const x = makeExchange();
    const limit = { type: "LIMIT", quantity: "10" };
    place(x, { ...limit, side: "BUY", price: "94000.0" });
    place(x, { ...limit, side: "SELL", price: "96000.0" });
    expect(account(x).totalInitialMargin).toBe("48000.00000000");
    expect(account(x).availableBalance).toBe("52000.00000000");
  });

  test("an order that shrinks the position is allowed when nothing is available", () => {
    const x = makeExchange();
    x.ask("POST", "/fapi/v1/leverage", { symbol: "BTCUSDT", leverage: 20 });
    place(x, { ...BUY, quantity: "20" });
    setPrice(x, 93_000);
    expect(account(x).availableBalance).toBe("0.00000000");
    expect(codeOf(x.send("POST", "/fapi/v1/order", { symbol: "BTCUSDT", ...SELL, quantity: "10" }))).toBe(0);
  });

  test("a position beyond its leverage's bracket is refused with -2027", () => {
    const x = makeExchange();
    x.ask("POST", "/fapi/v1/leverage", { symbol: "ADAUSDT", leverage: 75 });
    const order = { symbol: "ADAUSDT", ...BUY, quantity: "20000" };
    expect(codeOf(x.send("POST", "/fapi/v1/order", order))).toBe(-2027);
  });

  test("no profit on paper leaves the wallet: what may go is the wallet less maintenance margin, where more is available", () => {
    const x = makeExchange();
    x.ask("POST", "/fapi/v1/leverage", { symbol: "BTCUSDT", leverage: 20 });
    place(x, { ...BUY, quantity: "1" });
    setPrice(x, 110_000);
    const { availableBalance, maxWithdrawAmount, totalWalletBalance, totalMaintMargin } = account(x);
    expect(Number(availableBalance)).toBeGreaterThan(Number(totalWalletBalance));
    expect(Number(maxWithdrawAmount)).toBeCloseTo(Number(totalWalletBalance) - Number(totalMaintMargin), 6);
    const tooMuch = (Number(maxWithdrawAmount) + 0.01).toFixed(2);
    expect(() => x.exchange.admin("withdraw", { amountUsd: tooMuch })).toThrow(/more than is available/);
    x.exchange.admin("withdraw", { amountUsd: maxWithdrawAmount });
    expect(Number(account(x).totalWalletBalance)).toBeCloseTo(Number(totalMaintMargin), 6);
  });

  test("isolated margin is carved out of the wallet and moves with the position", () => {
    const x = makeExchange();
    x.ask("POST", "/fapi/v1/marginType", { symbol: "BTCUSDT", marginType: "ISOLATED" });
    x.ask("POST", "/fapi/v1/leverage", { symbol: "BTCUSDT", leverage: 10 });
    place(x, { ...BUY, quantity: "0.100" });
    const [risk] = risks(x);
    expect(Number(risk?.isolatedWallet)).toBeCloseTo(Number(risk?.entryPrice) * 0.01, 6);
    x.ask("POST", "/fapi/v1/positionMargin", { symbol: "BTCUSDT", amount: "100", type: 1 });
    expect(Number(risks(x)[0]?.isolatedWallet)).toBeCloseTo(Number(risk?.isolatedWallet) + 100, 6);
    place(x, { ...SELL, quantity: "0.050" });
    expect(Number(risks(x)[0]?.isolatedWallet)).toBeCloseTo((Number(risk?.isolatedWallet) + 100) / 2, 6);
    place(x, { ...SELL, quantity: "0.050" });
    const state = account(x);
    expect(state.availableBalance).toBe(state.totalWalletBalance);
  });
});

describe("liquidation", () => {
  test("a cross position goes at its stated liquidation price and not before; open orders are cancelled", () => {
    const x = makeExchange();
    x.ask("POST", "/fapi/v1/leverage", { symbol: "BTCUSDT", leverage: 50 });
    place(x, { ...BUY, quantity: "20" });
    const resting = place(x, { side: "BUY", price: "91000.0", quantity: "0.010" });
    const liquidationUsd = Number(risks(x)[0]?.liquidationPrice);
    expect(liquidationUsd).toBeGreaterThan(85_000);
    setPrice(x, Math.max(liquidationUsd + 1, 91_100));
    expect(risks(x)).toHaveLength(1);
    setPrice(x, liquidationUsd - 0.2);
    expect(risks(x)).toEqual([]);
    const order = x.ask<{ status: string }>("GET", "/fapi/v1/order", {
      symbol: "BTCUSDT",
      orderId: resting.orderId,
    });
    expect(["CANCELED", "FILLED"]).toContain(order.status);
    const all = x.ask<{ clientOrderId: string }[]>("GET", "/fapi/v1/allOrders", { symbol: "BTCUSDT" });
    expect(all.at(-1)?.clientOrderId).toMatch(/^autoclose-/);
  });

  test("an isolated position loses at most its own margin; the rest of the wallet stays", () => {
    const x = makeExchange();
    x.ask("POST", "/fapi/v1/marginType", { symbol: "BTCUSDT", marginType: "ISOLATED" });
    place(x, { ...BUY, quantity: "1" });
    const margin = Number(risks(x)[0]?.isolatedWallet);
    const wallet = Number(account(x).totalWalletBalance);
    setPrice(x, 80_000);
    expect(risks(x)).toEqual([]);
    expect(Number(account(x).totalWalletBalance)).toBeCloseTo(wallet - margin, 6);
    expect(incomes(x).some((entry) => entry.incomeType === "INSURANCE_CLEAR")).toBe(true);
  });

  test("a crash through the bankruptcy price leaves a wallet of zero, never below", () => {
    const x = makeExchange();
    x.ask("POST", "/fapi/v1/leverage", { symbol: "BTCUSDT", leverage: 20 });
    place(x, { ...BUY, quantity: "20" });
    setPrice(x, 70_000);
    expect(account(x).totalWalletBalance).toBe("0.00000000");
    expect(risks(x)).toEqual([]);
  });

  test("shorts are liquidated when the price rises", () => {
    const x = makeExchange();
    place(x, { ...SELL, quantity: "15" });
    const liquidationUsd = Number(risks(x)[0]?.liquidationPrice);
    expect(liquidationUsd).toBeGreaterThan(95_000);
    setPrice(x, liquidationUsd + 0.2);
    expect(risks(x)).toEqual([]);
  });
});

describe("income", () => {
  test("every change of the wallet has a record, and the records add up to it", () => {
    const x = makeExchange();
    place(x, { ...BUY, quantity: "0.300" });
    x.pass(9 * HOUR_MS);
    setPrice(x, 94_321);
    place(x, { ...SELL, quantity: "0.100" });
    x.exchange.admin("deposit", { amountUsd: "12.5" });
    const sum = incomes(x).reduce((total, entry) => total + BigInt(entry.income.replace(".", "")), 0n);
    expect(sum.toString()).toBe(account(x).totalWalletBalance.replace(".", ""));
    expect(incomes(x)[0]).toMatchObject({
      incomeType: "TRANSFER",
      income: "100000.00000000",
      time: START_MS,
    });
  });
});
