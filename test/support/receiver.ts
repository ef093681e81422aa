// A signal receiver over the in-memory ports: two hooks (one signed, one direct), an account with a config, and
// senders that sign or carry the token as theirs would.

import { createHmac } from "node:crypto";
import { presentRelease } from "#app/documents";
import { paths } from "#domain/documents/paths.ts";
import type { Hook } from "#domain/documents/records.ts";
import type { Receipt } from "#domain/documents/signal.ts";
import { everyVenueAt } from "#domain/risk/live-gate.ts";
import { tokenSha256 } from "#domain/signal/hook-token.ts";
import { decode, encode } from "#functions/app/documents/codec.ts";
import type { ReceiveSignal } from "#functions/app/receive/receive-signal.ts";
import type { SignalRequest } from "#functions/app/receive/request.ts";
import { compose } from "#functions/compose.ts";
import type { Secrets } from "#ports/secrets.ts";
import { receiptSchema } from "#schemas/signal.ts";
import { createMemoryBus, type MemoryBus } from "./memory/bus.ts";
import { createFakeClock, type FakeClock } from "./memory/clock.ts";
import { createMemoryDocuments, type MemoryDocuments } from "./memory/documents.ts";
import { createMemoryLogger, type MemoryLogger } from "./memory/logger.ts";
import { createMemoryPorts } from "./memory/ports.ts";
import { createMemorySecrets } from "./memory/secrets.ts";
import { ACCOUNT, configWith, STRATEGY } from "./world.ts";

export const DIRECT_HOOK = "direct-hook-1";
export const SIGNED_HOOK = "signed-hook-1";
export const TOKEN = "correct-horse-battery-staple";
export const SIGNING_SECRET = Buffer.from("a signing secret of thirty-two b").toString("base64");
/** One of TradingView's own addresses. */
export const SENDER_ADDRESS = "52.89.214.238";

export const hookWith = (overrides: Partial<Hook>): Hook => ({
  hookId: DIRECT_HOOK,
  accountId: ACCOUNT,
  strategyId: STRATEGY,
  mode: "tradingview",
  enabled: true,
  tokenSha256: tokenSha256(TOKEN),
  sourceAddresses: [SENDER_ADDRESS, "34.212.75.30"],
  maxSignalAgeMs: 60_000,
  maxRequestsPerMinute: 100,
  ...overrides,
});

export interface Receiver {
  readonly receive: ReceiveSignal;
  readonly documents: MemoryDocuments;
  readonly bus: MemoryBus;
  readonly clock: FakeClock;
  readonly logger: MemoryLogger;
  readonly secrets: Secrets;
  /** Stores a hook that differs from the usual one. */
  hook(overrides: Partial<Hook>): void;
  /** A second instance of the function over the same store. */
  another(): ReceiveSignal;
  receipts(): readonly Receipt[];
  /** Documents below a collection, by their path. */
  stored(prefix: string): readonly unknown[];
}

export function createReceiver(): Receiver {
  const clock = createFakeClock();
  const documents = createMemoryDocuments(clock);
  const bus = createMemoryBus();
  const logger = createMemoryLogger();
  const secrets = createMemorySecrets({}, { [SIGNED_HOOK]: [SIGNING_SECRET] });
  documents.seed(paths.environment, { name: "local" });
  const ports = createMemoryPorts({ documents, bus, secrets, clock, logger });
  const another = (): ReceiveSignal =>
    compose(ports, {
      environment: "local",
      holderId: "webhook",
      paperOrigins: everyVenueAt("http://127.0.0.1:1"),
      release: presentRelease("new"),
    }).duties.receiveSignal;
  const hook = (overrides: Partial<Hook>): void => {
    const value = hookWith(overrides);
    documents.seed(paths.hook(value.hookId), encode(value));
  };
  hook({});
  hook({ hookId: SIGNED_HOOK, mode: "signed", tokenSha256: null, sourceAddresses: [] });
  documents.seed(paths.config(ACCOUNT), encode(configWith()));
  const stored = (prefix: string) =>
    Object.entries(documents.dump())
      .filter(([path]) => path.startsWith(`${prefix}/`))
      .map(([, data]) => data);
  return {
    receive: another(),
    documents,
    bus,
    clock,
    logger,
    secrets,
    hook,
    stored,
    another,
    receipts: () =>
      Object.entries(documents.dump())
        .filter(([path]) => path.startsWith(`${paths.receipts(ACCOUNT)}/`))
        .map(([path, data]) => decode(receiptSchema, { path, data, version: null }))
        .filter((receipt) => receipt !== null),
  };
}

export const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

/** A request as TradingView sends it to the direct hook. */
export function directRequest(body: string, overrides: Partial<SignalRequest> = {}): SignalRequest {
  return {
    hookId: DIRECT_HOOK,
    addressToken: TOKEN,
    headers: { "content-type": "application/json" },
    rawBody: bytes(body),
    sourceAddress: SENDER_ADDRESS,
    ...overrides,
  };
}

/** A request signed as Standard Webhooks has it, from an address outside every hook's list. */
export function signedRequest(
  body: string | Uint8Array,
  signed: { readonly id: string; readonly atMs: number; readonly secret?: string },
): SignalRequest {
  const timestamp = String(Math.floor(signed.atMs / 1_000));
  const key = Buffer.from(signed.secret ?? SIGNING_SECRET, "base64");
  const mac = createHmac("sha256", key).update(`${signed.id}.${timestamp}.`).update(body).digest("base64");
  return {
    hookId: SIGNED_HOOK,
    addressToken: null,
    headers: { "webhook-id": signed.id, "webhook-timestamp": timestamp, "webhook-signature": `v1,${mac}` },
    rawBody: typeof body === "string" ? bytes(body) : body,
    sourceAddress: "203.0.113.9",
  };
}
