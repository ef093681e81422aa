// Injected faults: each reaches the real client as the failure it stands for, strikes before or after the
// order took effect as asked, only where it was aimed, and only as often.
import {
  type binanceusdm,
  DDoSProtection,
  ExchangeNotAvailable,
  InvalidNonce,
  NetworkError,
  OperationFailed,
  RequestTimeout,
} from "ccxt";
import { beforeEach, describe, expect, test } from "vitest";
import type { FaultEffect } from "#local/exchange/faults/fault.ts";
import { adminRequest, withExchange } from "./running-exchange.ts";
import { codeOf, makeExchange } from "./test-exchange.ts";
import { connectCcxt } from "./venue-client.ts";

const BTC = "BTC/USDT:USDT";
const running = withExchange({ historyMinutes: 0 });
let client: binanceusdm;

type ErrorClass = new (message: string) => Error;

beforeEach(async () => {
  running().exchange.clearFaults();
  running().exchange.admin("reset");
  running().exchange.admin("pause");
  client = connectCcxt(running().server.url, { timeoutMs: 2_500 });
  await client.loadMarkets();
});

const match = { method: "POST", path: "/fapi/v1/order" };

async function placeUnderFault(
  effect: FaultEffect,
): Promise<{ readonly error: unknown; readonly accepted: boolean }> {
  running().exchange.addFault({ effect, match, count: 1 });
  const error: unknown = await client
    .createOrder(BTC, "market", "buy", 0.01, undefined, { clientOrderId: "probe" })
    .then(
      () => undefined,
      (reason: unknown) => reason,
    );
  const state = running().exchange.dump() as {
    readonly orders: readonly { readonly clientOrderId: string }[];
  };
  return { error, accepted: state.orders.some((order) => order.clientOrderId === "probe") };
}

describe.each(["before", "after"] as const)("a lost answer, %s acceptance", (when) => {
  const cases: readonly (readonly [string, FaultEffect, ErrorClass])[] = [
    ["503", { kind: "httpError", when, status: 503, body: "<html>busy</html>" }, ExchangeNotAvailable],
    ["connection reset", { kind: "reset", when }, NetworkError],
    [
      "-1007",
      {
        kind: "venueError",
        when,
        status: 408,
        code: -1007,
        msg: "Timeout waiting for response from backend server. Send status unknown; execution status unknown.",
      },
      RequestTimeout,
    ],
    [
      "-1006",
      {
        kind: "venueError",
        when,
        status: 500,
        code: -1006,
        msg: "An unexpected response was received from the message bus. Execution status unknown.",
      },
      OperationFailed,
    ],
    ["garbage body", { kind: "body", when, content: "garbage" }, Error],
    ["empty body", { kind: "body", when, content: "empty" }, Error],
    ["latency beyond the client's patience", { kind: "latency", when, latencyMs: 3_500 }, RequestTimeout],
  ];
  test.each(cases)("%s", async (name, effect, kind) => {
    const { error, accepted } = await placeUnderFault(effect);
    expect(error).toBeInstanceOf(kind);
    // A late request is accepted after the client has given up; that is the trap it is there for.
    if (name.startsWith("latency") && when === "before") {
      await expect
        .poll(() => JSON.stringify(running().exchange.dump()), { timeout: 15_000 })
        .toContain('"probe"');
    } else {
      expect(accepted).toBe(when === "after");
    }
    await expect(client.createOrder(BTC, "market", "buy", 0.01)).resolves.toMatchObject({ status: "closed" });
  });
});

describe("other faults", () => {
  test.each([429, 418] as const)("%d carries Retry-After and never reaches the venue", async (status) => {
    const { error, accepted } = await placeUnderFault({ kind: "rateLimit", status, retryAfterS: 7 });
    expect(error).toBeInstanceOf(DDoSProtection);
    expect(accepted).toBe(false);
    expect(client.last_response_headers).toMatchObject({ "Retry-After": "7" });
  });

  test("clock skew makes the venue refuse good timestamps, and shows in its time", async () => {
    running().exchange.addFault({ effect: { kind: "clockSkew", skewMs: 60_000 } });
    await expect(client.fetchBalance()).rejects.toBeInstanceOf(InvalidNonce);
    expect((await client.fetchTime()) ?? 0).toBeGreaterThan(Date.now() + 50_000);
    await client.loadTimeDifference();
    expect(client.options.timeDifference).toBeLessThan(-50_000);
  });

  test("stale data repeats the first answer until it is cleared", async () => {
    const { exchange } = running();
    const fault = exchange.addFault({ effect: { kind: "stale" }, match: { path: "/fapi/v1/ticker/.*" } });
    const before = await client.fetchTicker(BTC);
    exchange.admin("price", { symbol: "BTCUSDT", priceUsd: 80_000 });
    expect((await client.fetchTicker(BTC)).last).toBe(before.last);
    expect((await client.fetchTicker("ETH/USDT:USDT")).last).toBeLessThan(10_000);
    exchange.clearFaults(fault.id);
    expect((await client.fetchTicker(BTC)).last).toBeLessThan(81_000);
  });
});

