// One order or exit, one request: what leaves is what is stored, inside its window, once; and an acknowledgement is taken for no
// more than that.
import { describe, expect, it } from "vitest";
import { createBybitCcxt } from "#adapters/ccxt/bybit-client.ts";
import type { HttpRequest } from "#adapters/http/http-transport.ts";
import type { OrderRequest } from "#domain/documents/order.ts";
import type { Acknowledged, StopRequest } from "#ports/venue.ts";
import { createFakeClock } from "#test/support/memory/clock.ts";
import { usdtPerpetual } from "#test/support/memory/market.ts";
import {
  ACKNOWLEDGED,
  CREATE,
  failureOf,
  good,
  MARKET,
  orderRequest,
  type ScriptedBybit,
  STOP_REQUEST,
  scriptedBybit,
} from "./bybit-wire.ts";

const WINDOW_MS = 2_500;
/** The venue's clock less ours. */
const OFFSET_MS = 700;

const options = ({ clock }: ScriptedBybit, windowMs = WINDOW_MS) => ({
  market: MARKET,
  sendDeadlineMs: clock.nowMs() + windowMs,
});
const sendOrder = (scripted: ScriptedBybit, changes: Partial<OrderRequest> = {}, windowMs = WINDOW_MS) =>
  scripted.venue.createOrder(orderRequest(changes), options(scripted, windowMs));
const sendStop = (scripted: ScriptedBybit, changes: Partial<StopRequest> = {}) =>
  scripted.venue.createStop({ ...STOP_REQUEST, ...changes }, options(scripted));

const STOP_ACKNOWLEDGED = good({ orderId: "c4a1f0de", orderLinkId: STOP_REQUEST.clientStopId });
const bodyOf = (request: HttpRequest | undefined): unknown => JSON.parse(request?.body ?? "null");

