// ccxt's Bybit instance over our own transport, in the dialect of v5. A request is signed with the receive window of reads
// unless it is told another one.
import { bybit } from "ccxt";
import type { VenueError } from "#ports/venue.ts";
import { isKeyRefusal, silencesAll } from "./bybit-codes.ts";
import { errorOf } from "./bybit-errors.ts";
import type { BybitCounts } from "./bybit-usage.ts";
import type { SignedTimes } from "./send-guard.ts";
import { createVenueClient, type VenueClient, type VenueClientOptions } from "./venue-client.ts";

export interface BybitClientOptions extends VenueClientOptions {
  readonly counts: BybitCounts;
  /** An unused instance to take over in place of a new one, because making one takes 10 ms. */
  readonly ccxt?: bybit;
}

export interface BybitClient extends VenueClient<bybit> {
  /** A call whose request is signed with these times. */
  signedAt<Result>(times: SignedTimes, call: () => Promise<Result>): Promise<Result>;
}

/** Reads must be answered within this of being signed; orders bring their own window. */
const READ_WINDOW_MS = 10_000;

/** HMAC-SHA256 in hexadecimal digits, or RSA's in base64 behind its name. */
const SIGNATURE = /\b[0-9a-f]{64}\b|(?<=X-BAPI-SIGN\W{1,4})[\w+/=]{40,}/gi;

export function createBybitClient(options: BybitClientOptions): BybitClient {
  const { counts } = options;
  const dialect = {
    errorOf,
    silences: (error: VenueError) => silencesAll(error),
    isKeyRefusal,
    signature: SIGNATURE,
    counts,
  };
  const client = createVenueClient(options.ccxt ?? createBybitCcxt(), dialect, {
    ...options,
    beforeSend(request) {
      options.beforeSend(request);
      counts.spend(client.offsetMs());
    },
  });
  const { exchange } = client;
  return {
    ...client,
    signedAt({ timestamp, recvWindow }, call) {
      // ccxt signs before it first waits, so no other request is signed with these; the send guard sees to it.
      const { nonce } = exchange;
      exchange.nonce = () => timestamp;
      exchange.options.recvWindow = recvWindow;
      try {
        return call();
      } finally {
        exchange.nonce = nonce;
        exchange.options.recvWindow = READ_WINDOW_MS;
      }
    },
  };
}

/** ccxt's own Bybit client, told to leave waiting, repeating and clock offsets to us. */
export function createBybitCcxt(): bybit {
  return new bybit({
    // Waiting belongs to the caller: an order must not sit in a queue past its decision.
    enableRateLimit: false,
    options: { recvWindow: READ_WINDOW_MS, maxRetriesOnFailure: 0, adjustForTimeDifference: false },
  });
}
