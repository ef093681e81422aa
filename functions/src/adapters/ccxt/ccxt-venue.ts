// The Venue port over ccxt, by the venue's id. An order creation is one HTTP request, never repeated; its signed window ends at
// the caller's deadline; every failure is one of the port's five kinds.
import { binanceusdm, bybit } from "ccxt";
import type { HttpTransport } from "#adapters/http/http-transport.ts";
import { createNodeTransport } from "#adapters/http/node-transport.ts";
import type { RequestUsage } from "#adapters/http/request-usage.ts";
import type { VenueId } from "#domain/documents/account.ts";
import type { Market, RequestLimits } from "#domain/documents/market.ts";
import type { Clock } from "#ports/clock.ts";
import type { Identity } from "#ports/identity.ts";
import type { Logger } from "#ports/logger.ts";
import type { VenueKeys } from "#ports/secrets.ts";
import type { KnownBan, Venue } from "#ports/venue.ts";
import { createWeightUsage } from "./binance-usage.ts";
import { createBinanceVenue } from "./binance-venue.ts";
import { createAddressUsage } from "./bybit-usage.ts";
import { createBybitVenue } from "./bybit-venue.ts";

export interface CcxtVenueOptions {
  readonly venue: VenueId;
  /** Null for a client that asks only what the venue tells everybody. */
  readonly keys: VenueKeys | null;
  /** Told of every answer that refuses the keys themselves. */
  readonly onKeysRefused?: () => void;
  /** A ban that all accounts of the host know; each meets its own where it is missing. */
  readonly ban?: KnownBan;
  /** `http://127.0.0.1:8600` for a local exchange; null for the venue's production address. */
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
  /** See VenueClientOptions: for a simulation that makes thousands of venues. One of another venue is left unused. */
  readonly ccxt?: binanceusdm | bybit;
  /** As the venue has stated them last; the documented ones count where it is missing or says null. */
  readonly requestLimits?: () => RequestLimits | null;
  /** Requests of this address; its own where nothing else asks this host. */
  readonly addressUsage?: RequestUsage;
}

interface Adapter {
  readonly createAddressUsage: (clock: Clock, stated?: () => RequestLimits | null) => RequestUsage;
  readonly open: (
    options: CcxtVenueOptions & { readonly transport: HttpTransport; readonly addressUsage: RequestUsage },
  ) => Venue;
}

const ADAPTERS: Readonly<Record<VenueId, Adapter>> = {
  "binance-usdm": {
    createAddressUsage: createWeightUsage,
    open({ ccxt, addressUsage, ...options }) {
      const instance = ccxt instanceof binanceusdm ? { ccxt } : {};
      const markets = options.markets ?? [];
      return createBinanceVenue({ ...options, ...instance, markets, weight: addressUsage });
    },
  },
  "bybit-linear": {
    createAddressUsage,
    open({ ccxt, ...options }) {
      const instance = ccxt instanceof bybit ? { ccxt } : {};
      return createBybitVenue({ ...options, ...instance });
    },
  },
};

/** Opens the venues of one process: requests to one host count together, whichever account they are for. */
export function createVenueOpener(): (options: CcxtVenueOptions) => Venue {
  const usages = new Map<string, RequestUsage>();
  return (options) => {
    const { venue, origin, clock, requestLimits } = options;
    const host = `${venue} ${origin}`;
    const addressUsage = usages.get(host) ?? ADAPTERS[venue].createAddressUsage(clock, requestLimits);
    usages.set(host, addressUsage);
    return createCcxtVenue({ addressUsage, ...options });
  };
}

/** A venue of one account. Opens no connection before its first call. */
export function createCcxtVenue(options: CcxtVenueOptions): Venue {
  const { createAddressUsage: createUsage, open } = ADAPTERS[options.venue];
  const transport = options.transport ?? createNodeTransport(options.requestTimeoutMs);
  const addressUsage = options.addressUsage ?? createUsage(options.clock, options.requestLimits);
  return open({ ...options, transport, addressUsage });
}
