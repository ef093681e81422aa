// The limits that Binance states in exchangeInfo, as documented: what it leaves out, or says in another way, states nothing.
import { describe, expect, it } from "vitest";
import { requestLimitsOf } from "#adapters/ccxt/binance-limits.ts";
import { VenueError } from "#ports/venue.ts";

const row = (rateLimitType: string, interval: string, intervalNum: number, limit: unknown) => ({
  rateLimitType,
  interval,
  intervalNum,
  limit,
});
const WEIGHT = row("REQUEST_WEIGHT", "MINUTE", 1, 2400);
const NONE = { weightPerMinute: null, ordersPerTenSeconds: null, ordersPerMinute: null };

describe("limits of requests", () => {
  it("are those of the venue's rows", () => {
    const rateLimits = [
      WEIGHT,
      row("ORDERS", "MINUTE", 1, 1200),
      row("ORDERS", "SECOND", 10, 300),
      row("RAW_REQUESTS", "MINUTE", 5, 61_000),
    ];
    expect(requestLimitsOf({ rateLimits })).toEqual({
      weightPerMinute: 2400,
      ordersPerTenSeconds: 300,
      ordersPerMinute: 1200,
    });
  });

  it.each([
    ["no rows", {}],
    ["an empty list", { rateLimits: [] }],
    ["rows of another interval", { rateLimits: [row("REQUEST_WEIGHT", "MINUTE", 5, 9_000)] }],
    ["a limit of nothing", { rateLimits: [row("REQUEST_WEIGHT", "MINUTE", 1, 0)] }],
    ["a limit that is no number", { rateLimits: [row("REQUEST_WEIGHT", "MINUTE", 1, "many"), null, 7] }],
  ])("are not stated by %s", (_, answer) => {
    expect(requestLimitsOf(answer)).toEqual(NONE);
  });

  it("are the smaller of two rows", () => {
    const rateLimits = [WEIGHT, row("REQUEST_WEIGHT", "MINUTE", 1, 1200)];
    expect(requestLimitsOf({ rateLimits })).toEqual({ ...NONE, weightPerMinute: 1200 });
  });

  it.each([null, [], "maintenance", { rateLimits: "none" }])("are not read from %j", (answer) => {
    expect(() => requestLimitsOf(answer)).toThrow(VenueError);
  });
});
