// The venue's failures in five kinds: what is certain stays certain, everything else about an order is unknown.
import { describe, expect, it } from "vitest";
import { TransportError } from "#adapters/http/http-transport.ts";
import { rejectionOf } from "#ports/venue.ts";
import { createFakeClock } from "#test/support/memory/clock.ts";
import { json } from "#test/support/memory/transport.ts";
import { failureOf, MARKET, orderRequest, scriptedVenue, send } from "./binance-wire.ts";

const refusal = (code: number, msg: string, status = 400) => json({ code, msg }, status);
const NOW_MS = createFakeClock().nowMs();
const UNKNOWN_503 = "Unknown error, please check your request or try again later.";
const INTERNAL = "Internal error; unable to process your request. Please try again.";

describe("failures of an order on Binance USD-M", () => {
  it.each([
    ["margin insufficient", refusal(-2019, "Margin is insufficient."), "rejected", "-2019"],
    ["reduce-only refused", refusal(-2022, "ReduceOnly Order is rejected."), "rejected", "-2022"],
    [
      "notional too small",
      refusal(-4164, "Order's notional must be no smaller than 100"),
      "rejected",
      "-4164",
    ],
    ["post-only would take", refusal(-5022, "Post Only order will be rejected."), "rejected", "-5022"],
    ["too many digits", refusal(-1111, "Precision is over the maximum"), "rejected", "-1111"],
    ["bad quantity", refusal(-1013, "Invalid quantity."), "rejected", "-1013"],
    ["new order rejected", refusal(-2010, "Account has insufficient balance"), "rejected", "-2010"],
    ["off the tick", refusal(-4014, "Price not increased by tick size."), "rejected", "-4014"],
    ["key refused", refusal(-2015, "Invalid API-key, IP, or permissions", 401), "rejected", "-2015"],
    ["order rate", refusal(-1015, "Too many new orders.", 429), "retryable", "-1015"],
    ["request rate", refusal(-1003, "Too many requests queued.", 429), "retryable", "-1003"],
    ["throttled by the system", refusal(-1008, "Request throttled", 503), "retryable", "-1008"],
    ["503 that failed", refusal(-1000, "Service Unavailable.", 503), "retryable", "-1000"],
    ["503 that failed, internal", refusal(-1001, INTERNAL, 503), "retryable", "-1001"],
    ["too late at the engine", refusal(-5028, "outside of the ME recvWindow"), "retryable", "-5028"],
    ["503 that may have worked", refusal(-1000, UNKNOWN_503, 503), "unknown", "-1000"],
    ["503 of a proxy", { status: 503, body: "<h1>503</h1>" }, "unknown", "HTTP_503"],
    ["internal error elsewhere", refusal(-1001, INTERNAL, 500), "unknown", "-1001"],
    ["unexpected answer inside", refusal(-1006, "Execution status unknown."), "unknown", "-1006"],
    ["backend timeout", refusal(-1007, "Send status unknown", 408), "unknown", "-1007"],
    ["unknown error", refusal(-1000, "An unknown error occured"), "unknown", "-1000"],
    ["client id taken: ours landed", refusal(-4116, "ClientOrderId is duplicated."), "unknown", "-4116"],
    ["duplicate, in spot's words", refusal(-2010, "Duplicate order sent."), "unknown", "-2010"],
    ["a refusal with a server error", refusal(-2019, "Margin is insufficient.", 500), "unknown", "-2019"],
    ["an undocumented code", refusal(-9999, "?"), "unknown", "-9999"],
    ["gateway", { status: 502, body: "Bad Gateway" }, "unknown", "HTTP_502"],
    ["a 400 without words", { status: 400, body: "" }, "unknown", "HTTP_400"],
    ["an empty success", { status: 200, body: "" }, "unknown", "UNREADABLE"],
    ["garbage", { status: 200, body: "<html>maintenance</html>" }, "unknown", "UNREADABLE"],
    ["half an answer", { status: 200, body: '{"orderId": 12' }, "unknown", "UNREADABLE"],
    ["an answer of another shape", json({ orderId: 1 }), "unknown", "UNREADABLE"],
    ["a list", json([]), "unknown", "UNREADABLE"],
    ["connection refused", new TransportError("ECONNREFUSED", false, "refused"), "retryable", "ECONNREFUSED"],
    ["name not resolved", new TransportError("ENOTFOUND", false, "dns"), "retryable", "ENOTFOUND"],
    ["reset after sending", new TransportError("ECONNRESET", true, "reset"), "unknown", "RESET"],
    ["no answer in time", new TransportError("TIMEOUT", true, "timeout"), "unknown", "TIMEOUT"],
    ["firewall", { status: 403, body: "<html>" }, "banned", "HTTP_403"],
    ["region", { status: 451, body: "Service unavailable from a restricted location" }, "banned", "HTTP_451"],
    ["banned", refusal(-1003, "Way too many requests; IP banned.", 418), "banned", "-1003"],
  ] as const)("%s", async (_, answer, kind, code) => {
    const scripted = scriptedVenue(answer);
    const failure = await failureOf(send(scripted, orderRequest()));
    expect([failure.kind, failure.code]).toEqual([kind, code]);
    // Whatever it was: an order creation is never repeated by the adapter.
    expect(scripted.wire.sent).toHaveLength(1);
  });

  it.each([
    ["post-only would take", refusal(-5022, "Post Only order will be rejected."), "wouldTake"],
    ["its trigger is passed", refusal(-2021, "Order would immediately trigger."), "wouldFireNow"],
    ["reduce-only refused", refusal(-2022, "ReduceOnly Order is rejected."), "nothingToReduce"],
    ["request rate", refusal(-1003, "Too many requests queued.", 429), "tooManyRequests"],
    ["a bare 429", { status: 429, body: "" }, "tooManyRequests"],
    ["margin insufficient", refusal(-2019, "Margin is insufficient."), "noMargin"],
    ["notional too small", refusal(-4164, "Order's notional must be no smaller than 100"), "belowMinimum"],
    ["quantity too small", refusal(-4004, "Quantity less than min quantity."), "belowMinimum"],
    ["quantity too large", refusal(-4005, "Quantity greater than max quantity."), "aboveMaximum"],
    ["position too large", refusal(-2027, "Exceeded the maximum allowable position"), "aboveMaximum"],
    ["price above the band", refusal(-4016, "Limit price can't be higher than 1."), "priceBand"],
    ["price below the band", refusal(-4024, "Limit price can't be lower than 1."), "priceBand"],
    ["market beyond its band", refusal(-4131, "PERCENT_PRICE filter limit"), "priceBand"],
    ["most open orders", refusal(-2025, "Reach max open order limit."), "tooManyOpen"],
    ["a ban", refusal(-1003, "Way too many requests; IP banned.", 418), "banned"],
    ["firewall", { status: 403, body: "<html>" }, "banned"],
    ["a refusal without a meaning here", refusal(-4014, "Price not increased by tick size."), null],
  ] as const)("%s: in the word that venues share", async (_, answer, reason) => {
    const failure = await failureOf(send(scriptedVenue(answer), orderRequest()));
    expect(failure.reason).toBe(reason);
    expect(rejectionOf(failure).reason ?? null).toBe(reason);
  });

  it.each([
    ["the ban's own end", refusal(-1003, `IP banned until ${NOW_MS + 90_000}. Please`, 429), 90_000],
    ["Retry-After in seconds", json({ code: -1003, msg: "banned" }, 418, { "retry-after": "240" }), 240_000],
    ["the shortest ban", { status: 418, body: "" }, 120_000],
    ["a firewall's patience", { status: 403, body: "" }, 300_000],
  ] as const)("says when a ban ends: %s", async (_, answer, afterMs) => {
    const failure = await failureOf(send(scriptedVenue(answer), orderRequest()));
    expect([failure.kind, failure.retryAtMs]).toEqual(["banned", NOW_MS + afterMs]);
  });

  it("sends nothing while a ban lasts, and goes on after it", async () => {
    const scripted = scriptedVenue(
      { status: 418, headers: { "retry-after": "60" } },
      json({ serverTime: 1 }),
    );
    await failureOf(send(scripted, orderRequest()));
    const held = await failureOf(scripted.venue.fetchServerTimeMs());
    expect([held.kind, held.retryAtMs]).toEqual(["banned", NOW_MS + 60_000]);
    expect(scripted.wire.sent).toHaveLength(1);
    await scripted.clock.advance(60_000);
    expect(await scripted.venue.fetchServerTimeMs()).toBe(1);
  });

  it("still tries a cancel after a firewall block, whose length is only guessed", async () => {
    const scripted = scriptedVenue({ status: 403, body: "" }, refusal(-2011, "Unknown order sent."));
    await failureOf(send(scripted, orderRequest()));
    expect(await scripted.venue.cancelOrder(MARKET, "b-1")).toBeNull();
  });

  it("learns the venue's time after a clock error, so that the next order is in time", async () => {
    const scripted = scriptedVenue(
      refusal(-1021, "Timestamp for this request is outside of the recvWindow."),
      json({ serverTime: NOW_MS + 9_000 }),
      json({}),
    );
    expect(await failureOf(send(scripted, orderRequest()))).toMatchObject({ kind: "clock", code: "-1021" });
    await failureOf(send(scripted, orderRequest()));
    expect(scripted.wire.sent.map(({ url }) => new URL(url).pathname)).toEqual([
      "/fapi/v1/order",
      "/fapi/v1/time",
      "/fapi/v1/order",
    ]);
    expect(new URLSearchParams(scripted.wire.sent[2]?.body ?? "").get("timestamp")).toBe(
      String(NOW_MS + 9_000),
    );
  });

  it("puts neither key nor secret nor signature into an error", async () => {
    const failure = await failureOf(send(scriptedVenue({ status: 500, body: "" }), orderRequest()));
    const shown = `${failure.message} ${failure.stack} ${JSON.stringify(failure)}`;
    expect(shown).not.toMatch(/signature=|secret/);
  });
});
