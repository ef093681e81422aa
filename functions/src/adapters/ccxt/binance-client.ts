// ccxt's Binance USD-M instance over our own transport, in Binance's dialect.
import { binanceusdm } from "ccxt";
import { isKeyRefusal } from "./binance-codes.ts";
import { errorOf } from "./binance-errors.ts";
import { createBinanceCounts, type Usage } from "./binance-usage.ts";
import { createVenueClient, type VenueClient, type VenueClientOptions } from "./venue-client.ts";

export interface BinanceClientOptions extends VenueClientOptions {
  readonly usage: Usage;
  /** An unused instance to take over in place of a new one, because making one takes 10 ms. */
  readonly ccxt?: binanceusdm;
}

export type BinanceClient = VenueClient<binanceusdm>;

/** Reads must be answered within this of being signed; orders bring their own window. */
const READ_WINDOW_MS = 10_000;

const SIGNATURE = /(?<=signature=)[^&\s"']+/gi;

/**
 * Errors that do not silence the whole instance: the order rate limit counts orders only, and how long a firewall or
 * region block lasts is our guess, which must not keep a cancel from being tried.
 */
const NOT_HELD: ReadonlySet<string> = new Set(["-1015", "HTTP_403", "HTTP_451"]);

export function createBinanceClient(options: BinanceClientOptions): BinanceClient {
  const dialect = {
    errorOf,
    silences: ({ code }: { readonly code: string }) => !NOT_HELD.has(code),
    isKeyRefusal,
    signature: SIGNATURE,
    counts: createBinanceCounts(options.usage),
  };
  return createVenueClient(options.ccxt ?? createCcxt(), dialect, options);
}

/** ccxt's own Binance USD-M client, told to leave waiting, repeating and clock offsets to us. */
export function createCcxt(): binanceusdm {
  return new binanceusdm({
    // Waiting belongs to the caller: an order must not sit in a queue past its decision.
    enableRateLimit: false,
    options: { recvWindow: READ_WINDOW_MS, maxRetriesOnFailure: 0, adjustForTimeDifference: false },
  });
}
