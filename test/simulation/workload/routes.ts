// A strategy of the routing `maker` beside the others, with limits of its account's own; its alerts, small moves of the market in
// the moments of its orders, and closes between two of them. Some runs hold nothing else, since most of those halt, close or
// fill the pool. Drawn from streams of their own; in the other runs after everything else, so that no other part draws of it.
import { createHash } from "node:crypto";
import { DEFAULT_SYMBOLS } from "#local/exchange/engine/default-symbols.ts";
import { NO_DRAWDOWN_GRADES, NO_PROTECTIONS, plainStrategy } from "#test/support/config.ts";
import type { Random } from "../engine/random.ts";
import type { SimHook } from "../platform/front.ts";
import { FIRST_ITEM_MS, type Item } from "./items.ts";
import { type RunSetup, type SimAccount, VENUE_WEIGHT_PER_MINUTE } from "./setup.ts";

const ALONE_SHARE = 0.07;
/** Shortest trial of a run about routes alone. */
const ALONE_TRIAL_MS = 240_000;
const BESIDE_SHARE = 0.15;
export const ROUTED_STRATEGY = "routed";
const LISTED = 5;
/** Books so thin that an order fills in part. */
const THIN_LEVEL_USD = 150;
/** From an alert to the arrival of its first orders, in which a move makes them take; and to the looks at those that rest. */
const AT_SEND_MS = { least: 40, most: 400 } as const;
const LATER_MS = { least: 2_500, most: 40_000 } as const;

/** Null for a run that is not about routes alone. */
export function aloneWithRoutes(random: Random, setup: RunSetup): RunSetup | null {
  if (!random.chance(ALONE_SHARE)) return null;
  const levelDepthUsd = random.chance(0.7) ? THIN_LEVEL_USD : null;
  const symbols = DEFAULT_SYMBOLS.slice(0, LISTED).map((symbol) =>
    levelDepthUsd === null ? symbol : { ...symbol, levelDepthUsd },
  );
  const names = symbols.map(({ symbol }) => symbol);
  const accounts = setup.accounts.map((account) => withRouted(random, roomy(account, names)));
  const trialMs = Math.max(setup.trialMs, ALONE_TRIAL_MS);
  return { ...setup, trialMs, accounts, symbols, weightPerMinute: VENUE_WEIGHT_PER_MINUTE, misconfigured: 0 };
}

export function withRoutes(random: Random, setup: RunSetup): RunSetup {
  if (!random.chance(BESIDE_SHARE)) return setup;
  return { ...setup, accounts: setup.accounts.map((account) => withRouted(random, account)) };
}

/** An account whose other limits do not keep it from entering. */
function roomy(account: SimAccount, symbols: readonly string[]): SimAccount {
  const { config } = account;
  const watchdog = { ...config.watchdog, groupStopLossBps: null, groupTimeLimitMs: null };
  return {
    ...account,
    balanceUsdt: "100000",
    config: {
      ...config,
      symbols,
      watchdog,
      maxOpenGroups: LISTED,
      queue: null,
      maxSymbolExposureUsd: "20000",
      maxNetExposureUsd: null,
      maxLongExposureUsd: null,
      maxShortExposureUsd: null,
      maxLeverage: null,
      tiers: {},
      buckets: {},
      maxDailyLossUsd: null,
      maxSpreadBps: null,
      maxPriceDeviationBps: null,
      maxOrdersPerMinute: 100,
      protections: NO_PROTECTIONS,
      drawdown: NO_DRAWDOWN_GRADES,
    },
  };
}

