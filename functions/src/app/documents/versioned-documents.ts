// Documents in the shapes that this release knows, whatever release stored them: older shapes are led to the present one
// in memory, newer ones are marked and left alone, and a document that is written whole carries its version. Must not
// throw for a document that it reads: one of several must not keep the others from their reader.
import { type DocumentKind, kindOf } from "#domain/documents/kinds.ts";
import {
  KNOWLEDGE,
  type Knowledge,
  PATCHED_FIELDS,
  stampIn,
  stampOf,
  upgraded,
} from "#domain/documents/versions.ts";
import type {
  DocumentData,
  DocumentPort,
  DocumentSnapshot,
  DocumentWrite,
  NewerShape,
} from "#ports/documents.ts";
import { STORE_FIELDS } from "./codec.ts";

/**
 * Which documents get a stamp: `all`, or only those of a version above 1. Release 0.1.0 refuses a document with a stamp,
 * so its instances have to be gone before a project goes over to `all` (docs/runbooks/rollout.md).
 */
export type Stamps = "new" | "all";

export interface Release {
  readonly knowledge: Knowledge;
  readonly stamps: Stamps;
}

/** This release. */
export function presentRelease(stamps: Stamps): Release {
  return { knowledge: KNOWLEDGE, stamps };
}

export function versionedDocuments(documents: DocumentPort, release: Release): DocumentPort {
  const read = (snapshots: readonly DocumentSnapshot[]) => snapshots.map((each) => known(release, each));
  return {
    getAll: (paths) => documents.getAll(paths).then(read),
    query: (query) => documents.query(query).then(read),
    commit: (writes) => documents.commit(writes.map((write) => stamped(release, write))),
  };
}

function known({ knowledge }: Release, snapshot: DocumentSnapshot): DocumentSnapshot {
  const { path, data } = snapshot;
  const kind = kindOf(path);
  if (data === null || kind === null) return snapshot;
  const newer = newerThan(knowledge, kind, data);
  if (newer !== null) return { ...snapshot, newer };
  const { version } = stampIn(data);
  const isPresent = kind !== "journal" && version === stampOf(knowledge, kind).version;
  return isPresent ? snapshot : led(knowledge, kind, snapshot, data);
}

/** A step that a document stops is that document's fault, and said where the document is decoded. */
function led(
  knowledge: Knowledge,
  kind: DocumentKind,
  snapshot: DocumentSnapshot,
  data: DocumentData,
): DocumentSnapshot {
  try {
    if (kind === "journal") return withImages(knowledge, snapshot, data);
    return { ...snapshot, data: shapedAs(knowledge, kind, snapshot.path, data), isLed: true };
  } catch (error) {
    const { version } = stampIn(data);
    const reason = error instanceof Error ? error.message : String(error);
    return { ...snapshot, fault: `it could not be led on from version ${version}: ${reason}` };
  }
}

/** A document's own fields in their newest shape; those that only the store knows stay as they are. */
function shapedAs(knowledge: Knowledge, kind: DocumentKind, path: string, data: DocumentData): DocumentData {
  const fields = Object.entries(data);
  const own = Object.fromEntries(fields.filter(([name]) => !STORE_FIELDS.has(name)));
  const kept = Object.fromEntries(fields.filter(([name]) => STORE_FIELDS.has(name)));
  const shape = upgraded(knowledge, kind, { version: stampIn(data).version, path, shape: own });
  return { ...(shape as DocumentData), ...kept };
}

/** A journal entry holds documents: each image has a kind and a stamp of its own, and is read without the stamp. */
function withImages(knowledge: Knowledge, snapshot: DocumentSnapshot, data: DocumentData): DocumentSnapshot {
  const images = imagesIn(data);
  const newer = Object.entries(images).flatMap(([path, image]) => {
    const kind = kindOf(path);
    return kind === null ? [] : (newerThan(knowledge, kind, image) ?? []);
  });
  if (newer[0] !== undefined) return { ...snapshot, newer: newer[0] };
  const read = Object.entries(images).map(([path, image]) => {
    const kind = kindOf(path);
    const { schema: _stamp, ...shape } = kind === null ? image : shapedAs(knowledge, kind, path, image);
    return [path, shape] as const;
  });
  return { ...snapshot, data: { ...data, images: Object.fromEntries(read) } };
}

function imagesIn(data: DocumentData): Readonly<Record<string, DocumentData>> {
  return (data.images ?? {}) as Readonly<Record<string, DocumentData>>;
}

function newerThan(knowledge: Knowledge, kind: DocumentKind, data: DocumentData): NewerShape | null {
  const { version: found, since } = stampIn(data);
  const { version: knownVersion } = stampOf(knowledge, kind);
  return found > knownVersion ? { found, known: knownVersion, since } : null;
}

function stamped(release: Release, write: DocumentWrite): DocumentWrite {
  if (write.op === "delete") return write;
  const kind = kindOf(write.path);
  if (kind === null) return write;
  if (write.op === "update") {
    refuseOtherPatches(kind, write.changes);
    return write;
  }
  return { ...write, data: stampedAs(release, write.path, write.data) };
}

/** Data in the release's own shape as it is stored: with its stamp, and so have its images. */
export function stampedAs(release: Release, path: string, data: DocumentData): DocumentData {
  const kind = kindOf(path);
  if (kind === null) return data;
  return withStamp(release, kind, kind === "journal" ? stampedImages(release, data) : data);
}

function stampedImages(release: Release, data: DocumentData): DocumentData {
  const images = Object.entries(imagesIn(data)).map(([path, image]) => {
    const kind = kindOf(path);
    return [path, kind === null ? image : withStamp(release, kind, image)] as const;
  });
  return { ...data, images: Object.fromEntries(images) };
}

function withStamp({ knowledge, stamps }: Release, kind: DocumentKind, data: DocumentData): DocumentData {
  const stamp = stampOf(knowledge, kind);
  return stamp.version === 1 && stamps === "new" ? data : { ...data, schema: { ...stamp } };
}

/** A change in place is made without reading: only fields that no step may touch are open to it. */
function refuseOtherPatches(kind: DocumentKind, changes: Readonly<Record<string, unknown>>): void {
  const open = PATCHED_FIELDS[kind] ?? [];
  const closed = Object.keys(changes).filter((field) => !open.includes(field.split(".")[0] ?? ""));
  if (closed.length > 0)
    throw new RangeError(
      `${closed.join(", ")} of a ${kind} cannot be changed in place: list it in PATCHED_FIELDS (domain/documents/versions.ts)`,
    );
}
