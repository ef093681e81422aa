// Exits of the routing `maker`: every strategy of a run leaves so, with limits of its account's own. Entries of its signed hooks are
// followed by exits while the market moves a little, and some of those by another before the first is out. Drawn from streams of
// its own, after everything else, so that no other part draws of it.
import type { Random } from "../engine/random.ts";
import type { SimHook } from "../platform/front.ts";
import { FIRST_ITEM_MS, type Item } from "./items.ts";
import type { RunSetup, SimAccount } from "./setup.ts";

const SHARE = 0.08;
/** From the entry to the exit, and from there to what may hurry it. */
const HELD_MS = { least: 2_500, most: 30_000 } as const;
const RESTING_MS = { least: 100, most: 45_000 } as const;
const LIVES = { least: 4, most: 12 } as const;

/** Null for a run without them. */
export function withExitRoutes(random: Random, setup: RunSetup): RunSetup | null {
  if (!random.chance(SHARE)) return null;
  return { ...setup, accounts: setup.accounts.map((account) => patient(random, account)) };
}

function patient(random: Random, account: SimAccount): SimAccount {
  const { config } = account;
  const router = {
    ...config.router,
    exitMakerMs: random.pick([1_000, 5_000, 20_000, 45_000]),
    exitBoundBps: random.pick([0, 5, 15, 60]),
  };
  const strategies = Object.fromEntries(
    Object.entries(config.strategies).map(([id, strategy]) => [
      id,
      { ...strategy, exitRouting: "maker" as const },
    ]),
  );
  return { ...account, config: { ...config, router, strategies } };
}

export function drawExitRoutes(random: Random, setup: RunSetup): readonly Item[] {
  const hooks = setup.accounts.flatMap((account) => account.hooks).filter(({ mode }) => mode === "signed");
  if (hooks.length === 0) return [];
  return Array.from({ length: random.int(LIVES.least, LIVES.most) }, (_none, life) =>
    drawLife(random, setup, random.pick(hooks), life),
  ).flat();
}

function drawLife(random: Random, setup: RunSetup, hook: SimHook, life: number): readonly Item[] {
  const { symbol } = random.pick(setup.symbols);
  const side = random.pick(["long", "short"] as const);
  const startMs = random.int(FIRST_ITEM_MS, Math.max(FIRST_ITEM_MS, setup.trialMs - HELD_MS.least));
  const exitMs = startMs + random.int(HELD_MS.least, HELD_MS.most);
  const alertAt = (key: string, afterMs: number, fields: Readonly<Record<string, string>>): Item => {
    const timenow = new Date(setup.startMs + afterMs).toISOString();
    const body = JSON.stringify({ id: key, symbol, timenow, ...fields });
    return { afterMs, happening: { kind: "alert", alert: { key, hook, body } } };
  };
  const reduce = { action: "reduce", reducePct: random.pick(["25", "50", "80"]) };
  const items = [
    alertAt(`leaving-${life}`, startMs, { action: "open", side }),
    alertAt(`leaving-${life}-exit`, exitMs, random.chance(0.5) ? { action: "close" } : reduce),
    ...drawMoves(random, symbol, exitMs),
  ];
  if (random.chance(0.4)) {
    const opposite = side === "long" ? "short" : "long";
    const second = random.pick([{ action: "close" }, reduce, { action: "open", side: opposite }]);
    const afterMs = exitMs + random.int(RESTING_MS.least, RESTING_MS.most);
    items.push(alertAt(`leaving-${life}-second`, afterMs, second));
  }
  return items;
}

/** Within the bound and beyond it, either way: what rests fills, is left behind, or waits for its time. */
function drawMoves(random: Random, symbol: string, fromMs: number): readonly Item[] {
  return Array.from({ length: random.int(0, 6) }, () => ({
    afterMs: fromMs + random.int(RESTING_MS.least, RESTING_MS.most),
    happening: {
      kind: "jump" as const,
      symbol,
      percent: random.pick([-1, 1]) * random.pick([0.02, 0.05, 0.1, 0.3]),
    },
  }));
}
