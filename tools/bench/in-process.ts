// The whole way of an alert in one process, for benches: signed request, webhook, in-memory bus, executor, the real
// exchange client, matching engine. Time stands still unless a bench moves it, so that only work is measured.
import { createHmac } from "node:crypto";
import type { DocumentCounts } from "#adapters/firestore/count-documents.ts";
import { encode } from "#app/documents";
import { paths } from "#domain/documents/paths.ts";
import type { Hook } from "#domain/documents/records.ts";
import type { HttpRequest } from "#entry/http-front.ts";
import { webhookHandler } from "#entry/webhook-handler.ts";
import { noDeadline } from "#test/support/memory/deadline.ts";
import { createMemorySecrets } from "#test/support/memory/secrets.ts";
import { ACCOUNT, createWorld, type Instance, STRATEGY, type World } from "#test/support/world.ts";

export const TEN_SYMBOLS = [
  "BTCUSDT",
  "ETHUSDT",
  "SOLUSDT",
  "BNBUSDT",
  "XRPUSDT",
  "DOGEUSDT",
  "ADAUSDT",
  "AVAXUSDT",
  "LINKUSDT",
  "LTCUSDT",
];
export const SIGNING_SECRET = Buffer.from("the bench's secret of thirty-two").toString("base64");
const HOOK_ID = "bench-hook-1";
/** Beyond any bench: what is measured is trading, not refusing. */
const UNLIMITED_USD = "1000000000";
/** The exchange's own limit is 300 orders in ten seconds, on the same clock. */
const BETWEEN_ALERTS_MS = 250;

export interface InProcess {
  readonly world: World;
  /** Counts of the webhook's documents. */
  readonly webhookCounts: DocumentCounts;
  readonly executor: Instance;
  /**
   * One signed alert through to the booked order. Rejects when it is refused, or when its order is missing.
   */
  send(alert: SignedAlert): Promise<void>;
  /** A new alert that buys BTCUSDT; moves the clock. */
  nextAlert(): Promise<SignedAlert>;
}

export type SignedAlert = HttpRequest & { readonly rawBody: Uint8Array };

/** An account with ten symbols and limits that nothing reaches. */
export async function openInProcess(): Promise<InProcess> {
  const world = await createWorld({
    config: {
      symbols: TEN_SYMBOLS,
      maxOrdersPerMinute: 300,
      maxSymbolExposureUsd: UNLIMITED_USD,
      maxGrossExposureUsd: UNLIMITED_USD,
    },
  });
  world.documents.seed(paths.hook(HOOK_ID), encode(hook));
  const executor = world.instance("executor");
  const webhook = world.instance("webhook", {
    secrets: createMemorySecrets({}, { [HOOK_ID]: [SIGNING_SECRET] }),
    deadline: noDeadline,
  });
  const handle = webhookHandler(() => webhook.duties, fail);
  let sent = 0;
  return {
    world,
    webhookCounts: webhook.counts,
    executor,
    async send(alert) {
      const { status } = await handle(alert);
      const [message] = world.bus.take("intents");
      if (status !== 202 || message === undefined) throw new Error(`The alert got ${status}`);
      const publishedAtMs = world.clock.nowMs();
      await executor.duties.executeIntent({ messageId: `m${sent}`, publishedAtMs, ...message });
    },
    async nextAlert() {
      sent += 1;
      await world.clock.advance(BETWEEN_ALERTS_MS);
      return signedAlert(sent, world.clock.nowMs());
    },
  };
}

const hook: Hook = {
  hookId: HOOK_ID,
  accountId: ACCOUNT,
  strategyId: STRATEGY,
  mode: "signed",
  enabled: true,
  tokenSha256: null,
  sourceAddresses: [],
  maxSignalAgeMs: 60_000,
  maxRequestsPerMinute: 10_000,
};

function signedAlert(number: number, nowMs: number): SignedAlert {
  const body = JSON.stringify({ symbol: "BTCUSDT", action: "buy", notionalUsd: "200" });
  const rawBody = new TextEncoder().encode(body);
  const id = `msg_${number}`;
  const timestamp = String(Math.floor(nowMs / 1_000));
  const key = Buffer.from(SIGNING_SECRET, "base64");
  const mac = createHmac("sha256", key).update(`${id}.${timestamp}.${body}`).digest("base64");
  return {
    method: "POST",
    url: `/hooks/${HOOK_ID}`,
    headers: { "webhook-id": id, "webhook-timestamp": timestamp, "webhook-signature": `v1,${mac}` },
    rawBody,
    body: async () => rawBody,
    peerAddress: "203.0.113.9",
  };
}

function fail(error: unknown): never {
  throw error;
}
