// Properties that hold for any sequence of requests: books balance, positions are the sum of their fills,
// and equal inputs give equal states.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decodeTree, encodeTree } from "#local/exchange/engine/codec.ts";
import type { EngineState } from "#local/exchange/engine/state.ts";
import { createExchange } from "#local/exchange/exchange.ts";
import type { CommitRecord } from "#local/exchange/types.ts";
import { makeExchange, START_MS, type TestExchange } from "./test-exchange.ts";

type Step =
  | {
      readonly kind: "order";
      readonly account: "local" | "other";
      readonly symbol: string;
      readonly side: string;
      readonly type: string;
      readonly tif: string;
      readonly offsetBps: number;
      readonly sizeUsd: number;
      readonly reduceOnly: boolean;
    }
  | { readonly kind: "cancel"; readonly account: "local" | "other"; readonly symbol: string }
  | {
      readonly kind: "stop";
      readonly account: "local" | "other";
      readonly side: string;
      readonly offsetBps: number;
    }
  | { readonly kind: "pass"; readonly ms: number }
  | { readonly kind: "jump"; readonly percent: number };

const account = fc.constantFrom("local" as const, "other" as const);
const symbol = fc.constantFrom("BTCUSDT", "DOGEUSDT", "SOLUSDT");
const side = fc.constantFrom("BUY", "SELL");
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant("order" as const),
      account,
      symbol,
      side,
      type: fc.constantFrom("LIMIT", "MARKET"),
      tif: fc.constantFrom("GTC", "IOC", "FOK", "GTX"),
      offsetBps: fc.integer({ min: -80, max: 80 }),
      sizeUsd: fc.integer({ min: 50, max: 400_000 }),
      reduceOnly: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("cancel" as const), account, symbol }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("stop" as const),
      account,
      side,
      offsetBps: fc.integer({ min: -200, max: 200 }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant("pass" as const), ms: fc.integer({ min: 1, max: 120_000 }) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("pass" as const),
      ms: fc.integer({ min: 3_700_000, max: 7_500_000 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant("jump" as const), percent: fc.integer({ min: -6, max: 6 }) }),
  },
);

const PLACES: Record<string, readonly [price: number, qty: number]> = {
  BTCUSDT: [1, 3],
  DOGEUSDT: [5, 0],
  SOLUSDT: [2, 2],
};

function run(x: TestExchange, step: Step): void {
  if (step.kind === "pass") x.pass(step.ms);
  else if (step.kind === "jump") x.exchange.admin("jump", { percent: step.percent });
  else if (step.kind === "cancel")
    x.send("DELETE", "/fapi/v1/allOpenOrders", { symbol: step.symbol }, step.account);
  else {
    const name = step.kind === "order" ? step.symbol : "BTCUSDT";
    const mid = x.exchange.engine.state.symbols.get(name)?.midUsd ?? 1;
    const [pricePlaces, qtyPlaces] = PLACES[name] ?? [1, 3];
    const price = (mid * (1 + step.offsetBps / 10_000)).toFixed(pricePlaces);
    if (step.kind === "stop") {
      const stop = {
        symbol: name,
        algoType: "CONDITIONAL",
        side: step.side,
        type: "STOP_MARKET",
        triggerPrice: price,
        quantity: "0.010",
      };
      x.send("POST", "/fapi/v1/algoOrder", stop, step.account);
      return;
    }
    const limit = step.type === "LIMIT" ? { price, timeInForce: step.tif } : {};
    const quantity = (step.sizeUsd / mid).toFixed(qtyPlaces);
    const { side: orderSide, type, reduceOnly } = step;
    x.send(
      "POST",
      "/fapi/v1/order",
      { symbol: name, side: orderSide, type, quantity, reduceOnly, ...limit },
      step.account,
    );
  }
}

function checkBooks(x: TestExchange): void {
  const { state } = x.exchange.engine;
  for (const holder of state.accounts.values()) {
    const incomes = state.incomes.filter((entry) => entry.accountId === holder.id);
    const own = state.trades.filter((trade) => trade.accountId === holder.id);
    expect(holder.walletUsdE8).toBe(incomes.reduce((sum, entry) => sum + entry.amountE8, 0n));
    const of = (type: string): bigint =>
      incomes.filter((entry) => entry.type === type).reduce((sum, entry) => sum + entry.amountE8, 0n);
    expect(of("REALIZED_PNL")).toBe(own.reduce((sum, trade) => sum + trade.realizedUsdE8, 0n));
    expect(of("COMMISSION")).toBe(-own.reduce((sum, trade) => sum + trade.commissionUsdE8, 0n));
    for (const [name, position] of holder.positions) {
      const fills = own.filter((trade) => trade.symbol === name);
      const signed = (trade: { side: string }): 1 | -1 => (trade.side === "BUY" ? 1 : -1);
      expect(position.lots).toBe(fills.reduce((sum, trade) => sum + signed(trade) * trade.lots, 0));
      const paid = fills.reduce((sum, trade) => sum + BigInt(signed(trade)) * trade.quoteUsdE8, 0n);
      const realized = fills.reduce((sum, trade) => sum + trade.realizedUsdE8, 0n);
      expect(position.entryUsdE8).toBe(paid + realized);
      expect(position.isolatedWalletUsdE8 >= 0n).toBe(true);
    }
  }
  for (const order of state.orders.values()) {
    const fills = state.trades.filter((trade) => trade.orderId === order.orderId);
    expect(order.executedLots).toBe(fills.reduce((sum, trade) => sum + trade.lots, 0));
    expect(order.cumQuoteUsdE8).toBe(fills.reduce((sum, trade) => sum + trade.quoteUsdE8, 0n));
    expect(order.executedLots).toBeLessThanOrEqual(order.lots);
    if (order.type !== "LIMIT") continue;
    for (const fill of fills) {
      const within =
        order.side === "BUY" ? fill.priceTicks <= order.priceTicks : fill.priceTicks >= order.priceTicks;
      expect(within || order.clientOrderId.startsWith("autoclose-")).toBe(true);
    }
  }
}

