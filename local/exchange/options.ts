// Options of an exchange at its creation, and the defaults for the missing ones.
import type { VenueId } from "#domain/documents/account.ts";
import { DEFAULT_ACCOUNT_ID } from "./admin/actions.ts";
import type { RateLimits } from "./api/limits.ts";
import type { Dialect } from "./dialect.ts";
import { DEFAULT_DIALECT, DIALECTS } from "./dialects.ts";
import { FINE_STEP_MS } from "./engine/advance.ts";
import type { AccountSetup, EngineSetup } from "./engine/create-engine.ts";
import type { FeeRates, HistoryLimits } from "./engine/engine.ts";
import { parseKlineCsv } from "./engine/kline-feed.ts";
import { buildSpec, type SymbolDefinition } from "./engine/symbols.ts";
import type { CommitRecord } from "./types.ts";

export interface AccountOptions extends Omit<AccountSetup, "id" | "rules"> {
  readonly id?: string;
  /** Where it is not the exchange's own: the same market, asked in that venue's way and by its rules. Fees stay the exchange's. */
  readonly venue?: VenueId;
}

export interface ExchangeOptions {
  /** The venue whose API it speaks; Binance USD-M when left out. */
  readonly dialect?: VenueId;
  /** Decides prices, liquidity and fault draws. A whole number. */
  readonly seed: number;
  /** The exchange's clock, in milliseconds since the epoch. */
  readonly nowMs: () => number;
  /** Moves that clock, where it can be moved; enables the admin action "time". */
  readonly setNowMs?: (ms: number) => void;
  readonly symbols?: readonly SymbolDefinition[];
  /** Start prices by symbol, as decimal text. */
  readonly startPrices?: Readonly<Record<string, string>>;
  readonly accounts?: readonly AccountOptions[];
  readonly fees?: FeeRates;
  readonly limits?: Partial<RateLimits>;
  readonly history?: Partial<HistoryLimits>;
  /** Minutes of klines to have before the start; 0 for none. */
  readonly historyMinutes?: number;
  /** Time between price steps; longer is cheaper, for simulations of many markets. */
  readonly stepMs?: number;
  /** Kline CSV texts by symbol, replayed in place of the price process. */
  readonly klines?: Readonly<Record<string, string>>;
  /** Called with every change before its answer leaves; a store makes it durable. */
  readonly onCommit?: (record: CommitRecord) => void;
  /** A snapshot and the records after it, to go on from. */
  readonly restore?: { readonly snapshot: string; readonly records: readonly CommitRecord[] };
}

/** Key pair of the account that exists unless others are named. */
export const DEFAULT_API_KEY = "local-key";
export const DEFAULT_SECRET = "local-secret";
const DEFAULT_BALANCE_USDT = "100000";

/** Finished records kept in memory: tens of megabytes, and weeks of one account's trading. */
const DEFAULT_HISTORY: HistoryLimits = { orders: 10_000, trades: 20_000, incomes: 20_000 };
/** Three days: enough for any indicator on candles of up to an hour. */
const DEFAULT_HISTORY_MINUTES = 3 * 1440;

export interface ResolvedOptions {
  readonly setup: Omit<EngineSetup, "startMs" | "seed">;
  readonly dialect: Dialect;
  /** Of the other venues that its accounts are of, with the limits that each has by itself. */
  readonly others: readonly SpokenDialect[];
}

interface SpokenDialect {
  readonly dialect: Dialect;
  readonly speaks: (path: string) => boolean;
}

/** Fills in defaults. Throws on a start price or kline file for a symbol that is not listed. */
export function resolveOptions(options: ExchangeOptions): ResolvedOptions {
  const venue = options.dialect ?? DEFAULT_DIALECT;
  const kind = DIALECTS[venue];
  const definitions = options.symbols ?? kind.symbols;
  const listed = new Set(definitions.map((definition) => definition.symbol));
  for (const symbol of [...Object.keys(options.startPrices ?? {}), ...Object.keys(options.klines ?? {})]) {
    if (!listed.has(symbol)) throw new Error(`${symbol} is not listed; listed are ${[...listed].join(", ")}`);
  }
  const specs = definitions.map((definition, index) => {
    const startPriceUsd = options.startPrices?.[definition.symbol] ?? definition.startPriceUsd;
    return buildSpec({ ...definition, startPriceUsd }, index);
  });
  const accounts: readonly AccountOptions[] = options.accounts ?? [
    { apiKey: DEFAULT_API_KEY, secret: DEFAULT_SECRET, balanceUsdt: DEFAULT_BALANCE_USDT },
  ];
  return {
    setup: {
      venue,
      specs,
      feeds: new Map(
        Object.entries(options.klines ?? {}).map(([symbol, text]) => [symbol, parseKlineCsv(text)]),
      ),
      rules: kind.rules,
      fees: options.fees ?? kind.fees,
      history: { ...DEFAULT_HISTORY, ...options.history },
      historyMinutes: options.historyMinutes ?? DEFAULT_HISTORY_MINUTES,
      stepMs: options.stepMs ?? FINE_STEP_MS,
      accounts: accounts.map((account, index) => ({
        id: account.id ?? (index === 0 ? DEFAULT_ACCOUNT_ID : `${DEFAULT_ACCOUNT_ID}-${index + 1}`),
        apiKey: account.apiKey,
        secret: account.secret,
        balanceUsdt: account.balanceUsdt,
        ...(account.venue === undefined || account.venue === venue
          ? {}
          : { rules: DIALECTS[account.venue].rules }),
      })),
    },
    dialect: kind.open(options.limits ?? {}),
    others: [...new Set(accounts.map((account) => account.venue ?? venue))]
      .filter((each) => each !== venue)
      .map((each) => ({ dialect: DIALECTS[each].open({}), speaks: DIALECTS[each].speaks })),
  };
}
