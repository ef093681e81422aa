// The wire between the real exchange adapter and the matching engine, behind the gate: requests arrive late, answers
// are lost, and the exchange's own fault code alters them.
import {
  type HttpRequest,
  type HttpResponse,
  type HttpTransport,
  TransportError,
} from "#adapters/http/http-transport.ts";
import { VENUE_TIMEOUT_MS } from "#functions/compose/venue-for.ts";
import type { Exchange } from "#local/exchange/exchange.ts";
import type { EventQueue } from "../engine/event-queue.ts";
import type { SimProcess } from "../engine/sim-process.ts";
import { venueOf } from "../venues.ts";
import type { RunSetup, ShownLate } from "../workload/setup.ts";
import { answerInWords, effectAtBybit, meaningOf, withoutYoung } from "./bybit-words.ts";
import type { Gate, PortCall } from "./gate.ts";
import type { SimPolicy, SimVerdict } from "./policy.ts";

/** The venue's answer for an order that it does not know (yet). */
const NOT_KNOWN = {
  kind: "venueError",
  when: "before",
  status: 400,
  code: -2013,
  msg: "Order does not exist.",
} as const;
const LOOK_UP = "GET /fapi/v1/order";
const TRADES = "GET /fapi/v1/userTrades";
const OPEN_ORDERS = "GET /fapi/v1/openOrders";
const INCOME = "GET /fapi/v1/income";
const LOOK_UP_STOP = "GET /fapi/v1/algoOrder";

const KEY_HEADERS: ReadonlySet<string> = new Set(["x-mbx-apikey", "x-bapi-api-key"]);

/** A request as it left a process, read from the bytes that would be on the wire. */
export interface WireRequest {
  readonly process: SimProcess;
  readonly accountId: string;
  readonly origin: string;
  /** `POST /fapi/v1/order`; at every venue by the word for what it means. */
  readonly name: string;
  readonly fields: URLSearchParams;
  /** Null for a question that needs none. */
  readonly apiKey: string | null;
}

export interface TransportSetup {
  readonly gate: Gate;
  readonly queue: EventQueue;
  readonly policy: SimPolicy;
  readonly exchange: Exchange;
  readonly setup: RunSetup;
  /** Whether the venue of this run repeats the key of a request that it refuses. */
  readonly repeatsKeys: boolean;
  /** Told when a request leaves its process, and when the exchange has handled it. */
  readonly left: (request: WireRequest) => void;
  readonly handled: (request: WireRequest, response: HttpResponse) => void;
  /** Told of the answer that its process got in the end; null: none came. */
  readonly received: (request: WireRequest, response: HttpResponse | null) => void;
}

export function simTransport(setup: TransportSetup, process: SimProcess, accountId: string): HttpTransport {
  return async (request) => {
    const { origin, pathname, search } = new URL(request.url);
    const asked = `${request.method} ${pathname}`;
    const isBybit = venueOf(setup.setup, accountId) === "bybit-linear";
    const { name, fields } = isBybit
      ? meaningOf(asked, request, search.slice(1))
      : { name: asked, fields: new URLSearchParams(request.body ?? search.slice(1)) };
    const apiKey = keyIn(request);
    const wire: WireRequest = { process, accountId, origin, name, fields, apiKey };
    const call: PortCall = {
      port: "venue",
      operation: name,
      subject: `${isBybit ? `as ${pathname} ` : ""}${fields.get("symbol") ?? ""}`,
      process,
      // Only reads may arrive twice: transport and TCP send an order once.
      canArriveTwice: request.method === "GET",
      canBeRefused: true,
    };
    const verdict = setup.policy.decide(call);
    if (verdict.fate !== "killBefore" && verdict.fate !== "refused") setup.left(wire);
    try {
      const response = await setup.gate.perform(call, verdict, {
        run: async () => handle(setup, { wire, request, path: pathname, search, isBybit }, verdict),
        timeoutMs: VENUE_TIMEOUT_MS,
        errors: {
          refused: () => new TransportError("ECONNREFUSED", false, "the connection was refused"),
          unknown: () => new TransportError("ECONNRESET", true, "the connection was reset"),
        },
      });
      setup.received(wire, isBybit ? answerInWords(wire, response) : response);
      return response;
    } catch (error) {
      setup.received(wire, null);
      throw error;
    }
  };
}

/** A request as it was sent, and as the exchange's own words name it. */
interface Arrived {
  readonly wire: WireRequest;
  readonly request: HttpRequest;
  readonly path: string;
  readonly search: string;
  readonly isBybit: boolean;
}

