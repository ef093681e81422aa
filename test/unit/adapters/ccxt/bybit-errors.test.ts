// Bybit's failures in five kinds: what is certain stays certain, everything else about an order is unknown.
// Proves: adapters/ccxt/bybit-codes.ts
import { describe, expect, it } from "vitest";
import { TransportError } from "#adapters/http/http-transport.ts";
import { rejectionOf } from "#ports/venue.ts";
import { createFakeClock } from "#test/support/memory/clock.ts";
import {
  CREATE,
  failureOf,
  good,
  list,
  MARKET,
  orderRequest,
  POSITIONS,
  refusal,
  type ScriptedBybit,
  scriptedBybit,
  WALLET,
} from "./bybit-wire.ts";

const NOW_MS = createFakeClock().nowMs();
const send = ({ venue, clock }: ScriptedBybit) =>
  venue.createOrder(orderRequest(), { market: MARKET, sendDeadlineMs: clock.nowMs() + 3_000 });

describe("failures of an order on Bybit", () => {
  it.each([
    ["a wrong parameter", refusal(10001, "Qty invalid"), "rejected", "10001"],
    ["price out of range", refusal(110003, "Order price exceeds the allowable range."), "rejected", "110003"],
    ["margin insufficient", refusal(110007, "ab not enough for new order"), "rejected", "110007"],
    ["reduce-only refused", refusal(110017, "Reduce-only rule not satisfied"), "rejected", "110017"],
    [
      "notional too small",
      refusal(110094, "Order notional value below the lower limit"),
      "rejected",
      "110094",
    ],
    ["over the risk limit", refusal(3400139, "exceeded the risk limit"), "rejected", "3400139"],
    ["key refused", refusal(10003, "API key is invalid."), "rejected", "10003"],
    ["request rate", refusal(10006, "Too many visits!"), "retryable", "10006"],
    ["rate of the address", refusal(10018, "Exceeded the IP Rate Limit."), "retryable", "10018"],
    ["server load", refusal(429, "high server load", {}, 429), "retryable", "429"],
    ["protection without words", { status: 429, body: "" }, "retryable", "HTTP_429"],
    ["settlement", refusal(110063, "Settlement in progress!"), "retryable", "110063"],
    ["too late at the engine", refusal(-1, "request expired: o@0"), "retryable", "-1"],
    ["clock", refusal(10002, "The request time exceeds the time window range."), "clock", "10002"],
    ["id taken: ours landed", refusal(110072, "OrderLinkedID is duplicate"), "unknown", "110072"],
    ["the same request again", refusal(10014, "Invalid duplicate request."), "unknown", "10014"],
    ["server timeout", refusal(10000, "Server Timeout"), "unknown", "10000"],
    ["server error", refusal(10016, "Server error."), "unknown", "10016"],
    ["a refusal with a server error", refusal(110007, "ab not enough", {}, 500), "unknown", "110007"],
    ["an undocumented code", refusal(777_777, "?"), "unknown", "777777"],
    ["a good code with a server error", refusal(0, "OK", {}, 502), "unknown", "HTTP_502"],
    ["500", { status: 500, body: "" }, "unknown", "HTTP_500"],
    ["gateway", { status: 502, body: "Bad Gateway" }, "unknown", "HTTP_502"],
    ["an empty success", { status: 200, body: "" }, "unknown", "UNREADABLE"],
    ["garbage", { status: 200, body: "<html>maintenance</html>" }, "unknown", "UNREADABLE"],
    ["half an answer", { status: 200, body: '{"retCode": 0, "resu' }, "unknown", "UNREADABLE"],
    ["a code that is none", { status: 200, body: '{"retCode": "OK"}' }, "unknown", "UNREADABLE"],
    ["an answer of another dialect", { status: 200, body: '{"orderId": 1}' }, "unknown", "UNREADABLE"],
    ["an answer of another shape", good({ orderId: 1 }), "unknown", "UNREADABLE"],
    ["no result", good(null), "unknown", "UNREADABLE"],
    ["connection refused", new TransportError("ECONNREFUSED", false, "refused"), "retryable", "ECONNREFUSED"],
    ["reset after sending", new TransportError("ECONNRESET", true, "reset"), "unknown", "RESET"],
    ["no answer in time", new TransportError("TIMEOUT", true, "timeout"), "unknown", "TIMEOUT"],
    ["the address asks too often", { status: 403, body: "access too frequent" }, "banned", "HTTP_403"],
    ["the address is banned", refusal(10009, "IP has been banned."), "banned", "10009"],
    ["region", { status: 451, body: "restricted" }, "banned", "HTTP_451"],
  ] as const)("%s", async (_, answer, kind, code) => {
    const time = good({ timeSecond: "1767323045", timeNano: "1767323045678000000" });
    const scripted = scriptedBybit({ [CREATE]: answer, "GET /v5/market/time": time });
    const failure = await failureOf(send(scripted));
    expect([failure.kind, failure.code]).toEqual([kind, code]);
    expect(scripted.paths().filter((path) => path === CREATE)).toHaveLength(1);
  });

  it.each([
    [refusal(110017, "current position is zero, cannot fix reduce-only order qty"), "nothingToReduce"],
    [refusal(110017, "orderQty will be truncated to zero"), "belowMinimum"],
    [refusal(110094, "Order does not meet minimum order value 5USDT"), "belowMinimum"],
    [refusal(10001, "The number of contracts exceeds minimum limit allowed"), "belowMinimum"],
    [refusal(10001, "The number of contracts exceeds maximum limit allowed: too large"), "aboveMaximum"],
    [refusal(10001, "Qty invalid"), null],
    [refusal(110090, "Order placement failed as your position may exceed the max limit."), "aboveMaximum"],
    [refusal(110003, "Order price exceeds the allowable range."), "priceBand"],
    [refusal(110020, "Not allowed to have more than 500 active orders."), "tooManyOpen"],
    [{ status: 403, body: "access too frequent" }, "banned"],
    [refusal(110092, "expect Rising, but trigger_price[90000] <= current[95000]"), "wouldFireNow"],
    [refusal(110093, "expect Falling, but trigger_price[99000] >= current[95000]"), "wouldFireNow"],
    [refusal(10006, "Too many visits!"), "tooManyRequests"],
    [refusal(110007, "ab not enough for new order"), "noMargin"],
    [refusal(110012, "Insufficient available balance."), "noMargin"],
    [refusal(110024, "You have an existing position"), null],
  ])("are given the words that every venue shares: %#", async (answer, reason) => {
    const failure = await failureOf(send(scriptedBybit({ [CREATE]: answer })));
    expect(failure.reason).toBe(reason);
    expect(rejectionOf(failure).code).toBe(failure.code);
  });

  it.each([
    ["a limit of a second", refusal(10006, "Too many visits!")],
    ["server load", refusal(429, "high server load", {}, 429)],
    ["protection without words", { status: 429, body: "" }],
  ])("end after a second where the venue names no end: %s", async (_, answer) => {
    const failure = await failureOf(send(scriptedBybit({ [CREATE]: answer })));
    expect([failure.reason, failure.retryAtMs]).toEqual(["tooManyRequests", NOW_MS + 1_000]);
  });

  it.each([
    [refusal(10003, "API key is invalid."), /key/],
    [refusal(10010, "Unmatched IP"), /key/],
    [refusal(10001, "position idx not match position mode"), /one-way/],
    [refusal(10028, "only be accessed by unified account users"), /unified/],
    [refusal(10027, "Transactions are banned."), /Ask the venue/],
    [{ status: 403, body: "<html>Access denied</html>" }, /region/],
    // The venue lifts it by itself: a person who resumes would be one too many.
    [{ status: 403, body: "403, access too frequent" }, null],
    [refusal(110007, "ab not enough for new order"), null],
    [refusal(10001, "Qty invalid"), null],
  ])("name a remedy where they stand for the whole account: %#", async (answer, remedy) => {
    const { accountRemedy } = await failureOf(send(scriptedBybit({ [CREATE]: answer })));
    if (remedy === null) expect(accountRemedy).toBeNull();
    else expect(accountRemedy).toMatch(remedy);
  });

  it("repeat no key and no signature", async () => {
    const scripted: ScriptedBybit = scriptedBybit({
      [CREATE]: ({ headers }) =>
        refusal(
          10004,
          `error sign! origin_string[1767323045678${headers["X-BAPI-API-KEY"]}2500], X-BAPI-SIGN ${headers["X-BAPI-SIGN"]}, secret`,
        ),
    });
    const { message } = await failureOf(send(scripted));
    expect(message).toContain("origin_string[1767323045678[key]2500]");
    expect(message).toContain("X-BAPI-SIGN [left out]");
    expect(message).not.toContain("secret");
  });
});

