// The local Pub/Sub server: Google's own protocol for the unmodified @google-cloud/pubsub, plus push to emulated
// functions. It keeps every published message until it is acknowledged, also across a SIGKILL when it has a
// data directory.
import { join } from "node:path";
import { forgetfulLog, jsonFormat, openAppendLog } from "@ballast/local-serving/append-log.ts";
import { type Clock, systemClock } from "@ballast/local-serving/clock.ts";
import { DualPort } from "@ballast/local-serving/dual-port.ts";
import { googleJson } from "@ballast/local-serving/google-json.ts";
import { serveGrpc } from "@ballast/local-serving/grpc-port.ts";
import type { LogLine } from "@ballast/local-serving/log-line.ts";
import { loadServices } from "@ballast/local-serving/proto-services.ts";
import { watchFunctions } from "#local/functions-emulator/functions-directory.ts";
import { pubsubAdmin } from "./admin.ts";
import { Broker, type Subscription } from "./broker.ts";
import type { BrokerEntry } from "./broker-log.ts";
import { Chaos, type ChaosSettings, NO_CHAOS } from "./chaos.ts";
import {
  acceptsMessages,
  FunctionTriggers,
  type FunctionTriggersOptions,
  isCliSubscription,
} from "./function-triggers.ts";
import { publisherHandlers } from "./publisher-service.ts";
import { endpointWorker } from "./push-endpoint.ts";
import type { PushWorker } from "./push-worker.ts";
import { pubsubJson } from "./rest.ts";
import { subscriberHandlers } from "./subscriber-service.ts";
import { exponentialMs } from "./subscription-config.ts";

/** Eventarc's first retry comes after 10 s; locally a person is waiting. */
export const DEFAULT_RETRY_MIN_MS = 1_000;
/** Eventarc's longest pause between retries. */
export const DEFAULT_RETRY_MAX_MS = 600_000;
/** Eventarc keeps an event for a day. */
const EVENT_RETENTION_MS = 86_400_000;
/** Leaves one of the emulator's four workers for HTTP requests while messages are pushed. */
export const DEFAULT_FUNCTION_CALLS = 3;

/** Pub/Sub takes requests of 10 MB; framing adds a little. */
const LARGEST_REQUEST_BYTES = 20_000_000;

/** A function is known after two equal answers, so after a second at most. */
const FUNCTIONS_POLL_MS = 500;

export interface PubSubServerOptions {
  readonly host: string;
  /** 0 picks a free port. */
  readonly port: number;
  readonly log: LogLine;
  /** Origin of the functions emulator (`http://127.0.0.1:5001`); undefined pushes to no function. */
  readonly functionsOrigin?: string | undefined;
  /** Where unacknowledged messages live; undefined remembers nothing. */
  readonly dataDir?: string | undefined;
  readonly retryMinMs?: number;
  readonly retryMaxMs?: number;
  /** Concurrent calls to one function. */
  readonly functionCalls?: number;
  readonly functionsPollMs?: number;
  readonly chaos?: ChaosSettings;
  readonly clock?: Clock;
}

export interface PubSubServer {
  readonly port: number;
  /** The chaos switch, as over the admin endpoint. */
  readonly chaos: Chaos;
  stop(): Promise<void>;
}

function openBroker(options: PubSubServerOptions, clock: Clock, chaos: Chaos): Broker {
  const { dataDir, log: say } = options;
  const minMs = options.retryMinMs ?? DEFAULT_RETRY_MIN_MS;
  const maxMs = options.retryMaxMs ?? DEFAULT_RETRY_MAX_MS;
  return new Broker({
    log:
      dataDir === undefined
        ? forgetfulLog()
        : openAppendLog(join(dataDir, "pubsub.jsonl"), { warn: say, format: jsonFormat<BrokerEntry>() }),
    clock,
    chaos,
    say,
    accepts: acceptsMessages,
    triggerRules: {
      isOrdered: false,
      backoffMs: (attempt) => exponentialMs(minMs, maxMs, attempt),
      maxAttempts: undefined,
      retentionMs: EVENT_RETENTION_MS,
    },
  });
}

function pushToEndpoints(broker: Broker, clock: Clock, stopped: AbortSignal, say: LogLine): void {
  const workers = new Map<Subscription, PushWorker>();
  broker.watch((subscription, isAlive) => {
    if (subscription.trigger !== undefined) return;
    const isPush = (subscription.config.pushConfig?.pushEndpoint ?? "") !== "";
    const worker = workers.get(subscription);
    if (isAlive && isPush) {
      if (worker === undefined)
        workers.set(subscription, endpointWorker(subscription, { clock, stopped, say }));
    } else {
      worker?.stop();
      workers.delete(subscription);
    }
  });
}

/** Starts the server. Rejects when the port is taken or the stored state is damaged. */
export async function startPubSubServer(options: PubSubServerOptions): Promise<PubSubServer> {
  // The port before the data: a second server started by mistake must end before it touches the first one's log.
  const taken = await DualPort.open(options);
  try {
    return servePubSub(taken, options);
  } catch (fault) {
    await taken.close();
    throw fault;
  }
}

function servePubSub(taken: DualPort, options: PubSubServerOptions): PubSubServer {
  const { log: say, functionsOrigin: origin } = options;
  const clock = options.clock ?? systemClock;
  const chaos = new Chaos(options.chaos ?? NO_CHAOS);
  const stopping = new AbortController();
  const broker = openBroker(options, clock, chaos);
  pushToEndpoints(broker, clock, stopping.signal, say);
  const isMuted = (subscription: Subscription) => isCliSubscription(subscription);
  const services = loadServices("@google-cloud/pubsub", [
    "google.pubsub.v1.Publisher",
    "google.pubsub.v1.Subscriber",
  ]);
  const port = serveGrpc(taken, {
    largestRequestBytes: LARGEST_REQUEST_BYTES,
    services: [
      { definition: services["google.pubsub.v1.Publisher"], handlers: publisherHandlers(broker, say) },
      {
        definition: services["google.pubsub.v1.Subscriber"],
        handlers: subscriberHandlers(broker, clock, say, isMuted),
      },
    ],
    onHttp: googleJson(pubsubJson(broker), { say, otherwise: pubsubAdmin(broker, chaos) }),
  });
  const stopFunctions =
    origin === undefined
      ? () => undefined
      : pushToFunctions(options, { broker, clock, origin, stopped: stopping.signal });
  return {
    port: port.port,
    chaos,
    async stop() {
      stopping.abort();
      stopFunctions();
      await port.stop();
      broker.stop();
    },
  };
}

function pushToFunctions(
  options: PubSubServerOptions,
  reach: Pick<FunctionTriggersOptions, "broker" | "clock" | "origin" | "stopped">,
): () => void {
  const { broker, clock, origin } = reach;
  const maxInFlight = options.functionCalls ?? DEFAULT_FUNCTION_CALLS;
  const triggers = new FunctionTriggers({ ...reach, say: options.log, maxInFlight });
  broker.watch((subscription, isAlive) => triggers.onSubscription(subscription, isAlive));
  const directory = watchFunctions({
    origin,
    clock,
    log: options.log,
    pollMs: options.functionsPollMs ?? FUNCTIONS_POLL_MS,
    waitsUntilSettled: true,
    onChange: (functions) => triggers.onFunctions(functions),
  });
  return () => {
    directory.stop();
    triggers.stop();
  };
}
