// Contract of every Venue for stops that rest there: they wait outside the book, fire with the price, only
// ever shrink the position, and are created as carefully as orders.
import { describe, expect, it } from "vitest";
import { dec } from "#domain/decimal.ts";
import { MAX_ALGO_ORDERS } from "#local/exchange/engine/filters.ts";
import type { FaultEffect } from "#local/exchange/faults/fault.ts";
import { createdStop } from "#ports/created.ts";
import type { StopRequest, VenueStop } from "#ports/venue.ts";
import { codeOf, priceAt, refusalOf, type Trading } from "./venue.ts";
import type { Dialect, Outcome } from "./venue-dialects.ts";

/** With room for clocks that differ. */
const A_SECOND_MS = 1_100;

let ids = 0;

/** A stop five percent below the market for a long of 0.01. */
async function newStop(trading: Trading, changes: Partial<StopRequest> = {}): Promise<StopRequest> {
  ids += 1;
  return {
    clientStopId: `stop-${ids}`,
    kind: "stop",
    symbol: "BTCUSDT",
    side: "sell",
    qtyBase: "0.01",
    triggerPriceUsd: await priceAt(trading, "0.95"),
    ...changes,
  };
}

function create({ venue, market, nowMs }: Trading, request: StopRequest): Promise<VenueStop> {
  return createdStop(venue, request, { market, sendDeadlineMs: nowMs() + 3_000 });
}

async function fall(trading: Trading): Promise<void> {
  trading.exchange.admin("price", { symbol: "BTCUSDT", priceUsd: Number(await priceAt(trading, "0.94")) });
}

