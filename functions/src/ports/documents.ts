// The document port: get several, commit a batch with preconditions, query. Small on purpose, so that Firestore and
// the in-memory store of the simulation can be held equal by one contract suite.

/** A value that documents hold. `Date` only for TTL fields and server times; money is decimal strings. */
export type DocumentValue =
  | string
  | number
  | boolean
  | null
  | Date
  | readonly DocumentValue[]
  | { readonly [field: string]: DocumentValue };

export type DocumentData = { readonly [field: string]: DocumentValue };

/** The commit time, `seconds.nanoseconds` in fixed width: equal exactly when the document was not written between,
 * and of two documents the one committed later has the greater text. */
export type DocumentVersion = string;

export interface DocumentSnapshot {
  readonly path: string;
  /** Null when the document does not exist. */
  readonly data: DocumentData | null;
  readonly version: DocumentVersion | null;
  /** Only on a document of a shape that this release does not know: `data` is then not to be read. */
  readonly newer?: NewerShape;
  /** Only on a document that an earlier release stored: `data` is its shape led to the present one, in memory alone. */
  readonly isLed?: true;
  /** Only on a document that could not be led to the present shape: why. `data` is then not to be read. */
  readonly fault?: string;
}

/** The version that a document has, the newest that this release knows, and the release that is needed to read it. */
export interface NewerShape {
  readonly found: number;
  readonly known: number;
  readonly since: string;
}

/** Field transforms, given as values of `merge` fields. */
export const SERVER_TIME = Symbol("SERVER_TIME");
export interface Increment {
  readonly incrementBy: number;
}
export type FieldChange = DocumentValue | typeof SERVER_TIME | Increment;

export type DocumentWrite =
  /** Fails the whole batch with `DocumentExistsError` when the document exists. */
  | { readonly op: "create"; readonly path: string; readonly data: DocumentData }
  /** Replaces; with `version` only if the document still has it, else `PreconditionFailedError`. */
  | {
      readonly op: "set";
      readonly path: string;
      readonly data: DocumentData;
      readonly version?: DocumentVersion;
    }
  /** Changes the named (dotted) fields of an existing document; `NotFoundError` when it does not exist. */
  | {
      readonly op: "update";
      readonly path: string;
      readonly changes: Readonly<Record<string, FieldChange>>;
      readonly version?: DocumentVersion;
    }
  | { readonly op: "delete"; readonly path: string; readonly version?: DocumentVersion };

export interface DocumentQuery {
  /** Collection path (`accounts/a/orders`), or the bare id with `allDescendants` for a collection group. */
  readonly collection: string;
  readonly allDescendants?: boolean;
  readonly where?: readonly {
    readonly field: string;
    readonly op: "==" | "<" | "<=" | ">" | ">=" | "in";
    readonly value: DocumentValue;
  }[];
  readonly orderBy?: { readonly field: string; readonly direction: "asc" | "desc" };
  /** Path of a document: those behind it by name. Only without `where`, `orderBy` and `allDescendants`. */
  readonly after?: string;
  /** A limit on everything: no query is unbounded. */
  readonly limit: number;
}

export interface DocumentPort {
  /** Snapshots in the order of `paths`; one round trip. */
  getAll(paths: readonly string[]): Promise<readonly DocumentSnapshot[]>;
  /** All or nothing; returns each written document's new version in the order of `writes` (null for a delete). */
  commit(writes: readonly DocumentWrite[]): Promise<readonly (DocumentVersion | null)[]>;
  query(query: DocumentQuery): Promise<readonly DocumentSnapshot[]>;
}

/** Base of what a store may answer; `path` names the document where the store says which. */
export abstract class DocumentError extends Error {
  readonly path: string | null;
  constructor(message: string, path: string | null, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
    this.path = path;
  }
}
export class DocumentExistsError extends DocumentError {}
export class DocumentNotFoundError extends DocumentError {}
export class PreconditionFailedError extends DocumentError {}
/** The store did not take the commit because of contention; nothing was written. */
export class DocumentConflictError extends DocumentError {}
/** The store refused the call itself: a fault of code, rights or size. Nothing was written. */
export class DocumentRefusedError extends DocumentError {}
/** The store was out of reach or silent: for a commit the outcome is unknown. */
export class DocumentUnavailableError extends DocumentError {}
