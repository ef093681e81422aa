// Other programs behind the same address, which use up most of the venue's request weight in some minutes. The venue tells of it
// with every answer. Drawn from a stream of its own: a seed's other items stay what they were.
import type { Random } from "../engine/random.ts";
import { FIRST_ITEM_MS, type Item } from "./items.ts";
import { type RunSetup, VENUE_WEIGHT_PER_MINUTE } from "./setup.ts";

export interface Crowd {
  readonly kind: "crowd";
  /** Used by the others in the minute of now. */
  readonly weight: number;
}

const SHARE = 0.08;
const MINUTE_MS = 60_000;
const MOST_MINUTES = 4;
/** Of the documented limit. */
const USED = { least: 0.6, most: 1 } as const;

/** Each in a minute of its own, some time after the minute's begin. */
export function drawCrowds(random: Random, setup: RunSetup): readonly Item[] {
  if (!random.chance(SHARE) || setup.weightPerMinute < VENUE_WEIGHT_PER_MINUTE) return [];
  const firstMs = random.int(FIRST_ITEM_MS, setup.trialMs);
  return Array.from({ length: random.int(1, MOST_MINUTES) }, (_, minute): Item => {
    const used = USED.least + (USED.most - USED.least) * Math.sqrt(random.int(0, 1_000) / 1_000);
    const weight = Math.round(VENUE_WEIGHT_PER_MINUTE * used);
    return { afterMs: firstMs + minute * MINUTE_MS, happening: { kind: "crowd", weight } };
  }).filter(({ afterMs }) => afterMs <= setup.trialMs);
}
