// Ladders of safety entries and pyramids: an alert that opens with a ladder, a price that goes against it and turns, alerts
// that add to it, and closes in the middle of it. Drawn apart from all else.
import type { Random } from "../engine/random.ts";
import { FIRST_ITEM_MS, type Item } from "./items.ts";
import type { RunSetup } from "./setup.ts";

const CHANCE = 0.3;
/** From one happening to the next: a look of the watchdog at least, and a minute's reconcile at most. */
const SOONEST_MS = 4_000;
const LATEST_MS = 50_000;

export function drawEntryLegs(random: Random, setup: RunSetup): readonly Item[] {
  if (!random.chance(CHANCE)) return [];
  // Most alerts of a run meet another position, a halt or a ban: of several one or two open.
  return Array.from({ length: random.int(2, 4) }, (_none, life) => drawLife(random, setup, life)).flat();
}

function drawLife(random: Random, setup: RunSetup, life: number): readonly Item[] {
  const hook = random.pick(random.pick(setup.accounts).hooks);
  const { symbol } = random.pick(setup.symbols);
  const side = random.pick(["long", "short"] as const);
  const against = side === "long" ? -1 : 1;
  const alertAt = (key: string, afterMs: number, fields: Readonly<Record<string, string>>): Item => {
    const timenow = new Date(setup.startMs + afterMs).toISOString();
    const body = JSON.stringify({ id: key, symbol, timenow, ...fields });
    return { afterMs, happening: { kind: "alert", alert: { key, hook, body } } };
  };
  let atMs = random.int(FIRST_ITEM_MS, Math.max(FIRST_ITEM_MS, Math.round(setup.trialMs / 3)));
  const items = [alertAt(`ladder-${life}`, atMs, { action: "open", side, ...drawLadder(random) })];
  const happenings = random.int(2, 7);
  for (let each = 0; each < happenings; each += 1) {
    atMs += random.int(SOONEST_MS, LATEST_MS);
    const kind = random.int(0, 9);
    if (kind === 0) items.push(alertAt(`ladder-${life}-exit-${each}`, atMs, drawExit(random)));
    else if (kind <= 2)
      items.push(
        alertAt(`ladder-${life}-pyramid-${each}`, atMs, { action: "open", side, ...drawPyramid(random) }),
      );
    else {
      const towards = random.chance(0.75) ? against : -against;
      items.push({
        afterMs: atMs,
        happening: { kind: "jump", symbol, percent: towards * random.pick([0.4, 0.8, 1.5, 3]) },
      });
    }
  }
  return items;
}

/** Near steps, so that a move or two goes through them; one in some does not fit the caps, or is below the venue's minimum. */
function drawLadder(random: Random): Readonly<Record<string, string>> {
  return {
    notionalUsd: String(random.pick([150, 300, 300, 600])),
    safetyOrders: String(random.int(1, 4)),
    safetyStepPct: String(random.pick([0.3, 0.5, 1])),
    ...(random.chance(0.5) ? { safetyStepScale: String(random.pick([0.8, 1.5])) } : {}),
    ...(random.chance(0.5) ? { safetyVolumeScale: String(random.pick([1.2, 2])) } : {}),
    ...(random.chance(0.3) ? { safetySizePct: String(random.pick([50, 150])) } : {}),
    ...(random.chance(0.5) ? { takeProfits: "0.5%:50, 1%:50" } : {}),
    ...(random.chance(0.3) ? { pyramidMax: "1", pyramidDistancePct: "0.2" } : {}),
  };
}

function drawPyramid(random: Random): Readonly<Record<string, string>> {
  return { notionalUsd: "200", pyramidMax: String(random.int(0, 2)), pyramidDistancePct: "0.2" };
}

function drawExit(random: Random): Readonly<Record<string, string>> {
  return random.chance(0.6) ? { action: "close" } : { action: "reduce", reducePct: "50" };
}
