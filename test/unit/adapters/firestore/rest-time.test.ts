// Times of Firestore's JSON as versions: exact to the nanosecond, both ways.
import { describe, expect, it } from "vitest";
import { timeOfVersion, versionOfTime } from "#adapters/firestore/rest-time.ts";

describe("a time of Firestore's JSON", () => {
  it.each([
    ["2026-11-28T16:05:46Z", "1795881946.000000000", "2026-11-28T16:05:46.000000000Z"],
    ["2026-11-28T16:05:46.120Z", "1795881946.120000000", "2026-11-28T16:05:46.120000000Z"],
    ["2026-11-28T16:05:46.123456Z", "1795881946.123456000", "2026-11-28T16:05:46.123456000Z"],
    ["2026-11-28T16:05:46.123456789Z", "1795881946.123456789", "2026-11-28T16:05:46.123456789Z"],
  ])("%s is a version, and the version is that time", (time, version, back) => {
    expect(versionOfTime(time)).toBe(version);
    expect(timeOfVersion(version)).toBe(back);
  });

  it("is refused in a form that is not known", () => {
    expect(() => versionOfTime("2026-11-28T16:05:46+01:00")).toThrow("form");
  });
});
