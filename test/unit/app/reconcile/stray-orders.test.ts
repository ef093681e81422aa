// The minute's look at every resting order of the account: ours that the books do not have as live are withdrawn and told,
// foreign ones are named and left alone, and an order that had ended as absent is taken into the books when it appears.
// Proves: app/reconcile/stray-orders.ts, app/reconcile/absent-orders.ts, app/execution/late-order.ts, domain/decide/late-order.ts
import { beforeEach, describe, expect, it } from "vitest";
import { WATCH_MS } from "#domain/decide/late-order.ts";
import { ABSENT_AFTER_MS } from "#domain/decide/resend.ts";
import { clientOrderId } from "#domain/documents/ids.ts";
import { paths } from "#domain/documents/paths.ts";
import type { Intent } from "#domain/documents/signal.ts";
import { loadBooks } from "#functions/app/books/load-books.ts";
import { bookLateOrder } from "#functions/app/execution/late-order.ts";
import { orderByHand } from "#test/support/by-hand.ts";
import { createOrderAccount, type OrderAccount } from "#test/support/order-account.ts";
import { ACCOUNT } from "#test/support/world.ts";

const MINUTE_MS = 60_000;

let at: OrderAccount;
beforeEach(async () => {
  at = await createOrderAccount();
});

const RESTING = { symbol: "BTCUSDT", side: "BUY", type: "LIMIT", timeInForce: "GTC", quantity: "0.01" };
const rest = (newClientOrderId: string, price = "50000") =>
  orderByHand(at.world, { ...RESTING, price, newClientOrderId });
const told = (code: string) => at.alerts().filter((alert) => alert.code === code);

describe("a resting order", () => {
  it("of ours that no book knows is withdrawn, and a person is told", async () => {
    rest(clientOrderId(ACCOUNT, "i-unknown", 0));
    await at.pass(MINUTE_MS + 5_000);
    expect(at.world.venueOrders()).toMatchObject([{ status: "CANCELED" }]);
    expect(told("STRAY_ORDER")).toMatchObject([{ severity: "critical" }]);
  });

  it("of somebody else is named in one alert, and never touched", async () => {
    rest("by-hand-1");
    await at.pass(3 * MINUTE_MS);
    expect(at.world.venueOrders()).toMatchObject([{ status: "NEW" }]);
    expect(told("FOREIGN_ORDER")).toHaveLength(1);
    rest("by-hand-2", "49000");
    await at.pass(2 * MINUTE_MS);
    expect(told("FOREIGN_ORDER")).toHaveLength(2);
  });

  it("of ours that is live in the books is left alone", async () => {
    at = await createOrderAccount({ workingLimitMs: 3_600_000 });
    await at.decide({ strategyId: "patient" });
    at.priceRises();
    await at.pass(3 * MINUTE_MS);
    expect(at.world.venueOrders()).toMatchObject([{ status: "NEW" }]);
    expect(at.codes()).toEqual([]);
  });

  it("that only a lagging list still shows is no stray", async () => {
    at = await createOrderAccount({ workingLimitMs: 20_000 });
    await at.decide({ strategyId: "patient" });
    at.priceRises();
    const venue = await at.worker.venueFor({
      accountId: ACCOUNT,
      name: "Main",
      venue: "binance-usdm",
      mode: "paper",
    });
    const list = at.freeze("/fapi/v1/openOrders");
    await venue.fetchOpenOrders("all");
    await at.pass(2 * MINUTE_MS);
    expect(at.orders()).toMatchObject([{ status: "CANCELED" }]);
    list.end();
    expect(at.codes()).toEqual([]);
  });
});

