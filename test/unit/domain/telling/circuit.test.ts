// The breaker opens after failures in a row, probes once at a time, and closes at the first success.
import { describe, expect, it } from "vitest";
import { type Circuit, CLOSED, failed, mayTry, PROBE_EVERY_MS, tried } from "#domain/telling/circuit.ts";

const NOW_MS = 1_767_323_045_678;
const opened = [1, 2, 3].reduce<Circuit>((circuit) => failed(circuit, "refused", NOW_MS), CLOSED);

describe("a circuit", () => {
  it("stays closed through failures that are not in a row of three", () => {
    const once = failed(CLOSED, "refused", NOW_MS);
    const twice = failed(once, "refused", NOW_MS);
    expect([CLOSED, once, twice].map((circuit) => mayTry(circuit, NOW_MS))).toEqual([true, true, true]);
  });

  it("opens at the third, and is probed when its time has come, once", () => {
    expect(mayTry(opened, NOW_MS + PROBE_EVERY_MS - 1)).toBe(false);
    expect(mayTry(opened, NOW_MS + PROBE_EVERY_MS)).toBe(true);
    const probed = tried(opened, NOW_MS + PROBE_EVERY_MS);
    expect(mayTry(probed, NOW_MS + PROBE_EVERY_MS + 1)).toBe(false);
  });

  it("waits anew after a probe that fails", () => {
    const again = failed(opened, "refused", NOW_MS + PROBE_EVERY_MS);
    expect(again).toMatchObject({ failures: 4, openedAtMs: NOW_MS + PROBE_EVERY_MS });
  });
});
