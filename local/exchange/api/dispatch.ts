// One request through the venue's checks in Binance's order: route, weight, key, time, signature, order
// count, handler. Turns refusals into their JSON answers.
import { VenueError } from "../codes.ts";
import type { DispatchContext, Dispatched } from "../dialect.ts";
import type { Engine } from "../engine/engine.ts";
import { type ExchangeRequest, type ExchangeResponse, NO_EFFECT } from "../types.ts";
import { RateLimitError, type RateLimiter } from "./limits.ts";
import { Params, parsePairs } from "./params.ts";
import type { Route } from "./route.ts";
import { ROUTES } from "./routes.ts";
import { checkSignature, checkTimestamp, findCredentials } from "./signature.ts";

type Context = DispatchContext & { readonly limiter: RateLimiter };

const JSON_HEADERS = { "Content-Type": "application/json" };

export function jsonResponse(
  status: number,
  value: unknown,
  headers: Record<string, string> = {},
): ExchangeResponse {
  return {
    status,
    headers: { ...JSON_HEADERS, ...headers },
    body: JSON.stringify(value),
    transport: NO_EFFECT,
  };
}

/** The answer to a refusal; rate limits add Retry-After. */
export function refusalResponse(error: VenueError, headers: Record<string, string> = {}): ExchangeResponse {
  const retry = error instanceof RateLimitError ? { "Retry-After": String(error.retryAfterS) } : {};
  return jsonResponse(error.status, { code: error.code, msg: error.message }, { ...headers, ...retry });
}

/** Query and body as one list of parameters, as Binance reads them. */
export function payloadOf(request: ExchangeRequest): string {
  return [request.query, request.body].filter((part) => part !== "").join("&");
}

function authorise(context: Context, request: ExchangeRequest, route: Route, params: Params): string {
  if (route.security === "public") return "";
  const credentials = findCredentials(request, context.engine.state.credentials);
  checkTimestamp(params, context.serverNowMs);
  checkSignature(request, params, credentials.secret);
  return credentials.accountId;
}

/** Runs one request. Only faults of the program itself throw; refusals are answers. */
export function dispatch(context: Context, request: ExchangeRequest): Dispatched {
  const { engine, limiter, nowMs } = context;
  const name = `${request.method} ${request.path}`;
  const route = ROUTES[name];
  if (route === undefined) {
    const msg = `Path ${request.path}, Method ${request.method} is invalid`;
    return { response: jsonResponse(404, { code: -5000, msg }), committed: undefined };
  }
  const payload = payloadOf(request);
  const params = new Params(parsePairs(payload));
  const before = engine.revision;
  let orderAccount: string | undefined;
  try {
    limiter.spend(typeof route.weight === "number" ? route.weight : route.weight(params), nowMs);
    const accountId = authorise(context, request, route, params);
    if (route.orders !== undefined) {
      orderAccount = accountId;
      limiter.spendOrders(accountId, route.orders(params), nowMs);
    }
    const callTimeMs = route.security === "public" ? context.serverNowMs : nowMs;
    const value = route.handle({ engine, params, accountId, nowMs: callTimeMs, limiter });
    const changed = engine.revision !== before;
    return {
      response: jsonResponse(200, value, limiter.headers(orderAccount, nowMs)),
      committed: changed ? { accountId, route: name, payload } : undefined,
    };
  } catch (error) {
    if (!(error instanceof VenueError)) throw error;
    return { response: refusalResponse(error, limiter.headers(orderAccount, nowMs)), committed: undefined };
  }
}

/** Repeats a committed request without its checks. */
export function redo(
  engine: Engine,
  limiter: RateLimiter,
  record: {
    readonly accountId: string;
    readonly route: string;
    readonly payload: string;
    readonly atMs: number;
  },
): void {
  const route = ROUTES[record.route];
  if (route === undefined) throw new Error(`Stored record names an unknown route: ${record.route}`);
  const params = new Params(parsePairs(record.payload));
  route.handle({ engine, params, accountId: record.accountId, nowMs: record.atMs, limiter });
}
