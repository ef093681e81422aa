// One line of JSON per commit, and per document in a snapshot. Values are the protocol's JSON with bytes as base64
// and the doubles JSON lacks as text; reading goes through the same checks as a write.
import type { LineFormat } from "@ballast/local-serving/append-log.ts";
import type { StoredDocument } from "../document.ts";
import { checkedDocumentBytes } from "../size.ts";
import { canonicalFields, type Fields, type RawFields, type Value } from "../value.ts";

/** name, createMicros, updateMicros, fields */
type DocumentLine = readonly [string, number, number, unknown];

export type LogRecord =
  | { readonly kind: "commit"; readonly atMicros: number; readonly changes: readonly LoggedChange[] }
  | { readonly kind: "clear"; readonly atMicros: number; readonly root: string };

interface LoggedChange {
  readonly name: string;
  readonly after: StoredDocument | null;
}

function jsonValue(value: Value): unknown {
  if ("bytesValue" in value) return { bytesValue: value.bytesValue.toString("base64") };
  if ("doubleValue" in value) {
    const { doubleValue } = value;
    return Number.isFinite(doubleValue) && !Object.is(doubleValue, -0)
      ? value
      : { doubleValue: doubleText(doubleValue) };
  }
  if ("mapValue" in value) return { mapValue: { fields: jsonFields(value.mapValue.fields) } };
  if ("arrayValue" in value) return { arrayValue: { values: value.arrayValue.values.map(jsonValue) } };
  return value;
}

const doubleText = (value: number): string => (Object.is(value, -0) ? "-0" : String(value));

function jsonFields(fields: Fields): Record<string, unknown> {
  const json: Record<string, unknown> = {};
  for (const key of Object.keys(fields)) {
    const value = fields[key];
    if (value !== undefined) json[key] = jsonValue(value);
  }
  return json;
}

const documentLine = (document: StoredDocument): DocumentLine => [
  document.name,
  document.createMicros,
  document.updateMicros,
  jsonFields(document.fields),
];

function documentOf(line: DocumentLine): StoredDocument {
  const [name, createMicros, updateMicros, json] = line;
  const fields = canonicalFields(json as RawFields);
  return { name, createMicros, updateMicros, fields, sizeBytes: checkedDocumentBytes(name, fields) };
}

export function encodeDocument(document: StoredDocument): string {
  return JSON.stringify(documentLine(document));
}

export function decodeDocument(line: string): StoredDocument {
  return documentOf(JSON.parse(line) as DocumentLine);
}

function encodeRecord(record: LogRecord): string {
  if (record.kind === "clear") return JSON.stringify({ at: record.atMicros, clear: record.root });
  const { atMicros, changes } = record;
  const set = changes.flatMap(({ after }) => (after === null ? [] : [documentLine(after)]));
  const gone = changes.flatMap(({ name, after }) => (after === null ? [name] : []));
  return JSON.stringify({ at: atMicros, set, gone });
}

/** Throws when the line is not a whole record. */
function decodeRecord(line: string): LogRecord {
  const json = JSON.parse(line) as { at: number; clear?: string; set?: DocumentLine[]; gone?: string[] };
  if (typeof json.at !== "number") throw new Error("a log record has no commit time");
  if (json.clear !== undefined) return { kind: "clear", atMicros: json.at, root: json.clear };
  const set = (json.set ?? []).map((entry) => {
    const after = documentOf(entry);
    return { name: after.name, after };
  });
  const gone = (json.gone ?? []).map((name) => ({ name, after: null }));
  return { kind: "commit", atMicros: json.at, changes: [...set, ...gone] };
}

export const RECORDS: LineFormat<LogRecord> = { encode: encodeRecord, decode: decodeRecord };
