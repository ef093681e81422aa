// Turns a REST call's query string (`mask.fieldPaths=a&currentDocument.exists=true`) into proto3 JSON of the
// request's type.
import protobuf from "protobufjs";
import { invalid } from "./well-known-json.ts";

/** Parameters of Google's HTTP layer that belong to no request message. */
const SYSTEM_PARAMETERS = new Set(["alt", "$alt", "key", "prettyPrint", "access_token", "fields", "zx", "t"]);

/** JSON of the fields that the query names. Throws RpcError INVALID_ARGUMENT for a name the type lacks. */
export function queryToJson(type: protobuf.Type, query: URLSearchParams): Record<string, unknown> {
  const json: Record<string, unknown> = {};
  for (const name of new Set(query.keys())) {
    if (!SYSTEM_PARAMETERS.has(name)) place(type, name.split("."), query.getAll(name), json);
  }
  return json;
}

function place(
  type: protobuf.Type,
  [head = "", ...tail]: readonly string[],
  values: readonly string[],
  json: Record<string, unknown>,
): void {
  const field = Object.hasOwn(type.fields, head) ? type.fields[head] : undefined;
  if (field === undefined) throw invalid(`unknown query parameter "${head}"`);
  if (tail.length === 0) {
    const converted = values.map((value) => (field.type === "bool" ? boolFrom(head, value) : value));
    json[head] = field.repeated ? converted : converted.at(-1);
    return;
  }
  if (!(field.resolvedType instanceof protobuf.Type)) throw invalid(`"${head}" has no member "${tail[0]}"`);
  const nested = (json[head] ?? {}) as Record<string, unknown>;
  json[head] = nested;
  place(field.resolvedType, tail, values, nested);
}

function boolFrom(name: string, value: string): boolean {
  if (value !== "true" && value !== "false") throw invalid(`${name} must be true or false`);
  return value === "true";
}