describe("silence that Bybit wants", () => {
  it("lasts ten minutes for an address that asks too often, and holds every request", async () => {
    const scripted = scriptedBybit({
      [POSITIONS]: { status: 403, body: "403, access too frequent" },
      [CREATE]: good({}),
    });
    const first = await failureOf(scripted.venue.fetchPositions());
    expect([first.kind, first.retryAtMs]).toEqual(["banned", NOW_MS + 600_000]);
    const second = await failureOf(send(scripted));
    expect([second.kind, second.code]).toEqual(["banned", "HTTP_403"]);
    expect(scripted.paths()).toEqual([POSITIONS]);
  });

  it("is not taken from a page of a firewall, whose end nobody told", async () => {
    const scripted = scriptedBybit({
      [POSITIONS]: [{ status: 403, body: "<html>Access denied</html>" }, list([])],
    });
    expect(await failureOf(scripted.venue.fetchPositions())).toMatchObject({ kind: "banned" });
    expect(await scripted.venue.fetchPositions()).toEqual([]);
  });

  it("of one endpoint ends when the answer says, and leaves the others alone", async () => {
    const reset = { "X-Bapi-Limit-Reset-Timestamp": String(NOW_MS + 400) };
    const scripted = scriptedBybit({
      [POSITIONS]: [refusal(10006, "Too many visits!", reset), list([])],
      [WALLET]: good({ list: [] }),
    });
    expect(await scripted.venue.fetchPositions()).toEqual([]);
    expect(scripted.clock.sleepsMs).toEqual([400]);
  });
});

