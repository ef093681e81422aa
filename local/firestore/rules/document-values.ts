// Converts outside values into rule values: google.firestore.v1 fields as proto-loader decodes them, and the
// JSON claims of an ID token. Throws on a kind of value that it does not know.
import {
  EvaluationError,
  RuleLatLng,
  type RuleMap,
  RulePath,
  RuleTimestamp,
  type RuleValue,
} from "./rule-values.ts";

const NANOS_PER_SECOND = 1_000_000_000n;

/**
 * Document fields (`map<string, Value>` of google.firestore.v1.Document, longs as strings) as rules see them:
 * integers become bigint, doubles number, timestamps RuleTimestamp, references RulePath.
 */
export function documentToRuleValues(fields: Readonly<Record<string, unknown>> | undefined): RuleMap {
  if (fields === undefined) return {};
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, protoToRuleValue(value)]));
}

function protoToRuleValue(value: unknown): RuleValue {
  const message = record(value);
  if ("nullValue" in message) return null;
  if (typeof message.booleanValue === "boolean") return message.booleanValue;
  if ("integerValue" in message) return BigInt(String(message.integerValue));
  if ("doubleValue" in message) return Number(message.doubleValue);
  if (typeof message.stringValue === "string") return message.stringValue;
  if (message.bytesValue instanceof Uint8Array) return message.bytesValue;
  if (typeof message.referenceValue === "string") return new RulePath(message.referenceValue.split("/"));
  if ("timestampValue" in message) {
    const { seconds = 0, nanos = 0 } = record(message.timestampValue);
    return new RuleTimestamp(BigInt(String(seconds)) * NANOS_PER_SECOND + BigInt(String(nanos)));
  }
  if ("geoPointValue" in message) {
    const { latitude = 0, longitude = 0 } = record(message.geoPointValue);
    return new RuleLatLng(Number(latitude), Number(longitude));
  }
  if ("arrayValue" in message) {
    const { values = [] } = record(message.arrayValue);
    return Array.isArray(values) ? values.map(protoToRuleValue) : [];
  }
  if ("mapValue" in message) {
    const { fields = {} } = record(message.mapValue);
    return documentToRuleValues(record(fields));
  }
  throw new EvaluationError(`unknown kind of value: ${Object.keys(message).join(", ")}`);
}

/** JSON (an ID token's claims) as rule values: whole numbers become int, others float. */
export function jsonToRuleValue(value: unknown): RuleValue {
  if (value === null || typeof value === "boolean" || typeof value === "string") return value;
  if (typeof value === "number") return Number.isSafeInteger(value) ? BigInt(value) : value;
  if (Array.isArray(value)) return value.map(jsonToRuleValue);
  return Object.fromEntries(Object.entries(record(value)).map(([key, item]) => [key, jsonToRuleValue(item)]));
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null) {
    throw new EvaluationError(`expected a message, got ${value === null ? "null" : typeof value}`);
  }
  return value as Readonly<Record<string, unknown>>;
}
