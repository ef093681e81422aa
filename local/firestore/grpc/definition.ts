// The google.firestore.v1.Firestore service as grpc-js wants it, from the definitions that ship with
// @google-cloud/firestore: the server speaks exactly what the SDK beside it speaks.
import type { ServiceDefinition } from "@grpc/grpc-js";
import { fromJSON } from "@grpc/proto-loader";
import { firestoreDescriptors } from "../descriptors.ts";

const SERVICE = "google.firestore.v1.Firestore";

/** Loads the service. Throws when the installed @google-cloud/firestore no longer holds it. */
export function firestoreService(): ServiceDefinition {
  const definition = fromJSON(firestoreDescriptors(), { longs: String, enums: String })[SERVICE];
  if (definition === undefined || "format" in definition)
    throw new Error(`The installed @google-cloud/firestore has no ${SERVICE}`);
  return definition as ServiceDefinition;
}
