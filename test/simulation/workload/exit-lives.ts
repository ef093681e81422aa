// Whole lives of a position with a plan: an entry that brings a ladder, and a price that goes through it, turns, and runs on.
// Drawn apart from all else.
import type { Random } from "../engine/random.ts";
import { FIRST_ITEM_MS, type Item } from "./items.ts";
import type { RunSetup } from "./setup.ts";

const CHANCE = 0.35;
/** From the entry to the first move of the price: time for its ladder to rest, and seldom too little. */
const SOONEST_MOVE_MS = 2_000;
const LATEST_MOVE_MS = 40_000;

export function drawExitLives(random: Random, setup: RunSetup): readonly Item[] {
  if (!random.chance(CHANCE)) return [];
  const hook = random.pick(random.pick(setup.accounts).hooks);
  const { symbol } = random.pick(setup.symbols);
  const side = random.pick(["long", "short"] as const);
  const afterMs = random.int(FIRST_ITEM_MS, Math.max(FIRST_ITEM_MS, Math.round(setup.trialMs / 3)));
  const timenow = new Date(setup.startMs + afterMs).toISOString();
  const fields = { id: "life", symbol, timenow, action: "open", side, ...drawPlan(random) };
  const alert = { key: "life", hook, body: JSON.stringify(fields) };
  const items: Item[] = [{ afterMs, happening: { kind: "alert", alert } }];
  let atMs = afterMs;
  const moves = random.int(1, 4);
  for (let move = 0; move < moves; move += 1) {
    atMs += random.int(SOONEST_MOVE_MS, LATEST_MOVE_MS);
    const percent = (random.chance(0.75) === (side === "long") ? 1 : -1) * random.pick([0.5, 1, 1.5, 3]);
    items.push({ afterMs: atMs, happening: { kind: "jump", symbol, percent } });
  }
  return items;
}

/** Near levels, so that a move or two goes through them. */
function drawPlan(random: Random): Readonly<Record<string, string>> {
  const takeProfits = random.pick(["0.6%:40, 1.2%:60", "0.5%:50", "0.4%:20, 0.8%:30, 2%:50", "1R:50, 2R:50"]);
  return {
    stopLossPct: random.pick(["1", "2"]),
    takeProfits,
    ...(random.chance(0.5) ? { breakEvenAfter: "1" } : {}),
    ...(random.chance(0.3) ? { trailingPct: "0.5" } : {}),
  };
}
