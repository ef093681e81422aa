// The port's values in Firestore's JSON and back. A value that the port does not know is an error.
import type { DocumentData, DocumentValue } from "#ports/documents.ts";
import { InvalidDocumentError } from "./document-value.ts";

/** google.firestore.v1.Value in proto3 JSON, as far as it is written. */
export type RestValue = Readonly<Record<string, unknown>>;

export type RestFields = Readonly<Record<string, RestValue>>;

export function restFields(data: DocumentData): RestFields {
  return Object.fromEntries(Object.entries(data).map(([field, value]) => [field, restValue(value)]));
}

/** As Google's own client tells them apart: a whole number that is exact is an integer. */
export function restValue(value: DocumentValue): RestValue {
  if (value === null) return { nullValue: null };
  if (typeof value === "boolean") return { booleanValue: value };
  if (typeof value === "string") return { stringValue: value };
  if (typeof value === "number")
    return Number.isSafeInteger(value) && !Object.is(value, -0)
      ? { integerValue: String(value) }
      : { doubleValue: Object.is(value, -0) ? "-0" : value };
  if (value instanceof Date) return { timestampValue: value.toISOString() };
  if (isList(value)) return { arrayValue: { values: value.map(restValue) } };
  return { mapValue: { fields: restFields(value as DocumentData) } };
}

function isList(value: DocumentValue): value is readonly DocumentValue[] {
  return Array.isArray(value);
}

/** Throws InvalidDocumentError for bytes, references, points and vectors: no schema of ours holds them. */
export function dataOfRest(path: string, fields: RestFields | undefined): DocumentData {
  return Object.freeze(
    Object.fromEntries(
      Object.entries(fields ?? {}).map(([field, value]) => [field, valueOfRest(path, value)]),
    ),
  );
}

function valueOfRest(path: string, value: RestValue): DocumentValue {
  const [kind = "", content] = Object.entries(value)[0] ?? [];
  switch (kind) {
    case "nullValue":
      return null;
    case "booleanValue":
    case "stringValue":
      return content as boolean | string;
    case "integerValue":
    case "doubleValue":
      return finite(path, content);
    case "timestampValue":
      return Object.freeze(new Date(String(content)));
    case "arrayValue": {
      const { values = [] } = content as { readonly values?: readonly RestValue[] };
      return Object.freeze(values.map((each) => valueOfRest(path, each)));
    }
    case "mapValue":
      return dataOfRest(path, (content as { readonly fields?: RestFields }).fields);
    default:
      throw new InvalidDocumentError(`${path} holds a value of a kind that no schema knows`);
  }
}

/** Large integers and some doubles come as text. */
function finite(path: string, content: unknown): number {
  const number = Number(content);
  if (Number.isFinite(number)) return number;
  throw new InvalidDocumentError(`${path} holds ${String(content)}, which is no number that a schema knows`);
}
