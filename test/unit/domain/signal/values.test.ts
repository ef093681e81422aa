// Guards single values: amounts exact, times unambiguous, tokens and rates compared as they must be.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { tokenMatches, tokenSha256 } from "#domain/signal/hook-token.ts";
import { exactDecimal, exactInteger } from "#domain/signal/number.ts";
import { type RequestBucket, takeRequest } from "#domain/signal/request-rate.ts";
import { readTimeMs } from "#domain/signal/time.ts";

describe("a number", () => {
  it.each([
    ["100.10", "100.10"],
    ["-0.5", "-0.5"],
    ["1e-7", "0.0000001"],
    ["1.25E+3", "1250"],
    [".5", "0.5"],
    ["+2", "2"],
    ["3.", "3"],
    ["9007199254740993", "9007199254740993"],
    ["0.1000000000000000055511151231", "0.1000000000000000055511151231"],
  ])("%s is %s", (sent, exact) => {
    expect(exactDecimal(sent)).toBe(exact);
  });

  it.each(["", "1,000", "0x10", "Infinity", "NaN", "1e999", "1_000", "１", "--1", "1e", "12 "])(
    "%j is none",
    (sent) => {
      expect(exactDecimal(sent)).toBeUndefined();
    },
  );

  it("in exponent form keeps every digit", () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: 1n, max: 10n ** 20n }),
        fc.integer({ min: 0, max: 8 }),
        (digits, exponent) => {
          expect(exactDecimal(`${digits}e${exponent}`)).toBe(String(digits * 10n ** BigInt(exponent)));
        },
      ),
    );
  });

  it("is whole and in bounds where it must be", () => {
    expect(exactInteger("1e2", 1, 100)).toBe(100);
    expect(exactInteger("100.0", 1, 100)).toBe(100);
    expect(exactInteger("100.5", 1, 1000)).toBeUndefined();
    expect(exactInteger("101", 1, 100)).toBeUndefined();
  });
});

describe("a time", () => {
  const atMs = Date.UTC(2019, 7, 27, 9, 56, 0);
  it.each([
    "2019-08-27T09:56:00Z",
    "2019-08-27T11:56:00+02:00",
    "2019-08-27T09:56:00.000Z",
    String(atMs),
    String(atMs / 1_000),
  ])("%s is that moment", (sent) => {
    expect(readTimeMs(sent)).toBe(atMs);
  });

  it.each([
    "2019-08-27T09:56:00",
    "2019-08-27",
    "27.08.2019",
    "1566899",
    "2019-13-01T00:00:00Z",
    "1970-01-01T00:00:00Z",
    "now",
  ])("%s is none", (sent) => {
    expect(readTimeMs(sent)).toBeUndefined();
  });
});

describe("a hook's token", () => {
  const hash = tokenSha256("the-right-token");
  it("matches by its hash, and nothing else does", () => {
    expect(tokenMatches("the-right-token", hash)).toBe(true);
    for (const wrong of [null, "", "the-right-toke", "the-right-token ", hash])
      expect(tokenMatches(wrong, hash)).toBe(false);
  });

  it("never matches a hook that has none, or an ill-formed hash", () => {
    expect(tokenMatches("", null)).toBe(false);
    expect(tokenMatches("x", null)).toBe(false);
    expect(tokenMatches("", tokenSha256(""))).toBe(false);
    expect(tokenMatches("x", "zz")).toBe(false);
  });
});

describe("a request bucket", () => {
  it("gives a minute's worth at once, then one when its time has come", () => {
    let bucket: RequestBucket | null = null;
    for (let i = 0; i < 6; i += 1) {
      const taken = takeRequest(bucket, 6, 1_000);
      expect(taken.allowed).toBe(true);
      bucket = taken.bucket;
    }
    expect(takeRequest(bucket, 6, 1_000)).toMatchObject({ allowed: false, retryAfterMs: 10_000 });
    expect(takeRequest(bucket, 6, 10_999).allowed).toBe(false);
    expect(takeRequest(bucket, 6, 11_000).allowed).toBe(true);
  });

  it("never gives more than rate and elapsed time allow, also when the clock jumps back", () => {
    const steps = fc.array(fc.integer({ min: -5_000, max: 20_000 }), { maxLength: 200 });
    fc.assert(
      fc.property(steps, fc.integer({ min: 1, max: 600 }), (gaps, perMinute) => {
        let nowMs = 1_000_000;
        let latestMs = nowMs;
        let bucket: RequestBucket | null = null;
        let taken = 0;
        for (const gap of gaps) {
          nowMs += gap;
          latestMs = Math.max(latestMs, nowMs);
          const decision = takeRequest(bucket, perMinute, nowMs);
          bucket = decision.bucket;
          if (decision.allowed) taken += 1;
        }
        expect(taken).toBeLessThanOrEqual(perMinute + ((latestMs - 1_000_000) * perMinute) / 60_000 + 1);
      }),
    );
  });
});
