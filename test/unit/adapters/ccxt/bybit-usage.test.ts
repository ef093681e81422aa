// The adapter obeys Bybit's limits ahead of time: by what each answer says of its endpoint's second, and by its own count of
// what leaves the address. What can wait waits first, and an exit last.
import { describe, expect, it } from "vitest";
import { classOf, createAddressUsage, createBybitCounts } from "#adapters/ccxt/bybit-usage.ts";
import { createVenueOpener } from "#adapters/ccxt/ccxt-venue.ts";
import type { HttpRequest } from "#adapters/http/http-transport.ts";
import { VenueError } from "#ports/venue.ts";
import { createFakeClock } from "#test/support/memory/clock.ts";
import { createSeededIdentity } from "#test/support/memory/identity.ts";
import { createMemoryLogger } from "#test/support/memory/logger.ts";
import { list, MARKET } from "./bybit-wire.ts";

const HOST = "https://api.bybit.com";
const request = (method: string, path: string, body: unknown = null): HttpRequest => ({
  method,
  url: `${HOST}${path}`,
  headers: {},
  body: body === null ? null : JSON.stringify(body),
});
const EXIT = request("POST", "/v5/order/create", { reduceOnly: true });
const ENTRY = request("POST", "/v5/order/create", {});
const TRUTH = request("GET", "/v5/order/realtime?category=linear");
const HISTORY = request("GET", "/v5/execution/list?category=linear");

describe("requests of the adapter", () => {
  it.each([
    [request("POST", "/v5/order/cancel", { orderLinkId: "x" }), "exit"],
    [request("GET", "/v5/market/time"), "exit"],
    [EXIT, "exit"],
    [request("POST", "/v5/order/create", { reduceOnly: false }), "entry"],
    [ENTRY, "entry"],
    [TRUTH, "truth"],
    [request("GET", "/v5/order/history?orderLinkId=x"), "truth"],
    [request("GET", "/v5/position/list"), "truth"],
    [request("GET", "/v5/account/wallet-balance?accountType=UNIFIED"), "truth"],
    [request("GET", "/v5/market/tickers"), "entry"],
    [HISTORY, "history"],
    [request("GET", "/v5/account/transaction-log"), "history"],
    [request("GET", "/v5/market/instruments-info"), "history"],
    [request("GET", "/v5/market/kline"), "history"],
    [request("GET", "/v5/market/risk-limit"), "history"],
  ] as const)("belong to their class: %#", (asked, of) => {
    expect(classOf(asked)).toBe(of);
  });
});

function counted() {
  const clock = createFakeClock();
  clock.advance(5_000 - (clock.nowMs() % 5_000));
  const counts = createBybitCounts(createAddressUsage(clock), clock);
  const isLetOut = (asked: HttpRequest): boolean => {
    try {
      counts.check(asked, 0);
      return true;
    } catch (error) {
      if (error instanceof VenueError && error.reason === "tooManyRequests") return false;
      throw error;
    }
  };
  const said = (asked: HttpRequest, limit: number, left: number): void =>
    counts.learn(
      asked,
      {
        status: 200,
        headers: { "x-bapi-limit": String(limit), "x-bapi-limit-status": String(left) },
        body: "",
      },
      { sentAtMs: clock.nowMs(), offsetMs: 0 },
    );
  return { clock, counts, isLetOut, said };
}

describe("a second of one endpoint", () => {
  it.each([
    [10, [true, true]],
    [2, [true, true]],
    [1, [false, true]],
    [0, [false, false]],
  ])("with %i of ten left lets an entry out, and an exit: %o", (left, expected) => {
    const { isLetOut, said } = counted();
    said(ENTRY, 10, left);
    expect([isLetOut(ENTRY), isLetOut(EXIT)]).toEqual(expected);
  });

  it("is over when it is over, and says nothing of other endpoints", async () => {
    const { clock, isLetOut, said } = counted();
    said(ENTRY, 10, 0);
    expect([isLetOut(TRUTH), isLetOut(HISTORY)]).toEqual([true, true]);
    await clock.advance(1_000);
    expect(isLetOut(ENTRY)).toBe(true);
  });

  it("takes a limit that the venue has raised", () => {
    const { isLetOut, said } = counted();
    said(ENTRY, 10, 0);
    said(ENTRY, 100, 90);
    expect(isLetOut(ENTRY)).toBe(true);
  });

  it("is not counted by an answer that does not tell", () => {
    const { counts, isLetOut } = counted();
    counts.learn(ENTRY, { status: 200, headers: {}, body: "" }, { sentAtMs: 0, offsetMs: 0 });
    expect(isLetOut(ENTRY)).toBe(true);
  });
});

describe("five seconds of the address", () => {
  it("go to what matters more as they fill", async () => {
    const { clock, counts, isLetOut } = counted();
    const classes = [HISTORY, ENTRY, TRUTH, EXIT];
    const letOutAfter = (spent: number): readonly boolean[] => {
      for (let each = 0; each < spent; each += 1) counts.spend(0);
      return classes.map(isLetOut);
    };
    expect(letOutAfter(209)).toEqual([true, true, true, true]);
    expect(letOutAfter(1)).toEqual([false, true, true, true]);
    expect(letOutAfter(45)).toEqual([false, false, true, true]);
    expect(letOutAfter(30)).toEqual([false, false, false, true]);
    expect(letOutAfter(15)).toEqual([false, false, false, false]);
    await clock.advance(5_000);
    expect(classes.map(isLetOut)).toEqual([true, true, true, true]);
  });

  it("are counted for all accounts of the process together", async () => {
    const clock = createFakeClock();
    clock.advance(5_000 - (clock.nowMs() % 5_000));
    const open = createVenueOpener();
    const venueOf = (accountId: string) =>
      open({
        venue: "bybit-linear",
        keys: { apiKey: accountId, secret: "secret" },
        origin: null,
        clock,
        identity: createSeededIdentity(accountId.length),
        logger: createMemoryLogger(),
        requestTimeoutMs: 5_000,
        transport: async () => list([]),
      });
    const [first, second] = [venueOf("a"), venueOf("bb")];
    for (let asked = 0; asked < 210; asked += 1) await first.fetchPositions();
    await second.fetchPositions();
    expect(clock.sleepsMs).toEqual([]);
    // History waits for the next five seconds.
    await second.fetchMinutePrices(MARKET.symbol, 0);
    expect(clock.sleepsMs).toEqual([5_000]);
  });
});
