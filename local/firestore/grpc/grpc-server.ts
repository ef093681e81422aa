// The gRPC side of the server. It listens on no port of its own: connections found to speak HTTP/2 are injected.
import type { Socket } from "node:net";
import { Server, ServerCredentials, type UntypedServiceImplementation } from "@grpc/grpc-js";
import type { Backend } from "../backend.ts";
import { firestoreService } from "./definition.ts";
import { bidiHandler, serverStreamHandler, unaryHandler } from "./handlers.ts";

/**
 * Largest request, bytes. Above the engine's own limit of 10 MiB a commit, which answers INVALID_ARGUMENT: grpc-js
 * would answer RESOURCE_EXHAUSTED, which SDKs repeat for minutes.
 */
const MAX_REQUEST_BYTES = 64 * 1024 * 1024;
const UNLIMITED = -1;

export interface GrpcServer {
  accept(socket: Socket): void;
  /** Ends every connection at once. */
  stop(): void;
}

/** Serves google.firestore.v1.Firestore over the backend. */
export function createGrpcServer(backend: Backend): GrpcServer {
  const server = new Server({
    "grpc.max_receive_message_length": MAX_REQUEST_BYTES,
    "grpc.max_send_message_length": UNLIMITED,
  });
  const definition = firestoreService();
  const handlers: UntypedServiceImplementation = {};
  for (const [method, { requestStream, responseStream }] of Object.entries(definition)) {
    if (requestStream) continue;
    handlers[method] = responseStream ? serverStreamHandler(backend, method) : unaryHandler(backend, method);
  }
  handlers.Listen = bidiHandler((caller, sink) => backend.listen(caller, sink));
  handlers.Write = bidiHandler((caller, sink) => backend.write(caller, sink));
  server.addService(definition, handlers);
  const injector = server.createConnectionInjector(ServerCredentials.createInsecure());
  return {
    accept: (socket) => injector.injectConnection(socket),
    stop: () => {
      injector.destroy();
      server.forceShutdown();
    },
  };
}
