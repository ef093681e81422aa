// One market, asked by two accounts in the ways of two venues: each account trades by the rules of its own, and a stored exchange
// repeats the requests of both.
import { describe, expect, it } from "vitest";
import { createExchange } from "#local/exchange/exchange.ts";
import type { AccountOptions, ExchangeOptions } from "#local/exchange/options.ts";
import type { CommitRecord } from "#local/exchange/types.ts";
import { makeExchange, START_MS } from "../test-exchange.ts";
import { ACCOUNTS, BTC, type Row, readAnswer, signedRequest } from "./bybit-exchange.ts";

const BOTH: readonly AccountOptions[] = [
  { ...ACCOUNTS.local, id: "local" },
  { ...ACCOUNTS.other, id: "other", venue: "bybit-linear" },
];
/** Beyond the band of 5 % around the mark. */
const FAR = 1.2;

function open(options: Partial<ExchangeOptions> = {}) {
  const test = makeExchange({ accounts: BOTH, ...options });
  const midUsd = test.exchange.engine.state.symbols.get("BTCUSDT")?.midUsd ?? 0;
  const farUsd = String(Math.round(midUsd * FAR));
  const atBybit = (fields: Row) => {
    const given = { ...BTC, side: "Buy", qty: "0.010", ...fields } as Record<string, string>;
    const request = { method: "POST", path: "/v5/order/create", fields: given, atMs: test.nowMs() };
    return readAnswer(test.exchange.handle(signedRequest(request, ACCOUNTS.other)));
  };
  const atBinance = (fields: Record<string, string>) =>
    test.send("POST", "/fapi/v1/order", { symbol: "BTCUSDT", side: "BUY", quantity: "0.010", ...fields });
  return { ...test, farUsd, atBybit, atBinance };
}

describe("two venues over one market", () => {
  it("refuse a price beyond the band, or move it, by the venue of the account", () => {
    const { exchange, farUsd, atBybit, atBinance } = open();
    const refused = atBinance({ type: "LIMIT", timeInForce: "GTC", price: farUsd });
    expect([refused.status, JSON.parse(refused.body).code]).toEqual([400, -4016]);
    expect(atBybit({ orderType: "Limit", price: farUsd, timeInForce: "GTC" }).retCode).toBe(0);
    const [order] = exchange.engine.state.orders.values();
    const spec = exchange.engine.specs.get("BTCUSDT");
    expect(order).toMatchObject({ accountId: "other", status: "FILLED" });
    expect((order?.priceTicks ?? 0) * (spec?.tickUsd ?? 0)).toBeLessThan(Number(farUsd));
  });

  it("share their prices, and a fault of one's path leaves the other alone", () => {
    const { exchange, atBybit, atBinance } = open();
    exchange.addFault({ effect: { kind: "reset", when: "before" }, match: { path: "/v5/order/create" } });
    const request = { method: "POST", path: "/v5/order/create", fields: BTC, atMs: START_MS };
    expect(exchange.handle(signedRequest(request, ACCOUNTS.other)).transport.reset).toBe(true);
    expect(atBinance({ type: "MARKET" }).status).toBe(200);
    exchange.clearFaults();
    expect(atBybit({ orderType: "Market" }).retCode).toBe(0);
    const [one, other] = [...exchange.engine.state.trades];
    expect([one?.accountId, other?.accountId]).toEqual(["local", "other"]);
  });

  it("come back from their records as they were", () => {
    const records: CommitRecord[] = [];
    const first = createExchange({ seed: 5, historyMinutes: 0, accounts: BOTH, nowMs: () => START_MS });
    const snapshot = first.snapshot();
    const { exchange, atBybit, atBinance } = open({
      moving: true,
      onCommit: (record: CommitRecord) => records.push(record),
    } as Partial<ExchangeOptions>);
    expect(atBinance({ type: "MARKET" }).status).toBe(200);
    expect(atBybit({ orderType: "Market" }).retCode).toBe(0);
    expect(records.filter(({ kind }) => kind === "request")).toHaveLength(2);
    const restore = { snapshot, records };
    const again = createExchange({
      seed: 5,
      historyMinutes: 0,
      accounts: BOTH,
      nowMs: () => START_MS,
      restore,
    });
    expect(again.hash()).toBe(exchange.hash());
  });
});
