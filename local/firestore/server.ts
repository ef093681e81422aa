// Starts the local Firestore: the engine, and one port that serves gRPC and, with a web handler, REST and
// WebChannel. In-process use (tests) and main.ts go through here.
import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer, type Server, type Socket } from "node:net";
import type { Authorizer, Backend } from "./backend.ts";
import { type Clock, systemClock } from "./engine/clock.ts";
import { Engine } from "./engine/engine.ts";
import { createGrpcServer } from "./grpc/grpc-server.ts";
import { switchProtocol } from "./protocol-switch.ts";

/** The HTTP/1 side, as web/handler.ts makes it. */
export interface WebSide {
  (req: IncomingMessage, res: ServerResponse): void;
  close(): void;
}

export interface FirestoreServerOptions {
  readonly host: string;
  /** 0 takes a free port. */
  readonly port: number;
  /** Absent: in memory only. */
  readonly dataDir?: string | undefined;
  readonly clock?: Clock;
  /** Compiled rules for browser and REST clients; absent denies them everything. */
  readonly authorizer?: Authorizer | undefined;
  /** Makes the HTTP/1 side; absent answers HTTP/1 with 501. */
  readonly webHandlerFactory?: (backend: Backend, engine: Engine, clock: Clock) => WebSide;
  readonly log?: (message: string) => void;
}

export interface FirestoreServer {
  readonly port: number;
  readonly backend: Engine;
  /** Ends all connections and closes the log. */
  stop(): Promise<void>;
}

const HTTP_NOT_IMPLEMENTED = 501;

const grpcOnly: WebSide = Object.assign(
  (_req: IncomingMessage, res: ServerResponse): void => {
    res.writeHead(HTTP_NOT_IMPLEMENTED).end("This Firestore server was started for gRPC only\n");
  },
  { close: () => undefined },
);

/** Starts listening. Rejects when the port is taken, naming it, or when the stored log is damaged. */
export async function startFirestoreServer(options: FirestoreServerOptions): Promise<FirestoreServer> {
  const listener = createServer({ noDelay: true });
  // The port before the data: a second server started by mistake must fail before it touches the first one's log.
  const port = await listen(listener, options.host, options.port);
  try {
    return serve(listener, port, options);
  } catch (error) {
    listener.close();
    throw error;
  }
}

function serve(listener: Server, port: number, options: FirestoreServerOptions): FirestoreServer {
  const { clock = systemClock, log = () => undefined } = options;
  const engine = new Engine({ clock, dataDir: options.dataDir, authorizer: options.authorizer, log });
  const grpc = createGrpcServer(engine);
  const web = options.webHandlerFactory?.(engine, engine, clock) ?? grpcOnly;
  const http1 = createHttpServer(web);
  const sockets = new Set<Socket>();
  listener.on("connection", (socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
    switchProtocol(socket, {
      http2: (accepted) => grpc.accept(accepted),
      http1: (accepted) => http1.emit("connection", accepted),
    });
  });
  const stop = async (): Promise<void> => {
    web.close();
    grpc.stop();
    const closed = new Promise<void>((resolve) => listener.close(() => resolve()));
    for (const socket of sockets) socket.destroy();
    await closed;
    engine.close();
  };
  return { port, backend: engine, stop };
}

/** The port that was bound. */
function listen(listener: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    listener.once("error", (error: NodeJS.ErrnoException) => {
      const taken = `Port ${port} on ${host} is taken: stop what uses it or choose another`;
      reject(new Error(error.code === "EADDRINUSE" ? taken : error.message, { cause: error }));
    });
    listener.listen(port, host, () => {
      const address = listener.address();
      resolve(typeof address === "object" && address !== null ? address.port : port);
    });
  });
}
