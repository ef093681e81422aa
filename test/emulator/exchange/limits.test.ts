// Rate limits: usage headers, 429 with Retry-After at the limit, a ban for a client that does not listen.
import { DDoSProtection, RateLimitExceeded } from "ccxt";
import { describe, expect, test } from "vitest";
import { runExchange } from "./running-exchange.ts";
import { codeOf, makeExchange } from "./test-exchange.ts";
import { connectCcxt } from "./venue-client.ts";

const order = {
  symbol: "BTCUSDT",
  side: "BUY",
  type: "LIMIT",
  timeInForce: "GTC",
  price: "94000.0",
  quantity: "0.002",
};

describe("request weight", () => {
  test("adds up in the header and starts again with the next minute", () => {
    const x = makeExchange();
    x.send("GET", "/fapi/v1/depth", { symbol: "BTCUSDT", limit: 1000 });
    expect(x.send("GET", "/fapi/v1/ticker/24hr").headers["X-MBX-USED-WEIGHT-1M"]).toBe("60");
    x.pass(60_000);
    expect(x.send("GET", "/fapi/v1/ping").headers["X-MBX-USED-WEIGHT-1M"]).toBe("1");
  });

  test("above the limit answers 429 and -1003 with the seconds that are left", () => {
    const x = makeExchange({ limits: { weightPerMinute: 3 } });
    x.pass(20_000);
    for (let index = 0; index < 3; index += 1) expect(x.send("GET", "/fapi/v1/ping").status).toBe(200);
    const refused = x.send("GET", "/fapi/v1/ping");
    expect(refused.status).toBe(429);
    expect(codeOf(refused)).toBe(-1003);
    expect(refused.headers["Retry-After"]).toBe("40");
    x.pass(40_000);
    expect(x.send("GET", "/fapi/v1/ping").status).toBe(200);
  });

  test("a client that keeps asking is banned with 418, and longer the second time", () => {
    const x = makeExchange({ limits: { weightPerMinute: 1, patience: 2 } });
    const statuses = Array.from({ length: 5 }, () => x.send("GET", "/fapi/v1/ping").status);
    expect(statuses).toEqual([200, 429, 429, 418, 418]);
    expect(x.send("GET", "/fapi/v1/ping").headers["Retry-After"]).toBe("120");
    x.pass(120_000);
    const again = Array.from({ length: 4 }, () => x.send("GET", "/fapi/v1/ping"));
    expect(again.map((answer) => answer.status)).toEqual([200, 429, 429, 418]);
    expect(again[3]?.headers["Retry-After"]).toBe("240");
  });

  test("an admin can ban and forgive", () => {
    const x = makeExchange();
    x.exchange.admin("ban", { seconds: 30 });
    expect(x.send("GET", "/fapi/v1/ping").status).toBe(418);
    x.exchange.admin("limits");
    expect(x.send("GET", "/fapi/v1/ping").status).toBe(200);
  });

  test("an admin can give it another size", () => {
    const x = makeExchange({ limits: { weightPerMinute: 1 } });
    const statuses = () => Array.from({ length: 2 }, () => x.send("GET", "/fapi/v1/ping").status);
    expect(statuses()).toEqual([200, 429]);
    x.exchange.admin("limits", { weightPerMinute: 2 });
    expect(statuses()).toEqual([200, 200]);
    expect(() => x.exchange.admin("limits", { weightPerMinute: "many" })).toThrow(/weightPerMinute/);
  });
});

describe("order count", () => {
  test("is in the headers of order answers, per account", () => {
    const x = makeExchange();
    expect(x.send("POST", "/fapi/v1/order", order).headers).toMatchObject({
      "X-MBX-ORDER-COUNT-10S": "1",
      "X-MBX-ORDER-COUNT-1M": "1",
    });
    x.pass(10_000);
    expect(x.send("POST", "/fapi/v1/order", order).headers).toMatchObject({
      "X-MBX-ORDER-COUNT-10S": "1",
      "X-MBX-ORDER-COUNT-1M": "2",
    });
    expect(x.send("POST", "/fapi/v1/order", order, "other").headers["X-MBX-ORDER-COUNT-1M"]).toBe("1");
    expect(
      x.send("GET", "/fapi/v1/openOrders", { symbol: "BTCUSDT" }).headers["X-MBX-ORDER-COUNT-1M"],
    ).toBeUndefined();
  });

  test("above ten seconds' limit answers 429 with -1015 and places nothing", () => {
    const x = makeExchange({ limits: { ordersPer10s: 2 } });
    const answers = Array.from({ length: 3 }, () => x.send("POST", "/fapi/v1/order", order));
    expect(answers.map((answer) => answer.status)).toEqual([200, 200, 429]);
    expect(codeOf(answers[2] ?? answers[0] ?? x.send("GET", "/fapi/v1/ping"))).toBe(-1015);
    expect(x.ask<unknown[]>("GET", "/fapi/v1/openOrders", { symbol: "BTCUSDT" })).toHaveLength(2);
  });
});

test("ccxt raises its rate-limit classes and exposes Retry-After", async () => {
  const { server } = await runExchange({ historyMinutes: 0, limits: { weightPerMinute: 2, patience: 1 } });
  const client = connectCcxt(server.url);
  await client.fapiPublicGetPing();
  await client.fapiPublicGetPing();
  const error: unknown = await client.fapiPublicGetPing().then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error instanceof DDoSProtection || error instanceof RateLimitExceeded).toBe(true);
  expect(Number((client.last_response_headers as Record<string, string>)["Retry-After"])).toBeGreaterThan(0);
  await server.close();
});
