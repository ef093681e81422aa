// gRPC services on a port that speaks HTTP/1 besides. Handlers throw GrpcFault; every other error is INTERNAL and is
// logged with its cause.
import type { RequestListener } from "node:http";
import * as grpc from "@grpc/grpc-js";
import type { DualPort } from "./dual-port.ts";
import type { LogLine } from "./log-line.ts";

/** How long open calls may finish after a stop before they are cut. */
const STOP_GRACE_MS = 200;

/** A refusal with its gRPC status. */
export class GrpcFault extends Error {
  override readonly name = "GrpcFault";
  readonly code: grpc.status;

  constructor(code: grpc.status, message: string) {
    super(message);
    this.code = code;
  }
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

export interface GrpcService {
  readonly definition: grpc.ServiceDefinition;
  readonly handlers: grpc.UntypedServiceImplementation;
}

interface GrpcSides {
  readonly services: readonly GrpcService[];
  /** Longer requests are refused, bytes. */
  readonly largestRequestBytes: number;
  readonly onHttp: RequestListener;
}

interface GrpcPort {
  readonly port: number;
  /** Ends every call and connection. */
  stop(): Promise<void>;
}

/** grpc-js's word for "no limit": what a server answers it has made itself. */
const UNLIMITED = -1;

/** Serves the port that was taken. */
export function serveGrpc(taken: DualPort, sides: GrpcSides): GrpcPort {
  const server = new grpc.Server({
    "grpc.max_receive_message_length": sides.largestRequestBytes,
    "grpc.max_send_message_length": UNLIMITED,
  });
  for (const { definition, handlers } of sides.services) server.addService(definition, handlers);
  const injector = server.createConnectionInjector(grpc.ServerCredentials.createInsecure());
  taken.serve({ http2: (socket) => injector.injectConnection(socket), http1: sides.onHttp });
  return {
    port: taken.port,
    async stop() {
      injector.drain(STOP_GRACE_MS);
      injector.destroy();
      server.forceShutdown();
      await taken.close();
    },
  };
}