export function describeVenueStops(current: () => Trading, dialect: Dialect): void {
  const { codes, cancel } = dialect;
  const stops = dialect.stop.match;
  describe("resting stops", () => {
    it("rests from its one request until it is withdrawn", async () => {
      const trading = current();
      const { venue, market, sent } = trading;
      await trading.order();
      const request = await newStop(trading);
      const before = sent.length;
      expect(await create(trading, request)).toMatchObject({ ...request, status: "RESTING" });
      expect(sent.slice(before)).toEqual([dialect.stop.sent, ...dialect.lookUp]);
      expect(await venue.findStop(market, request.clientStopId)).toMatchObject({
        ...request,
        status: "RESTING",
        filledQtyBase: "0",
        venueOrderId: null,
      });
      expect(await venue.fetchOpenStops("all")).toMatchObject([request]);
      expect(await venue.fetchOpenStops([market])).toMatchObject([request]);
      expect(await venue.fetchOpenStops([{ ...market, symbol: "ETHUSDT" }])).toEqual([]);
      // Outside the book: no order yet.
      expect(await venue.fetchOpenOrders([market])).toEqual([]);
      expect(await venue.cancelStop(market, request.clientStopId)).toBe(true);
      expect(await venue.fetchOpenStops("all")).toEqual([]);
      expect(await venue.findStop(market, request.clientStopId)).toMatchObject({ status: "CANCELED" });
    });

    it("answers null and false for a stop that the venue does not know", async () => {
      const { venue, market } = current();
      expect(await venue.findStop(market, "never-sent")).toBeNull();
      expect(await venue.cancelStop(market, "never-sent")).toBe(false);
    });

    it("closes the position once the price is there, and says at what price", async () => {
      const trading = current();
      const { venue, market } = trading;
      await trading.order();
      const request = await newStop(trading);
      await create(trading, request);
      await fall(trading);
      expect(await venue.fetchPositions()).toEqual([]);
      const stop = await venue.findStop(market, request.clientStopId);
      expect(stop).toMatchObject({ status: "DONE", filledQtyBase: "0.01" });
      expect(dec(stop?.averagePriceUsd ?? "0").lte(request.triggerPriceUsd)).toBe(true);
      const fills = await venue.fetchFills(market, 0);
      expect(fills.some(({ venueOrderId }) => venueOrderId === stop?.venueOrderId)).toBe(true);
      expect(await venue.cancelStop(market, request.clientStopId)).toBe(false);
      expect(await venue.fetchOpenStops("all")).toEqual([]);
    });

    it("never takes more than the position holds, and never opens one", async () => {
      const trading = current();
      await trading.order();
      const larger = await newStop(trading, { qtyBase: "0.025" });
      const second = await newStop(trading);
      await create(trading, larger);
      await create(trading, second);
      await fall(trading);
      expect(await trading.venue.fetchPositions()).toEqual([]);
      const { venue, market } = trading;
      expect(await venue.findStop(market, larger.clientStopId)).toMatchObject({
        status: "DONE",
        filledQtyBase: "0.01",
      });
      expect(await venue.findStop(market, second.clientStopId)).toMatchObject({
        status: "REFUSED",
        filledQtyBase: "0",
      });
    });

    it("takes profit with the move in favour, and is told apart from a stop", async () => {
      const trading = current();
      const { venue, market } = trading;
      await trading.order();
      const up = await priceAt(trading, "1.05");
      const request = await newStop(trading, { kind: "takeProfit", qtyBase: "0.004", triggerPriceUsd: up });
      expect(await create(trading, request)).toMatchObject({ ...request, status: "RESTING" });
      expect(await venue.fetchOpenStops([market])).toMatchObject([{ kind: "takeProfit" }]);
      const passed = await newStop(trading, { kind: "takeProfit" });
      expect(await codeOf(create(trading, passed))).toEqual(["rejected", codes.wouldFireNow.takeProfit]);
      const priceUsd = Number(await priceAt(trading, "1.06"));
      trading.exchange.admin("price", { symbol: "BTCUSDT", priceUsd });
      expect(await venue.fetchPositions()).toMatchObject([{ qtyBase: "0.006" }]);
      expect(await venue.findStop(market, request.clientStopId)).toMatchObject({
        kind: "takeProfit",
        status: "DONE",
        filledQtyBase: "0.004",
      });
    });

    it("guards a short from above", async () => {
      const trading = current();
      await trading.order({ side: "sell" });
      const request = await newStop(trading, {
        side: "buy",
        triggerPriceUsd: await priceAt(trading, "1.05"),
      });
      await create(trading, request);
      const priceUsd = Number(await priceAt(trading, "1.06"));
      trading.exchange.admin("price", { symbol: "BTCUSDT", priceUsd });
      expect(await trading.venue.fetchPositions()).toEqual([]);
      const stop = await trading.venue.findStop(trading.market, request.clientStopId);
      expect(dec(stop?.averagePriceUsd ?? "0").gte(request.triggerPriceUsd)).toBe(true);
    });

    it("is refused in the venue's own codes", async () => {
      const trading = current();
      await trading.order();
      const beyond = await newStop(trading, { triggerPriceUsd: await priceAt(trading, "1.05") });
      const { stop } = codes.wouldFireNow;
      expect(await refusalOf(create(trading, beyond))).toEqual(["rejected", stop, "wouldFireNow"]);
      const adding = await newStop(trading, { side: "buy", triggerPriceUsd: await priceAt(trading, "1.05") });
      const { nothingToReduce } = codes;
      expect(await refusalOf(create(trading, adding))).toEqual([
        "rejected",
        nothingToReduce,
        "nothingToReduce",
      ]);
      const first = await newStop(trading);
      await create(trading, first);
      // The first one may be our own, sent before a crash: only a look-up can tell.
      expect(await codeOf(create(trading, first))).toEqual(["unknown", codes.duplicate]);
      expect(await trading.venue.fetchOpenStops("all")).toHaveLength(1);
    });

    it("is refused where as many rest as the venue allows", async () => {
      const trading = current();
      await trading.order();
      for (let placed = 0; placed < MAX_ALGO_ORDERS; placed += 1) {
        // A venue may take ten creations a second.
        if (placed === MAX_ALGO_ORDERS / 2) await trading.pass(A_SECOND_MS);
        await create(trading, await newStop(trading));
      }
      const { tooManyOpen } = codes;
      expect(await refusalOf(create(trading, await newStop(trading)))).toEqual([
        "rejected",
        tooManyOpen,
        "tooManyOpen",
      ]);
    });

    it("sends nothing after its deadline, and has the venue refuse what arrives after it", async () => {
      const trading = current();
      const { venue, market, nowMs, sent, exchange, observer } = trading;
      await trading.order();
      const request = await newStop(trading);
      const before = sent.length;
      expect(await codeOf(venue.createStop(request, { market, sendDeadlineMs: nowMs() }))).toEqual([
        "retryable",
        "SEND_DEADLINE",
      ]);
      expect(sent).toHaveLength(before);
      exchange.addFault({
        effect: { kind: "latency", when: "before", latencyMs: 80 },
        match: stops,
        count: 1,
      });
      const late = venue.createStop(request, { market, sendDeadlineMs: nowMs() + 30 });
      expect(await codeOf(late)).toEqual(["clock", codes.clock]);
      expect(await observer.findStop(market, request.clientStopId)).toBeNull();
    });

    const failures: readonly (readonly [string, FaultEffect, Outcome])[] = [
      [
        "500, taken",
        { kind: "httpError", when: "after", status: 500, body: "" },
        { kind: "unknown", code: "HTTP_500", landed: true },
      ],
      ["reset, taken", { kind: "reset", when: "after" }, { kind: "unknown", code: "RESET", landed: true }],
      [
        "reset, not taken",
        { kind: "reset", when: "before" },
        { kind: "unknown", code: "RESET", landed: false },
      ],
      [
        "garbage, taken",
        { kind: "body", when: "after", content: "garbage" },
        { kind: "unknown", code: "UNREADABLE", landed: true },
      ],
      ["rate limit", { kind: "rateLimit", status: 429, retryAfterS: 7 }, dialect.rateLimit],
    ];
    it.each(failures)(
      "a creation that meets %s is not repeated",
      async (_, effect, { kind, code, landed }) => {
        const trading = current();
        const { exchange, observer, market, sent } = trading;
        await trading.order();
        const request = await newStop(trading);
        const before = sent.length;
        exchange.addFault({ effect, match: stops, count: 1 });
        expect(await codeOf(create(trading, request))).toEqual([kind, code]);
        expect(sent.slice(before)).toEqual([dialect.stop.sent]);
        const found = await observer.findStop(market, request.clientStopId);
        expect(found?.status ?? null).toBe(landed ? "RESTING" : null);
      },
    );

    it("repeats a withdrawal whose answer was lost", async () => {
      const trading = current();
      await trading.order();
      const request = await newStop(trading);
      await create(trading, request);
      trading.exchange.addFault({
        effect: { kind: "reset", when: "after" },
        match: cancel,
        count: 1,
      });
      expect(await trading.venue.cancelStop(trading.market, request.clientStopId)).toBe(false);
      expect(await trading.observer.fetchOpenStops("all")).toEqual([]);
    });
  });
}
