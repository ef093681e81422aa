// One request through Bybit's checks: route, address, key, time, signature, permission, rate, handler. Every answer of the
// application is HTTP 200 with {retCode, retMsg, result, retExtInfo, time}.
import { VenueError } from "../codes.ts";
import type { DispatchContext, Dispatched } from "../dialect.ts";
import { settingsOf } from "../engine/account-settings.ts";
import { accountOf, type Engine } from "../engine/engine.ts";
import { type ExchangeRequest, type ExchangeResponse, NO_EFFECT } from "../types.ts";
import { BybitError, fromEngine, refuse } from "./codes.ts";
import type { BybitLimiter } from "./limits.ts";
import { BybitParams, payloadOf } from "./params.ts";
import type { BybitRoute } from "./route.ts";
import { ROUTES } from "./routes.ts";
import { authenticate, type Caller } from "./signature.ts";

type Context = DispatchContext & { readonly limiter: BybitLimiter };

const UNSIGNED: Caller = { accountId: "", apiKey: "" };

interface Answer {
  readonly retCode: number;
  readonly retMsg: string;
  readonly result: unknown;
  readonly timeMs: number;
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
}

export function answer({
  retCode,
  retMsg,
  result,
  timeMs,
  status = 200,
  headers = {},
}: Answer): ExchangeResponse {
  return {
    status,
    headers: { "Content-Type": "application/json; charset=utf-8", ...headers },
    body: JSON.stringify({ retCode, retMsg, result, retExtInfo: {}, time: timeMs }),
    transport: NO_EFFECT,
  };
}

/** An answer of the front door, which does not speak for the application. */
function plain(status: number, body: string): ExchangeResponse {
  return { status, headers: { "Content-Type": "text/plain" }, body, transport: NO_EFFECT };
}

const forbidden = (): ExchangeResponse => plain(403, "403, access too frequent");

/** A ban that says when it ends. The venue's own does not, and a client that takes it for ten minutes outlasts every test. */
export function forbiddenFor(seconds: number): ExchangeResponse {
  const answer = forbidden();
  return { ...answer, headers: { ...answer.headers, "Retry-After": String(seconds) } };
}

function authorise(context: Context, request: ExchangeRequest, route: BybitRoute): Caller {
  if (route.security === "public") return UNSIGNED;
  const { engine, serverNowMs } = context;
  const caller = authenticate(request, engine.state.credentials, serverNowMs);
  if (route.security === "signed") return caller;
  const { canTrade, keyMayTrade } = settingsOf(accountOf(engine, caller.accountId));
  if (!keyMayTrade) throw refuse("keyMayNot");
  if (!canTrade) throw refuse("banned");
  return caller;
}

/** The refusal in an error; other errors are faults of the program and go on. */
function refusalIn(error: unknown): BybitError {
  if (error instanceof BybitError) return error;
  if (error instanceof VenueError) return fromEngine(error);
  throw error;
}

/** Runs one request. Only faults of the program itself throw; refusals are answers. */
export function dispatch(context: Context, request: ExchangeRequest): Dispatched {
  const { engine, limiter, nowMs, serverNowMs } = context;
  const name = `${request.method} ${request.path}`;
  const route = ROUTES[name];
  if (!limiter.mayAsk(nowMs)) return { response: forbidden(), committed: undefined };
  if (route === undefined) return { response: plain(404, "404 page not found"), committed: undefined };
  const before = engine.revision;
  let headers = {};
  try {
    const caller = authorise(context, request, route);
    if (route.security !== "public") {
      const allowance = limiter.spend(caller.accountId, name, route.perSecond, nowMs);
      headers = allowance.headers;
      if (allowance.exceeded) throw refuse("tooMany");
    }
    const payload = payloadOf(request);
    const params = BybitParams.of(request.method, payload);
    const callMs = route.security === "public" ? serverNowMs : nowMs;
    const result = route.handle({ engine, params, ...caller, nowMs: callMs });
    const response = answer({ retCode: 0, retMsg: "OK", result, timeMs: serverNowMs, headers });
    const changed = engine.revision !== before;
    return {
      response,
      committed: changed ? { accountId: caller.accountId, route: name, payload } : undefined,
    };
  } catch (error) {
    const { retCode, message, result } = refusalIn(error);
    const response = answer({ retCode, retMsg: message, result, timeMs: serverNowMs, headers });
    return { response, committed: undefined };
  }
}

/** Repeats a committed request without its checks. */
export function redo(
  engine: Engine,
  record: {
    readonly accountId: string;
    readonly route: string;
    readonly payload: string;
    readonly atMs: number;
  },
): void {
  const route = ROUTES[record.route];
  if (route === undefined) throw new Error(`Stored record names an unknown route: ${record.route}`);
  const params = BybitParams.of(record.route.split(" ")[0] ?? "", record.payload);
  route.handle({ engine, params, accountId: record.accountId, apiKey: "", nowMs: record.atMs });
}
