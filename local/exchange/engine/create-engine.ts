// Makes an engine: a fresh one from a seed, or one from a stored state.

import { seedRandom } from "@ballast/local-serving/random.ts";
import { emptySeries } from "./candles.ts";
import { e8 } from "./decimal.ts";
import {
  type Engine,
  type FeeRates,
  type HistoryLimits,
  indexOrders,
  symbolStateOf,
  type VenueRules,
} from "./engine.ts";
import { bookIncome } from "./fills.ts";
import { fundingRateE8, nextFundingMs } from "./funding.ts";
import { feedPriceUsd, type KlineFeed } from "./kline-feed.ts";
import { quote } from "./prices.ts";
import type { EngineState, SymbolState } from "./state.ts";
import type { SymbolSpec } from "./symbols.ts";
import { fillHistory } from "./warmup.ts";

export interface AccountSetup {
  readonly id: string;
  readonly apiKey: string;
  readonly secret: string;
  readonly balanceUsdt: string;
  /** Where it trades by rules of another venue than the exchange's own. */
  readonly rules?: VenueRules;
}

/** The venue of states that name none. */
const FIRST_VENUE = "binance-usdm";

export interface EngineSetup {
  readonly venue: string;
  readonly seed: number;
  readonly startMs: number;
  readonly specs: readonly SymbolSpec[];
  readonly feeds: ReadonlyMap<string, KlineFeed>;
  readonly rules: VenueRules;
  readonly fees: FeeRates;
  readonly history: HistoryLimits;
  readonly historyMinutes: number;
  readonly stepMs: number;
  readonly accounts: readonly AccountSetup[];
}

const PRICE_PURPOSE = 1;

function emptySymbol(setup: EngineSetup, spec: SymbolSpec): SymbolState {
  return {
    midUsd: Number(spec.startPriceUsd),
    markUsdE8: 0n,
    lastTicks: 0,
    bidTicks: 0,
    askTicks: 0,
    fundingRateE8: fundingRateE8(setup.seed, spec, nextFundingMs(setup.startMs)),
    candles: emptySeries(),
    takenBids: [],
    takenAsks: [],
    fundingHistory: [],
  };
}

function emptyState(setup: EngineSetup): EngineState {
  return {
    version: 2,
    ...(setup.venue === FIRST_VENUE ? {} : { venue: setup.venue }),
    seed: setup.seed,
    clockMs: setup.startMs,
    stepIndex: 0,
    paused: false,
    regime: "calm",
    trendSign: 1,
    priceRandom: seedRandom(setup.seed, PRICE_PURPOSE),
    symbols: new Map(setup.specs.map((spec) => [spec.symbol, emptySymbol(setup, spec)])),
    accounts: new Map(),
    credentials: new Map(),
    orders: new Map(),
    algoOrders: new Map(),
    trades: [],
    incomes: [],
    nextOrderId: 1_000_001,
    nextAlgoId: 2_000_001,
    nextTradeId: 3_000_001,
    nextTranId: 4_000_001,
    nextQueueSeq: 1,
  };
}

function assemble(setup: EngineSetup, state: EngineState): Engine {
  const engine: Engine = {
    specs: new Map(setup.specs.map((spec) => [spec.symbol, spec])),
    rules: setup.rules,
    rulesByAccount: new Map(
      setup.accounts.flatMap(({ id, rules }) => (rules === undefined ? [] : [[id, rules]])),
    ),
    fees: setup.fees,
    history: setup.history,
    feeds: setup.feeds,
    stepMs: setup.stepMs,
    state,
    nowMs: state.clockMs,
    books: new Map(),
    byClientId: new Map(),
    waitingAlgos: new Set(),
    revision: 0,
  };
  indexOrders(engine);
  return engine;
}

/** Opens an account with its key and a first transfer. An account that exists keeps everything but its key. */
export function openAccount(engine: Engine, setup: AccountSetup): void {
  engine.state.credentials.set(setup.apiKey, { accountId: setup.id, secret: setup.secret });
  if (engine.state.accounts.has(setup.id)) return;
  const account = {
    id: setup.id,
    walletUsdE8: 0n,
    otherE8: new Map(),
    positions: new Map(),
    updateTimeMs: engine.nowMs,
  };
  engine.state.accounts.set(setup.id, account);
  bookIncome(engine, account, { type: "TRANSFER", amountE8: e8(setup.balanceUsdt), symbol: "" });
}

/** A new exchange at `startMs`, with quotes, history and funded accounts. */
export function createEngine(setup: EngineSetup): Engine {
  const engine = assemble(setup, emptyState(setup));
  for (const spec of setup.specs) {
    const symbol = engine.state.symbols.get(spec.symbol);
    const feed = setup.feeds.get(spec.symbol);
    if (symbol === undefined) continue;
    if (feed !== undefined) symbol.midUsd = feedPriceUsd(feed, setup.startMs);
    quote(engine, spec, symbol, symbol.midUsd);
  }
  fillHistory(engine, setup.historyMinutes);
  for (const account of setup.accounts) openAccount(engine, account);
  return engine;
}

/**
 * An engine that goes on from a stored state. Throws when the state is of another format or venue, or lists other symbols: a
 * half-understood state must not trade; contracts that are listed since, at the end, begin at their start price.
 */
export function restoreEngine(setup: EngineSetup, state: EngineState): Engine {
  if (state.version !== 2)
    throw new Error(`Stored exchange state has version ${String(state.version)}; this reads 2`);
  const venue = state.venue ?? FIRST_VENUE;
  if (venue !== setup.venue)
    throw new Error(`Stored exchange state is of ${venue}; the settings say ${setup.venue}`);
  const stored = [...state.symbols.keys()];
  const wanted = setup.specs.map((spec) => spec.symbol);
  if (stored.some((symbol, place) => wanted[place] !== symbol))
    throw new Error(`Stored exchange state lists ${stored.join(",")}; the settings list ${wanted.join(",")}`);
  const added = setup.specs.slice(stored.length);
  for (const spec of added)
    state.symbols.set(spec.symbol, emptySymbol({ ...setup, startMs: state.clockMs }, spec));
  const engine = assemble(setup, state);
  for (const spec of added) {
    const symbol = symbolStateOf(engine, spec.symbol);
    quote(engine, spec, symbol, symbol.midUsd);
  }
  for (const account of setup.accounts) openAccount(engine, account);
  return engine;
}