function handle(
  setup: TransportSetup,
  { wire, request, path, search, isBybit }: Arrived,
  verdict: SimVerdict,
): HttpResponse {
  const { exchange } = setup;
  const lagging = verdict.lagMs !== undefined && isYounger(setup, wire, verdict.lagMs);
  const given = lagging && !isBybit ? NOT_KNOWN : verdict.venueEffect;
  const effect = given !== undefined && isBybit ? effectAtBybit(given) : given;
  if (effect !== undefined) exchange.addFault({ effect, count: 1 });
  const query = search.slice(1);
  const { proceed } = exchange.receive({
    method: request.method,
    path,
    query,
    body: request.body ?? "",
    headers: withLowerCaseNames(request.headers),
  });
  const { transport, status, headers: answered, body } = proceed();
  const told = setup.repeatsKeys ? withKey(wire, status, body) : body;
  const full = { status, headers: answered, body: told };
  const response = isBybit
    ? shownAtBybit(setup, wire, full, { isDenied: lagging, lagMs: verdict.lagMs ?? 0 })
    : lagged(setup, wire, full, verdict.lagMs ?? 0);
  setup.handled(wire, isBybit ? answerInWords(wire, response) : response);
  if (transport.reset) throw new TransportError("ECONNRESET", true, "the connection was reset");
  return response;
}

function withLowerCaseNames(headers: HttpRequest["headers"]): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

function lagged({ queue }: TransportSetup, { name }: WireRequest, response: HttpResponse, lagMs: number) {
  const isBehind = name === TRADES && response.status === 200 && lagMs > 0;
  return isBehind ? { ...response, body: tradesBefore(response.body, queue.nowMs - lagMs) } : response;
}

/** The time by which a row counts in Bybit's lists, and how late the run shows it. */
const LATE_ROWS: Readonly<Record<string, readonly [field: string, late: keyof ShownLate]>> = {
  [LOOK_UP]: ["createdTime", "ordersMs"],
  [LOOK_UP_STOP]: ["createdTime", "ordersMs"],
  [OPEN_ORDERS]: ["createdTime", "ordersMs"],
  [TRADES]: ["execTime", "historyMs"],
  [INCOME]: ["transactionTime", "historyMs"],
};

/** A list without what it does not show yet. A lag concerns the trades, and those orders only of which it is said (see isYounger). */
function shownAtBybit(
  { queue, policy, setup: { shownLate } }: TransportSetup,
  { name }: WireRequest,
  response: HttpResponse,
  { isDenied, lagMs }: { readonly isDenied: boolean; readonly lagMs: number },
): HttpResponse {
  const late = LATE_ROWS[name];
  if (late === undefined) return response;
  const [field, which] = late;
  if (isDenied) return withoutYoung(response, field, Number.NEGATIVE_INFINITY);
  const lateMs = policy.isStriking === false ? 0 : (shownLate?.[which] ?? 0);
  const behindMs = Math.max(lateMs, name === TRADES ? lagMs : 0);
  return behindMs === 0 ? response : withoutYoung(response, field, queue.nowMs - behindMs);
}

function keyIn({ headers }: HttpRequest): string | null {
  const [, key = null] = Object.entries(headers).find(([name]) => KEY_HEADERS.has(name.toLowerCase())) ?? [];
  return key;
}

/** A refusal that repeats the key of its request, as a page of a proxy would. Codes and status stay. */
function withKey({ apiKey }: WireRequest, status: number, body: string): string {
  if (apiKey === null || status < 400 || !body.startsWith("{")) return body;
  const { msg, ...rest } = JSON.parse(body) as { readonly msg?: string };
  return JSON.stringify({ ...rest, msg: `${msg ?? ""} (key ${apiKey})` });
}

/** A list of trades as it was at that time; an answer in another shape stays as it is. */
function tradesBefore(body: string, atMs: number): string {
  if (!body.startsWith("[{")) return body;
  const rows = JSON.parse(body) as readonly { readonly time: number }[];
  return JSON.stringify(rows.filter(({ time }) => time < atMs));
}

/** Whether the order or stop asked for has been at the exchange for less than `lagMs`. */
function isYounger({ exchange, queue }: TransportSetup, wire: WireRequest, lagMs: number): boolean {
  if (wire.name === LOOK_UP_STOP) {
    const id = wire.fields.get("clientAlgoId");
    const stops = [...exchange.engine.state.algoOrders.values()];
    const stop = stops.findLast((each) => each.accountId === wire.accountId && each.clientAlgoId === id);
    return stop?.status === "NEW" && queue.nowMs - stop.createTimeMs < lagMs;
  }
  if (wire.name !== LOOK_UP) return false;
  const key = `${wire.accountId}|${wire.fields.get("symbol")}|${wire.fields.get("origClientOrderId")}`;
  const orderId = exchange.engine.byClientId.get(key);
  const order = orderId === undefined ? undefined : exchange.engine.state.orders.get(orderId);
  return order !== undefined && order.status !== "CANCELED" && queue.nowMs - order.timeMs < lagMs;
}
