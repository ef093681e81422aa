// Stored size of a document as Firestore bills and limits it (its "storage size calculations"): the 1 MiB limit
// hangs on this, not on the size of the message.
import { pathBelowRoot } from "./name.ts";
import { invalidArgument } from "./status.ts";
import type { Fields, Value } from "./value.ts";

/** Largest stored document, bytes (Firestore quota: 1 MiB). */
const MAX_DOCUMENT_BYTES = 1_048_576;
/** Largest commit, bytes (Firestore quota: 10 MiB a request). */
const MAX_COMMIT_BYTES = 10 * 1_048_576;
const NAME_OVERHEAD_BYTES = 16;
const DOCUMENT_OVERHEAD_BYTES = 32;
const FIXED_BYTES = 8;

const stringBytes = (text: string): number => Buffer.byteLength(text) + 1;

function nameBytes(name: string): number {
  let bytes = NAME_OVERHEAD_BYTES;
  for (const segment of pathBelowRoot(name).split("/")) bytes += stringBytes(segment);
  return bytes;
}

function fieldsBytes(fields: Fields): number {
  let bytes = 0;
  for (const key in fields) {
    const value = fields[key];
    if (value !== undefined) bytes += stringBytes(key) + valueBytes(value);
  }
  return bytes;
}

function valueBytes(value: Value): number {
  if ("stringValue" in value) return stringBytes(value.stringValue);
  if ("mapValue" in value) return fieldsBytes(value.mapValue.fields);
  if ("arrayValue" in value) return value.arrayValue.values.reduce((sum, item) => sum + valueBytes(item), 0);
  if ("bytesValue" in value) return value.bytesValue.length;
  if ("referenceValue" in value) return nameBytes(value.referenceValue);
  if ("geoPointValue" in value) return 2 * FIXED_BYTES;
  return "booleanValue" in value || "nullValue" in value ? 1 : FIXED_BYTES;
}

/** Stored bytes of a document. Throws INVALID_ARGUMENT when it is over the 1 MiB limit. */
export function checkedDocumentBytes(name: string, fields: Fields): number {
  const bytes = nameBytes(name) + fieldsBytes(fields) + DOCUMENT_OVERHEAD_BYTES;
  if (bytes > MAX_DOCUMENT_BYTES) {
    throw invalidArgument(
      `Document '${name}' cannot be written because its size (${bytes.toLocaleString("en-US")} bytes) exceeds the ` +
        `maximum allowed size of ${MAX_DOCUMENT_BYTES.toLocaleString("en-US")} bytes.`,
    );
  }
  return bytes;
}

/** Throws INVALID_ARGUMENT when the documents of one commit are together over the 10 MiB limit. */
export function checkCommitBytes(bytes: number): void {
  if (bytes <= MAX_COMMIT_BYTES) return;
  throw invalidArgument(
    `Transaction too big. Decrease transaction size. (${bytes} bytes, at most ${MAX_COMMIT_BYTES})`,
  );
}