describe("creating an order on Bybit", () => {
  it("costs exactly one HTTP request, also as the first call of an instance", async () => {
    const scripted = scriptedBybit({ [CREATE]: ACKNOWLEDGED });
    await sendOrder(scripted);
    expect(scripted.sent.map(({ method, url }) => `${method} ${url}`)).toEqual([
      "POST https://api.bybit.com/v5/order/create",
    ]);
  });

  it("answers with the venue's ids, and with no word on what became of it", async () => {
    const said: unknown = await sendOrder(scriptedBybit({ [CREATE]: ACKNOWLEDGED }));
    expect(said).toEqual({
      acknowledged: true,
      clientOrderId: "b-0123456789abcdef",
      venueOrderId: "5d6ae8bc-3c50-4d3e-a7f1-1a0c2f6b7d10",
    } satisfies Acknowledged);
  });

  it.each([
    ["a market order", {}, { orderType: "Market" }],
    [
      "one that may only rest",
      { type: "limit", priceUsd: "94000.1", timeInForce: "GTX", side: "sell" },
      { orderType: "Limit", price: "94000.1", timeInForce: "PostOnly", side: "Sell" },
    ],
    [
      "one that takes at once",
      { type: "limit", priceUsd: "94000.1", timeInForce: "IOC" },
      { orderType: "Limit", price: "94000.1", timeInForce: "IOC" },
    ],
    ["a reduction", { reduceOnly: true }, { orderType: "Market", reduceOnly: true }],
  ] as const)("sends %s with its exact words", async (_, changes, form) => {
    const scripted = scriptedBybit({ [CREATE]: ACKNOWLEDGED });
    await sendOrder(scripted, changes);
    expect(bodyOf(scripted.sent[0])).toEqual({
      category: "linear",
      symbol: "BTCUSDT",
      side: "Buy",
      qty: "0.013",
      positionIdx: 0,
      orderLinkId: "b-0123456789abcdef",
      ...form,
    });
  });

  it.each([
    ["stop", "sell", 2],
    ["stop", "buy", 1],
    ["takeProfit", "sell", 1],
    ["takeProfit", "buy", 2],
  ] as const)("sends a %s that is a %s as fired in the direction %i", async (kind, side, direction) => {
    const scripted = scriptedBybit({ [CREATE]: STOP_ACKNOWLEDGED });
    await sendStop(scripted, { kind, side });
    expect(bodyOf(scripted.sent[0])).toEqual({
      category: "linear",
      symbol: "BTCUSDT",
      side: side === "buy" ? "Buy" : "Sell",
      orderType: "Market",
      qty: "0.013",
      triggerPrice: "90000.1",
      triggerDirection: direction,
      triggerBy: "MarkPrice",
      reduceOnly: true,
      positionIdx: 0,
      orderLinkId: "p-0123456789abcdef",
    });
  });

  it("signs a window that ends at the deadline, on the venue's clock, and reads with their own again", async () => {
    const scripted: ScriptedBybit = scriptedBybit({
      "GET /v5/market/time": () =>
        good({ timeSecond: "1", timeNano: `${scripted.clock.nowMs() + OFFSET_MS}000123` }),
      [CREATE]: ACKNOWLEDGED,
      "GET /v5/position/list": good({ list: [], nextPageCursor: "" }),
    });
    await scripted.venue.fetchServerTimeMs();
    await sendOrder(scripted);
    await scripted.venue.fetchPositions();
    const [, order, read] = scripted.sent;
    expect(order?.headers).toMatchObject({
      "X-BAPI-TIMESTAMP": String(scripted.clock.nowMs() + OFFSET_MS),
      "X-BAPI-RECV-WINDOW": "2500",
      "X-BAPI-SIGN": expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    expect(read?.headers["X-BAPI-RECV-WINDOW"]).toBe("10000");
  });

  it("signs with the time by which the window was measured, however late ccxt signs", async () => {
    const fake = createFakeClock();
    let ticks = 0;
    const ticking = (): number => {
      ticks += 1;
      return fake.nowMs() + ticks;
    };
    const scripted = scriptedBybit({ [CREATE]: ACKNOWLEDGED }, { clock: { ...fake, nowMs: ticking } });
    const sendDeadlineMs = fake.nowMs() + 2_500;
    await scripted.venue.createOrder(orderRequest(), { market: MARKET, sendDeadlineMs });
    const { "X-BAPI-TIMESTAMP": signed, "X-BAPI-RECV-WINDOW": window } = scripted.sent[0]?.headers ?? {};
    expect(Number(signed) + Number(window)).toBe(sendDeadlineMs);
    expect(ticks).toBeGreaterThan(2);
  });

  it("names no broker", async () => {
    const scripted = scriptedBybit({ [CREATE]: ACKNOWLEDGED });
    await sendOrder(scripted);
    expect(Object.keys(scripted.sent[0]?.headers ?? {}).map((name) => name.toLowerCase())).not.toContain(
      "referer",
    );
  });

  it("sends nothing after the deadline", async () => {
    const scripted = scriptedBybit({ [CREATE]: ACKNOWLEDGED });
    expect(await failureOf(sendOrder(scripted, {}, 0))).toMatchObject({
      kind: "retryable",
      code: "SEND_DEADLINE",
    });
    expect(scripted.sent).toEqual([]);
  });

  it("keeps one id from being sent twice at once, also as an order and an exit", async () => {
    const scripted = scriptedBybit({ [CREATE]: ACKNOWLEDGED });
    const first = sendOrder(scripted);
    const second = await failureOf(sendStop(scripted, { clientStopId: "b-0123456789abcdef" }));
    await first;
    expect([second.kind, second.code]).toEqual(["unknown", "IN_FLIGHT"]);
    expect(scripted.sent).toHaveLength(1);
  });

  it("does not take an acknowledgement of another order for its own", async () => {
    const scripted = scriptedBybit({ [CREATE]: STOP_ACKNOWLEDGED });
    expect(await failureOf(sendOrder(scripted))).toMatchObject({ kind: "unknown", code: "UNREADABLE" });
  });

  it.each([
    ["without ids", good({})],
    ["with an empty id", good({ orderId: "", orderLinkId: "b-0123456789abcdef" })],
  ])("leaves the outcome open after an acknowledgement %s", async (_, answer) => {
    const failure = await failureOf(sendOrder(scriptedBybit({ [CREATE]: answer })));
    expect([failure.kind, failure.code]).toEqual(["unknown", "UNREADABLE"]);
  });

  it.each([
    ["of another venue, whose steps are not these", usdtPerpetual("BTC")],
    [
      "of another symbol",
      { ...MARKET, symbol: "ETHUSDT", venueMarket: { category: "linear", symbol: "ETHUSDT" } },
    ],
  ])("refuses a stored market %s", async (_, market) => {
    const scripted = scriptedBybit({ [CREATE]: ACKNOWLEDGED });
    const sent = scripted.venue.createOrder(orderRequest(), { ...options(scripted), market });
    expect(await failureOf(sent)).toMatchObject({ kind: "rejected", code: "MARKET" });
    expect(scripted.sent).toEqual([]);
  });
});

type Form = Record<string, unknown>;
type Signed = { form: Form; headers: Record<string, string> };

/** A venue whose ccxt sends another request than the one that it was to send. */
function altered(change: (signed: Signed) => void): ScriptedBybit {
  const ccxt = createBybitCcxt();
  const sign = ccxt.sign.bind(ccxt);
  ccxt.sign = (...call: Parameters<typeof sign>) => {
    const signed = sign(...call);
    if (signed.method !== "POST") return signed;
    const [form, headers] = [JSON.parse(signed.body) as Form, { ...signed.headers }];
    change({ form, headers });
    return { ...signed, body: JSON.stringify(form), headers };
  };
  const answer = ({ body }: HttpRequest) =>
    good({ orderId: "1", orderLinkId: (JSON.parse(body ?? "{}") as Form).orderLinkId });
  return scriptedBybit({ [CREATE]: answer }, { ccxt });
}

const LIMIT = {
  type: "limit",
  side: "sell",
  priceUsd: "94000.1",
  timeInForce: "GTX",
  reduceOnly: true,
} as const;
const SENDS = {
  order: (scripted: ScriptedBybit) => sendOrder(scripted, LIMIT),
  stop: (scripted: ScriptedBybit) => sendStop(scripted),
} as const;

async function refusalOf(kind: keyof typeof SENDS, change: (signed: Signed) => void): Promise<string> {
  const scripted = altered(change);
  const failure = await failureOf(SENDS[kind](scripted));
  expect(scripted.sent).toEqual([]);
  expect(failure.kind).toBe("rejected");
  return failure.code;
}

const FIELDS = [
  ["order", "category", "inverse"],
  ["order", "symbol", "ETHUSDT"],
  ["order", "side", "Buy"],
  ["order", "orderType", "Market"],
  ["order", "qty", "0.014"],
  ["order", "price", "94000.2"],
  ["order", "timeInForce", "GTC"],
  ["order", "reduceOnly", false],
  ["order", "positionIdx", 1],
  ["order", "orderLinkId", "b-fedcba9876543210"],
  ["stop", "category", "inverse"],
  ["stop", "symbol", "ETHUSDT"],
  ["stop", "side", "Buy"],
  ["stop", "orderType", "Limit"],
  ["stop", "qty", "0.014"],
  ["stop", "triggerPrice", "90000.2"],
  ["stop", "triggerDirection", 1],
  ["stop", "triggerBy", "LastPrice"],
  ["stop", "reduceOnly", false],
  ["stop", "positionIdx", 2],
  ["stop", "orderLinkId", "p-fedcba9876543210"],
] as const;
const codeOf = (field: string): string =>
  ["qty", "price", "triggerPrice"].includes(field) ? "PRECISION" : "WIRE_MISMATCH";

describe("the send guard on Bybit", () => {
  it.each(["order", "stop"] as const)("lets the %s out that is unaltered", async (kind) => {
    const scripted = altered(() => undefined);
    await SENDS[kind](scripted);
    expect(scripted.sent).toHaveLength(1);
  });

  it.each(FIELDS)("keeps the %s back whose %s has become %s", async (kind, field, value) => {
    const change = ({ form }: Signed): void => void Object.assign(form, { [field]: value });
    expect(await refusalOf(kind, change)).toBe(codeOf(field));
  });

  it.each(FIELDS)("keeps the %s back that has lost its %s", async (kind, field) => {
    const change = ({ form }: Signed): void => void delete form[field];
    expect(await refusalOf(kind, change)).toBe(codeOf(field));
  });

  it.each([
    ["order", "takeProfit", "99000"],
    ["order", "triggerPrice", "90000.1"],
    ["stop", "closeOnTrigger", true],
    ["stop", "price", "90000"],
  ] as const)("keeps the %s back with a %s that is stored nowhere", async (kind, field, value) => {
    const change = ({ form }: Signed): void => void Object.assign(form, { [field]: value });
    expect(await refusalOf(kind, change)).toBe("WIRE_MISMATCH");
  });

  describe.each(["order", "stop"] as const)("of the %s", (kind) => {
    it.each(["X-BAPI-TIMESTAMP", "X-BAPI-RECV-WINDOW"])(
      "keeps it back when %s lets it land late",
      async (name) => {
        const change = ({ headers }: Signed): void =>
          void Object.assign(headers, { [name]: String(Number(headers[name]) + 1) });
        expect(await refusalOf(kind, change)).toBe("WIRE_MISMATCH");
      },
    );

    it.each(["X-BAPI-TIMESTAMP", "X-BAPI-RECV-WINDOW", "X-BAPI-SIGN"])(
      "keeps it back without %s",
      async (name) => {
        const change = ({ headers }: Signed): void => void delete headers[name];
        expect(await refusalOf(kind, change)).toBe("WIRE_MISMATCH");
      },
    );
  });
});
