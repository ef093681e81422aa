// The google.firestore.v1.Firestore service as grpc-js wants it, from the definitions that ship with
// @google-cloud/firestore: the server speaks exactly what the SDK beside it speaks.
import { createRequire } from "node:module";
import type { ServiceDefinition } from "@grpc/grpc-js";
import { fromJSON } from "@grpc/proto-loader";

type JsonDefinitions = Parameters<typeof fromJSON>[0];

const DEFINITIONS = "@google-cloud/firestore/build/protos/v1.json";
const SERVICE = "google.firestore.v1.Firestore";

/** Loads the service. Throws when the installed @google-cloud/firestore no longer holds it. */
export function firestoreService(): ServiceDefinition {
  const json = createRequire(import.meta.url)(DEFINITIONS) as JsonDefinitions;
  const definition = fromJSON(json, { longs: String, enums: String })[SERVICE];
  if (definition === undefined || "format" in definition) throw new Error(`${DEFINITIONS} has no ${SERVICE}`);
  return definition as ServiceDefinition;
}
