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
const LOOK_UP_STOP = "GET /fapi/v1/algoOrder";

/** A request as it left a process, read from the bytes that would be on the wire. */
export interface WireRequest {
  readonly process: SimProcess;
  readonly accountId: string;
  readonly origin: string;
  /** `POST /fapi/v1/order` */
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
    const name = `${request.method} ${pathname}`;
    const fields = new URLSearchParams(request.body ?? search.slice(1));
    const apiKey = keyIn(request);
    const wire: WireRequest = { process, accountId, origin, name, fields, apiKey };
    const call: PortCall = {
      port: "venue",
      operation: name,
      subject: fields.get("symbol") ?? "",
      process,
      // Only reads may arrive twice: transport and TCP send an order once.
      canArriveTwice: request.method === "GET",
      canBeRefused: true,
    };
    const verdict = setup.policy.decide(call);
    if (verdict.fate !== "killBefore" && verdict.fate !== "refused") setup.left(wire);
    try {
      const response = await setup.gate.perform(call, verdict, {
        run: async () => handle(setup, { wire, request, path: pathname, search }, verdict),
        timeoutMs: VENUE_TIMEOUT_MS,
        errors: {
          refused: () => new TransportError("ECONNREFUSED", false, "the connection was refused"),
          unknown: () => new TransportError("ECONNRESET", true, "the connection was reset"),
        },
      });
      setup.received(wire, response);
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
}

function handle(
  setup: TransportSetup,
  { wire, request, path, search }: Arrived,
  verdict: SimVerdict,
): HttpResponse {
  const { exchange } = setup;
  const lagging = verdict.lagMs !== undefined && isYounger(setup, wire, verdict.lagMs);
  const effect = lagging ? NOT_KNOWN : verdict.venueEffect;
  if (effect !== undefined) exchange.addFault({ effect, count: 1 });
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.headers)) headers[name.toLowerCase()] = value;
  const query = search.slice(1);
  const { proceed } = exchange.receive({
    method: request.method,
    path,
    query,
    body: request.body ?? "",
    headers,
  });
  const { transport, status, headers: answered, body } = proceed();
  const told = setup.repeatsKeys ? withKey(wire, status, body) : body;
  const isBehind = wire.name === TRADES && status === 200 && verdict.lagMs !== undefined;
  const response = {
    status,
    headers: answered,
    body: isBehind ? tradesBefore(told, setup.queue.nowMs - (verdict.lagMs ?? 0)) : told,
  };
  setup.handled(wire, response);
  if (transport.reset) throw new TransportError("ECONNRESET", true, "the connection was reset");
  return response;
}

function keyIn({ headers }: HttpRequest): string | null {
  const [, key = null] =
    Object.entries(headers).find(([name]) => name.toLowerCase() === "x-mbx-apikey") ?? [];
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
