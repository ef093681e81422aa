// The reflection of google.firestore.v1 that the JSON transports convert with: the same definitions, and the same
// object form, that the gRPC transport's proto-loader uses.
import protobuf from "protobufjs";
import type { ProtoMessage } from "../backend.ts";
import { firestoreDescriptors } from "../descriptors.ts";

const SERVICE = "google.firestore.v1.Firestore";

/** proto-loader's form of a decoded message: see ProtoMessage. */
const OBJECT_FORM: protobuf.IConversionOptions = { longs: String, enums: String, oneofs: true };

const root = protobuf.Root.fromJSON(firestoreDescriptors());
root.resolveAll();
const service = root.lookupService(SERVICE);

/** Request and response type of an RPC, such as `Commit`. Throws when Firestore has no such RPC. */
export function rpcTypes(method: string): {
  readonly request: protobuf.Type;
  readonly response: protobuf.Type;
  readonly streams: boolean;
} {
  const found = service.methods[method];
  if (!found?.resolvedRequestType || !found.resolvedResponseType) {
    throw new RangeError(`${SERVICE} has no method ${method}`);
  }
  return {
    request: found.resolvedRequestType,
    response: found.resolvedResponseType,
    streams: found.responseStream === true,
  };
}

/** Brings a plain object into the form proto-loader would have decoded it into. */
export function toLoaderForm(type: protobuf.Type, plain: Readonly<Record<string, unknown>>): ProtoMessage {
  return type.toObject(type.fromObject(plain), OBJECT_FORM);
}
