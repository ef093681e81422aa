// TypeScript shapes of the google.firestore.v1 messages the engine reads, as proto-loader decodes them (camelCase,
// int64 as string, enums as names, absent fields absent). Everything optional: transports do not validate.
import type { RawTimestamp } from "./timestamp.ts";
import type { RawFields, RawValue, Value } from "./value.ts";

export interface RawDocument {
  readonly name?: string;
  readonly fields?: RawFields | null;
}

export interface DocumentMask {
  readonly fieldPaths?: readonly string[];
}

export interface Precondition {
  readonly exists?: boolean;
  readonly updateTime?: RawTimestamp | null;
}

export interface FieldTransform {
  readonly fieldPath?: string;
  readonly setToServerValue?: string | number;
  readonly increment?: RawValue | null;
  readonly maximum?: RawValue | null;
  readonly minimum?: RawValue | null;
  readonly appendMissingElements?: { readonly values?: readonly RawValue[] } | null;
  readonly removeAllFromArray?: { readonly values?: readonly RawValue[] } | null;
}

export interface Write {
  readonly update?: RawDocument | null;
  readonly delete?: string;
  /** Only web SDKs send it: checks `currentDocument` and writes nothing. */
  readonly verify?: string;
  readonly transform?: {
    readonly document?: string;
    readonly fieldTransforms?: readonly FieldTransform[];
  } | null;
  readonly updateMask?: DocumentMask | null;
  readonly updateTransforms?: readonly FieldTransform[];
  readonly currentDocument?: Precondition | null;
}

interface FieldReference {
  readonly fieldPath?: string;
}

export interface Filter {
  readonly compositeFilter?: { readonly op?: string; readonly filters?: readonly Filter[] } | null;
  readonly fieldFilter?: {
    readonly field?: FieldReference | null;
    readonly op?: string;
    readonly value?: RawValue | null;
  } | null;
  readonly unaryFilter?: { readonly op?: string; readonly field?: FieldReference | null } | null;
}

export interface Cursor {
  readonly values?: readonly RawValue[];
  readonly before?: boolean;
}

export interface StructuredQuery {
  readonly select?: { readonly fields?: readonly FieldReference[] } | null;
  readonly from?: readonly { readonly collectionId?: string; readonly allDescendants?: boolean }[];
  readonly where?: Filter | null;
  readonly orderBy?: readonly { readonly field?: FieldReference | null; readonly direction?: string }[];
  readonly startAt?: Cursor | null;
  readonly endAt?: Cursor | null;
  readonly offset?: number;
  /** google.protobuf.Int32Value; a bare number is what JSON transports may send. */
  readonly limit?: { readonly value?: number } | number | null;
  readonly findNearest?: unknown;
}

export interface Aggregation {
  readonly alias?: string;
  readonly count?: { readonly upTo?: { readonly value?: string | number } | string | number | null } | null;
  readonly sum?: { readonly field?: FieldReference | null } | null;
  readonly avg?: { readonly field?: FieldReference | null } | null;
}

export interface TransactionOptions {
  readonly readOnly?: { readonly readTime?: RawTimestamp | null } | null;
  readonly readWrite?: { readonly retryTransaction?: Uint8Array | string | null } | null;
}

/** What reads have in common: at most one of the three is set. */
export interface ConsistencySelector {
  readonly transaction?: Uint8Array | string | null;
  readonly newTransaction?: TransactionOptions | null;
  readonly readTime?: RawTimestamp | null;
}

export interface Target {
  readonly query?: { readonly parent?: string; readonly structuredQuery?: StructuredQuery | null } | null;
  readonly documents?: { readonly documents?: readonly string[] } | null;
  readonly resumeToken?: Uint8Array | string | null;
  readonly readTime?: RawTimestamp | null;
  readonly targetId?: number;
  readonly once?: boolean;
}

export interface WriteResult {
  readonly updateTime?: RawTimestamp;
  readonly transformResults?: readonly Value[];
}
