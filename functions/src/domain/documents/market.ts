// A venue's market as the decision needs it: filters in decimal strings, in the venue's own symbol (`BTCUSDT`).
import type { DecimalString } from "#domain/decimal.ts";
import type { AccountMode } from "./account.ts";

export interface Market {
  readonly symbol: string;
  readonly baseAsset: string;
  readonly quoteAsset: string;
  readonly tickSizeUsd: DecimalString;
  readonly stepSizeBase: DecimalString;
  readonly minQtyBase: DecimalString;
  readonly maxQtyBase: DecimalString;
  /** Largest market order; the venue's limit for market orders is lower than for limit orders. */
  readonly maxMarketQtyBase: DecimalString;
  readonly minNotionalUsd: DecimalString;
  /** The market record of the exchange adapter: with it an order is placed without asking again. */
  readonly venueMarket: Readonly<Record<string, unknown>>;
}

/** Best bid and ask. `asOfMs` is the venue's time of the quote where it gives one, else when we asked. */
export interface TopOfBook {
  readonly symbol: string;
  readonly bidUsd: DecimalString;
  readonly askUsd: DecimalString;
  readonly asOfMs: number;
}

/** The best bid and ask of a symbol as the venue gave them when it was asked for one decision. */
export interface Touch extends TopOfBook {
  /** Our time just before the question: the answer is at least as new. */
  readonly askedAtMs: number;
}

/** Limits of requests as a venue states them. Null: it does not, and the documented one counts. */
export interface RequestLimits {
  /** Of an address. */
  readonly weightPerMinute: number | null;
  /** Of an account. */
  readonly ordersPerTenSeconds: number | null;
  readonly ordersPerMinute: number | null;
}

/** `universe/{venue}`: the markets of a venue that this project trades, and when they were read. */
export interface Universe {
  readonly asOfMs: number;
  readonly venue: string;
  readonly markets: Readonly<Record<string, Market>>;
  /** Null where the venue could not be asked. They hold for accounts of the mode as which it was asked. */
  readonly requestLimits?: (RequestLimits & { readonly askedAs: AccountMode }) | null;
}
