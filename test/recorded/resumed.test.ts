// Guards what an earlier release left: each of its recorded databases is taken up by this release in the middle of its
// work, under new traffic and faults, and no rule breaks.
// Proves: domain/documents/versions.ts
import { describe, expect, it } from "vitest";
import { HANG_LIMIT_MS } from "#test/simulation/hang-limit.ts";
import { recordings, resume } from "./resume.ts";

const SEEDS = Array.from({ length: 6 }, (_, place) => place + 1);

describe("a database that an earlier release left in the middle of its work", () => {
  it.each(recordings().map((recording) => [recording.release, recording.recording, recording] as const))(
    "of %s is taken up without breaking a rule: %s",
    async (_release, _name, recording) => {
      let items = 0;
      let strikes = 0;
      for (const seed of SEEDS) {
        const resumed = await resume(recording, seed);
        expect(resumed.world.witness.violation, `seed ${seed}`).toBeNull();
        items += resumed.items;
        strikes += resumed.strikes;
      }
      expect(items).toBeGreaterThan(SEEDS.length);
      expect(strikes).toBeGreaterThan(SEEDS.length);
    },
    HANG_LIMIT_MS,
  );
});
