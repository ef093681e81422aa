// Accounts that close a loser at the cost of winners: a rule that is met often, several positions of which some are made to
// lose and others to gain, and around the minutes at which a plan is made all that may meet it between two of its steps.
// Drawn from streams of their own.
import type { OffsetConfig } from "#domain/documents/offset.ts";
import { DEFAULT_SYMBOLS } from "#local/exchange/engine/default-symbols.ts";
import { NO_DRAWDOWN_GRADES, NO_PROTECTIONS, plainStrategy } from "#test/support/config.ts";
import type { Random } from "../engine/random.ts";
import type { SimHook } from "../platform/front.ts";
import { MINUTE_MS } from "../platform/schedules.ts";
import { FIRST_ITEM_MS, type Happening, type Item } from "./items.ts";
import { type RunSetup, type SimAccount, VENUE_WEIGHT_PER_MINUTE } from "./setup.ts";

const OFFSET_SHARE = 0.12;
/** Of the runs with an offset: with no other items, since most of those halt, close or add to something. */
const ALONE = 0.8;
const LISTED = 5;
/** From the minute at which schedules fire to the plan, and to its last order. */
const PLAN_MS = { soonest: 200, latest: 1_600 } as const;
/** Of the minutes: the answers to a plan's orders are lost for so long that other things meet it before its end. */
const DRAWN_OUT = 0.4;
const DRAWN_OUT_MS = { shortest: 2_000, longest: 25_000 } as const;
const MINUTES = 3;
/** After the trial: so that healing sees the end of the longest plan. */
const CALM_MS = { least: 5_000, most: 40_000 } as const;
const ALERTS_LOOKED_AT = 3;
const OPENED_WITHIN_MS = 8_000;
/** From the first opening to the market's move. */
const REOPENED_MS = 12_000;
/** An order takes effect within a second or two, and the next one is about what is shown then. */
const BETWEEN_LOOKS_MS = 4_000;
/** The engine's taker fee. */
const FEE_BPS = 5;

const POOL_RULES = [
  "notAsked",
  "notAsked",
  "notAsked",
  "fullSuffices",
  "fullSuffices",
  "fullNeeded",
] as const;

export interface OffsetSetup {
  readonly setup: RunSetup;
  readonly isAlone: boolean;
}

/** Null for a run without an offset. */
export function withOffset(random: Random, setup: RunSetup): OffsetSetup | null {
  if (!random.chance(OFFSET_SHARE)) return null;
  const [{ levelDepthUsd } = { levelDepthUsd: 0 }] = setup.symbols;
  const isThin = levelDepthUsd !== DEFAULT_SYMBOLS[0]?.levelDepthUsd;
  const symbols = DEFAULT_SYMBOLS.slice(0, LISTED).map((symbol) =>
    isThin ? { ...symbol, levelDepthUsd } : symbol,
  );
  const names = symbols.map(({ symbol }) => symbol);
  const accounts = setup.accounts.map((account) => roomy(account, names, drawOffset(random), random));
  const trialMs = Math.max(setup.trialMs, (MINUTES + 1) * MINUTE_MS);
  const isAlone = random.chance(ALONE);
  // A venue that answers few requests, or instances that do nothing, leave no account well enough for a plan.
  const served = isAlone ? { weightPerMinute: VENUE_WEIGHT_PER_MINUTE, misconfigured: 0 } : {};
  return { setup: { ...setup, ...served, symbols, accounts, trialMs }, isAlone };
}

function drawOffset(random: Random): OffsetConfig {
  return {
    minLossBps: random.pick([50, 100, 200]),
    minAgeMs: random.pick([0, 0, 0, 45_000]),
    minEntries: random.pick([1, 1, 1, 1, 1, 1, 1, 1, 1, 2]),
    quietAfterEntryMs: random.pick([0, 0, 40_000]),
    poolRule: random.pick(POOL_RULES),
    maxWinners: random.int(1, 3),
    feeBps: FEE_BPS,
    slippageBps: random.pick([5, 20, 60]),
    maxPriceMoveBps: random.pick([20, 100, 1_000]),
    validForMs: random.pick([15_000, 60_000, 120_000]),
  };
}

