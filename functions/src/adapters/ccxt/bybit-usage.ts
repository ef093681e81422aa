// Bybit's limits of requests. Each answer tells of its endpoint's second for the account; of the address's five seconds the
// venue tells nothing, so this process counts its own. Source: bybit-exchange.github.io, docs/v5/rate-limit.
import type { HttpRequest } from "#adapters/http/http-transport.ts";
import { createRequestUsage, type RequestClass, type RequestUsage } from "#adapters/http/request-usage.ts";
import type { Clock } from "#ports/clock.ts";
import type { RequestCounts } from "./venue-client.ts";

const ADDRESS = "requests of five seconds";
const FIVE_SECONDS_MS = 5_000;
const SECOND_MS = 1_000;
/** Half of the venue's 600: its window moves along, and any five seconds lie within two of ours. */
const ADDRESS_LIMIT = 300;

const LIMIT_HEADER = "x-bapi-limit";
const LEFT_HEADER = "x-bapi-limit-status";

/** Requests of one address, which all accounts of a process share. */
export function createAddressUsage(clock: Clock): RequestUsage {
  return createRequestUsage(clock, [
    { name: ADDRESS, windowMs: FIVE_SECONDS_MS, limit: () => ADDRESS_LIMIT, counts: () => true },
  ]);
}

/** Paths that tell how the account and its orders stand. */
const TRUTH = /\/(order\/realtime|order\/history|position\/list|account\/wallet-balance)$/;
/** Prices, which a decision and a look need. */
const PRICES = /\/market\/tickers$/;
const TIME = /\/market\/time$/;
const CANCEL = /\/order\/cancel$/;

export function classOf({ method, url, body }: HttpRequest): RequestClass {
  const { pathname } = new URL(url);
  if (CANCEL.test(pathname) || TIME.test(pathname)) return "exit";
  if (method === "GET") return TRUTH.test(pathname) ? "truth" : PRICES.test(pathname) ? "entry" : "history";
  return reducesOnly(body) ? "exit" : "entry";
}

function reducesOnly(body: string | null): boolean {
  const form: unknown = body === null ? null : JSON.parse(body);
  return typeof form === "object" && form !== null && "reduceOnly" in form && form.reduceOnly === true;
}

export interface BybitCounts extends RequestCounts {
  /** One more request that leaves this address. */
  spend(offsetMs: number): void;
}

/** Of one account, over the count of its address. */
export function createBybitCounts(address: RequestUsage, clock: Clock): BybitCounts {
  const endpoints = new Map<string, { readonly limit: number; readonly usage: RequestUsage }>();
  return {
    check(request, offsetMs) {
      const of = classOf(request);
      address.check(of, offsetMs);
      endpoints.get(endpointOf(request))?.usage.check(of, offsetMs);
    },
    spend: (offsetMs) => address.spend(ADDRESS, offsetMs),
    learn(request, { headers }, times) {
      const [limit, left] = [Number(headers[LIMIT_HEADER]), Number(headers[LEFT_HEADER])];
      if (!(limit > 0) || !Number.isFinite(left)) return;
      const name = `requests of a second to ${endpointOf(request)}`;
      const known = endpoints.get(endpointOf(request));
      const usage =
        known?.limit === limit
          ? known.usage
          : createRequestUsage(clock, [
              { name, windowMs: SECOND_MS, limit: () => limit, counts: () => true },
            ]);
      endpoints.set(endpointOf(request), { limit, usage });
      // Each answer states the limit anew, so none refutes it.
      usage.learn(name, limit - left, { ...times, isTaken: false });
    },
  };
}

function endpointOf({ method, url }: HttpRequest): string {
  return `${method} ${new URL(url).pathname}`;
}
