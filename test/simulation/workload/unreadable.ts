// A group or an order whose document a person's hand has made unreadable, for a while or until a person mends it; drawn apart
// from the others: a seed's other items stay what they were. In half of the runs everything is to be closed afterwards.
import type { Random } from "../engine/random.ts";
import { FIRST_ITEM_MS, type Item } from "./items.ts";
import type { RunSetup } from "./setup.ts";

export interface MadeUnreadable {
  readonly kind: "unreadable";
  readonly accountId: string;
  readonly which: "group" | "order";
  /** Which of those that are open then, as a share. */
  readonly choice: number;
  readonly durationMs: number;
}

/** A slip that is noticed at once, up to longer than any trial. */
const SHORTEST_MS = 5_000;
const LONGEST_MS = 900_000;
/** So that something is open more often than not. */
const TRIES = 3;

export function drawUnreadable(random: Random, setup: RunSetup): readonly Item[] {
  if (!random.chance(0.15)) return [];
  const paper = setup.accounts.filter(({ profile }) => profile.mode === "paper");
  const { accountId } = random.pick(paper).profile;
  const items: Item[] = Array.from({ length: TRIES }, () => ({
    afterMs: random.int(FIRST_ITEM_MS, setup.trialMs),
    happening: {
      kind: "unreadable",
      accountId,
      which: random.pick(["group", "group", "order"] as const),
      choice: random.next(),
      durationMs: Math.round(random.skewed(SHORTEST_MS, LONGEST_MS)),
    },
  }));
  const isClosed = random.chance(0.5);
  return isClosed ? [...items, { afterMs: setup.trialMs, happening: { kind: "flatten", accountId } }] : items;
}
