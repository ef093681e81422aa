// One TCP port that speaks gRPC to Google's clients and plain HTTP/1 JSON to the admin: the first bytes of a
// connection say which. Handlers throw GrpcFault; every other error is INTERNAL and is logged with its cause.
import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from "node:http";
import { type AddressInfo, createServer as createTcpServer, type Socket } from "node:net";
import * as grpc from "@grpc/grpc-js";
import type { LogLine } from "./log-line.ts";

/** What an HTTP/2 client sends first; HTTP/1 methods never begin so. */
const HTTP2_PREFACE_START = "PRI ";
/** How long open calls may finish after a stop before they are cut. */
const STOP_GRACE_MS = 200;
/** Pub/Sub accepts 10 MB requests; framing adds a little. */
const LARGEST_MESSAGE_BYTES = 20_000_000;

/** A refusal with its gRPC status. */
export class GrpcFault extends Error {
  override readonly name = "GrpcFault";
  readonly code: grpc.status;

  constructor(code: grpc.status, message: string) {
    super(message);
    this.code = code;
  }
}

export interface GrpcPort {
  readonly port: number;
  stop(): Promise<void>;
}

export interface GrpcPortOptions {
  readonly host: string;
  readonly port: number;
  readonly services: readonly {
    readonly definition: grpc.ServiceDefinition;
    readonly handlers: grpc.UntypedServiceImplementation;
  }[];
  readonly onHttp: (request: IncomingMessage, response: ServerResponse) => void;
}

/** The status error that a thrown fault becomes on the wire. */
export function wireError(fault: unknown, log: LogLine): Partial<grpc.StatusObject> & Error {
  const isKnown = fault instanceof GrpcFault;
  const message = fault instanceof Error ? fault.message : String(fault);
  if (!isKnown) log(`internal error: ${fault instanceof Error ? (fault.stack ?? message) : message}`);
  return Object.assign(new Error(message), {
    code: isKnown ? fault.code : grpc.status.INTERNAL,
    details: message,
  });
}

/** Wraps a plain function as a unary gRPC handler. */
export function unary<Request, Response>(
  log: LogLine,
  answer: (request: Request) => Response | Promise<Response>,
): grpc.handleUnaryCall<Request, Response> {
  return (call, done) => {
    Promise.resolve()
      .then(() => answer(call.request))
      .then(
        (response) => done(null, response),
        (fault: unknown) => done(wireError(fault, log)),
      );
  };
}

/** Opens the port (0 picks a free one). Rejects with a clear error when it is taken. */
export async function openGrpcPort(options: GrpcPortOptions): Promise<GrpcPort> {
  const server = new grpc.Server({
    "grpc.max_receive_message_length": LARGEST_MESSAGE_BYTES,
    "grpc.max_send_message_length": LARGEST_MESSAGE_BYTES,
  });
  for (const { definition, handlers } of options.services) server.addService(definition, handlers);
  const injector = server.createConnectionInjector(grpc.ServerCredentials.createInsecure());
  const http = createHttpServer(options.onHttp);
  const sockets = new Set<Socket>();
  const listener = createTcpServer((socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
    socket.on("error", () => socket.destroy());
    socket.once("data", (first: Buffer) => {
      // Put back what was read, while nothing flows: an HTTP/2 session takes it from the paused socket.
      socket.pause();
      socket.unshift(first);
      if (first.toString("latin1", 0, HTTP2_PREFACE_START.length) === HTTP2_PREFACE_START) {
        injector.injectConnection(socket);
        return;
      }
      http.emit("connection", socket);
      socket.resume();
    });
  });
  await new Promise<void>((resolve, reject) => {
    listener.once("error", (cause: NodeJS.ErrnoException) => {
      const taken = cause.code === "EADDRINUSE";
      const what = taken
        ? "is taken by another process (address already in use)"
        : `cannot be opened: ${cause.message}`;
      reject(new Error(`Port ${options.host}:${options.port} ${what}`, { cause }));
    });
    listener.listen(options.port, options.host, resolve);
  });
  return {
    port: (listener.address() as AddressInfo).port,
    async stop() {
      const closed = new Promise<void>((resolve) => listener.close(() => resolve()));
      injector.drain(STOP_GRACE_MS);
      injector.destroy();
      for (const socket of sockets) socket.destroy();
      http.close();
      server.forceShutdown();
      await closed;
    },
  };
}
