// Contract of every Venue while the wire fails: an order is called refused only when the venue cannot have
// taken it; the adapter sends it once; it never lands after its deadline.
import { describe, expect, it } from "vitest";
import type { FaultEffect } from "#local/exchange/faults/fault.ts";
import { codeOf, newRequest, priceAt, RESTING, type Trading } from "./venue.ts";

const ORDERS = { method: "POST", path: "/fapi/v1/order$" };
const UNKNOWN_503 = "Unknown error, please check your request or try again later.";

/** How long after the adapter gave up a late request or answer comes: time enough to look before. */
export const LATE_MS = 1_500;

/** How the failure must be called, and whether the order is at the venue afterwards. */
export interface Outcome {
  readonly kind: string;
  readonly code: string;
  readonly landed: boolean;
}

type Case = readonly [name: string, effect: FaultEffect, outcome: Outcome];

const CASES: readonly Case[] = [
  [
    "500, not taken",
    { kind: "httpError", when: "before", status: 500, body: "<html>" },
    { kind: "unknown", code: "HTTP_500", landed: false },
  ],
  [
    "500, taken",
    { kind: "httpError", when: "after", status: 500, body: "<html>" },
    { kind: "unknown", code: "HTTP_500", landed: true },
  ],
  [
    "502, taken",
    { kind: "httpError", when: "after", status: 502, body: "" },
    { kind: "unknown", code: "HTTP_502", landed: true },
  ],
  [
    "504, taken",
    { kind: "httpError", when: "after", status: 504, body: "Gateway Timeout" },
    { kind: "unknown", code: "HTTP_504", landed: true },
  ],
  [
    "503 unknown, taken",
    { kind: "venueError", when: "after", status: 503, code: -1000, msg: UNKNOWN_503 },
    { kind: "unknown", code: "-1000", landed: true },
  ],
  [
    "503 failed",
    { kind: "venueError", when: "before", status: 503, code: -1000, msg: "Service Unavailable." },
    { kind: "retryable", code: "-1000", landed: false },
  ],
  [
    "503 throttled",
    { kind: "venueError", when: "before", status: 503, code: -1008, msg: "Request throttled" },
    { kind: "retryable", code: "-1008", landed: false },
  ],
  [
    "-1007, taken",
    { kind: "venueError", when: "after", status: 408, code: -1007, msg: "Timeout" },
    { kind: "unknown", code: "-1007", landed: true },
  ],
  [
    "-1007, not taken",
    { kind: "venueError", when: "before", status: 408, code: -1007, msg: "Timeout" },
    { kind: "unknown", code: "-1007", landed: false },
  ],
  [
    "-1006, taken",
    { kind: "venueError", when: "after", status: 400, code: -1006, msg: "Unexpected" },
    { kind: "unknown", code: "-1006", landed: true },
  ],
  ["reset, not taken", { kind: "reset", when: "before" }, { kind: "unknown", code: "RESET", landed: false }],
  ["reset, taken", { kind: "reset", when: "after" }, { kind: "unknown", code: "RESET", landed: true }],
  [
    "garbage, taken",
    { kind: "body", when: "after", content: "garbage" },
    { kind: "unknown", code: "UNREADABLE", landed: true },
  ],
  [
    "garbage, not taken",
    { kind: "body", when: "before", content: "garbage" },
    { kind: "unknown", code: "UNREADABLE", landed: false },
  ],
  [
    "empty body, taken",
    { kind: "body", when: "after", content: "empty" },
    { kind: "unknown", code: "UNREADABLE", landed: true },
  ],
  [
    "region",
    { kind: "httpError", when: "before", status: 451, body: "restricted" },
    { kind: "banned", code: "HTTP_451", landed: false },
  ],
  [
    "firewall",
    { kind: "httpError", when: "before", status: 403, body: "<html>" },
    { kind: "banned", code: "HTTP_403", landed: false },
  ],
  [
    "rate limit",
    { kind: "rateLimit", status: 429, retryAfterS: 7 },
    { kind: "retryable", code: "-1003", landed: false },
  ],
  [
    "ban",
    { kind: "rateLimit", status: 418, retryAfterS: 60 },
    { kind: "banned", code: "-1003", landed: false },
  ],
];

