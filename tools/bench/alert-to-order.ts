// From alert to order in one process: the time from the webhook's call until the order's request leaves, and
// until the fill is booked. The reference in the same run is the least that can be called a bot: it checks
// the HMAC, parses, and calls ccxt's createOrder over the same transport to the same matching engine. It
// stores nothing.
import { createHmac, timingSafeEqual } from "node:crypto";
import { createBinanceClient } from "#adapters/ccxt/binance-client.ts";
import { createOrderUsage, createWeightUsage } from "#adapters/ccxt/binance-usage.ts";
import type { HttpTransport } from "#adapters/http/http-transport.ts";
import { createExchangeTransport } from "#test/support/memory/exchange-transport.ts";
import type { World } from "#test/support/world.ts";
import { openInProcess, SIGNING_SECRET, type SignedAlert } from "./in-process.ts";
import type { Measurement } from "./run.ts";

const ALERTS = 150;
const WARM_UP = 50;
const VENUE_TIMEOUT_MS = 8_000;
const ORDER_PATH = "/fapi/v1/order";

interface Timing {
  /** Until the order's request is handed to the transport, ms. */
  readonly orderMs: number;
  /** Until everything about it is done, ms. */
  readonly doneMs: number;
}

export async function run(): Promise<readonly Measurement[]> {
  const path = await openInProcess();
  const bare = await openBare(path.world);
  const lastOrderMs = noteOrders(path.world);
  const ballastTimes: Timing[] = [];
  const bareTimes: Timing[] = [];
  // In turn, so that a noisy moment of the machine meets both.
  for (let count = 0; count < WARM_UP + ALERTS; count += 1) {
    const ours = await timed(lastOrderMs, await path.nextAlert(), path.send);
    const theirs = await timed(bare.lastOrderMs, await path.nextAlert(), bare.send);
    if (count < WARM_UP) continue;
    ballastTimes.push(ours);
    bareTimes.push(theirs);
  }
  return [
    ...figures("alert to order", "orderMs", ballastTimes, bareTimes),
    ...figures("alert to booked fill", "doneMs", ballastTimes, bareTimes),
  ];
}

async function timed(
  lastOrderMs: () => number,
  alert: SignedAlert,
  send: (alert: SignedAlert) => Promise<void>,
): Promise<Timing> {
  const startedMs = performance.now();
  await send(alert);
  const doneMs = performance.now() - startedMs;
  const orderMs = lastOrderMs() - startedMs;
  if (orderMs < 0) throw new Error("The alert led to no order");
  return { orderMs, doneMs };
}

/** Notes when a request for an order arrives in the world's list of requests. */
function noteOrders(world: World): () => number {
  let atMs = Number.NEGATIVE_INFINITY;
  const { requests } = world;
  requests.push = (...lines: string[]) => {
    if (lines.includes(`POST ${ORDER_PATH}`)) atMs = performance.now();
    requests.length = 0;
    return requests.length;
  };
  return () => atMs;
}

interface BareBot {
  readonly lastOrderMs: () => number;
  send(alert: SignedAlert): Promise<void>;
}

/** ccxt with its markets loaded, as such bots have it after their start. */
async function openBare(world: World): Promise<BareBot> {
  let atMs = Number.NEGATIVE_INFINITY;
  const toExchange = createExchangeTransport(world.exchange, world.clock, VENUE_TIMEOUT_MS);
  const transport: HttpTransport = (request) => {
    if (request.method === "POST" && new URL(request.url).pathname === ORDER_PATH) atMs = performance.now();
    toExchange.sent.length = 0;
    return toExchange.send(request);
  };
  const { exchange } = createBinanceClient({
    usage: { weight: createWeightUsage(world.clock), orders: createOrderUsage(world.clock) },
    keys: { apiKey: "local-key", secret: "local-secret" },
    origin: "http://127.0.0.1:1",
    transport,
    clock: world.clock,
    beforeSend() {},
  });
  exchange.options.fetchCurrencies = false;
  await exchange.loadMarkets();
  const key = Buffer.from(SIGNING_SECRET, "base64");
  return {
    lastOrderMs: () => atMs,
    async send({ headers, rawBody }) {
      const signed = `${headers["webhook-id"]}.${headers["webhook-timestamp"]}.`;
      const mac = createHmac("sha256", key).update(signed).update(rawBody).digest();
      const given = Buffer.from(String(headers["webhook-signature"]).slice("v1,".length), "base64");
      if (!timingSafeEqual(mac, given)) throw new Error("The signature is wrong");
      const alert = JSON.parse(new TextDecoder().decode(rawBody)) as { action: string };
      await exchange.createOrder("BTC/USDT:USDT", "market", alert.action === "buy" ? "buy" : "sell", 0.002);
    },
  };
}

function figures(
  name: string,
  field: keyof Timing,
  ours: readonly Timing[],
  bare: readonly Timing[],
): readonly Measurement[] {
  const at = (timings: readonly Timing[], share: number): number => {
    const sorted = timings.map((timing) => timing[field]).toSorted((a, b) => a - b);
    return sorted[Math.floor(sorted.length * share)] ?? Number.NaN;
  };
  return [0.5, 0.9].map((share) => ({
    name: `${name}, p${share * 100}`,
    value: at(ours, share),
    unit: "ms",
    reference: `HMAC and ccxt only: ${at(bare, share).toFixed(2)} ms`,
  }));
}

if (import.meta.main) console.table(await run());
