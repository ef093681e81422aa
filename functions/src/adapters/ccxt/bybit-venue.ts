// Bybit's USDT perpetuals (v5, category linear, unified account) as a Venue. One-way position mode and USDT settlement only;
// what does not fit is an error with its remedy. Reads are retried, creations are not.
import type { bybit } from "ccxt";
import type { HttpTransport } from "#adapters/http/http-transport.ts";
import type { RequestUsage } from "#adapters/http/request-usage.ts";
import type { Market, TopOfBook } from "#domain/documents/market.ts";
import type { Clock } from "#ports/clock.ts";
import type { Identity } from "#ports/identity.ts";
import type { Logger } from "#ports/logger.ts";
import type { VenueKeys } from "#ports/secrets.ts";
import type { KnownBan, Venue } from "#ports/venue.ts";
import { positionsOf, readAccount } from "./bybit-account.ts";
import { type BybitClient, createBybitClient } from "./bybit-client.ts";
import { saysInvalidSymbol } from "./bybit-codes.ts";
import { createBybitCreation } from "./bybit-creation.ts";
import { readFills } from "./bybit-fills.ts";
import { readIncome } from "./bybit-income.ts";
import { CATEGORY, marketsOf, SETTLEMENT_COIN } from "./bybit-markets.ts";
import { readMinutePrices } from "./bybit-minutes.ts";
import { openOrdersOf, openStopsOf } from "./bybit-open.ts";
import { createOrderCalls } from "./bybit-order-calls.ts";
import { type AskPage, readList } from "./bybit-pages.ts";
import { readSettings } from "./bybit-settings.ts";
import { resultOf, serverTimeShape } from "./bybit-shapes.ts";
import { topsOf } from "./bybit-tops.ts";
import { createBybitCounts } from "./bybit-usage.ts";
import { createVenueCalls, orNull, type VenueCalls } from "./venue-calls.ts";

export interface BybitVenueOptions {
  readonly keys: VenueKeys | null;
  readonly onKeysRefused?: () => void;
  readonly ban?: KnownBan;
  readonly origin: string | null;
  readonly clock: Clock;
  readonly identity: Identity;
  readonly logger: Logger;
  readonly transport: HttpTransport;
  readonly ccxt?: bybit;
  /** Of the address from which all requests leave, whichever account they are for. */
  readonly addressUsage: RequestUsage;
}

/** The largest pages of the endpoints. */
const INSTRUMENTS_PAGE = 1_000;
const POSITIONS_PAGE = 200;
const ORDERS_PAGE = 50;

export function createBybitVenue(options: BybitVenueOptions): Venue {
  const { clock } = options;
  const creation = createBybitCreation(() => client, clock);
  const client = createBybitClient({
    ...options,
    counts: createBybitCounts(options.addressUsage, clock),
    beforeSend: (request) => creation.beforeSend(request),
  });
  const { exchange } = client;
  const calls = createVenueCalls({
    ...options,
    client,
    askServerTimeMs: async () =>
      resultOf(serverTimeShape, await exchange.publicGetV5MarketTime({}), "time").timeNano,
  });
  const ask = questions(client, calls);
  const nowAtVenueMs = (): number => clock.nowMs() + client.offsetMs();

  return {
    fetchServerTimeMs: () => calls.serverTimeMs(),
    fetchMarkets: () => calls.reads(async () => marketsOf(await ask.instruments())),
    // Each answer tells its endpoint's limit in its headers (bybit-usage.ts), and none tells the address's.
    fetchRequestLimits: async () => ({
      weightPerMinute: null,
      ordersPerTenSeconds: null,
      ordersPerMinute: null,
    }),
    fetchTopOfBook: (symbols) => topOfBook(client, calls, symbols),
    fetchAccount: () => calls.reads(() => readAccount(ask, () => clock.nowMs())),
    fetchPositions: () => calls.reads(async () => positionsOf(await ask.positions())),
    ...createOrderCalls({ client, calls, creation }),
    fetchOpenOrders: (of) =>
      calls.reads(async () => openOrdersOf(await ask.open(symbolsOf(of)), symbolsOf(of))),
    fetchOpenStops: (of) =>
      calls.reads(async () => openStopsOf(await ask.open(symbolsOf(of)), symbolsOf(of))),
    fetchIncome: (sinceMs) => calls.reads(() => readIncome({ ask: ask.log, sinceMs, nowMs: nowAtVenueMs() })),
    fetchIncomeOf: ({ symbol, baseAsset }, sinceMs) =>
      calls.reads(async () => {
        const query = { category: CATEGORY, baseCoin: baseAsset };
        const incomes = await readIncome({ ask: ask.log, sinceMs, nowMs: nowAtVenueMs() }, query);
        return incomes.filter((income) => income.symbol === symbol);
      }),
    fetchFills: (market, sinceMs) =>
      calls.reads(() =>
        readFills(market, {
          askExecutions: ask.executions,
          askLog: ask.log,
          sinceMs,
          nowMs: nowAtVenueMs(),
        }),
      ),
    fetchMinutePrices: (symbol, fromMs) => readMinutePrices(calls, exchange, symbol, fromMs),
    fetchSettings: (symbols) =>
      readSettings({ client, calls, isElsewhere: options.origin !== null, nowMs: clock.nowMs() }, symbols),
  };
}

