// The way in as it is deployed, over ports in memory: HTTP handler, use case, stores. Records what each request stored,
// published, logged and answered. Made anew for every block of inputs, so that memory stays bounded.
import { presentRelease } from "#app/documents";
import type { ReceiveSignal } from "#app/receive";
import type { HttpRequest, HttpResponse } from "#entry/http-front.ts";
import { webhookHandler } from "#entry/webhook-handler.ts";
import { compose, type Ports } from "#functions/compose.ts";
import type { DocumentWrite } from "#ports/documents.ts";
import type { Logger } from "#ports/logger.ts";
import { createMemoryBus } from "#test/support/memory/bus.ts";
import { createFakeClock, DEFAULT_START_MS, type FakeClock } from "#test/support/memory/clock.ts";
import { noDeadline } from "#test/support/memory/deadline.ts";
import { createMemoryDocuments } from "#test/support/memory/documents.ts";
import { createMemoryPorts } from "#test/support/memory/ports.ts";
import { createMemorySecrets } from "#test/support/memory/secrets.ts";
import { HOOKS, initialDocuments } from "./hooks.ts";

/** What one request did. */
export interface Observation {
  readonly status: number;
  /** The answer's JSON text. */
  readonly answer: string;
  readonly receiptId: string | null;
  /** Committed, not only tried. */
  readonly stored: readonly DocumentWrite[];
  readonly published: number;
  /** Log lines as JSON texts. */
  readonly logged: readonly string[];
  /** What was thrown out of the handler, or reported as unusable. */
  readonly thrown: readonly unknown[];
}

export interface FuzzReceiver {
  readonly clock: FakeClock;
  send(request: HttpRequest): Promise<Observation>;
}

const SETTINGS = {
  environment: "local",
  holderId: "fuzzed",
  paperVenueOrigin: "http://127.0.0.1:1",
  release: presentRelease("new"),
} as const;

/** The use case as it is composed. */
export function composedReceiver(ports: Ports): ReceiveSignal {
  return compose(ports, SETTINGS).duties.receiveSignal;
}

/** `create` makes the use case; a test hands in one with a fault to see it found. */
export function createFuzzReceiver(create: (ports: Ports) => ReceiveSignal = composedReceiver): FuzzReceiver {
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
  // Nothing in memory hangs, so no deadline passes; the suites for faults are where they do.
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
    () => ({ receiveSignal, logger }),
    (error) => void thrown.push(error),
  );
  return {
    clock,
    async send(request) {
      stored = [];
      thrown = [];
      logged.length = 0;
      const { response, answer } = recordedResponse();
      try {
        await handle(request, response);
      } catch (error) {
        thrown.push(error);
      }
      const published = bus.take("intents").length;
      return { ...answer(), stored, published, logged: [...logged], thrown };
    },
  };
}

function recordedResponse() {
  let status = 0;
  let text = "";
  let receiptId: string | null = null;
  const headers: Record<string, string> = {};
  const response: HttpResponse = {
    status(code) {
      status = code;
      return response;
    },
    set(more) {
      Object.assign(headers, more);
      return response;
    },
    json(body) {
      text = JSON.stringify({ headers, body });
      const { receiptId: found } = body as { readonly receiptId?: string };
      receiptId = found ?? null;
    },
  };
  return { response, answer: () => ({ status, answer: text, receiptId }) };
}
