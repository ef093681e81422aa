// google.firestore.v1.Firestore over the backend, for a gRPC server to serve.

import type { Clock } from "@ballast/local-serving/clock.ts";
import type { GrpcService } from "@ballast/local-serving/grpc-port.ts";
import type { UntypedServiceImplementation } from "@grpc/grpc-js";
import type { Backend } from "../backend.ts";
import { firestoreService } from "./definition.ts";
import { bidiHandler, serverStreamHandler, unaryHandler } from "./handlers.ts";

/** Every method of the protocol; the backend answers UNIMPLEMENTED for those that it does not know. */
export function serviceOver(backend: Backend, clock: Clock): GrpcService {
  const definition = firestoreService();
  const handlers: UntypedServiceImplementation = {};
  for (const [method, { requestStream, responseStream }] of Object.entries(definition)) {
    if (requestStream) continue;
    handlers[method] = responseStream
      ? serverStreamHandler(backend, method, clock)
      : unaryHandler(backend, method, clock);
  }
  handlers.Listen = bidiHandler(clock, (caller, sink) => backend.listen(caller, sink));
  handlers.Write = bidiHandler(clock, (caller, sink) => backend.write(caller, sink));
  return { definition, handlers };
}
