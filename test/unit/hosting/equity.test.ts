// The equity curve draws what is known and nothing else: one point a sample, a gap where samples are missing, the
// newest samples even before they are packed.
import { describe, expect, it } from "vitest";
import { changeOf, equityPoints } from "#hosting/model/equity.ts";

const NOW_MS = Date.UTC(2026, 10, 20, 12);
const MINUTE_MS = 60_000;
const day = (minutes: readonly number[], navUsd: readonly string[]) => ({
  day: "2026-11-20",
  atMs: minutes.map((ago) => NOW_MS - ago * MINUTE_MS),
  navUsd,
});

describe("equity points", () => {
  it("join packed days and samples not yet packed, each time once, oldest first", () => {
    const points = equityPoints(
      [day([2, 1], ["101", "102"]), day([3], ["100"])],
      [
        { atMs: NOW_MS - MINUTE_MS, navUsd: "102" },
        { atMs: NOW_MS, navUsd: "103" },
      ],
      "6 h",
      NOW_MS,
    );
    expect(points.map(({ navUsd }) => navUsd)).toEqual(["100", "101", "102", "103"]);
  });

  it("break the line where more than three runs are missing", () => {
    const points = equityPoints([day([9, 5, 2], ["1", "2", "3"])], [], "6 h", NOW_MS);
    expect(points.map(({ navUsd }) => navUsd)).toEqual(["1", null, "2", "3"]);
    expect(points.every((point, index) => index === 0 || point.atMs > (points[index - 1]?.atMs ?? 0))).toBe(
      true,
    );
  });

  it("keep to the range", () => {
    expect(
      equityPoints([day([361, 359], ["1", "2"])], [], "6 h", NOW_MS).map(({ navUsd }) => navUsd),
    ).toEqual(["2"]);
  });
});

describe("the change over the range", () => {
  it("is exact, signed, with its percentage", () => {
    const points = equityPoints([day([2, 1], ["10000.10", "10123.55"])], [], "6 h", NOW_MS);
    expect(changeOf(points)).toEqual({ changeUsd: "123.45", text: "+123.45 USD (+1.23 %)" });
  });

  it("is unknown with fewer than two values", () => {
    expect(changeOf(equityPoints([day([1], ["1"])], [], "6 h", NOW_MS))).toBeNull();
  });
});
