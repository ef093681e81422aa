// Items that call for closing everything, drawn apart from the others: a seed's other items stay what they were.
import type { Random } from "../engine/random.ts";
import { FIRST_ITEM_MS, type Item } from "./items.ts";
import type { RunSetup } from "./setup.ts";

export function drawEmergencies(random: Random, setup: RunSetup): readonly Item[] {
  if (!random.chance(0.25)) return [];
  // Only paper accounts can be flattened: every process of a run may trade on paper alone.
  const paper = setup.accounts.filter(({ profile }) => profile.mode === "paper");
  const { accountId } = random.pick(paper).profile;
  const afterMs = random.int(FIRST_ITEM_MS, setup.trialMs);
  if (random.chance(0.5)) return [{ afterMs, happening: { kind: "flatten", accountId } }];
  const order = { kind: "flatten" } as const;
  return [{ afterMs, happening: { kind: "command", accountId, key: "emergency", order, repeated: false } }];
}
