// What a document may hold, checked and copied before anything is sent: Firestore's own limits, so that the
// in-memory store and the real one refuse the same data. Must not talk to Firestore.
import type { DocumentData, DocumentValue } from "#ports/documents.ts";

/** Firestore's limit on one document: 1 MiB. */
const MAX_DOCUMENT_BYTES = 1_048_576;
/** Firestore's limit on nested maps and arrays. */
const MAX_DEPTH = 20;
/** Firestore keeps field names of this form to itself. */
const RESERVED_FIELD = /^__.*__$/;

/** Data that Firestore would refuse. The message names the field and what is wrong with it; a fault of the caller. */
export class InvalidDocumentError extends TypeError {
  constructor(message: string) {
    super(message);
    this.name = "InvalidDocumentError";
  }
}

/**
 * A deep-frozen copy of `data`. Throws InvalidDocumentError for `undefined`, non-finite numbers, arrays in arrays,
 * class instances other than Date, reserved or empty field names, more than 20 levels, more than 1 MiB.
 */
export function frozenDocument(path: string, data: DocumentData): DocumentData {
  const budget = { bytes: path.length + 32 };
  const copy = copyMap(data, path, 0, budget);
  if (budget.bytes > MAX_DOCUMENT_BYTES) {
    throw new InvalidDocumentError(
      `${path} is about ${budget.bytes} bytes, over Firestore's ${MAX_DOCUMENT_BYTES}`,
    );
  }
  return copy;
}

/** The same check for one field's value; `where` names it in the error. */
export function frozenValue(where: string, value: DocumentValue): DocumentValue {
  return copyValue(value, where, 0, { bytes: 0 });
}

interface Budget {
  bytes: number;
}

function copyValue(value: unknown, where: string, depth: number, budget: Budget): DocumentValue {
  if (depth > MAX_DEPTH) throw new InvalidDocumentError(`${where} is nested deeper than ${MAX_DEPTH} levels`);
  if (value === null || typeof value === "boolean") {
    budget.bytes += 1;
    return value;
  }
  if (typeof value === "string") {
    budget.bytes += Buffer.byteLength(value) + 1;
    return value;
  }
  if (typeof value === "number") {
    if (!Number.isFinite(value)) throw new InvalidDocumentError(`${where} is ${value}, not a finite number`);
    budget.bytes += 8;
    return value;
  }
  if (value instanceof Date) {
    if (Number.isNaN(value.getTime())) throw new InvalidDocumentError(`${where} is not a valid date`);
    budget.bytes += 8;
    return Object.freeze(new Date(value.getTime()));
  }
  if (Array.isArray(value)) {
    return Object.freeze(
      value.map((item: unknown, index) => {
        if (Array.isArray(item)) throw new InvalidDocumentError(`${where}[${index}] is an array in an array`);
        return copyValue(item, `${where}[${index}]`, depth + 1, budget);
      }),
    );
  }
  if (isPlainObject(value)) return copyMap(value, where, depth + 1, budget);
  throw new InvalidDocumentError(`${where} is ${describe(value)}, which a document cannot hold`);
}

function copyMap(
  map: Readonly<Record<string, unknown>>,
  where: string,
  depth: number,
  budget: Budget,
): DocumentData {
  const copy: Record<string, DocumentValue> = {};
  for (const [field, value] of Object.entries(map)) {
    if (field === "" || RESERVED_FIELD.test(field)) {
      throw new InvalidDocumentError(
        `${where} has the field name ${JSON.stringify(field)}, which is reserved`,
      );
    }
    budget.bytes += Buffer.byteLength(field) + 1;
    copy[field] = copyValue(value, `${where} ${field}`, depth, budget);
  }
  return Object.freeze(copy);
}

function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function describe(value: unknown): string {
  if (typeof value === "object" && value !== null) return `a ${value.constructor?.name ?? "foreign"} object`;
  return typeof value === "undefined" ? "undefined" : `a ${typeof value}`;
}
