// A stored document: immutable, so that reads, listeners and history may share it without copying.
import { type FieldPath, maskFields, parseFieldPath } from "./field-path.ts";
import type { DocumentMask } from "./proto.ts";
import { type Timestamp, timestampFromMicros } from "./timestamp.ts";
import type { Fields } from "./value.ts";

export interface StoredDocument {
  readonly name: string;
  readonly fields: Fields;
  readonly createMicros: number;
  readonly updateMicros: number;
  /** Stored size as Firestore counts it, bytes: what a kept old version costs. */
  readonly sizeBytes: number;
}

/** google.firestore.v1.Document in proto-loader's shape. */
interface DocumentMessage extends Record<string, unknown> {
  readonly name: string;
  readonly fields: Fields;
  readonly createTime: Timestamp;
  readonly updateTime: Timestamp;
}

/** The paths of a mask, or undefined for "all fields". A mask that is there but empty selects none. */
export function maskPaths(mask: DocumentMask | null | undefined): readonly FieldPath[] | undefined {
  if (mask === null || mask === undefined) return undefined;
  return (mask.fieldPaths ?? []).map(parseFieldPath);
}

export function documentMessage(document: StoredDocument, paths?: readonly FieldPath[]): DocumentMessage {
  return {
    name: document.name,
    fields: paths === undefined ? document.fields : maskFields(document.fields, paths),
    createTime: timestampFromMicros(document.createMicros),
    updateTime: timestampFromMicros(document.updateMicros),
  };
}

/** One document's step from one state to the next; null is "does not exist". */
export interface DocumentChange {
  readonly name: string;
  readonly before: StoredDocument | null;
  readonly after: StoredDocument | null;
}
