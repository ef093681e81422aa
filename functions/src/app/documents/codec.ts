// Between documents and domain shapes. Reading fails closed: a document that its schema refuses is an error with the
// path and every fault. Store-only fields (TTL, server times) are set and removed here.
import type { z } from "zod";
import type { DocumentData, DocumentSnapshot, NewerShape } from "#ports/documents.ts";
import { readOnce } from "./read-once.ts";

const SECOND_MS = 1_000;
const DAY_MS = 24 * 3_600_000;
/** How long growing collections are kept, by what reads them: the tax year and its audit need the books longest. */
export const RETENTION_MS = {
  receipts: 90 * DAY_MS,
  intents: 30 * DAY_MS,
  orders: 730 * DAY_MS,
  groups: 730 * DAY_MS,
  journal: 730 * DAY_MS,
  commands: 730 * DAY_MS,
  alerts: 90 * DAY_MS,
  /** Less than alerts: an alert that may be raised anew must not meet the message of the old one. */
  outbox: 30 * DAY_MS,
  navSeries: 730 * DAY_MS,
  quarantine: 30 * DAY_MS,
  deadLetters: 90 * DAY_MS,
  deliveries: 2 * DAY_MS,
} as const;

/** Fields that only the store knows; no schema lists them. */
export const STORE_FIELDS: ReadonlySet<string> = new Set(["expireAt", "storedAt", "schema"]);

export class UnusableDocumentError extends Error {
  readonly path: string;
  constructor(path: string, faults: string) {
    super(`Document ${path} is unusable: ${faults}`);
    this.name = "UnusableDocumentError";
    this.path = path;
  }
}

/**
 * A document of a shape that only a later release knows. It is neither unusable nor an answer of the store: handlers of
 * those let it through, so that an instance of the later release takes the work.
 */
export class NewerDocumentError extends Error {
  readonly path: string;
  readonly newer: NewerShape;
  constructor(path: string, newer: NewerShape) {
    super(
      `Document ${path} is of version ${newer.found}, and this release knows version ${newer.known}: ` +
        `release ${newer.since} or later is needed`,
    );
    this.name = "NewerDocumentError";
    this.path = path;
    this.newer = newer;
  }
}

/** When a document was last written; null when there is none. Also of one whose shape is not known. */
export function committedAtMs({ version }: DocumentSnapshot): number | null {
  return version === null ? null : Math.floor(Number(version) * SECOND_MS);
}

/** Domain shape of a snapshot; null when there is no document. Throws UnusableDocumentError, NewerDocumentError. */
export function decode<T>(schema: z.ZodType<T>, snapshot: DocumentSnapshot): T | null {
  const { path, data, newer, fault } = snapshot;
  if (newer !== undefined) throw new NewerDocumentError(path, newer);
  if (fault !== undefined) throw new UnusableDocumentError(path, fault);
  return data === null ? null : readOnce(schema, data, () => parsed(schema, path, data));
}

function parsed<T>(schema: z.ZodType<T>, path: string, data: DocumentData): T {
  const fields = Object.fromEntries(Object.entries(data).filter(([name]) => !STORE_FIELDS.has(name)));
  const result = schema.safeParse(fields);
  if (result.success) return result.data;
  const faults = result.error.issues.map((issue) => `${issue.path.join(".") || "(root)"}: ${issue.message}`);
  throw new UnusableDocumentError(path, faults.join("; "));
}

/** Like `decode`, for a document without which nothing can be done. */
export function decodeRequired<T>(schema: z.ZodType<T>, snapshot: DocumentSnapshot): T {
  const value = decode(schema, snapshot);
  if (value === null) throw new UnusableDocumentError(snapshot.path, "it does not exist");
  return value;
}

/** A domain shape as document data. Domain shapes hold only JSON values, so this is a change of type alone. */
export function encode(value: object): DocumentData {
  return value as DocumentData;
}

/** With the TTL field that Firestore's policy reads: `expireAt`. */
export function encodeWithTtl(value: object, nowMs: number, keptMs: number): DocumentData {
  return { ...encode(value), expireAt: new Date(nowMs + keptMs) };
}
