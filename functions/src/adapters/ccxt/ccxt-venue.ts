// The Venue port over ccxt. An order creation is one HTTP request, never repeated; its signed window ends at
// the caller's deadline; every failure is one of the port's five kinds.
import type { binanceusdm } from "ccxt";
import type { HttpTransport } from "#adapters/http/http-transport.ts";
import { createNodeTransport } from "#adapters/http/node-transport.ts";
import type { RequestUsage } from "#adapters/http/request-usage.ts";
import type { VenueId } from "#domain/documents/account.ts";
import type { Market } from "#domain/documents/market.ts";
import type { Clock } from "#ports/clock.ts";
import type { Identity } from "#ports/identity.ts";
import type { Logger } from "#ports/logger.ts";
import type { VenueKeys } from "#ports/secrets.ts";
import type { Venue } from "#ports/venue.ts";
import { createWeightUsage } from "./binance-usage.ts";
import { createBinanceVenue } from "./binance-venue.ts";

export interface CcxtVenueOptions {
  readonly venue: VenueId;
  /** Null for a client that asks only what the venue tells everybody. */
  readonly keys: VenueKeys | null;
  /** Told of every answer that refuses the keys themselves. */
  readonly onKeysRefused?: () => void;
  /** `http://127.0.0.1:8600` for a local exchange; null for the production address. */
  readonly origin: string | null;
  /** Markets to know from the start; others are learnt from the calls that bring them. Never asked for implicitly. */
  readonly markets?: readonly Market[];
  readonly clock: Clock;
  readonly identity: Identity;
  readonly logger: Logger;
  /** A request without an answer after this is `TIMEOUT`. */
  readonly requestTimeoutMs: number;
  /** In place of the network: the simulation's matching engine. */
  readonly transport?: HttpTransport;
  /** See BinanceClientOptions: for a simulation that makes thousands of venues. */
  readonly ccxt?: binanceusdm;
  /** Weight that was used from this address; its own where nothing else asks this host. */
  readonly weight?: RequestUsage;
}

/** Opens the venues of one process: requests to one host use up the same weight, whichever account they are for. */
export function createVenueOpener(): (options: CcxtVenueOptions) => Venue {
  const weights = new Map<string | null, RequestUsage>();
  return (options) => {
    const weight = weights.get(options.origin) ?? createWeightUsage(options.clock);
    weights.set(options.origin, weight);
    return createCcxtVenue({ weight, ...options });
  };
}

/** A venue of one account. Opens no connection before its first call. Throws for a venue that it does not know. */
export function createCcxtVenue(options: CcxtVenueOptions): Venue {
  if (options.venue !== "binance-usdm")
    throw new Error(`Venue ${options.venue} is not supported yet; use binance-usdm`);
  const transport = options.transport ?? createNodeTransport(options.requestTimeoutMs);
  const weight = options.weight ?? createWeightUsage(options.clock);
  return createBinanceVenue({ ...options, markets: options.markets ?? [], transport, weight });
}
