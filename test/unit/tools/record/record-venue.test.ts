// The recorder against the local exchange: every call of the adapter is made once, its records name no account, and the
// local exchange answers field for field like the venue's documented answers.
import { describe, expect, it } from "vitest";
import { createCcxtVenue } from "#adapters/ccxt/ccxt-venue.ts";
import type { HttpTransport } from "#adapters/http/http-transport.ts";
import { createExchange, type Exchange } from "#local/exchange/exchange.ts";
import type { Venue } from "#ports/venue.ts";
import { ANSWER_FILES, answerFile } from "#test/recorded/venue/answers.ts";
import { createFakeClock } from "#test/support/memory/clock.ts";
import { createExchangeTransport } from "#test/support/memory/exchange-transport.ts";
import { createSeededIdentity } from "#test/support/memory/identity.ts";
import { createMemoryLogger } from "#test/support/memory/logger.ts";
import { type Recording, recordVenue } from "#tools/record/record-venue.ts";
import { recorderSettings } from "#tools/record/recorder-settings.ts";
import { redacted } from "#tools/record/redact.ts";

const TIMEOUT_MS = 1_500;
const KEYS = { apiKey: "local-key", secret: "local-secret" };
const KNOWN = new Map(
  ANSWER_FILES.map(answerFile).map(({ call, answers }) => [call, Object.values(answers)] as const),
);
/** Calls that no code makes: one setting each, which the account's settings tell together. */
const NOT_MADE = ["any", "GET /fapi/v1/positionSide/dual", "GET /fapi/v1/multiAssetsMargin"];

interface Recorded {
  readonly exchange: Exchange;
  readonly recordings: readonly Recording[];
  readonly said: readonly string[];
}

/** `holds`: the account has a position before the tour begins. */
async function record({ holds }: { readonly holds: boolean } = { holds: false }): Promise<Recorded> {
  const clock = createFakeClock();
  const exchange = createExchange({ seed: 11, nowMs: () => clock.nowMs(), historyMinutes: 0 });
  exchange.admin("deposit", { asset: "BNB", qty: "2" });
  const openVenue = (transport: HttpTransport): Venue =>
    createCcxtVenue({
      venue: "binance-usdm",
      keys: KEYS,
      origin: "http://127.0.0.1:1",
      clock,
      identity: createSeededIdentity(3),
      logger: createMemoryLogger(),
      requestTimeoutMs: TIMEOUT_MS,
      transport,
    });
  const { send } = createExchangeTransport(exchange, clock, TIMEOUT_MS);
  if (holds) await buy(openVenue(send), clock.nowMs());
  const said: string[] = [];
  let ids = 0;
  let recordings: readonly Recording[] = [];
  const parts = {
    transport: send,
    openVenue,
    clock,
    symbol: "BTCUSDT",
    newId: () => {
      ids += 1;
      return `rec-${ids}`;
    },
    say: (line: string) => void said.push(line),
  };
  const keep = (kept: readonly Recording[]): void => {
    recordings = kept;
  };
  await recordVenue(parts, KNOWN, keep).catch((error: unknown) => void said.push(String(error)));
  return { exchange, recordings, said };
}

async function buy(venue: Venue, nowMs: number): Promise<void> {
  const [market] = await venue.fetchMarkets();
  if (market === undefined) throw new Error("The exchange lists nothing");
  const request = {
    clientOrderId: "before",
    symbol: market.symbol,
    side: "buy",
    type: "market",
    qtyBase: "0.01",
    priceUsd: null,
    timeInForce: null,
    reduceOnly: false,
  } as const;
  await venue.createOrder(request, { market, sendDeadlineMs: nowMs + 5_000 });
}

describe("the recorder", () => {
  it("finds that the local exchange answers every call field for field like the venue", async () => {
    const { recordings } = await record();
    const differing = recordings.filter(({ faults }) => faults === null || faults.length > 0);
    expect(differing.map(({ call, faults }) => ({ call, faults }))).toEqual([]);
  });

  it("makes every call that the adapter has", async () => {
    const made = new Set((await record()).recordings.map(({ call }) => call));
    expect([...KNOWN.keys()].filter((call) => !made.has(call) && !NOT_MADE.includes(call))).toEqual([]);
  });

  it("leaves the account flat and without orders", async () => {
    const dump = (await record()).exchange.dump() as {
      readonly accounts: readonly { readonly positions: readonly unknown[] }[];
      readonly orders: readonly { readonly status: string }[];
      readonly algoOrders: readonly { readonly algoStatus: string }[];
    };
    expect(dump.accounts.flatMap(({ positions }) => positions)).toEqual([]);
    expect(dump.orders.filter(({ status }) => status === "NEW")).toEqual([]);
    expect(dump.algoOrders.filter(({ algoStatus }) => algoStatus === "NEW")).toEqual([]);
  });

  it("says how the venue answers a stop without a position", async () => {
    expect((await record()).said).toEqual([
      "note: a reduce-only stop without a position is refused with -2022",
    ]);
  });

  it("does not touch an account that holds something, and keeps what it heard", async () => {
    const { said, recordings, exchange } = await record({ holds: true });
    expect(said.at(-1)).toContain("close it first");
    expect(recordings.map(({ call }) => call)).toEqual(["GET /fapi/v1/time", "GET /fapi/v3/positionRisk"]);
    expect((exchange.dump() as { readonly orders: readonly unknown[] }).orders).toHaveLength(1);
  });

  it("keeps no id, name or address of an account", () => {
    const answer = {
      orderId: 84_210_733_021,
      tranId: "9689322392",
      accountAlias: "SgsR",
      msg: "Invalid API-key, request ip: 203.0.113.7",
      price: "94961.53",
      rows: [1, 2, 3, 4, 5, 6, 7],
    };
    expect(redacted(answer)).toEqual({
      orderId: 1,
      tranId: "1111111111",
      accountAlias: "xxxx",
      msg: "Invalid API-key, request ip: [address]",
      price: "94961.53",
      rows: [1, 2, 3, 4, 5],
    });
  });
});

describe("settings of the recorder", () => {
  const env = { RECORD_ORIGIN: "https://demo-fapi.binance.com", RECORD_API_KEY: "k", RECORD_SECRET: "s" };

  it.each(["https://fapi.binance.com", "https://api.binance.com", "https://api.bybit.com"])(
    "refuse the production host %s",
    (origin) => {
      expect(() => recorderSettings({ ...env, RECORD_ORIGIN: origin })).toThrow("production host");
    },
  );

  it("take a test network's host, and name each variable that is missing", () => {
    expect(recorderSettings(env)).toEqual({
      origin: "https://demo-fapi.binance.com",
      keys: { apiKey: "k", secret: "s" },
    });
    expect(() => recorderSettings({})).toThrow(/RECORD_ORIGIN[\s\S]*RECORD_API_KEY[\s\S]*RECORD_SECRET/);
  });
});
