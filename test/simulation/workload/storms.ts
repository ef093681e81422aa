// Many alerts for one account within a moment, exits among the entries, some sent twice: they are decided in batches. Drawn
// apart from the others: a seed's other items stay what they were.
import type { Random } from "../engine/random.ts";
import { FIRST_ITEM_MS, type Item } from "./items.ts";
import type { RunSetup } from "./setup.ts";

const ALERTS = { least: 6, most: 24 } as const;
const SPREAD_MS = { tight: 20, wide: 1_500 } as const;
/** Small, so that many of them find room. */
const NOTIONALS_USD = [60, 150, 400] as const;

export function drawStorms(random: Random, setup: RunSetup): readonly Item[] {
  if (!random.chance(0.25)) return [];
  return Array.from({ length: random.int(1, 2) }, (_, place) =>
    drawStorm(random, setup, `storm-${place}`),
  ).flat();
}

function drawStorm(random: Random, setup: RunSetup, key: string): readonly Item[] {
  const { hooks } = random.pick(setup.accounts);
  const startMs = random.int(FIRST_ITEM_MS, setup.trialMs);
  const spreadMs = random.pick([SPREAD_MS.tight, SPREAD_MS.wide]);
  // One side for each symbol, so that most entries add and few turn.
  const sides = new Map(setup.symbols.map(({ symbol }) => [symbol, random.pick(["long", "short"])]));
  return Array.from({ length: random.int(ALERTS.least, ALERTS.most) }, (_, member) => {
    const id = `${key}-${member}`;
    const { symbol } = random.pick(setup.symbols);
    const signalledMs = Math.min(startMs + random.int(0, spreadMs), setup.trialMs);
    const timenow = new Date(setup.startMs + signalledMs).toISOString();
    const wish = random.chance(0.2)
      ? { action: "close" }
      : { action: "open", side: sides.get(symbol), notionalUsd: String(random.pick(NOTIONALS_USD)) };
    const alert = {
      key: id,
      hook: random.pick(hooks),
      body: JSON.stringify({ id, symbol, timenow, ...wish }),
    };
    const copies = random.chance(0.15) ? 2 : 1;
    return Array.from(
      { length: copies },
      (): Item => ({ afterMs: signalledMs, happening: { kind: "alert", alert } }),
    );
  }).flat();
}
