// An age is never shown younger than it is, and the page says so when a clock disagrees.
import { describe, expect, it } from "vitest";
import { agoText, durationText, utcDays, utcText } from "#hosting/model/age.ts";

const NOW_MS = Date.UTC(2026, 10, 20, 0, 0, 30);

describe("durations", () => {
  it.each([
    [0, "0 s"],
    [59_999, "59 s"],
    [60_000, "1 min"],
    [3_599_999, "59 min"],
    [7_500_000, "2 h 5 min"],
    [86_400_000, "1 d"],
    [97_200_000, "1 d 3 h"],
  ])("%i ms is %s", (ms, text) => {
    expect(durationText(ms)).toBe(text);
  });

  it("has one unit where brief", () => {
    expect([durationText(7_500_000, true), durationText(97_200_000, true)]).toEqual(["2 h", "1 d"]);
  });
});

describe("times", () => {
  it("are relative, with the exact UTC to the millisecond beside them", () => {
    expect(agoText(NOW_MS, NOW_MS - 12_000)).toBe("12 s ago");
    expect(utcText(NOW_MS)).toBe("2026-11-20 00:00:30.000 UTC");
  });

  it("ahead of this clock are said to be so beyond what clocks differ by", () => {
    expect(agoText(NOW_MS, NOW_MS + 4_000)).toBe("now");
    expect(agoText(NOW_MS, NOW_MS + 180_000)).toBe("3 min ahead of this clock");
  });

  it("fall into UTC days, newest first, across midnight", () => {
    expect(utcDays(NOW_MS, 3)).toEqual(["2026-11-20", "2026-11-19", "2026-11-18"]);
  });
});
