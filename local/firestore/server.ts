// Starts the local Firestore: the engine, and one port that serves gRPC to server SDKs, REST and WebChannel to browsers.
// A program that embeds the server and main.ts both go through here.
import { type Clock, systemClock } from "@ballast/local-serving/clock.ts";
import { DualPort } from "@ballast/local-serving/dual-port.ts";
import { serveGrpc } from "@ballast/local-serving/grpc-port.ts";
import type { Authorizer } from "./backend.ts";
import { Engine } from "./engine/engine.ts";
import type { IndexFile } from "./engine/query/indexes.ts";
import type { WriteRateLimits } from "./engine/write-rate.ts";
import { serviceOver } from "./grpc/service.ts";
import { createWebHandler } from "./web/handler.ts";

const LOOPBACK = "127.0.0.1";
/**
 * Largest request, bytes. Above the engine's own limit of 10 MiB a commit, which answers INVALID_ARGUMENT: grpc-js
 * would answer RESOURCE_EXHAUSTED, which SDKs repeat for minutes.
 */
const LARGEST_REQUEST_BYTES = 64 * 1024 * 1024;

export interface FirestoreServerOptions {
  /** Address to listen on. Absent: this machine only. */
  readonly host?: string;
  /** Absent, or 0: a free port. */
  readonly port?: number;
  /** Directory of the stored documents. Absent: in memory only. */
  readonly dataDir?: string | undefined;
  /** Compiled rules for every caller but owners (`Bearer owner`, as server SDKs send it); absent denies them everything. */
  readonly authorizer?: Authorizer | undefined;
  /** The project's firestore.indexes.json: a query without its index is refused, as in production. Absent: none is. */
  readonly indexes?: IndexFile | undefined;
  /** Contention of a document that is written too often, as production has it. Absent: none. */
  readonly writeRate?: WriteRateLimits | undefined;
  /** Time of commits, expiries and timers. Absent: the system's. */
  readonly clock?: Clock;
  /** Hears what a person should know: a repaired log, a fault of the server. Absent: nothing is said. */
  readonly log?: (line: string) => void;
}

export interface FirestoreServer {
  readonly port: number;
  /** `HOST:PORT`, as FIRESTORE_EMULATOR_HOST takes it. */
  readonly address: string;
  /** Deletes every document of `projects/{p}/databases/{d}`. Listeners see the deletes. */
  clear(database: string): void;
  /** Puts rules in force for one project, in place of `authorizer`, as a test library's upload does. */
  setRules(projectId: string, rules: Authorizer): void;
  /** Tells every stream that the server goes away, ends all connections and closes the log. */
  stop(): Promise<void>;
  /** Ends as by SIGKILL: connections are cut without a word. What was acknowledged is stored. */
  cut(): Promise<void>;
}

/** Starts listening. Rejects when the port is taken, naming it, or when the stored log is damaged. */
export async function startFirestoreServer(options: FirestoreServerOptions = {}): Promise<FirestoreServer> {
  const host = options.host ?? LOOPBACK;
  // The port before the data: a second server started by mistake must fail before it touches the first one's log.
  const taken = await DualPort.open({ host, port: options.port ?? 0 });
  try {
    return serve(taken, host, options);
  } catch (error) {
    await taken.close();
    throw error;
  }
}

function serve(taken: DualPort, host: string, options: FirestoreServerOptions): FirestoreServer {
  const { clock = systemClock, log = () => undefined, dataDir, authorizer } = options;
  const { indexes, writeRate } = options;
  const engine = new Engine({ clock, dataDir, authorizer, indexes, writeRate, log });
  const clear = (database: string): void => engine.clear(database);
  const setRules = (projectId: string, rules: Authorizer): void => engine.setRules(projectId, rules);
  const web = createWebHandler({ backend: engine, clear, setRules, copies: engine, clock, log });
  const grpc = serveGrpc(taken, {
    services: [serviceOver(engine, clock)],
    largestRequestBytes: LARGEST_REQUEST_BYTES,
    onHttp: web,
  });
  const cut = async (): Promise<void> => {
    await grpc.stop();
    web.forget();
    engine.close();
  };
  const stop = (): Promise<void> => {
    web.close();
    return cut();
  };
  return { port: grpc.port, address: `${host}:${grpc.port}`, clear, setRules, stop, cut };
}
