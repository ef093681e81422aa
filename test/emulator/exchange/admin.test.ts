// The admin API: moves prices, time and funds, shows the venue's truth, and turns everyone else away.
import { describe, expect, test } from "vitest";
import { adminRequest, withExchange } from "./running-exchange.ts";
import { makeExchange, place, START_MS, touch } from "./test-exchange.ts";

const running = withExchange({ historyMinutes: 0 });
const post = (path: string, input?: unknown): Promise<Response> =>
  adminRequest(running().server.url, "POST", path, input);

describe("in process", () => {
  test("a price is there at once and fills what it crosses", () => {
    const x = makeExchange();
    const order = place(x, { side: "SELL", price: "97000.0", quantity: "0.010" });
    x.exchange.admin("price", { symbol: "BTCUSDT", priceUsd: 98_000 });
    expect(touch(x).bid).toBeGreaterThan(97_990);
    expect(x.ask("GET", "/fapi/v1/order", { symbol: "BTCUSDT", orderId: order.orderId })).toMatchObject({
      status: "FILLED",
      avgPrice: "97000.00000",
    });
  });

  test("time moves only forwards, and takes the market along", () => {
    const x = makeExchange({ moving: true });
    const before = x.exchange.engine.state.stepIndex;
    expect(x.exchange.admin("time", { advanceMs: 5_000 })).toEqual({ nowMs: START_MS + 5_000 });
    expect(x.exchange.engine.state.stepIndex).toBe(before + 20);
    expect(() => x.exchange.admin("time", { toMs: START_MS })).toThrow(/backwards/);
  });

  test("deposits and withdrawals change the wallet; more than is available stays", () => {
    const x = makeExchange();
    x.exchange.admin("deposit", { amountUsd: "250.5" });
    x.exchange.admin("withdraw", { amountUsd: "50" });
    expect(x.ask("GET", "/fapi/v3/account")).toMatchObject({ totalWalletBalance: "100200.50000000" });
    expect(() => x.exchange.admin("withdraw", { amountUsd: "1000000" })).toThrow(/more than is available/);
  });

  test("an account opened later can trade with its own key", () => {
    const x = makeExchange({
      accounts: [{ apiKey: "local-key", secret: "local-secret", balanceUsdt: "10" }],
    });
    expect(x.send("GET", "/fapi/v3/account", {}, "other").status).toBe(401);
    x.exchange.admin("account", {
      accountId: "second",
      apiKey: "other-key",
      secret: "other-secret",
      balanceUsdt: "77",
    });
    expect(x.ask("GET", "/fapi/v3/account", {}, "other")).toMatchObject({
      totalWalletBalance: "77.00000000",
    });
    expect(JSON.stringify(x.exchange.dump())).not.toContain("secret");
  });

  test("reset begins again from the seed", () => {
    const x = makeExchange();
    place(x, { side: "BUY", type: "MARKET", quantity: "0.010" });
    x.exchange.admin("reset", { seed: 8 });
    expect(x.exchange.dump()).toMatchObject({ orders: [], seed: 8 });
    expect(x.ask("GET", "/fapi/v3/account")).toMatchObject({ totalWalletBalance: "100000.00000000" });
  });
});

describe("over HTTP", () => {
  test("state shows orders with client ids, positions, balances and trades", async () => {
    await post("reset");
    await post("pause");
    await post("deposit", { amountUsd: 5 });
    const state = (await (await adminRequest(running().server.url, "GET", "state")).json()) as Record<
      string,
      unknown
    >;
    expect(state).toMatchObject({
      paused: true,
      orders: [],
      trades: [],
      accounts: [{ accountId: "local", walletUsd: "100005.00000000" }],
    });
    expect(state.hash).toMatch(/^[0-9a-f]{64}$/);
  });

  test.each([
    ["price", { symbol: "NOPE", priceUsd: 1 }, "not listed"],
    ["price", { symbol: "BTCUSDT", priceUsd: -1 }, "above 0"],
    ["price", { symbol: "BTCUSDT" }, "priceUsd"],
    ["regime", { regime: "boring" }, "calm, trend, volatile, crash"],
    ["jump", { percent: -100 }, "above -100"],
    ["deposit", { amountUsd: 0 }, "positive"],
    ["withdraw", { asset: "BNB", qty: "1" }, "more than is available"],
    ["income", { incomeType: "GIFT", gainUsd: "1" }, "REALIZED_PNL"],
    ["deposit", { amountUsd: 1, accountId: "nobody" }, "does not exist"],
    ["time", { advanceMs: 1 }, "manual clock"],
    ["dance", {}, "Unknown admin action"],
  ])("%s with %j is refused and says why", async (path, input, reason) => {
    const answer = await post(path, input);
    expect(answer.status).toBe(400);
    expect(((await answer.json()) as { error: string }).error).toContain(reason);
  });

  test("text that is not JSON, unknown routes and browsers are turned away", async () => {
    const { url } = running().server;
    expect((await fetch(`${url}/admin/price`, { method: "POST", body: "{" })).status).toBe(400);
    expect((await fetch(`${url}/admin/elsewhere/1/2`)).status).toBe(404);
    expect((await fetch(`${url}/admin/state`, { headers: { Origin: "https://example.com" } })).status).toBe(
      403,
    );
  });

  test("a body beyond any order's size is refused", async () => {
    const answer = await fetch(`${running().server.url}/fapi/v1/order`, {
      method: "POST",
      body: "x".repeat(100_000),
    });
    expect(answer.status).toBe(413);
  });
});
