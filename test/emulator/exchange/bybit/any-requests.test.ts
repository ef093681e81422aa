// Properties that hold for any sequence of requests in Bybit's dialect: no request is a fault of the program, the log is the
// wallet, orders keep within their limits and tell one status, and a stored exchange comes back as it was.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { e8, formatTrimmedE8 } from "#local/exchange/engine/decimal.ts";
import type { CommitRecord } from "#local/exchange/types.ts";
import {
  BTC,
  type BybitExchange,
  type Fields,
  type List,
  makeBybit,
  type Row,
  START_MS,
  walletUsd,
} from "./bybit-exchange.ts";

const account = fc.constantFrom("local" as const, "other" as const);
const offsetBps = fc.integer({ min: -900, max: 900 });

const order = fc.record({
  kind: fc.constant("order" as const),
  account,
  side: fc.constantFrom("Buy", "Sell"),
  orderType: fc.constantFrom("Limit", "Market"),
  timeInForce: fc.constantFrom("GTC", "IOC", "FOK", "PostOnly"),
  reduceOnly: fc.boolean(),
  closesAll: fc.boolean(),
  offsetBps,
  thousandths: fc.integer({ min: 1, max: 4_000 }),
  trigger: fc.option(
    fc.record({
      triggerDirection: fc.constantFrom(1, 2),
      offsetBps,
      triggerBy: fc.constantFrom("LastPrice", "MarkPrice", "IndexPrice"),
    }),
    { nil: undefined },
  ),
});
type Step =
  | (typeof order extends fc.Arbitrary<infer Value> ? Value : never)
  | { readonly kind: "cancel" | "amend"; readonly account: "local" | "other"; readonly place: number }
  | { readonly kind: "leverage"; readonly account: "local" | "other"; readonly leverage: number }
  | { readonly kind: "pass"; readonly ms: number }
  | { readonly kind: "jump"; readonly percent: number };

const place = fc.nat({ max: 5 });
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 8, arbitrary: order },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constantFrom("cancel" as const, "amend" as const), account, place }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("leverage" as const),
      account,
      leverage: fc.integer({ min: 1, max: 60 }),
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
      ms: fc.integer({ min: 3_700_000, max: 9_000_000 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant("jump" as const), percent: fc.integer({ min: -6, max: 6 }) }),
  },
);

const priceAt = (venue: BybitExchange, bps: number): string => {
  const mid = venue.exchange.engine.state.symbols.get("BTCUSDT")?.midUsd ?? 1;
  return (Math.round(mid * (1 + bps / 10_000) * 10) / 10).toFixed(2);
};

function create(venue: BybitExchange, step: Extract<Step, { readonly kind: "order" }>): void {
  const { side, orderType, timeInForce, reduceOnly, trigger } = step;
  const qty = (step.thousandths / 1_000).toFixed(3);
  const all = step.closesAll && reduceOnly ? { qty: "0", closeOnTrigger: true } : {};
  const fields: Fields = { ...BTC, side, orderType, timeInForce, reduceOnly, qty, ...all };
  const price = orderType === "Limit" ? { price: priceAt(venue, step.offsetBps) } : {};
  const { offsetBps: triggerBps = 0, ...conditional } = trigger ?? {};
  const triggerPrice = trigger === undefined ? undefined : priceAt(venue, triggerBps);
  venue.call("POST", "/v5/order/create", { ...fields, ...price, ...conditional, triggerPrice }, step.account);
}

function change(venue: BybitExchange, step: Extract<Step, { readonly place: number }>): void {
  const open = venue.ask<List>("GET", "/v5/order/realtime", BTC, step.account).list;
  const { orderId, cumExecQty } = open[step.place] ?? {};
  if (typeof orderId !== "string") return;
  // The price of an order with fills stays, so that every fill can be held to it.
  const price = cumExecQty === "0.000" ? priceAt(venue, 300 - step.place * 120) : undefined;
  const terms = step.kind === "amend" ? { price, qty: "0.500" } : {};
  venue.call("POST", `/v5/order/${step.kind}`, { ...BTC, orderId, ...terms }, step.account);
}

