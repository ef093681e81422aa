// Contract of every Venue while the wire fails: an order is called refused only when the venue cannot have
// taken it; the adapter sends it once; it never lands after its deadline.
import { describe, expect, it } from "vitest";
import { codeOf, newRequest, priceAt, RESTING, type Trading } from "./venue.ts";
import type { Dialect } from "./venue-dialects.ts";

/** How long after the adapter gave up a late request or answer comes: time enough to look before. */
export const LATE_MS = 1_500;

export function describeVenueFailures(current: () => Trading, dialect: Dialect): void {
  const { codes, cancel, time } = dialect;
  const orders = dialect.order.match;
  describe("failures", () => {
    it.each(dialect.failures)("an order that meets %s", async (_, effect, { kind, code, landed }) => {
      const { venue, observer, exchange, market, nowMs, sent } = current();
      exchange.addFault({ effect, match: orders, count: 1 });
      const request = newRequest();
      const created = venue.createOrder(request, { market, sendDeadlineMs: nowMs() + 3_000 });
      expect(await codeOf(created)).toEqual([kind, code]);
      expect(sent).toEqual([dialect.order.sent]);
      const found = await observer.findOrder(market, request.clientOrderId);
      expect(found?.status ?? null).toBe(landed ? "FILLED" : null);
    });

    it("does not know what became of an order whose answer is late", async () => {
      const { exchange, observer, market, timeoutMs, order } = current();
      const latencyMs = timeoutMs + LATE_MS;
      exchange.addFault({ effect: { kind: "latency", when: "after", latencyMs }, match: orders, count: 1 });
      const request = newRequest();
      expect(await codeOf(order(request))).toEqual(["unknown", "TIMEOUT"]);
      expect(await observer.findOrder(market, request.clientOrderId)).toMatchObject({ status: "FILLED" });
    });

    it("may find an order later that was not there when the adapter gave up", async () => {
      const { venue, exchange, observer, market, nowMs, timeoutMs, settle } = current();
      const latencyMs = timeoutMs + LATE_MS;
      exchange.addFault({ effect: { kind: "latency", when: "before", latencyMs }, match: orders, count: 1 });
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
        match: orders,
        count: 1,
      });
      const request = newRequest();
      const created = venue.createOrder(request, { market, sendDeadlineMs: nowMs() + 30 });
      expect(await codeOf(created)).toEqual(["clock", codes.clock]);
      expect(await observer.findOrder(market, request.clientOrderId)).toBeNull();
    });

    it.each([-8_000, 8_000])("learns a clock that is off by %i ms from the refusal", async (skewMs) => {
      const { exchange, order } = current();
      exchange.addFault({ effect: { kind: "clockSkew", skewMs } });
      expect(await codeOf(order())).toEqual(["clock", codes.clock]);
      expect(await order()).toMatchObject({ status: "FILLED" });
    });

    it("makes no order wait for the venue's time", async () => {
      const { venue, exchange, order, sent } = current();
      exchange.addFault({ effect: { kind: "clockSkew", skewMs: 8_000 } });
      await venue.fetchServerTimeMs();
      expect(await order()).toMatchObject({ status: "FILLED" });
      expect(sent).toEqual([time, dialect.order.sent, ...dialect.lookUp]);
    });

    it("says when the venue wants to be asked again", async () => {
      const { venue, exchange, order, nowMs } = current();
      exchange.addFault({ effect: { kind: "rateLimit", status: 418, retryAfterS: 60 }, count: 1 });
      const before = nowMs();
      const error: unknown = await order().catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ kind: "banned", code: codes.banned, reason: "banned" });
      const { retryAtMs } = error as { retryAtMs: number };
      expect(retryAtMs).toBeGreaterThanOrEqual(before + 60_000);
      expect(retryAtMs).toBeLessThanOrEqual(nowMs() + 60_000);
      // Until then the adapter sends nothing, reads included.
      expect(await codeOf(venue.fetchAccount())).toEqual(["banned", codes.banned]);
    });

    it.each([
      ["500", { kind: "httpError", when: "before", status: 500, body: "" }],
      ["a reset", { kind: "reset", when: "after" }],
      ["garbage", { kind: "body", when: "after", content: "garbage" }],
      ["throttling", dialect.throttling],
    ] as const)("repeats a read that meets %s, within its bound", async (_, effect) => {
      const { venue, exchange, sent } = current();
      exchange.addFault({ effect, count: 2 });
      expect(await venue.fetchPositions()).toEqual([]);
      expect(sent).toHaveLength(3);
      exchange.addFault({ effect });
      expect((await codeOf(venue.fetchPositions()))[0]).toBe("retryable");
      expect(sent).toHaveLength(6);
    });

    it("repeats a cancel whose answer was lost, and says that nothing is left to cancel", async () => {
      const { venue, exchange, market, observer, order } = current();
      const priceUsd = await priceAt(current(), RESTING);
      const resting = await order({ type: "limit", priceUsd, timeInForce: "GTX" });
      exchange.addFault({ effect: { kind: "reset", when: "after" }, match: cancel, count: 1 });
      expect(await venue.cancelOrder(market, resting.clientOrderId)).toBeNull();
      expect(await observer.findOrder(market, resting.clientOrderId)).toMatchObject({ status: "CANCELED" });
    });
  });
}
