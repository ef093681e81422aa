// Alerts that size their entry by a volatility target, some of them with half of it missing. Drawn apart from all else.
import type { Random } from "../engine/random.ts";
import { FIRST_ITEM_MS, type Item } from "./items.ts";
import type { RunSetup } from "./setup.ts";

export function drawVolatilityAlerts(random: Random, setup: RunSetup): readonly Item[] {
  if (!random.chance(0.3)) return [];
  return Array.from({ length: random.int(1, 3) }, (_none, place) =>
    drawAlert(random, setup, `volatility-${place}`),
  );
}

function drawAlert(random: Random, setup: RunSetup, key: string): Item {
  const hook = random.pick(random.pick(setup.accounts).hooks);
  const { symbol } = random.pick(setup.symbols);
  const afterMs = random.int(FIRST_ITEM_MS, setup.trialMs);
  const fields = {
    id: key,
    symbol,
    timenow: new Date(setup.startMs + afterMs - random.int(0, 900)).toISOString(),
    action: "open",
    side: random.pick(["long", "short"]),
    volatilityTargetPct: String(random.int(1, 40) / 100),
    // From calmer than the target, where the whole of NAV is the most, to a wild one.
    ...(random.chance(0.9) ? { volatilityPct: String(random.int(1, 900) / 50) } : {}),
  };
  return { afterMs, happening: { kind: "alert", alert: { key, hook, body: JSON.stringify(fields) } } };
}
