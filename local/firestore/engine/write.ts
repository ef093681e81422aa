// Plans a list of writes over the stored documents. Pure: the plan changes no document. As at Google, a write
// of a commit sees the effect of the writes before it.
import { identicalFields } from "./compare.ts";
import type { DocumentChange, StoredDocument } from "./document.ts";
import { getField, parseWritablePath, withField } from "./field-path.ts";
import { documentName } from "./name.ts";
import { checkPrecondition } from "./precondition.ts";
import type { DocumentMask, FieldTransform, Write } from "./proto.ts";
import { checkedDocumentBytes } from "./size.ts";
import { invalidArgument, unimplemented } from "./status.ts";
import { applyTransform } from "./transform.ts";
import { canonicalFields, type Fields, type Value } from "./value.ts";

/** A write's effect on one document and what its WriteResult says. */
export interface PlannedWrite {
  readonly name: string;
  readonly before: StoredDocument | null;
  readonly after: StoredDocument | null;
  readonly transformResults: readonly Value[];
  /** Undefined after a delete. */
  readonly updateMicros: number | undefined;
  readonly verifyOnly: boolean;
}

/** The document a write is about. Throws INVALID_ARGUMENT when it names none. */
export function targetOf(write: Write): string {
  const name = write.update?.name ?? write.transform?.document ?? write.delete ?? write.verify;
  return documentName(name ?? undefined);
}

/** Plans the writes in order against `read`. Throws the RpcError of the first write that cannot be applied. */
export function planWrites(
  writes: readonly Write[],
  read: (name: string) => StoredDocument | null,
  commitMicros: number,
): PlannedWrite[] {
  if (writes.length === 1)
    return writes.map((write) => planWrite(write, read(targetOf(write)), commitMicros));
  const staged = new Map<string, StoredDocument | null>();
  return writes.map((write) => {
    const name = targetOf(write);
    const stored = staged.get(name);
    if (stored === null && write.currentDocument?.exists === true)
      throw invalidArgument(
        `Cannot update a document that the same request deletes or finds missing: ${name}`,
      );
    const planned = planWrite(write, stored === undefined ? read(name) : stored, commitMicros);
    staged.set(name, planned.after);
    return planned;
  });
}

/** The net change per document, leaving out writes that changed nothing. */
export function netChanges(planned: readonly PlannedWrite[]): DocumentChange[] {
  const changes = new Map<string, DocumentChange>();
  for (const { name, before, after } of planned) {
    const first = changes.get(name);
    changes.set(name, { name, before: first === undefined ? before : first.before, after });
  }
  return [...changes.values()].filter(({ before, after }) => before !== after);
}

function planWrite(write: Write, before: StoredDocument | null, commitMicros: number): PlannedWrite {
  const name = targetOf(write);
  checkPrecondition(write.currentDocument, name, before, write.verify !== undefined);
  if (write.delete !== undefined) {
    return { name, before, after: null, transformResults: [], updateMicros: undefined, verifyOnly: false };
  }
  if (write.verify !== undefined) {
    const updateMicros = before?.updateMicros;
    return { name, before, after: before, transformResults: [], updateMicros, verifyOnly: true };
  }
  const transforms = write.transform?.fieldTransforms ?? write.updateTransforms ?? [];
  const base = write.transform != null ? (before?.fields ?? {}) : updatedFields(write, before);
  const { fields, results } = transformed(base, transforms, commitMicros);
  const sizeBytes = checkedDocumentBytes(name, fields);
  const unchanged = before !== null && identicalFields(before.fields, fields);
  const after: StoredDocument = unchanged
    ? before
    : {
        name,
        fields,
        createMicros: before?.createMicros ?? commitMicros,
        updateMicros: commitMicros,
        sizeBytes,
      };
  return {
    name,
    before,
    after,
    transformResults: results,
    updateMicros: after.updateMicros,
    verifyOnly: false,
  };
}

function updatedFields(write: Write, before: StoredDocument | null): Fields {
  if (write.update == null) throw unimplemented(`Write operation ${Object.keys(write).join(", ")}`);
  const given = canonicalFields(write.update.fields);
  return write.updateMask == null ? given : merged(before?.fields ?? {}, given, write.updateMask);
}

/** Paths in the mask take the given value, or are deleted where none is given; all others stay. */
function merged(stored: Fields, given: Fields, mask: DocumentMask): Fields {
  const paths = (mask.fieldPaths ?? []).map(parseWritablePath);
  return paths.reduce((fields, path) => withField(fields, path, getField(given, path)), stored);
}

function transformed(
  base: Fields,
  transforms: readonly FieldTransform[],
  commitMicros: number,
): { fields: Fields; results: Value[] } {
  let fields = base;
  const results: Value[] = [];
  for (const transform of transforms) {
    if (transform.fieldPath === undefined) throw invalidArgument("A field transform names no field");
    const path = parseWritablePath(transform.fieldPath);
    const { value, result } = applyTransform(getField(fields, path), transform, commitMicros);
    fields = withField(fields, path, value);
    results.push(result);
  }
  return { fields, results };
}
