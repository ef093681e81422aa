// The matching engine at the instants of a NAV run: whenever it has handled a question about the account or its prices. For
// invariants about what a run may have seen; asks nothing of the product.

import { isDeepStrictEqual } from "node:util";
import type { HttpResponse } from "#adapters/http/http-transport.ts";
import { type Decimal, dec } from "#domain/decimal.ts";
import { specOf } from "#local/exchange/engine/engine.ts";
import type { SimProcess } from "../engine/sim-process.ts";
import type { WireRequest } from "../ports/venue-transport.ts";
import { venueOf } from "../venues.ts";
import { type AccountAt, accountAt, type Book, bookAt, profitAtE8 } from "./equity.ts";
import type { Evidence } from "./invariant.ts";

const ACCOUNT = "GET /fapi/v3/account";
const PRICES = "GET /fapi/v1/ticker/bookTicker";
/** At Bybit the account is of the moment of its positions: the wallet that brackets them was the same before and after. */
const POSITIONS = "GET /fapi/v3/positionRisk";
/** The engine when it had handled a request of a run. */
export interface Instant {
  readonly name: string;
  readonly account: AccountAt;
  /** The venue answered with the account of an earlier time, as an endpoint does that has stopped following. */
  readonly isOld: boolean;
  /** By symbol, as the venue's answer allows to know it; absent: that symbol had no usable row. */
  readonly books: ReadonlyMap<string, Book>;
}

/** Instants of each process's present run, by account. */
export class NavInstants {
  readonly #evidence: Evidence;
  readonly #runs = new WeakMap<SimProcess, Map<string, Instant[]>>();

  constructor(evidence: Evidence) {
    this.#evidence = evidence;
  }

  handled(request: WireRequest, response: HttpResponse): void {
    const { process, accountId } = request;
    if (process.kind !== "nav" || response.status !== 200) return;
    const isOfPositions = venueOf(this.#evidence.setup, accountId) === "bybit-linear";
    const name = isOfPositions && request.name === POSITIONS ? ACCOUNT : request.name;
    if (name !== ACCOUNT && name !== PRICES) return;
    const told = name === ACCOUNT && !isOfPositions ? accountIn(this.#evidence, response.body) : "present";
    if (told === null) return;
    const instant = instantAt(this.#evidence, { accountId, name, told }, response);
    if (instant !== null) this.#of(process, accountId).push(instant);
  }

  /** Those of the run that has just stored its NAV; the next one begins anew. */
  take(process: SimProcess, accountId: string): readonly Instant[] {
    return this.#of(process, accountId).splice(0);
  }

  #of(process: SimProcess, accountId: string): Instant[] {
    const ofProcess = this.#runs.get(process) ?? new Map<string, Instant[]>();
    this.#runs.set(process, ofProcess);
    const instants = ofProcess.get(accountId) ?? [];
    ofProcess.set(accountId, instants);
    return instants;
  }
}

/** Instants whose NAV the run can have seen: the engine's own, and an old account at the prices of the run. */
export function seenIn(instants: readonly Instant[]): readonly Instant[] {
  const prices = instants.filter(({ name }) => name === PRICES);
  const old = instants.filter(({ isOld }) => isOld);
  return [...instants, ...old.flatMap((each) => prices.map(({ books }) => ({ ...each, books })))];
}

/** All that an account without coins can have been worth: one answer about it, each position at a price or at the mark. */
export function worthsOf(
  { exchange: { engine } }: Evidence,
  instants: readonly Instant[],
): readonly Decimal[] {
  const prices = instants.filter(({ name }) => name === PRICES);
  const answers = instants.filter(({ name }) => name === ACCOUNT);
  return answers.flatMap(({ account }) => {
    let sums: readonly bigint[] = [account.walletE8];
    for (const holding of account.holdings) {
      const touched = prices.flatMap(({ books }) => books.get(holding.symbol) ?? []);
      const profits = touched.map((book) => profitAtE8(engine, holding, book));
      const each = [...new Set([...profits, holding.markProfitE8])];
      sums = sums.flatMap((sum) => each.map((profit) => sum + profit));
    }
    return sums.map((sumE8) => dec(String(sumE8)).div("1e8"));
  });
}

interface Seen {
  readonly accountId: string;
  readonly name: string;
  /** The account as the answer has it; `present`: as the engine has it. */
  readonly told: AccountAt | "present";
}

function instantAt(
  evidence: Evidence,
  { accountId, name, told }: Seen,
  { body }: HttpResponse,
): Instant | null {
  const { engine } = evidence.exchange;
  const account = engine.state.accounts.get(accountId);
  if (account === undefined) return null;
  const now = [...engine.specs.keys()].flatMap((symbol): [string, Book][] => {
    const book = bookAt(engine, symbol);
    return book === null ? [] : [[symbol, book]];
  });
  const books = name === PRICES ? booksIn(evidence, body) : new Map(now);
  const present = accountAt(engine, account);
  if (told === "present") return { name, account: present, isOld: false, books };
  return { name, account: told, isOld: !isDeepStrictEqual(told, present), books };
}

type Row = Readonly<Record<string, string>>;

/** The account as an answer has it: the engine's present one, unless the endpoint lags. Null: spoilt on its way. */
function accountIn({ exchange: { engine } }: Evidence, body: string): AccountAt | null {
  const [answer] = rowsOf(body);
  const { assets, positions } = (answer ?? {}) as { assets?: readonly Row[]; positions?: readonly Row[] };
  if (assets === undefined || positions === undefined) return null;
  const wallet = assets.find(({ asset }) => asset === "USDT");
  const others = assets.filter(({ asset }) => asset !== "USDT");
  return {
    walletE8: e8(wallet?.walletBalance),
    holdings: positions.flatMap(({ symbol = "", positionAmt, notional, unrealizedProfit }) => {
      const lots = Number(e8(positionAmt) / specOf(engine, symbol).lotE8);
      const markProfitE8 = e8(unrealizedProfit);
      return lots === 0 ? [] : [{ symbol, lots, entryUsdE8: e8(notional) - markProfitE8, markProfitE8 }];
    }),
    coins: others.map(({ asset = "", walletBalance }) => [asset, e8(walletBalance)] as const),
  };
}

function e8(amount: string | undefined): bigint {
  return BigInt(
    dec(amount ?? "0")
      .mul("1e8")
      .toFixed(0),
  );
}

/** The book of each symbol that the answer has a row of: the engine's own, and an older one where the answer was frozen. */
function booksIn(evidence: Evidence, body: string): ReadonlyMap<string, Book> {
  const books = new Map<string, Book>();
  for (const { symbol, bidPrice, askPrice } of rowsOf(body)) {
    const spec = evidence.exchange.engine.specs.get(String(symbol));
    if (spec === undefined || !(Number(bidPrice) > 0 && Number(askPrice) > 0)) continue;
    const ticks = (price: unknown): number => Math.round((Number(price) * 1e8) / Number(spec.tickE8));
    books.set(spec.symbol, { bidTicks: ticks(bidPrice), askTicks: ticks(askPrice) });
  }
  return books;
}

function rowsOf(body: string): readonly Readonly<Record<string, unknown>>[] {
  try {
    const rows: unknown = JSON.parse(body);
    return Array.isArray(rows) ? rows : [rows as Readonly<Record<string, unknown>>];
  } catch {
    return []; // an answer that was spoilt on its way
  }
}