describe("reading from Bybit", () => {
  it("is repeated twice with growing pauses, and never ends as unknown", async () => {
    const scripted = scriptedBybit({ [POSITIONS]: { status: 500, body: "" } });
    expect(await failureOf(scripted.venue.fetchPositions())).toMatchObject({
      kind: "retryable",
      code: "HTTP_500",
    });
    expect(scripted.sent).toHaveLength(3);
  });

  it("of a row in another shape is not left unknown either", async () => {
    const scripted = scriptedBybit({ [POSITIONS]: good({ list: "none" }) });
    expect(await failureOf(scripted.venue.fetchPositions())).toMatchObject({
      kind: "retryable",
      code: "UNREADABLE",
    });
  });

  it("corrects its clock and asks again", async () => {
    const venueMs = 1_767_323_100_000;
    const scripted = scriptedBybit({
      [POSITIONS]: [refusal(10002, "The request time exceeds the time window range."), list([])],
      "GET /v5/market/time": good({ timeSecond: "1767323100", timeNano: "1767323100000000000" }),
    });
    await scripted.venue.fetchPositions();
    const signedMs = Number(scripted.sent.at(-1)?.headers["X-BAPI-TIMESTAMP"]);
    expect(signedMs).toBeGreaterThanOrEqual(venueMs);
    expect(signedMs).toBeLessThan(venueMs + 1_000);
  });
});
