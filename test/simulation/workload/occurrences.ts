// Items about money that comes and goes, documents written by other hands, and parts of the platform that take nothing
// for a while; drawn apart from the others: a seed's other items stay what they were.
import type { Random } from "../engine/random.ts";
import { type Deaf, FIRST_ITEM_MS, type Happening, type Item } from "./items.ts";
import { LONG_TRIAL_MS, type RunSetup } from "./setup.ts";

/** In a long trial: past every limit on silence, with two passes of the reconcile schedule to act on it. */
const LONG_SILENCE_MS = { least: 560_000, most: 650_000 } as const;

/** Past what the watchdog allows NAV and reconcile, with two looks to act on it. */
const SILENCE_MS = 240_000;

export function drawOccurrences(random: Random, setup: RunSetup): readonly Item[] {
  const items: Item[] = random.chance(0.3)
    ? Array.from({ length: random.int(1, 3) }, () => ({
        afterMs: random.int(FIRST_ITEM_MS, setup.trialMs),
        happening: drawOccurrence(random, setup),
      }))
    : [];
  if (setup.trialMs >= SILENCE_MS && random.chance(0.3)) {
    const afterMs = random.int(FIRST_ITEM_MS, FIRST_ITEM_MS + 20_000);
    items.push({ afterMs, happening: { kind: "silence", durationMs: SILENCE_MS } });
  }
  if (setup.trialMs < LONG_TRIAL_MS) return items;
  const durationMs = random.int(LONG_SILENCE_MS.least, LONG_SILENCE_MS.most);
  const deaf = random.pick(["people", "people", "bus"] as const);
  const afterMs = random.int(FIRST_ITEM_MS, FIRST_ITEM_MS + 40_000);
  return [...items, { afterMs, happening: { kind: "deaf", deaf, durationMs } }];
}

function drawOccurrence(random: Random, setup: RunSetup): Happening {
  const { profile, balanceUsdt } = random.pick(setup.accounts);
  const { accountId } = profile;
  switch (random.int(0, 7)) {
    case 0:
    case 1:
    case 2: {
      // Up to half of what the account began with, either way.
      const share = random.pick([-0.5, -0.1, 0.1, 0.5]);
      return { kind: "transfer", accountId, amountUsd: Math.round(Number(balanceUsdt) * share) };
    }
    case 3:
      return { kind: "configByHand", accountId, how: random.pick(["broken", "foreign"]) };
    case 4:
    case 5:
      return {
        kind: "outage",
        schedule: random.pick(["watchdog", "telemetry"]),
        durationMs: random.int(60_000, 240_000),
      };
    default: {
      const deaf: Deaf = random.pick(["people", "notifier", "bus"]);
      return { kind: "deaf", deaf, durationMs: random.int(5_000, 120_000) };
    }
  }
}