function withRouted(random: Random, account: SimAccount): SimAccount {
  const { config, profile } = account;
  const router = {
    boundBps: random.pick([0, 5, 15, 60]),
    offsetTicks: random.pick([0, 0, 1, 5]),
    maxReprices: random.int(0, 2),
    maxRepegs: random.int(0, 4),
    repegDriftBps: random.pick([1, 3, 10]),
    exitMakerMs: config.router.exitMakerMs,
    exitBoundBps: config.router.exitBoundBps,
    makerMs: Math.round(config.workingLimitMs * random.pick([0.2, 0.5, 0.9])),
    autotune: config.router.autotune,
  };
  const routed = plainStrategy(ROUTED_STRATEGY, {
    orderNotionalUsd: random.pick(["400", "900", "4000"]),
    entryRouting: "maker",
    fitToCaps: random.chance(0.5),
    entries: random.chance(0.3) ? LADDER : null,
  });
  const hook: SimHook = {
    hookId: `hook-${profile.accountId}-${ROUTED_STRATEGY}`,
    accountId: profile.accountId,
    strategyId: ROUTED_STRATEGY,
    mode: "signed",
    secret: createHash("sha256").update(`${profile.accountId}/${ROUTED_STRATEGY}`).digest("base64url"),
    maxRequestsPerMinute: 100,
  };
  return {
    ...account,
    config: { ...config, router, strategies: { ...config.strategies, [ROUTED_STRATEGY]: routed } },
    hooks: [...account.hooks, hook],
  };
}

const LADDER = {
  dca: { safetyOrders: 2, deviationBps: 40, stepScale: "1", firstSizeBps: 10_000, volumeScale: "1" },
  pyramid: null,
} as const;

/** Entries of a run, and of one that is about nothing else. */
const LIVES = { least: 4, most: 10 } as const;
export const ALONE_LIVES = { least: 8, most: 20 } as const;

/** `setup` has the strategy already; none where it has not. */
export function drawRoutes(
  random: Random,
  setup: RunSetup,
  lives: { readonly least: number; readonly most: number } = LIVES,
): readonly Item[] {
  const hooks = setup.accounts.flatMap(({ hooks: all }) => all).filter(isRouted);
  if (hooks.length === 0) return [];
  return Array.from({ length: random.int(lives.least, lives.most) }, (_none, life) =>
    drawLife(random, setup, random.pick(hooks), life),
  ).flat();
}

function isRouted({ strategyId }: SimHook): boolean {
  return strategyId === ROUTED_STRATEGY;
}

function drawLife(random: Random, setup: RunSetup, hook: SimHook, life: number): readonly Item[] {
  const { symbol } = random.pick(setup.symbols);
  const side = random.pick(["long", "short"] as const);
  const startMs = random.int(FIRST_ITEM_MS, Math.max(FIRST_ITEM_MS, setup.trialMs - LATER_MS.least));
  const alertAt = (key: string, afterMs: number, fields: Readonly<Record<string, string>>): Item => {
    const timenow = new Date(setup.startMs + afterMs).toISOString();
    const body = JSON.stringify({ id: key, symbol, timenow, ...fields });
    return { afterMs, happening: { kind: "alert", alert: { key, hook, body } } };
  };
  const anywhere = () => startMs + random.int(AT_SEND_MS.least, LATER_MS.most);
  const items = [
    alertAt(`route-${life}`, startMs, { action: "open", side }),
    ...drawMoves(random, { symbol, side, startMs }),
  ];
  if (random.chance(0.4)) {
    const exit = random.pick([
      { action: "close" },
      { action: "reduce", reducePct: "50" },
      { action: "open", side: side === "long" ? "short" : "long" },
    ] as const);
    items.push(alertAt(`route-${life}-exit`, anywhere(), exit));
  }
  if (random.chance(0.3)) items.push(alertAt(`route-${life}-more`, anywhere(), { action: "open", side }));
  return items;
}

interface Entered {
  readonly symbol: string;
  readonly side: "long" | "short";
  readonly startMs: number;
}

/** Against the position an order that was to rest takes, or fills; in its favour the touch leaves it behind. */
function drawMoves(random: Random, { symbol, side, startMs }: Entered): readonly Item[] {
  const favour = side === "long" ? 1 : -1;
  const jump = (afterMs: number, percent: number): Item => ({
    afterMs,
    happening: { kind: "jump", symbol, percent },
  });
  const atSend = Array.from({ length: random.int(0, 10) }, () =>
    jump(
      startMs + random.int(AT_SEND_MS.least, AT_SEND_MS.most),
      (random.chance(0.7) ? -favour : favour) * random.pick([0.02, 0.05, 0.1]),
    ),
  );
  const later = Array.from({ length: random.int(0, 5) }, () =>
    jump(
      startMs + random.int(LATER_MS.least, LATER_MS.most),
      (random.chance(0.7) ? favour : -favour) * random.pick([0.02, 0.05, 0.2]),
    ),
  );
  return [...atSend, ...later];
}