/** Null: every symbol. */
function symbolsOf(markets: readonly Market[] | "all"): ReadonlySet<string> | null {
  return markets === "all" ? null : new Set(markets.map(({ symbol }) => symbol));
}

interface Questions {
  readonly wallet: () => Promise<unknown>;
  readonly positions: () => Promise<readonly unknown[]>;
  readonly instruments: () => Promise<readonly unknown[]>;
  /** Open orders, conditional ones among them; null: in every symbol. */
  readonly open: (symbols: ReadonlySet<string> | null) => Promise<readonly unknown[]>;
  readonly log: AskPage;
  readonly executions: AskPage;
}

function questions({ exchange }: BybitClient, calls: VenueCalls): Questions {
  const page =
    (ask: AskPage): AskPage =>
    (query) =>
      calls.read(() => ask(query));
  const category = CATEGORY;
  const settled = { category, settleCoin: SETTLEMENT_COIN };
  const positions = page((query) => exchange.privateGetV5PositionList({ ...query }));
  const instruments = page((query) => exchange.publicGetV5MarketInstrumentsInfo({ ...query }));
  const open = page((query) => exchange.privateGetV5OrderRealtime({ ...query }));
  return {
    wallet: () => calls.read(() => exchange.privateGetV5AccountWalletBalance({ accountType: "UNIFIED" })),
    positions: () => readList(positions, { ...settled, limit: POSITIONS_PAGE }, "positions"),
    instruments: () => readList(instruments, { category, limit: INSTRUMENTS_PAGE }, "markets"),
    open(symbols) {
      const [only] = symbols ?? [];
      const of = symbols?.size === 1 && only !== undefined ? { category, symbol: only } : settled;
      return readList(open, { ...of, limit: ORDERS_PAGE }, "open orders");
    },
    log: page((query) => exchange.privateGetV5AccountTransactionLog({ ...query })),
    executions: page((query) => exchange.privateGetV5ExecutionList({ ...query })),
  };
}

async function topOfBook(
  { exchange }: BybitClient,
  calls: VenueCalls,
  symbols: readonly string[],
): Promise<readonly TopOfBook[]> {
  const [only] = symbols;
  // One question for all of them, which the venue answers with every symbol that it has; or a small one for a single symbol.
  const of = symbols.length === 1 && only !== undefined ? { symbol: only } : {};
  const tops = await orNull(saysInvalidSymbol, () =>
    calls.read(async () =>
      topsOf(await exchange.publicGetV5MarketTickers({ category: CATEGORY, ...of }), symbols),
    ),
  );
  return tops ?? [];
}
