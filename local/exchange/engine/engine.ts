// The engine object: stored state, the indexes that follow from it, and the few primitives that every engine
// module shares. Time comes from outside, by `advance`, and every record is dated by `nowMs`. It does no input or output.
import { emptyBook, insertResting, type RestingBook } from "./book.ts";
import type { KlineFeed } from "./kline-feed.ts";
import {
  type Account,
  type EngineState,
  isOpen,
  type Order,
  type Position,
  type SymbolState,
} from "./state.ts";
import type { SymbolSpec } from "./symbols.ts";

/** Fee rates in parts per million of the notional: Binance's regular user, 0.02 % maker and 0.05 % taker. */
export interface FeeRates {
  readonly makerPpm: number;
  readonly takerPpm: number;
}

/** How many finished records are kept; open orders are never dropped. */
export interface HistoryLimits {
  readonly orders: number;
  readonly trades: number;
  readonly incomes: number;
}

/** Answers to questions that each venue decides in its own way. */
export interface VenueRules {
  /** Limit prices beyond the band around the mark: refused, or moved to its edge, which then also bounds market orders. */
  readonly beyondBand: "refused" | "moved";
  /** Post-only orders that would take, and fill-or-kill orders that cannot fill: refused, or accepted and cancelled. */
  readonly unfillable: "refused" | "cancelled";
  /** Id of the order that a conditional order becomes: one of its own, or the one that it has. */
  readonly firedId: "new" | "same";
  /** Open orders allowed per account and symbol. */
  readonly maxOpenOrders: number;
}

export interface Engine {
  readonly specs: ReadonlyMap<string, SymbolSpec>;
  /** Of accounts that `rulesByAccount` does not name. */
  readonly rules: VenueRules;
  /** Of accounts of another venue over the same market. */
  readonly rulesByAccount: ReadonlyMap<string, VenueRules>;
  readonly fees: FeeRates;
  readonly history: HistoryLimits;
  readonly feeds: ReadonlyMap<string, KlineFeed>;
  /** Time between price steps. */
  readonly stepMs: number;
  readonly state: EngineState;
  /** The moment of everything that is done now: of a price step while prices move, of a request or an act otherwise. Never runs backwards. */
  nowMs: number;
  readonly books: Map<string, RestingBook>;
  /** Newest order of an (account, symbol, client id). */
  readonly byClientId: Map<string, number>;
  /** Conditional orders that have not fired yet, oldest first. */
  readonly waitingAlgos: Set<number>;
  /** Grows with every change of accounts, orders or settings; prices alone do not count. */
  revision: number;
}

export const clientKey = (accountId: string, symbol: string, clientOrderId: string): string =>
  `${accountId}|${symbol}|${clientOrderId}`;

/** Rebuilds books and indexes from stored orders. */
export function indexOrders(engine: Engine): void {
  engine.books.clear();
  engine.byClientId.clear();
  engine.waitingAlgos.clear();
  for (const algo of engine.state.algoOrders.values())
    if (algo.status === "NEW") engine.waitingAlgos.add(algo.algoId);
  for (const symbol of engine.specs.keys()) engine.books.set(symbol, emptyBook());
  for (const order of engine.state.orders.values()) {
    engine.byClientId.set(clientKey(order.accountId, order.symbol, order.clientOrderId), order.orderId);
    if (isOpen(order)) insertResting(bookOf(engine, order.symbol), order);
  }
}

/** The rules by which an account trades. */
export function rulesOf(engine: Engine, accountId: string): VenueRules {
  return engine.rulesByAccount.get(accountId) ?? engine.rules;
}

/** The engine lists a fixed set of symbols; asking for another is a programming error, not a bad request. */
export function specOf(engine: Engine, symbol: string): SymbolSpec {
  const spec = engine.specs.get(symbol);
  if (spec === undefined) throw new Error(`Symbol ${symbol} is not listed`);
  return spec;
}

export function symbolStateOf(engine: Engine, symbol: string): SymbolState {
  const state = engine.state.symbols.get(symbol);
  if (state === undefined) throw new Error(`Symbol ${symbol} has no state`);
  return state;
}

export function bookOf(engine: Engine, symbol: string): RestingBook {
  const book = engine.books.get(symbol);
  if (book === undefined) throw new Error(`Symbol ${symbol} has no book`);
  return book;
}

export function accountOf(engine: Engine, accountId: string): Account {
  const account = engine.state.accounts.get(accountId);
  if (account === undefined) throw new Error(`Account ${accountId} does not exist`);
  return account;
}

/** Leverage of a symbol until an account sets one: 20, as on a new Binance account. */
const DEFAULT_LEVERAGE = 20;

function flatPosition(): Position {
  return {
    lots: 0,
    entryUsdE8: 0n,
    isolatedWalletUsdE8: 0n,
    leverage: DEFAULT_LEVERAGE,
    marginType: "CROSSED",
    updateTimeMs: 0,
  };
}

/** The account's position on a symbol for changing it; stored flat when it never traded it. */
export function positionOf(account: Account, symbol: string): Position {
  const existing = account.positions.get(symbol);
  if (existing !== undefined) return existing;
  const position = flatPosition();
  account.positions.set(symbol, position);
  return position;
}

/** The account's position on a symbol for reading; leaves no trace in the state. */
export function readPosition(account: Account, symbol: string): Readonly<Position> {
  return account.positions.get(symbol) ?? flatPosition();
}

/** Value of lots at a price in ticks, exact, in 1e-8 USDT. */
export function notionalUsdE8(spec: SymbolSpec, ticks: number, lots: number): bigint {
  return BigInt(ticks) * BigInt(lots) * spec.unitUsdE8;
}

/** An account's resting orders on a symbol. */
export function restingOf(engine: Engine, accountId: string, symbol: string): Order[] {
  const book = bookOf(engine, symbol);
  return [...book.bids, ...book.asks].filter((order) => order.accountId === accountId);
}

/** Drops the oldest entries in one block once a list has outgrown its limit by a tenth. */
export function trimRing<T>(ring: T[], limit: number): void {
  if (ring.length > limit + Math.max(1, Math.floor(limit / 10))) ring.splice(0, ring.length - limit);
}
