// Settings of an account that a person changes at the venue by hand, while its reading falls due. Drawn apart from the
// others: a seed's other items stay what they were.
import type { Random } from "../engine/random.ts";
import { FIRST_ITEM_MS, type Item } from "./items.ts";
import type { RunSetup } from "./setup.ts";

/** The account or its key may not trade any more; whatever a config asks for, this differs. */
const FORBIDDEN = ["canTrade", "keyMayTrade"] as const;

export interface HandSetting {
  readonly kind: "venueSetting";
  readonly accountId: string;
  readonly setting: (typeof FORBIDDEN)[number];
}

const HOUR_MS = 3_600_000;
const SHARE_OF_SEEDS = 0.15;

export function drawHandSettings(random: Random, setup: RunSetup): readonly Item[] {
  if (!random.chance(SHARE_OF_SEEDS)) return [];
  const { accountId } = random.pick(setup.accounts).profile;
  const happening: HandSetting = { kind: "venueSetting", accountId, setting: random.pick(FORBIDDEN) };
  return [{ afterMs: random.int(FIRST_ITEM_MS, setup.trialMs), happening }];
}

/** The last reading before the run was so long ago that the hour ends in it. */
export function withReadingsDue(items: readonly Item[], random: Random, setup: RunSetup): RunSetup {
  if (items.length === 0) return setup;
  return { ...setup, settingsAgeMs: HOUR_MS - random.int(0, setup.trialMs) };
}
