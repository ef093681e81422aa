// Reads proto3 JSON into the message form the engine speaks. Unknown names and wrong types are refused with the
// path to the fault, so that a client's mistake is never half understood.
import protobuf from "protobufjs";
import type { ProtoMessage } from "../backend.ts";
import { toLoaderForm } from "./proto-types.ts";
import {
  bytesFromJson,
  doubleFromJson,
  durationFromJson,
  integerFromJson,
  invalid,
  timestampFromJson,
} from "./well-known-json.ts";

const NULL_VALUE = ".google.protobuf.NullValue";
const WRAPPER = /^\.google\.protobuf\.(?:Int32|Int64|UInt32|UInt64|Double|Float|Bool|String|Bytes)Value$/;

/** Converts one JSON value into a message of `type`. Throws RpcError INVALID_ARGUMENT. */
export function jsonToMessage(type: protobuf.Type, json: unknown): ProtoMessage {
  return toLoaderForm(type, messageFrom(type, json, ""));
}

function messageFrom(type: protobuf.Type, json: unknown, path: string): Record<string, unknown> {
  if (typeof json !== "object" || json === null || Array.isArray(json)) {
    throw invalid(`${path || "the body"} must be an object`);
  }
  const message: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(json)) {
    const field = Object.hasOwn(type.fields, camelCase(name)) ? type.fields[camelCase(name)] : undefined;
    const at = path === "" ? name : `${path}.${name}`;
    if (field === undefined) throw invalid(`unknown name "${at}"`);
    if (value === undefined || (value === null && field.resolvedType?.fullName !== NULL_VALUE)) continue;
    message[field.name] = fieldFrom(field, value, at);
  }
  return message;
}

function fieldFrom(field: protobuf.Field, json: unknown, path: string): unknown {
  if (field instanceof protobuf.MapField) {
    if (typeof json !== "object" || json === null) throw invalid(`${path} must be an object`);
    return Object.fromEntries(
      Object.entries(json).map(([key, value]) => [key, valueFrom(field, value, `${path}.${key}`)]),
    );
  }
  if (!field.repeated) return valueFrom(field, json, path);
  if (!Array.isArray(json)) throw invalid(`${path} must be an array`);
  return json.map((value, i) => valueFrom(field, value, `${path}[${i}]`));
}

function valueFrom(field: protobuf.Field, json: unknown, path: string): unknown {
  const { resolvedType } = field;
  if (resolvedType instanceof protobuf.Enum) return enumFrom(resolvedType, json, path);
  if (resolvedType instanceof protobuf.Type) return nestedFrom(resolvedType, json, path);
  switch (field.type) {
    case "string":
      if (typeof json !== "string") throw invalid(`${path} must be a string`);
      return json;
    case "bool":
      if (typeof json !== "boolean") throw invalid(`${path} must be true or false`);
      return json;
    case "bytes":
      return bytesFromJson(json);
    case "double":
    case "float":
      return doubleFromJson(json);
    default:
      return integerFromJson(json);
  }
}

function nestedFrom(type: protobuf.Type, json: unknown, path: string): unknown {
  if (type.fullName === ".google.protobuf.Timestamp" && typeof json === "string")
    return timestampFromJson(json);
  if (type.fullName === ".google.protobuf.Duration" && typeof json === "string")
    return durationFromJson(json);
  if (WRAPPER.test(type.fullName) && (typeof json !== "object" || json === null)) {
    const inner = type.fields.value;
    if (inner !== undefined) return { value: valueFrom(inner, json, path) };
  }
  return messageFrom(type, json, path);
}

function enumFrom(type: protobuf.Enum, json: unknown, path: string): string {
  if (type.fullName === NULL_VALUE && json === null) return "NULL_VALUE";
  const name = typeof json === "number" ? type.valuesById[json] : json;
  if (typeof name !== "string" || !Object.hasOwn(type.values, name)) {
    throw invalid(`${path}: ${JSON.stringify(json)} is not one of ${Object.keys(type.values).join(", ")}`);
  }
  return name;
}

/** The mapping also accepts the names of the .proto file. */
function camelCase(name: string): string {
  return name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