function run(venue: BybitExchange, step: Step): void {
  if (step.kind === "pass") venue.pass(step.ms);
  else if (step.kind === "jump") venue.exchange.admin("jump", { percent: step.percent });
  else if (step.kind === "order") create(venue, step);
  else if (step.kind !== "leverage") change(venue, step);
  else {
    const leverage = String(step.leverage);
    const fields = { ...BTC, buyLeverage: leverage, sellLeverage: leverage };
    venue.call("POST", "/v5/position/set-leverage", fields, step.account);
  }
}

function whole(venue: BybitExchange, path: string, fields: Fields, of: "local" | "other"): Row[] {
  const rows: Row[] = [];
  for (let cursor: string | undefined; cursor !== ""; ) {
    const page: List = venue.ask<List>("GET", path, { ...fields, limit: 50, cursor }, of);
    rows.push(...page.list);
    cursor = page.nextPageCursor;
    venue.exchange.admin("limits", {});
  }
  return rows;
}

const amount = (row: Row, field: string): bigint => e8(String(row[field]) || "0");

function checkLog(venue: BybitExchange, of: "local" | "other"): void {
  const rows: Row[] = [];
  for (let startTime = START_MS; startTime <= venue.nowMs(); startTime += 86_400_000)
    rows.push(
      ...whole(venue, "/v5/account/transaction-log", { startTime, endTime: startTime + 86_399_999 }, of),
    );
  const change = rows.reduce((sum, row) => sum + amount(row, "change"), 0n);
  expect(formatTrimmedE8(change)).toBe(walletUsd(venue, of));
}

/** An order's executions add up to it, and keep to its price and to its promise to take nothing. */
function checkOrder(each: Row, executions: readonly Row[]): void {
  const executed = executions.reduce((sum, row) => sum + amount(row, "execQty"), 0n);
  expect(amount(each, "cumExecQty")).toBe(executed);
  expect(each.orderStatus === "Filled").toBe(executed > 0n && executed === amount(each, "qty"));
  const open = ["New", "PartiallyFilled"].includes(String(each.orderStatus));
  expect(open).toBe(amount(each, "leavesQty") > 0n);
  for (const row of executions) {
    if (each.timeInForce === "PostOnly") expect(row.isMaker).toBe(true);
    const [made, limit] = [amount(row, "execPrice"), amount(each, "price")];
    const within = each.side === "Buy" ? made <= limit : made >= limit;
    expect(within || each.createType === "CreateByTakeOver_PassThrough").toBe(true);
  }
}

function checkOrders(venue: BybitExchange, of: "local" | "other"): void {
  const orders = [
    ...whole(venue, "/v5/order/realtime", BTC, of),
    ...whole(venue, "/v5/order/realtime", { ...BTC, openOnly: 1 }, of),
  ];
  expect(new Set(orders.map(({ orderId }) => orderId)).size).toBe(orders.length);
  for (const each of orders) {
    const asked = { ...BTC, orderId: String(each.orderId) };
    checkOrder(each, whole(venue, "/v5/execution/list", asked, of));
  }
}

const steps = fc.array(step, { minLength: 5, maxLength: 40 });

describe("any sequence of requests", () => {
  test("keeps the log equal to the wallet, and orders to their executions", () => {
    fc.assert(
      fc.property(steps, fc.integer({ min: 1, max: 1_000 }), (sequence, seed) => {
        const venue = makeBybit({ moving: true, seed, limits: { weightPerMinute: 10_000_000 } });
        for (const each of sequence) run(venue, each);
        for (const of of ["local", "other"] as const) {
          checkLog(venue, of);
          checkOrders(venue, of);
        }
      }),
      { numRuns: 40 },
    );
  });

  test("comes back from a snapshot and the records after it", () => {
    fc.assert(
      fc.property(steps, steps, (before, after) => {
        const records: CommitRecord[] = [];
        const venue = makeBybit({ moving: true, onCommit: (record) => records.push(record) });
        for (const each of before) run(venue, each);
        const snapshot = venue.exchange.snapshot();
        records.length = 0;
        for (const each of after) run(venue, each);
        const again = makeBybit({ moving: true, restore: { snapshot, records: [...records] } });
        again.pass(venue.nowMs() - START_MS);
        expect(again.exchange.hash()).toBe(venue.exchange.hash());
      }),
      { numRuns: 30 },
    );
  });
});