/** An account whose other limits do not keep it from holding several positions, and that has no rule but this one. */
function roomy(
  account: SimAccount,
  symbols: readonly string[],
  offset: OffsetConfig,
  random: Random,
): SimAccount {
  const { config } = account;
  const trend = plainStrategy("trend", { orderNotionalUsd: "500" });
  const watchdog = {
    ...config.watchdog,
    groupStopLossBps: null,
    groupTimeLimitMs: null,
    protectiveStopBps: random.pick([null, 1_500]),
  };
  return {
    ...account,
    balanceUsdt: "100000",
    config: {
      ...config,
      offset,
      symbols,
      watchdog,
      strategies: { ...config.strategies, trend },
      maxOpenGroups: random.pick([3, 4, LISTED]),
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

interface Stage {
  readonly random: Random;
  readonly setup: RunSetup;
  readonly account: SimAccount;
  readonly hook: SimHook;
  readonly held: readonly Held[];
}

interface Held {
  readonly symbol: string;
  readonly notionalUsd: string;
  readonly side: "long" | "short";
  readonly isLoser: boolean;
}

export function drawOffsets(random: Random, setup: RunSetup): readonly Item[] {
  const account = random.pick(setup.accounts.filter(({ profile }) => profile.mode === "paper"));
  const [hook] = account.hooks;
  if (hook === undefined) return [];
  const most = Math.min(setup.symbols.length, account.config.maxOpenGroups);
  const count = random.chance(0.75) ? most : random.int(2, most);
  const losers = count > 2 && random.chance(0.4) ? 2 : 1;
  const symbols = random.chance(0.5) ? setup.symbols : setup.symbols.toReversed();
  // In some runs one winner pays for all, in others it takes several.
  const isTight = random.chance(0.4);
  const sizes = (isLoser: boolean): readonly string[] =>
    isTight ? (isLoser ? ["900", "1200"] : ["1200", "1800"]) : isLoser ? ["250", "600"] : ["1500", "3000"];
  const held = symbols.slice(0, count).map(
    ({ symbol }, place): Held => ({
      symbol,
      side: random.pick(["long", "short"]),
      isLoser: place < losers,
      notionalUsd: random.pick(sizes(place < losers)),
    }),
  );
  const stage: Stage = { random, setup, account, hook, held };
  const movedMs = FIRST_ITEM_MS + random.int(12_000, 30_000);
  return [
    ...held.map((each, place) => opening(stage, each, String(place), FIRST_ITEM_MS)),
    ...held.map((each) => moved(stage, each, movedMs)),
    ...(random.chance(0.25) ? [begun(stage, movedMs)] : []),
    ...(random.chance(0.15) ? [spoilt(stage, movedMs)] : []),
    ...Array.from({ length: MINUTES }, (_none, place) => struck(stage, movedMs, place)).flat(),
    ...(random.chance(0.85) ? calm(stage) : []),
  ];
}

/** When all faults have ended: an operator has looked at the alerts, and the market goes on as it did. */
function calm(stage: Stage): readonly Item[] {
  const { random, setup, account, held } = stage;
  const afterMs = setup.trialMs + random.int(CALM_MS.least, CALM_MS.most);
  const { accountId } = account.profile;
  const looks = Array.from({ length: ALERTS_LOOKED_AT }, (_none, place): Item => {
    const order = { kind: "acknowledgeCritical" } as const;
    const key = `offset-seen-${place}`;
    const happening = { kind: "command", accountId, key, order, repeated: false } as const;
    return { afterMs: afterMs + place * BETWEEN_LOOKS_MS, happening };
  });
  const strikes = Array.from({ length: random.pick([0, 0, 1, 2]) }, (_none, place): Item => {
    const strikeMs = minuteAfter(setup, afterMs + REOPENED_MS) + random.int(PLAN_MS.soonest, PLAN_MS.latest);
    return acted(stage, strikeMs, `offset-calm-${place}`);
  });
  // Faults of the trial have often kept positions from being opened at all.
  const opensAgain = random.chance(0.6);
  const movedMs = opensAgain ? afterMs + REOPENED_MS : afterMs;
  const openings = opensAgain
    ? held.map((each, place) => opening(stage, each, `again-${place}`, afterMs))
    : [];
  return [...looks, ...openings, ...held.map((each) => moved(stage, each, movedMs)), ...strikes];
}

/** The next full minute, at which schedules fire. */
function minuteAfter({ startMs }: RunSetup, atMs: number): number {
  const sinceMinuteMs = startMs % MINUTE_MS;
  return Math.ceil((atMs + sinceMinuteMs) / MINUTE_MS) * MINUTE_MS - sinceMinuteMs;
}

function opening(
  { random, setup, hook }: Stage,
  { symbol, side, isLoser, notionalUsd }: Held,
  name: string,
  sinceMs: number,
): Item {
  const ladder = { safetyOrders: "2", safetyStepPct: random.pick(["1.5", "8"]), safetySizePct: "50" };
  const pyramid = { pyramidMax: String(random.int(0, 1)), pyramidDistancePct: "0.1" };
  const fields = {
    action: "open",
    side,
    notionalUsd,
    ...(isLoser && random.chance(0.25) ? ladder : {}),
    ...(isLoser && random.chance(0.15) ? pyramid : {}),
    ...(isLoser || random.chance(0.8) ? {} : { takeProfits: "2%:30" }),
  };
  const afterMs = sinceMs + random.int(0, OPENED_WITHIN_MS);
  return alertAt(setup, hook, { key: `offset-open-${name}`, afterMs, symbol }, fields);
}

function moved({ random }: Stage, { symbol, side, isLoser }: Held, movedMs: number): Item {
  const percent = isLoser ? -random.pick([1.2, 2, 3]) : random.pick([1, 1.5, 3, 5]);
  const happening = { kind: "jump", symbol, percent: side === "long" ? percent : -percent } as const;
  return { afterMs: movedMs + random.int(0, 3_000), happening };
}

/** By command, before the minute comes. */
function begun({ random, account }: Stage, movedMs: number): Item {
  const { accountId } = account.profile;
  const order = { kind: "startOffset" } as const;
  const happening = { kind: "command", accountId, key: "offset-begun", order, repeated: true } as const;
  return { afterMs: movedMs + random.int(5_000, 20_000), happening };
}

/** Something that forbids an offset: a position that no group accounts for, no NAV, or no entries. */
function spoilt({ random, setup, account, held }: Stage, afterMs: number): Item {
  const { accountId } = account.profile;
  const free = setup.symbols.find(({ symbol }) => held.every((each) => each.symbol !== symbol));
  const byHand: Happening =
    free === undefined
      ? { kind: "outage", schedule: "nav", durationMs: 4 * MINUTE_MS }
      : { kind: "tradeByHand", accountId, symbol: free.symbol, side: "BUY", notionalUsd: 300 };
  const happening = random.pick<Happening>([
    byHand,
    byHand,
    { kind: "outage", schedule: "nav", durationMs: random.int(2, 4) * MINUTE_MS },
    {
      kind: "command",
      accountId,
      key: "offset-state",
      order: { kind: random.pick(["pause", "stop"] as const) },
      repeated: false,
    },
  ]);
  return { afterMs, happening };
}

/** All that may meet a plan of the minute's reconcile between two of its steps. */
function struck(stage: Stage, movedMs: number, place: number): readonly Item[] {
  const { random, setup } = stage;
  const minuteMs = minuteAfter(setup, movedMs) + place * MINUTE_MS;
  const isDrawnOut = random.chance(DRAWN_OUT);
  const durationMs = random.int(DRAWN_OUT_MS.shortest, DRAWN_OUT_MS.longest);
  const latestMs = isDrawnOut ? durationMs : PLAN_MS.latest;
  const lost: Happening = { kind: "answersLost", durationMs };
  const count = isDrawnOut ? random.int(1, 2) : random.pick([0, 1, 2]);
  return [
    ...(isDrawnOut ? [{ afterMs: minuteMs + random.int(0, PLAN_MS.latest), happening: lost }] : []),
    ...Array.from({ length: count }, (_none, strike): Item => {
      const afterMs = minuteMs + random.int(PLAN_MS.soonest, latestMs);
      return strikeAt(stage, afterMs, `offset-${place}-${strike}`);
    }),
  ];
}

/** A fault, or something that a person, a strategy or the market does. */
function strikeAt(stage: Stage, afterMs: number, key: string): Item {
  const { random } = stage;
  const at = (happening: Happening): Item => ({ afterMs, happening });
  switch (random.int(0, 6)) {
    case 0:
      return at({ kind: "killInstances" });
    case 1:
      return at({ kind: "pauseInstance", pauseMs: random.int(5_000, 40_000), choice: random.next() });
    case 2:
      return at({ kind: "venueDown", durationMs: random.int(500, 20_000), acts: random.chance(0.7) });
    default:
      return acted(stage, afterMs, key);
  }
}

function acted(stage: Stage, afterMs: number, key: string): Item {
  const { random, setup, account, hook, held } = stage;
  const { accountId } = account.profile;
  const { symbol, side } = random.pick(held);
  const alert = (fields: Readonly<Record<string, string>>): Item =>
    alertAt(setup, hook, { key, afterMs, symbol }, fields);
  const at = (happening: Happening): Item => ({ afterMs, happening });
  switch (random.int(0, 9)) {
    case 0:
    case 1:
    case 2:
    case 3:
      return at({ kind: "jump", symbol, percent: random.pick([-2.5, -0.8, -0.3, 0.3, 0.8, 2.5]) });
    case 4:
      return alert(random.chance(0.5) ? { action: "close" } : { action: "reduce", reducePct: "30" });
    case 5:
    case 6: {
      const shareBps = random.pick([1_000, 3_000, 10_000]);
      const order = {
        kind: "position",
        choice: random.int(0, 4),
        wish: { kind: "close", shareBps },
      } as const;
      return at({ kind: "command", accountId, key, order, repeated: random.chance(0.2) });
    }
    case 7:
      return alert({ action: "open", side, notionalUsd: "200" });
    case 8: {
      const order = { kind: random.pick(["previewOffset", "startOffset"] as const) };
      return at({ kind: "command", accountId, key, order, repeated: random.chance(0.3) });
    }
    default: {
      const order = { kind: random.pick(["flatten", "acknowledge", "acknowledge"] as const) };
      return at({ kind: "command", accountId, key, order, repeated: false });
    }
  }
}

interface Sending {
  readonly key: string;
  readonly afterMs: number;
  readonly symbol: string;
}

function alertAt(
  setup: RunSetup,
  hook: SimHook,
  { key, afterMs, symbol }: Sending,
  fields: Readonly<Record<string, string>>,
): Item {
  const timenow = new Date(setup.startMs + afterMs).toISOString();
  const body = JSON.stringify({ id: key, symbol, timenow, ...fields });
  return { afterMs, happening: { kind: "alert", alert: { key, hook, body } } };
}
