// The way in as it is deployed, over ports in memory: the platform's server with the front door before it, HTTP handler,
// use case, stores. Records what each request stored, published, logged and answered. Made anew for every block of
// inputs, so that memory stays bounded.

import { presentRelease } from "#app/documents";
import type { ReceiveSignal } from "#app/receive";
import { everyVenueAt } from "#domain/risk/live-gate.ts";
import { webhookHandler } from "#entry/webhook-handler.ts";
import { compose, type Ports } from "#functions/compose.ts";
import type { DocumentWrite } from "#ports/documents.ts";
import type { Logger } from "#ports/logger.ts";
import { type StartFront, startFront } from "#test/support/front.ts";
import { createMemoryBus } from "#test/support/memory/bus.ts";
import { createFakeClock, DEFAULT_START_MS, type FakeClock } from "#test/support/memory/clock.ts";
import { noDeadline } from "#test/support/memory/deadline.ts";
import { createMemoryDocuments } from "#test/support/memory/documents.ts";
import { createMemoryPorts } from "#test/support/memory/ports.ts";
import { createMemorySecrets } from "#test/support/memory/secrets.ts";
import { HOOKS, initialDocuments } from "./hooks.ts";
import type { FuzzRequest } from "./requests.ts";

/** Effects of one request. */
export interface Observation {
  readonly status: number;
  /** The answer as JSON text, with its headers. */
  readonly answer: string;
  readonly contentType: string;
  readonly receiptId: string | null;
  /** Committed, not only tried. */
  readonly stored: readonly DocumentWrite[];
  readonly published: number;
  /** Log lines as JSON texts. */
  readonly logged: readonly string[];
  /** Errors that left the handler, or were reported as unusable. */
  readonly thrown: readonly unknown[];
}

export interface FuzzReceiver {
  readonly clock: FakeClock;
  send(request: FuzzRequest): Promise<Observation>;
  close(): Promise<void>;
}

const SETTINGS = {
  environment: "local",
  holderId: "fuzzed",
  paperOrigins: everyVenueAt("http://127.0.0.1:1"),
  release: presentRelease("new"),
} as const;

/** The use case as it is composed. */
export function composedReceiver(ports: Ports): ReceiveSignal {
  return compose(ports, SETTINGS).duties.receiveSignal;
}

/** `create` makes the use case; a test hands in one with a fault to see it found. */
export async function createFuzzReceiver(
  create: (ports: Ports) => ReceiveSignal = composedReceiver,
  startBefore: StartFront = startFront,
): Promise<FuzzReceiver> {
  const clock = createFakeClock({ startMs: DEFAULT_START_MS });
  const documents = createMemoryDocuments(clock);
  for (const [path, data] of initialDocuments()) documents.seed(path, data);
  const bus = createMemoryBus();
  const logged: string[] = [];
  const log =
    (severity: string) =>
    (message: string, fields: Readonly<Record<string, unknown>> = {}): void => {
      logged.push(JSON.stringify({ severity, message, fields }));
    };
  const logger: Logger = { info: log("info"), warn: log("warn"), error: log("error") };
  const signing = HOOKS.flatMap(({ hookId, signingSecrets }) =>
    signingSecrets.length === 0 ? [] : [[hookId, signingSecrets] as const],
  );
  const secrets = createMemorySecrets({}, Object.fromEntries(signing));
  // Memory answers at once, so every deadline is kept; the suites for faults pass deadlines.
  const ports = createMemoryPorts({ documents, bus, secrets, clock, deadline: noDeadline, logger });
  const receiveSignal = create(ports);
  let stored: DocumentWrite[] = [];
  documents.interceptor = {
    async after(call) {
      if (call.kind === "commit") stored.push(...call.writes);
    },
  };
  let thrown: unknown[] = [];
  const handle = webhookHandler(
    () => ({ receiveSignal, deadline: noDeadline, logger }),
    (error) => void thrown.push(error),
  );
  const front = await startBefore(handle);
  return {
    clock,
    async send(request) {
      stored = [];
      thrown = [];
      logged.length = 0;
      const { status, headers, text } = await front.send(request);
      const published = bus.take("intents").length;
      return {
        status,
        answer: JSON.stringify({ headers, text }),
        contentType: headers["content-type"] ?? "",
        receiptId: receiptIn(text),
        stored,
        published,
        logged: [...logged],
        thrown,
      };
    },
    close: () => front.close(),
  };
}

function receiptIn(text: string): string | null {
  return /"receiptId":"([^"]+)"/.exec(text)?.[1] ?? null;
}