export function describeVenueFailures(current: () => Trading): void {
  describe("failures", () => {
    it.each(CASES)("an order that meets %s", async (_, effect, { kind, code, landed }) => {
      const { venue, observer, exchange, market, nowMs, sent } = current();
      exchange.addFault({ effect, match: ORDERS, count: 1 });
      const request = newRequest();
      const created = venue.createOrder(request, { market, sendDeadlineMs: nowMs() + 3_000 });
      expect(await codeOf(created)).toEqual([kind, code]);
      expect(sent).toEqual(["POST /fapi/v1/order"]);
      const found = await observer.findOrder(market, request.clientOrderId);
      expect(found?.status ?? null).toBe(landed ? "FILLED" : null);
    });

    it("does not know what became of an order whose answer is late", async () => {
      const { exchange, observer, market, timeoutMs, order } = current();
      const latencyMs = timeoutMs + LATE_MS;
      exchange.addFault({ effect: { kind: "latency", when: "after", latencyMs }, match: ORDERS, count: 1 });
      const request = newRequest();
      expect(await codeOf(order(request))).toEqual(["unknown", "TIMEOUT"]);
      expect(await observer.findOrder(market, request.clientOrderId)).toMatchObject({ status: "FILLED" });
    });

    it("may find an order later that was not there when the adapter gave up", async () => {
      const { venue, exchange, observer, market, nowMs, timeoutMs, settle } = current();
      const latencyMs = timeoutMs + LATE_MS;
      exchange.addFault({ effect: { kind: "latency", when: "before", latencyMs }, match: ORDERS, count: 1 });
      const request = newRequest();
      // A window that is still open when the request arrives: otherwise the venue refuses it.
      const created = venue.createOrder(request, { market, sendDeadlineMs: nowMs() + 2 * latencyMs });
      expect(await codeOf(created)).toEqual(["unknown", "TIMEOUT"]);
      expect(await observer.findOrder(market, request.clientOrderId)).toBeNull();
      await settle();
      expect(await observer.findOrder(market, request.clientOrderId)).toMatchObject({ status: "FILLED" });
    });

    it("has the venue refuse an order that arrives after its deadline", async () => {
      const { venue, exchange, observer, market, nowMs } = current();
      exchange.addFault({
        effect: { kind: "latency", when: "before", latencyMs: 80 },
        match: ORDERS,
        count: 1,
      });
      const request = newRequest();
      const created = venue.createOrder(request, { market, sendDeadlineMs: nowMs() + 30 });
      expect(await codeOf(created)).toEqual(["clock", "-1021"]);
      expect(await observer.findOrder(market, request.clientOrderId)).toBeNull();
    });

    it.each([-8_000, 8_000])("learns a clock that is off by %i ms from the refusal", async (skewMs) => {
      const { exchange, order } = current();
      exchange.addFault({ effect: { kind: "clockSkew", skewMs } });
      expect(await codeOf(order())).toEqual(["clock", "-1021"]);
      expect(await order()).toMatchObject({ status: "FILLED" });
    });

    it("makes no order wait for the venue's time", async () => {
      const { venue, exchange, order, sent } = current();
      exchange.addFault({ effect: { kind: "clockSkew", skewMs: 8_000 } });
      await venue.fetchServerTimeMs();
      expect(await order()).toMatchObject({ status: "FILLED" });
      expect(sent).toEqual(["GET /fapi/v1/time", "POST /fapi/v1/order"]);
    });

    it("says when the venue wants to be asked again", async () => {
      const { venue, exchange, order, nowMs } = current();
      exchange.addFault({ effect: { kind: "rateLimit", status: 418, retryAfterS: 60 }, count: 1 });
      const before = nowMs();
      const error: unknown = await order().catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ kind: "banned" });
      const { retryAtMs } = error as { retryAtMs: number };
      expect(retryAtMs).toBeGreaterThanOrEqual(before + 60_000);
      expect(retryAtMs).toBeLessThanOrEqual(nowMs() + 60_000);
      // Until then the adapter sends nothing, reads included.
      expect(await codeOf(venue.fetchAccount())).toEqual(["banned", "-1003"]);
    });

    it.each([
      ["500", { kind: "httpError", when: "before", status: 500, body: "" }],
      ["a reset", { kind: "reset", when: "after" }],
      ["garbage", { kind: "body", when: "after", content: "garbage" }],
      [
        "throttling",
        { kind: "venueError", when: "before", status: 503, code: -1008, msg: "Request throttled" },
      ],
    ] as const)("repeats a read that meets %s, within its bound", async (_, effect) => {
      const { venue, exchange, sent } = current();
      exchange.addFault({ effect, count: 2 });
      expect(await venue.fetchAccount()).toMatchObject({ walletUsd: expect.any(String) });
      expect(sent).toHaveLength(3);
      exchange.addFault({ effect });
      expect((await codeOf(venue.fetchAccount()))[0]).toBe("retryable");
      expect(sent).toHaveLength(6);
    });

    it("repeats a cancel whose answer was lost, and says that nothing is left to cancel", async () => {
      const { venue, exchange, market, observer, order } = current();
      const priceUsd = await priceAt(current(), RESTING);
      const resting = await order({ type: "limit", priceUsd, timeInForce: "GTX" });
      exchange.addFault({ effect: { kind: "reset", when: "after" }, match: { method: "DELETE" }, count: 1 });
      expect(await venue.cancelOrder(market, resting.clientOrderId)).toBeNull();
      expect(await observer.findOrder(market, resting.clientOrderId)).toMatchObject({ status: "CANCELED" });
    });
  });
}
