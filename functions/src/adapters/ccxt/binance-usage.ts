// Binance USD-M's limits of requests, and what its answers say of their use: weight a minute for an address, orders of an
// account in ten seconds and in a minute. Source: developers.binance.com, usds-margined-futures, general-info (LIMITS).
import type { HttpRequest } from "#adapters/http/http-transport.ts";
import { createRequestUsage, type RequestClass, type RequestUsage } from "#adapters/http/request-usage.ts";
import type { RequestLimits } from "#domain/documents/market.ts";
import type { Clock } from "#ports/clock.ts";
import type { RequestCounts } from "./venue-client.ts";

const MINUTE_MS = 60_000;
const TEN_SECONDS_MS = 10_000;
const WEIGHT = "request weight of the minute";
const ORDERS_10S = "orders of ten seconds";
const ORDERS_1M = "orders of the minute";

/** As documented: they count where the venue states none. */
const WEIGHT_PER_MINUTE = 2_400;
const ORDERS_PER_TEN_SECONDS = 300;
const ORDERS_PER_MINUTE = 1_200;

/** The venue's own word, asked for with each request. */
type Stated = () => RequestLimits | null;
const NONE: Stated = () => null;

const WEIGHT_HEADER = "x-mbx-used-weight-1m";
const ORDER_HEADERS = [
  ["x-mbx-order-count-10s", ORDERS_10S],
  ["x-mbx-order-count-1m", ORDERS_1M],
] as const;

/** Too many requests, banned for them, and the firewall. */
const TURNED_AWAY: ReadonlySet<number> = new Set([403, 418, 429]);

/** "Too many requests; current limit of IP(…) is 2400 requests per minute." */
const SAID_LIMIT = /current limit[^.]* is (\d{1,6}) requests per minute/i;

/** Weight of one address, which all accounts of a process share. */
export function createWeightUsage(clock: Clock, stated: Stated = NONE): RequestUsage {
  const limit = () => stated()?.weightPerMinute ?? WEIGHT_PER_MINUTE;
  return createRequestUsage(clock, [
    { name: WEIGHT, windowMs: MINUTE_MS, limit, documented: WEIGHT_PER_MINUTE, counts: () => true },
  ]);
}

/** Orders of one account. */
export function createOrderUsage(clock: Clock, stated: Stated = NONE): RequestUsage {
  const counts = (of: RequestClass): boolean => of === "entry" || of === "exit";
  const tenSeconds = () => stated()?.ordersPerTenSeconds ?? ORDERS_PER_TEN_SECONDS;
  const minute = () => stated()?.ordersPerMinute ?? ORDERS_PER_MINUTE;
  return createRequestUsage(clock, [
    {
      name: ORDERS_10S,
      windowMs: TEN_SECONDS_MS,
      limit: tenSeconds,
      documented: ORDERS_PER_TEN_SECONDS,
      counts,
    },
    { name: ORDERS_1M, windowMs: MINUTE_MS, limit: minute, documented: ORDERS_PER_MINUTE, counts },
  ]);
}

/** Paths that tell how the account and its orders stand. */
const TRUTH = /\/(order|algoOrder|openOrders|openAlgoOrders|account|positionRisk|balance)$/;
/** Prices, which a decision and a look need. */
const PRICES = /\/(bookTicker|premiumIndex|price)$/;
const TIME = /\/time$/;

export function classOf({ method, url, body }: HttpRequest): RequestClass {
  const { pathname, searchParams } = new URL(url);
  if (method === "DELETE" || TIME.test(pathname)) return "exit";
  if (method === "GET") return TRUTH.test(pathname) ? "truth" : PRICES.test(pathname) ? "entry" : "history";
  const reduceOnly = searchParams.get("reduceOnly") ?? new URLSearchParams(body ?? "").get("reduceOnly");
  return reduceOnly === "true" ? "exit" : "entry";
}

/** Whether the request is one that the limit of orders counts. */
function isOrder({ method, url }: HttpRequest): boolean {
  return method === "POST" && /\/(order|algoOrder)$/.test(new URL(url).pathname);
}

export interface Usage {
  readonly weight: RequestUsage;
  readonly orders: RequestUsage;
}

export function createBinanceCounts({ weight, orders }: Usage): RequestCounts {
  return {
    check(request, offsetMs) {
      const of = classOf(request);
      weight.check(of, offsetMs);
      if (isOrder(request)) orders.check(of, offsetMs);
    },
    learn(_request, { headers, status, body }, times) {
      const used = headers[WEIGHT_HEADER];
      const answer = { ...times, isTaken: !TURNED_AWAY.has(status) };
      if (used !== undefined) weight.learn(WEIGHT, Number(used), answer);
      for (const [header, name] of ORDER_HEADERS) {
        const count = headers[header];
        if (count !== undefined) orders.learn(name, Number(count), answer);
      }
      const said = status === 429 ? SAID_LIMIT.exec(body)?.[1] : undefined;
      if (said !== undefined) weight.learnLimit(WEIGHT, Number(said), times.offsetMs);
    },
  };
}
