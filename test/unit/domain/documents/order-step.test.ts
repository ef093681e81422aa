// An order of an earlier release in this release's shape: every send of it may still be open, and it was first denied no
// earlier than it was last denied, so that its end as absent waits for longer and never for less.
import { describe, expect, it } from "vitest";
import { STEPS_OF_0_3 } from "#domain/documents/steps-of-0-3.ts";

const led = (shape: Record<string, unknown>) => STEPS_OF_0_3.order?.(shape);

describe("an order of an earlier release", () => {
  it.each([
    ["that was denied", { count: 2, lastAtMs: 7_000 }, 7_000],
    ["that never was", { count: 0, lastAtMs: null }, null],
  ])(
    "%s counts its denials from the last of them, and keeps all of its sends open",
    (_case, absences, ms) => {
      const older = { status: "ACCEPTED", sends: 2, absences };
      expect(led(older)).toEqual({ ...older, openSends: [1, 2], deniedSinceMs: ms });
    },
  );

  it("keeps both where they are there", () => {
    const shape = { sends: 2, openSends: [2], absences: { count: 2, lastAtMs: 7_000 }, deniedSinceMs: 1_000 };
    expect(led(shape)).toEqual(shape);
  });
});
