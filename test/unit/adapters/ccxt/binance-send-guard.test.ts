// Guards what leaves for the venue: an order or a stop goes out with every field as it is stored, void after its
// deadline, or not at all, whatever the layers between the record and the wire do to it.
import { describe, expect, it } from "vitest";
import { createCcxt } from "#adapters/ccxt/binance-client.ts";
import { json } from "#test/support/memory/transport.ts";
import {
  failureOf,
  MARKET,
  orderRequest,
  rawAlgo,
  rawOrder,
  type ScriptedVenue,
  STOP_REQUEST,
  scriptedVenueOver,
} from "./binance-wire.ts";

const WINDOW_MS = 2_500;

const ORDER = orderRequest({
  side: "sell",
  type: "limit",
  priceUsd: "94000.1",
  timeInForce: "GTX",
  reduceOnly: true,
});
const SENDS = {
  order: ({ venue, clock }: ScriptedVenue) =>
    venue.createOrder(ORDER, { market: MARKET, sendDeadlineMs: clock.nowMs() + WINDOW_MS }),
  "market order": ({ venue, clock }: ScriptedVenue) =>
    venue.createOrder(orderRequest(), { market: MARKET, sendDeadlineMs: clock.nowMs() + WINDOW_MS }),
  stop: ({ venue, clock }: ScriptedVenue) =>
    venue.createStop(STOP_REQUEST, { market: MARKET, sendDeadlineMs: clock.nowMs() + WINDOW_MS }),
} as const;
type Kind = keyof typeof SENDS;

/** The venue's clock less ours. */
const OFFSET_MS = 700;

/** A venue whose ccxt sends another form than the one that it was to send. */
function altered(change: (form: URLSearchParams) => void): ScriptedVenue {
  const ccxt = createCcxt();
  const sign = ccxt.sign.bind(ccxt);
  ccxt.sign = (...call: Parameters<typeof sign>) => {
    const signed = sign(...call);
    if (signed.method !== "POST") return signed;
    const form = new URLSearchParams(signed.body);
    change(form);
    return { ...signed, body: form.toString() };
  };
  const scripted: ScriptedVenue = scriptedVenueOver(ccxt, ({ url }) => {
    if (url.endsWith("/time")) return json({ serverTime: scripted.clock.nowMs() + OFFSET_MS });
    return json(url.endsWith("/algoOrder") ? rawAlgo() : rawOrder());
  });
  return scripted;
}

async function refusalOf(kind: Kind, change: (form: URLSearchParams) => void): Promise<string> {
  const scripted = altered(change);
  const failure = await failureOf(SENDS[kind](scripted));
  expect(scripted.wire.sent).toEqual([]);
  expect(failure.kind).toBe("rejected");
  return failure.code;
}

const ORDER_FIELDS = [
  ["symbol", "ETHUSDT"],
  ["side", "BUY"],
  ["type", "MARKET"],
  ["quantity", "0.014"],
  ["price", "94000.2"],
  ["timeInForce", "GTC"],
  ["reduceOnly", "false"],
  ["newClientOrderId", "b-fedcba9876543210"],
  ["newOrderRespType", "ACK"],
] as const;
const STOP_FIELDS = [
  ["symbol", "ETHUSDT"],
  ["side", "BUY"],
  ["type", "TAKE_PROFIT_MARKET"],
  ["quantity", "0.014"],
  ["triggerPrice", "90000.2"],
  ["reduceOnly", "false"],
  ["clientAlgoId", "p-fedcba9876543210"],
  ["algoType", "TWAP"],
  ["workingType", "CONTRACT_PRICE"],
] as const;
const EVERY_FIELD = [
  ...ORDER_FIELDS.map(([field, value]) => ["order", field, value] as const),
  ...STOP_FIELDS.map(([field, value]) => ["stop", field, value] as const),
];
const AMOUNTS = new Set(["quantity", "price", "triggerPrice"]);
const codeOf = (field: string): string => (AMOUNTS.has(field) ? "PRECISION" : "WIRE_MISMATCH");

describe("the send guard", () => {
  it.each(["order", "market order", "stop"] as const)(
    "lets the %s out that nobody has altered",
    async (kind) => {
      const scripted = altered(() => undefined);
      await SENDS[kind](scripted);
      expect(scripted.wire.sent).toHaveLength(1);
    },
  );

  it.each(EVERY_FIELD)("keeps the %s back whose %s has become %s", async (kind, field, value) => {
    expect(await refusalOf(kind, (form) => form.set(field, value))).toBe(codeOf(field));
  });

  it.each(EVERY_FIELD)("keeps the %s back that has lost its %s", async (kind, field) => {
    expect(await refusalOf(kind, (form) => form.delete(field))).toBe(codeOf(field));
  });

  it.each(EVERY_FIELD)("keeps the %s back that names its %s twice", async (kind, field) => {
    const again = (form: URLSearchParams): void => form.append(field, form.get(field) ?? "");
    expect(await refusalOf(kind, again)).toBe("WIRE_MISMATCH");
  });

  it.each([
    ["timeInForce", "GTC"],
    ["reduceOnly", "true"],
    ["price", "94000.1"],
  ])("keeps back a market order that has got a %s", async (field, value) => {
    expect(await refusalOf("market order", (form) => form.set(field, value))).toBe(codeOf(field));
  });

  describe.each(["order", "stop"] as const)("of the %s", (kind) => {
    it.each([
      ["closePosition", "true"],
      ["positionSide", "LONG"],
    ])("keeps it back with a %s that is stored nowhere", async (field, value) => {
      expect(await refusalOf(kind, (form) => form.set(field, value))).toBe("WIRE_MISMATCH");
    });

    it.each(["timestamp", "recvWindow"])("keeps it back when its %s lets it land late", async (field) => {
      const later = (form: URLSearchParams): void => form.set(field, String(Number(form.get(field)) + 1));
      expect(await refusalOf(kind, later)).toBe("WIRE_MISMATCH");
    });

    it.each(["timestamp", "recvWindow", "signature"])("keeps it back without a %s", async (field) => {
      expect(await refusalOf(kind, (form) => form.delete(field))).toBe("WIRE_MISMATCH");
    });

    it("keeps it back when its window is no number", async () => {
      expect(await refusalOf(kind, (form) => form.set("recvWindow", "long"))).toBe("WIRE_MISMATCH");
    });

    it("measures the deadline on the venue's clock", async () => {
      const scripted = altered(() => undefined);
      const { clock, wire } = scripted;
      await scripted.venue.fetchServerTimeMs();
      await SENDS[kind](scripted);
      const form = new URLSearchParams(wire.sent.at(-1)?.body ?? "");
      expect(Number(form.get("timestamp")) + Number(form.get("recvWindow"))).toBe(
        clock.nowMs() + OFFSET_MS + WINDOW_MS,
      );
    });
  });
});
