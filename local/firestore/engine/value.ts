// Firestore values in canonical form: exactly one member, nested members always present, timestamps to the
// microsecond, bytes owned (not a view of a request). Everything the store holds passed through canonicalValue().
import { invalidArgument } from "./status.ts";
import { canonicalTimestamp, type RawTimestamp, type Timestamp } from "./timestamp.ts";

/** A Value before it is checked and made canonical. */
export type RawValue = Readonly<Record<string, unknown>>;
export type RawFields = Readonly<Record<string, RawValue>>;

export type Fields = Readonly<Record<string, Value>>;

export type Value =
  | { readonly nullValue: "NULL_VALUE" }
  | { readonly booleanValue: boolean }
  | { readonly integerValue: string }
  | { readonly doubleValue: number }
  | { readonly timestampValue: Timestamp }
  | { readonly stringValue: string }
  | { readonly bytesValue: Buffer }
  | { readonly referenceValue: string }
  | { readonly geoPointValue: { readonly latitude: number; readonly longitude: number } }
  | { readonly arrayValue: { readonly values: readonly Value[] } }
  | { readonly mapValue: { readonly fields: Fields } };

export const NULL: Value = { nullValue: "NULL_VALUE" };

/** Deepest nesting of maps and arrays (Firestore quota). */
const MAX_DEPTH = 20;
const RESERVED = /^__.*__$/u;
/** A vector is stored as a map with this reserved key; it is the one reserved name a value may hold. */
const VECTOR_TYPE_FIELD = "__type__";
const VECTOR_TYPE = "__vector__";
const INT64_MIN = -(2n ** 63n);
const INT64_MAX = 2n ** 63n - 1n;

/** All fields of a document or map, canonical. Throws INVALID_ARGUMENT on reserved or empty names. */
export function canonicalFields(raw: RawFields | null | undefined, depth = 0): Fields {
  const fields: Record<string, Value> = {};
  if (raw === null || raw === undefined) return fields;
  for (const key of Object.keys(raw)) {
    if (key === "") throw invalidArgument("A field name is empty");
    if (RESERVED.test(key) && !(key === VECTOR_TYPE_FIELD && depth > 0)) {
      throw invalidArgument(`Property ${JSON.stringify(key)} is a reserved name`);
    }
    const value = raw[key];
    if (value !== undefined) fields[key] = canonicalValue(value, depth);
  }
  return fields;
}

/** One value, canonical. Throws INVALID_ARGUMENT when it is empty, too deep, or an array directly in an array. */
export function canonicalValue(raw: RawValue, depth = 0): Value {
  if (raw.stringValue !== undefined) return { stringValue: String(raw.stringValue) };
  if (raw.integerValue !== undefined) return { integerValue: canonicalInteger(raw.integerValue) };
  if (raw.doubleValue !== undefined) return { doubleValue: Number(raw.doubleValue) };
  if (raw.booleanValue !== undefined) return { booleanValue: raw.booleanValue === true };
  if (raw.mapValue !== undefined) {
    if (depth >= MAX_DEPTH) throw invalidArgument(`Values are nested deeper than ${MAX_DEPTH} levels`);
    const map = raw.mapValue as { fields?: RawFields } | null;
    return { mapValue: { fields: canonicalFields(map?.fields, depth + 1) } };
  }
  if (raw.arrayValue !== undefined) return canonicalArray(raw.arrayValue, depth);
  if (raw.timestampValue !== undefined) {
    return { timestampValue: canonicalTimestamp((raw.timestampValue ?? {}) as RawTimestamp) };
  }
  if (raw.referenceValue !== undefined) return { referenceValue: String(raw.referenceValue) };
  if (raw.bytesValue !== undefined) return { bytesValue: ownedBytes(raw.bytesValue) };
  if (raw.geoPointValue !== undefined) return canonicalGeoPoint(raw.geoPointValue);
  if (raw.nullValue !== undefined) return NULL;
  throw invalidArgument(`A value has no known type: ${Object.keys(raw).join(", ") || "(empty)"}`);
}

function canonicalArray(raw: unknown, depth: number): Value {
  if (depth >= MAX_DEPTH) throw invalidArgument(`Values are nested deeper than ${MAX_DEPTH} levels`);
  const elements = (raw as { values?: readonly RawValue[] } | null)?.values ?? [];
  const values = elements.map((element) => {
    if (element.arrayValue !== undefined)
      throw invalidArgument("Cannot convert an array value in an array value.");
    return canonicalValue(element, depth + 1);
  });
  return { arrayValue: { values } };
}

function canonicalInteger(raw: unknown): string {
  if (typeof raw === "number" && Number.isSafeInteger(raw)) return String(raw);
  try {
    const integer = BigInt(String(raw));
    if (integer < INT64_MIN || integer > INT64_MAX) throw new RangeError("outside int64");
    return integer.toString();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw invalidArgument(`Not a 64-bit integer: ${JSON.stringify(String(raw))} (${reason})`);
  }
}

/** Copies: a decoded Buffer is a view that would keep the whole request alive. Strings are base64. */
function ownedBytes(raw: unknown): Buffer {
  if (typeof raw === "string") return Buffer.from(raw, "base64");
  if (raw instanceof Uint8Array) return Buffer.from(raw);
  throw invalidArgument("A bytes value is neither bytes nor base64 text");
}

function canonicalGeoPoint(raw: unknown): Value {
  const point = (raw ?? {}) as { latitude?: number; longitude?: number };
  const latitude = Number(point.latitude ?? 0);
  const longitude = Number(point.longitude ?? 0);
  if (!(Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180)) {
    throw invalidArgument(`Geo point out of range: ${latitude}, ${longitude}`);
  }
  return { geoPointValue: { latitude, longitude } };
}

/** Whether the map is a vector (`{__type__: "__vector__", value: […]}`), and if so its elements. */
export function vectorElements(fields: Fields): readonly Value[] | undefined {
  const type = Object.hasOwn(fields, VECTOR_TYPE_FIELD) ? fields[VECTOR_TYPE_FIELD] : undefined;
  if (type === undefined || !("stringValue" in type) || type.stringValue !== VECTOR_TYPE) return undefined;
  const value = fields.value;
  return value !== undefined && "arrayValue" in value ? value.arrayValue.values : undefined;
}