describe("aim", () => {
  const busy = { kind: "httpError", when: "before", status: 503, body: "" } as const;

  test("method, path and symbol all have to match, and the count runs out", () => {
    const x = makeExchange();
    x.exchange.addFault({
      effect: busy,
      match: { method: "GET", path: "/fapi/v1/ticker/.*", symbol: "ETHUSDT" },
      count: 2,
    });
    const status = (path: string, symbol: string): number => x.send("GET", path, { symbol }).status;
    expect(status("/fapi/v1/ticker/price", "BTCUSDT")).toBe(200);
    expect(status("/fapi/v1/premiumIndex", "ETHUSDT")).toBe(200);
    expect(status("/fapi/v1/ticker/price", "ETHUSDT")).toBe(503);
    expect(x.exchange.faults()).toMatchObject([{ strikes: 1, remaining: 1 }]);
    expect(status("/fapi/v1/ticker/bookTicker", "ETHUSDT")).toBe(503);
    expect(x.exchange.faults()).toEqual([]);
    expect(status("/fapi/v1/ticker/price", "ETHUSDT")).toBe(200);
  });

  test("a probability strikes about that often, and the same for the same seed", () => {
    const run = (): string => {
      const x = makeExchange();
      x.exchange.addFault({ effect: busy, probability: 0.3 });
      return Array.from({ length: 400 }, () =>
        x.send("GET", "/fapi/v1/ping").status === 503 ? "x" : ".",
      ).join("");
    };
    const pattern = run();
    const hits = pattern.replaceAll(".", "").length;
    expect(hits).toBeGreaterThan(80);
    expect(hits).toBeLessThan(160);
    expect(run()).toBe(pattern);
  });

  test("in process, resets and latency are told, not acted", () => {
    const x = makeExchange();
    x.exchange.addFault({ effect: { kind: "latency", when: "before", latencyMs: 300 }, count: 1 });
    x.exchange.addFault({ effect: { kind: "latency", when: "after", latencyMs: 40 }, count: 1 });
    expect(x.send("GET", "/fapi/v1/ping").transport).toEqual({ latencyMs: 340, reset: false });
    x.exchange.addFault({ effect: { kind: "reset", when: "after" }, count: 1 });
    const order = {
      symbol: "BTCUSDT",
      side: "BUY",
      type: "MARKET",
      quantity: "0.010",
      newClientOrderId: "lost",
    };
    expect(x.send("POST", "/fapi/v1/order", order).transport.reset).toBe(true);
    expect(codeOf(x.send("GET", "/fapi/v1/order", { symbol: "BTCUSDT", origClientOrderId: "lost" }))).toBe(0);
  });
});

describe("the fault API", () => {
  test("adds, lists and clears", async () => {
    const { url } = running().server;
    const effect = { kind: "reset", when: "after" };
    const added = await adminRequest(url, "POST", "faults", {
      effect,
      match: { path: "/fapi/v1/order" },
      count: 3,
    });
    expect(await added.json()).toMatchObject({ effect, remaining: 3, strikes: 0 });
    const listed = (await (await adminRequest(url, "GET", "faults")).json()) as { id: number }[];
    expect(listed).toHaveLength(1);
    expect(await (await adminRequest(url, "DELETE", `faults/${listed[0]?.id}`)).json()).toEqual({
      cleared: 1,
    });
    expect(await (await adminRequest(url, "DELETE", "faults")).json()).toEqual({ cleared: 0 });
  });

  test.each([
    ["missing", undefined],
    ["empty", { symbol: "ETHUSDT", bidPrice: "", askPrice: "" }],
    ["odd", { symbol: "ETHUSDT", note: "unlisted" }],
  ] as const)("spoils the rows of one symbol, and of no other: %s", async (how, row) => {
    const { exchange, server } = running();
    const match = { path: "/fapi/v1/ticker/bookTicker" };
    exchange.addFault({ effect: { kind: "row", symbol: "ETHUSDT", how }, match });
    const answer = await fetch(`${server.url}/fapi/v1/ticker/bookTicker`);
    const rows = (await answer.json()) as readonly { readonly symbol: string; readonly bidPrice?: string }[];
    const spoilt = rows.find(({ symbol }) => symbol === "ETHUSDT");
    if (row === undefined) expect(spoilt).toBeUndefined();
    else expect(spoilt).toMatchObject(row);
    expect(Number(rows.find(({ symbol }) => symbol === "BTCUSDT")?.bidPrice)).toBeGreaterThan(0);
  });

  test.each([
    [{ effect: { kind: "explode" } }, "effect.kind"],
    [{ effect: { kind: "reset" } }, "when"],
    [{ effect: { kind: "latency", when: "after" } }, "latencyMs"],
    [{ effect: { kind: "stale" }, match: { url: "x" } }, "unknown fields: url"],
    [{ effect: { kind: "stale" }, match: { path: "(" } }, "regular expression"],
    [{ effect: { kind: "stale" }, probability: 2 }, "probability"],
    [{ effect: { kind: "row", symbol: "BTCUSDT", how: "late" } }, "how"],
  ])("refuses a rule that is not clear: %j", async (rule, reason) => {
    const answer = await adminRequest(running().server.url, "POST", "faults", rule);
    expect(answer.status).toBe(400);
    expect(((await answer.json()) as { error: string }).error).toContain(reason);
  });
});