const RUNS = { numRuns: 40 } as const;
const steps = fc.array(step, { minLength: 5, maxLength: 60 });

describe("any sequence of requests", () => {
  test("keeps wallets equal to their records, and positions equal to the sum of their fills", () => {
    fc.assert(
      fc.property(steps, fc.integer({ min: 0, max: 1000 }), (sequence, seed) => {
        const x = makeExchange({
          moving: true,
          seed,
          limits: { weightPerMinute: 1e9, ordersPer10s: 1e9, ordersPerMinute: 1e9 },
        });
        for (const each of sequence) run(x, each);
        checkBooks(x);
      }),
      RUNS,
    );
  });

  test("gives the same state for the same seed", () => {
    fc.assert(
      fc.property(steps, fc.integer({ min: 0, max: 1000 }), (sequence, seed) => {
        const [a, b] = [makeExchange({ moving: true, seed }), makeExchange({ moving: true, seed })];
        for (const each of sequence) {
          run(a, each);
          run(b, each);
        }
        expect(a.exchange.hash()).toBe(b.exchange.hash());
      }),
      RUNS,
    );
  });

  test("survives storage: a snapshot anywhere plus the changes after it is the same exchange", () => {
    fc.assert(
      fc.property(steps, fc.nat(59), (sequence, cut) => {
        const log: CommitRecord[] = [];
        const x = makeExchange({ moving: true, onCommit: (record) => log.push(record) });
        let snapshot = x.exchange.snapshot();
        sequence.forEach((each, index) => {
          run(x, each);
          if (index !== cut) return;
          snapshot = x.exchange.snapshot();
          log.length = 0;
        });
        const restored = createExchange({
          seed: 5,
          nowMs: x.nowMs,
          restore: { snapshot, records: log },
          accounts: [],
        });
        restored.advanceTo(x.nowMs());
        expect(restored.hash()).toBe(x.exchange.hash());
      }),
      RUNS,
    );
  });
});

describe("time", () => {
  test("hours of watching without a change are repeatable from storage", () => {
    const log: CommitRecord[] = [];
    const x = makeExchange({ moving: true, onCommit: (record) => log.push(record) });
    const snapshot = x.exchange.snapshot();
    log.length = 0;
    for (let quarter = 0; quarter < 6; quarter += 1) x.pass(900_000);
    const restored = createExchange({
      seed: 5,
      nowMs: x.nowMs,
      restore: { snapshot, records: log },
      accounts: [],
    });
    restored.advanceTo(x.nowMs());
    expect(restored.hash()).toBe(x.exchange.hash());
  });

  test("the market does not depend on how often it is looked at", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 20_000 }), { minLength: 1, maxLength: 30 }),
        (pieces) => {
          const [watched, unwatched] = [makeExchange({ moving: true }), makeExchange({ moving: true })];
          for (const piece of pieces) watched.pass(piece);
          unwatched.pass(pieces.reduce((sum, piece) => sum + piece, 0));
          expect(watched.exchange.hash()).toBe(unwatched.exchange.hash());
        },
      ),
      RUNS,
    );
  });

  test("requests that only read change nothing", () => {
    const [reader, idle] = [makeExchange({ moving: true }), makeExchange({ moving: true })];
    for (const path of [
      "/fapi/v3/account",
      "/fapi/v2/account",
      "/fapi/v2/positionRisk",
      "/fapi/v1/symbolConfig",
      "/fapi/v1/openOrders",
    ]) {
      reader.ask("GET", path);
    }
    reader.ask("GET", "/fapi/v1/depth", { symbol: "BTCUSDT" });
    expect(reader.exchange.hash()).toBe(idle.exchange.hash());
  });

  test("days pass in seconds without a request, and funding is charged on each of them", () => {
    const x = makeExchange({ moving: true });
    x.pass(3 * 86_400_000);
    const rates = x.exchange.engine.state.symbols.get("BTCUSDT")?.fundingHistory ?? [];
    expect(rates).toHaveLength(9);
    expect(rates[0]?.timeMs).toBe(START_MS - (START_MS % 28_800_000) + 28_800_000);
  });
});

test("stored text gives back the same tree", () => {
  const x = makeExchange({ moving: true, historyMinutes: 30 });
  x.pass(5_000);
  const text = x.exchange.snapshot();
  expect(encodeTree(decodeTree<EngineState>(text))).toBe(text);
});