describe("an order that had ended as absent", () => {
  /** An entry that every endpoint hid, and that is at the venue all the same. */
  async function hidden(entry: "rests" | "filled", meanwhile: Partial<Intent> | null = null): Promise<void> {
    at.loseNext("before");
    await at.decide();
    await at.pass(ABSENT_AFTER_MS + MINUTE_MS);
    expect(at.orders()).toMatchObject([{ status: "ABSENT" }]);
    if (meanwhile !== null) await at.decide(meanwhile);
    const request = at.orders()[0]?.request;
    const { clientOrderId: newClientOrderId = "", qtyBase: quantity = "" } = request ?? {};
    const fields = { symbol: "BTCUSDT", side: "BUY", quantity, newClientOrderId, type: "LIMIT" };
    orderByHand(
      at.world,
      entry === "filled"
        ? { ...fields, timeInForce: "IOC", price: request?.priceUsd ?? "" }
        : { ...fields, timeInForce: "GTC", price: "50000" },
    );
  }

  it("and appears filled after its strategy has left is closed: the exit that was refused meanwhile is newer", async () => {
    await hidden("filled", { action: "close", side: null });
    await at.pass(2 * MINUTE_MS);
    const message = expect.stringMatching(/Its strategy has left the position since, so it is closed$/);
    expect(told("ORDER_APPEARED")).toMatchObject([{ severity: "critical", message }]);
    expect(at.groups()).toMatchObject([{ status: "CLOSED", qtyBase: "0" }]);
    expect(at.control().slots).toEqual({});
    const { trades } = at.world.exchange.engine.state;
    expect(trades.reduce((held, { side, lots }) => held + (side === "BUY" ? lots : -lots), 0)).toBe(0);
    expect(trades).not.toEqual([]);
  });

  it("is left also where its process dies once the fill is booked", async () => {
    await hidden("filled", { action: "close", side: null });
    const { documents } = at.worker;
    const dying: typeof at.worker = {
      ...at.worker,
      documents: {
        ...documents,
        async commit(writes) {
          const stored = await documents.commit(writes);
          if (writes.some(({ path }) => path.includes("/groups/"))) throw new Error("killed");
          return stored;
        },
      },
    };
    const id = at.orders()[0]?.request.clientOrderId ?? "";
    const books = await loadBooks(dying, ACCOUNT);
    await expect(bookLateOrder(dying, books, id, "test")).rejects.toThrow("killed");
    expect(at.groups()).toMatchObject([{ closing: { targetBase: "0" } }]);
    expect(at.control().closings).toEqual([at.groups()[0]?.groupId]);
    await at.pass(2 * MINUTE_MS);
    expect(at.groups()).toMatchObject([{ status: "CLOSED", qtyBase: "0" }]);
  });

  it("and appears filled is taken into the books: its group is open again, with its slot, and a person is told", async () => {
    await hidden("filled");
    await at.pass(2 * MINUTE_MS);
    expect(at.orders()).toMatchObject([{ status: "FILLED" }]);
    expect(at.groups()).toMatchObject([{ status: "ACTIVE", qtyBase: at.orders()[0]?.request.qtyBase }]);
    expect(Object.keys(at.control().slots)).toEqual([at.groups()[0]?.groupId]);
    expect(at.control().absentOrders).toEqual({});
    expect(told("ORDER_APPEARED")).toMatchObject([{ severity: "critical" }]);
    expect(told("POSITION_UNKNOWN")).toEqual([]);
  });

  it("is forgotten after a day of looks, which go on over restarts", async () => {
    at.loseNext("before");
    await at.decide();
    await at.pass(ABSENT_AFTER_MS + MINUTE_MS);
    at.world.requests.length = 0;
    const looks = () => at.world.requests.filter((request) => request === "GET /fapi/v1/order").length;
    await at.pass(2 * 60 * MINUTE_MS);
    expect(looks()).toBeGreaterThan(8);
    expect(looks()).toBeLessThan(16);
    const watched = at.control().absentOrders;
    at.world.documents.seed(paths.control(ACCOUNT), {
      ...at.control(),
      absentOrders: Object.fromEntries(
        Object.entries(watched).map(([id, each]) => [id, { ...each, sinceMs: each.sinceMs - WATCH_MS }]),
      ),
    } as never);
    await at.pass(2 * MINUTE_MS);
    expect(at.control().absentOrders).toEqual({});
  });
});

describe("a position list that lags", () => {
  it("takes back no fill that another endpoint of the venue has", async () => {
    await at.positions();
    const list = at.freeze("/fapi/v3/positionRisk");
    await at.positions();
    await at.decide();
    await at.pass(2 * MINUTE_MS);
    expect(at.groups()).toMatchObject([{ status: "ACTIVE" }]);
    expect(told("POSITION_ADJUSTED")).toEqual([]);
    list.end();
  });
});
