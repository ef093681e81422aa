// Turns documents of the SDK into the port's values: Timestamp to Date, everything frozen. A value that the
// port does not know is an error.
import { Timestamp } from "firebase-admin/firestore";
import type { DocumentData, DocumentValue } from "#ports/documents.ts";
import { InvalidDocumentError } from "./document-value.ts";

/** Throws InvalidDocumentError for bytes, references, points and vectors: no schema of ours holds them. */
export function portData(path: string, data: Readonly<Record<string, unknown>>): DocumentData {
  return Object.freeze(
    Object.fromEntries(Object.entries(data).map(([field, value]) => [field, portValue(path, value)])),
  );
}

function portValue(path: string, value: unknown): DocumentValue {
  if (value === null || ["string", "number", "boolean"].includes(typeof value)) return value as DocumentValue;
  if (value instanceof Timestamp) return Object.freeze(value.toDate());
  if (Array.isArray(value)) return Object.freeze(value.map((item) => portValue(path, item)));
  if (typeof value === "object" && Object.getPrototypeOf(value) === Object.prototype) {
    return portData(path, value as Readonly<Record<string, unknown>>);
  }
  throw new InvalidDocumentError(`${path} holds a value of a kind that no schema knows`);
}
