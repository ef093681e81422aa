// Writes the engine's messages as proto3 JSON. Only fields the type defines are written, so proto-loader's extra
// oneof markers stay inside.
import protobuf from "protobufjs";
import type { ProtoMessage } from "../backend.ts";
import { bytesToJson, doubleToJson, durationToJson, timestampToJson } from "./well-known-json.ts";

const WRAPPER = /^\.google\.protobuf\.\w+Value$/;

/** Converts a message of `type` into its JSON value. */
export function messageToJson(type: protobuf.Type, message: ProtoMessage): unknown {
  if (type.fullName === ".google.protobuf.Timestamp") return timestampToJson(message.seconds, message.nanos);
  if (type.fullName === ".google.protobuf.Duration") return durationToJson(message.seconds, message.nanos);
  const inner = WRAPPER.test(type.fullName) ? type.fields.value : undefined;
  if (inner !== undefined) return valueToJson(inner, message.value ?? inner.typeDefault);
  const json: Record<string, unknown> = {};
  for (const field of type.fieldsArray) {
    const value = message[field.name];
    if (value !== undefined && value !== null) json[field.name] = fieldToJson(field, value);
  }
  return json;
}

function fieldToJson(field: protobuf.Field, value: unknown): unknown {
  if (field instanceof protobuf.MapField) {
    return Object.fromEntries(
      Object.entries(value as object).map(([key, item]) => [key, valueToJson(field, item)]),
    );
  }
  return field.repeated
    ? (value as readonly unknown[]).map((item) => valueToJson(field, item))
    : valueToJson(field, value);
}

function valueToJson(field: protobuf.Field, value: unknown): unknown {
  const { resolvedType } = field;
  if (resolvedType instanceof protobuf.Enum) {
    if (resolvedType.fullName === ".google.protobuf.NullValue") return null;
    return typeof value === "number" ? (resolvedType.valuesById[value] ?? value) : value;
  }
  if (resolvedType instanceof protobuf.Type) return messageToJson(resolvedType, value as ProtoMessage);
  switch (field.type) {
    case "bytes":
      return bytesToJson(value);
    case "double":
    case "float":
      return doubleToJson(Number(value));
    case "string":
    case "bool":
      return value;
    default:
      return field.type.endsWith("64") ? String(value) : Number(value);
  }
}
