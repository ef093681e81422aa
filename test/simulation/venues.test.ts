// The venue of each account is drawn: a share of the seeds has an account at the second one, alone or beside the first, no live
// account is moved there, and such a run speaks both APIs and keeps every rule.
import { describe, expect, it } from "vitest";
import { HANG_LIMIT_MS } from "./hang-limit.ts";
import { simulate } from "./simulate.ts";
import { BYBIT_SHARE, venuesOf } from "./venues.ts";
import { drawRun } from "./workload/draw.ts";

const SEEDS = Array.from({ length: 400 }, (_, place) => place + 1);

describe("the venue of an account", { timeout: HANG_LIMIT_MS }, () => {
  it("is the second one in a share of the seeds, alone in some and beside the first in others", () => {
    const drawn = SEEDS.map((seed) => venuesOf(drawRun(seed, null).setup));
    const second = drawn.filter((venues) => venues.includes("bybit-linear"));
    expect(second.length / SEEDS.length).toBeCloseTo(BYBIT_SHARE, 1);
    expect(new Set(second.map(({ length }) => length))).toEqual(new Set([1, 2]));
  });

  it("is never the second one for a live account, which is refused there", () => {
    for (const seed of SEEDS)
      for (const { profile } of drawRun(seed, "bybit-linear").setup.accounts)
        expect(profile.venue === "bybit-linear").toBe(profile.mode === "paper");
  });

  it("leaves the rest of the run as it was drawn", () => {
    for (const seed of SEEDS.slice(0, 20)) {
      const [one, other] = [drawRun(seed, "binance-usdm"), drawRun(seed, "bybit-linear")];
      expect(other.items).toEqual(one.items);
      expect(other.setup.accounts.map(({ config }) => config)).toEqual(
        one.setup.accounts.map(({ config }) => config),
      );
    }
  });

  it("decides which API a run speaks", async () => {
    const seed = SEEDS.find((each) => venuesOf(drawRun(each, null).setup).length === 2) ?? 0;
    const { log, violation } = await simulate({ seed, venue: null });
    const calls = log.tail(log.length).filter((line) => line.includes(" venue "));
    expect(calls.some((line) => line.includes(" as /v5/account/wallet-balance"))).toBe(true);
    expect(calls.some((line) => line.includes("GET /fapi/v3/account"))).toBe(true);
    expect(violation).toBeNull();
  });
});
