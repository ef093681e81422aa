// Alerts whose order matters: exits that overtake their entries, reversals as TradingView sends them, two strategies in one
// symbol, and exits during a ban of the venue. Drawn apart from the others: a seed's other items stay what they were.
import type { Random } from "../engine/random.ts";
import type { SimHook } from "../platform/front.ts";
import { FIRST_ITEM_MS, type Item } from "./items.ts";
import type { RunSetup } from "./setup.ts";

/** A ban ends with the trial at the latest: healing has to find a venue that answers. */
const BAN_S = { least: 15, most: 70 } as const;

/** The pair that a story is about, and when it begins. */
interface Scene {
  readonly hook: SimHook;
  readonly rival: SimHook;
  readonly symbol: string;
  readonly startMs: number;
  readonly key: string;
}

export function drawTurns(random: Random, setup: RunSetup): readonly Item[] {
  if (!random.chance(0.4)) return [];
  return Array.from({ length: random.int(1, 3) }, (_, place) => {
    const account = random.pick(setup.accounts);
    const hooks = random.chance(0.5) ? account.hooks : account.hooks.toReversed();
    const [hook, rival] = hooks;
    if (hook === undefined || rival === undefined) return [];
    const { symbol } = random.pick(setup.symbols);
    const startMs = random.int(FIRST_ITEM_MS, setup.trialMs);
    return drawStory(random, setup, { hook, rival, symbol, startMs, key: `turn-${place}` });
  }).flat();
}

type Alerts = ReturnType<typeof alertsOf>;
type Wish = Readonly<Record<string, string>>;

function drawStory(random: Random, setup: RunSetup, scene: Scene): readonly Item[] {
  const isLong = random.chance(0.5);
  const at = alertsOf(setup, scene);
  const laterMs = random.int(1_000, 15_000);
  const entry = { action: "open", side: isLong ? "long" : "short" };
  switch (random.int(0, 3)) {
    case 0:
      return overtaken(random, at, entry, laterMs);
    case 1:
      return [at("entry", 0, entry), ...reversed(random, at, isLong, laterMs)];
    case 2: {
      const opposite = { action: "open", side: isLong ? "short" : "long" };
      const wish = random.pick([entry, opposite, CLOSE]);
      return [
        at("entry", 0, entry),
        at("rival", random.int(1, 9_000), wish, { hook: scene.rival }),
        at("exit", laterMs + 10_000, CLOSE),
      ];
    }
    default: {
      const seconds = random.int(BAN_S.least, BAN_S.most);
      const bannedMs = Math.min(scene.startMs + laterMs, setup.trialMs - seconds * 1_000);
      if (bannedMs < FIRST_ITEM_MS) return [];
      return [
        at("entry", 0, entry),
        { afterMs: bannedMs, happening: { kind: "ban", seconds } },
        at("exit", laterMs + random.int(200, 9_000), CLOSE),
      ];
    }
  }
}

const CLOSE: Wish = { action: "close" };

/** Sent in the order in which they should not be, or so close that messages overtake each other. */
function overtaken(random: Random, at: Alerts, entry: Wish, laterMs: number): readonly Item[] {
  const exitMs = random.chance(0.3) ? random.int(1, 400) : laterMs;
  const delayMs = random.chance(0.7) ? exitMs + random.int(1, 9_000) : 0;
  return [at("exit", exitMs, CLOSE), at("entry", 0, entry, { delayMs })];
}

/** As TradingView's strategies tell it, or as a bare order; sometimes with a close behind it. */
function reversed(random: Random, at: Alerts, wasLong: boolean, laterMs: number): readonly Item[] {
  const [order, now, before] = wasLong ? ["sell", "short", "long"] : ["buy", "long", "short"];
  const placeholders = {
    "strategy.order.action": order,
    "strategy.market_position": now,
    "strategy.prev_market_position": before,
  } as Wish;
  const reversal = at("reversal", laterMs, random.chance(0.6) ? placeholders : ({ action: order } as Wish));
  return random.chance(0.4) ? [reversal, at("exit", laterMs + random.int(1, 8_000), CLOSE)] : [reversal];
}

/** Alerts of a scene: signalled `afterMs` into it, and sent then or later. */
function alertsOf({ startMs: runMs, trialMs }: RunSetup, { hook, symbol, startMs, key }: Scene) {
  return (
    name: string,
    afterMs: number,
    wish: Wish,
    { delayMs = 0, hook: by = hook }: { readonly delayMs?: number; readonly hook?: SimHook } = {},
  ): Item => {
    const signalledMs = startMs + afterMs;
    const id = `${key}-${name}`;
    const timenow = new Date(runMs + signalledMs).toISOString();
    const body = JSON.stringify({ id, symbol, timenow, ...wish });
    return {
      afterMs: Math.min(signalledMs + delayMs, trialMs),
      happening: { kind: "alert", alert: { key: id, hook: by, body } },
    };
  };
}
