// A run depends on its seed alone: nothing in the simulator reads a clock, waits on a timer or rolls its own dice.
import { describe, expect, it } from "vitest";
import { ambientFaults } from "#test/tidy/purity.ts";
import { sourcesBelow } from "#tools/house/source.ts";

describe("the simulator's sources", () => {
  it("reach no ambient clock, timer or randomness", () => {
    // stack/ drives real processes in real time; a run there cannot be replayed.
    const sources = sourcesBelow("test/simulation").filter(
      ({ path }) => !path.endsWith(".test.ts") && !path.startsWith("test/simulation/stack/"),
    );
    expect(sources.length).toBeGreaterThan(30);
    // Between two cases of the sweep, never within one, signals get their turn.
    const faults = sources
      .flatMap(ambientFaults)
      .filter(
        (fault) => !(fault.startsWith("test/simulation/sweep/sweep.ts:") && fault.includes("setImmediate()")),
      );
    expect(faults).toEqual([]);
  });
});
