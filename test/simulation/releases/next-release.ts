// A made-up next release: the present code over documents of one version more. Each of its kinds keeps a field at another
// place and a count of its writes that cannot be computed back, so that a step really moves something and a field that an
// older instance drops is really gone.
import { type Release, versionedDocuments } from "#app/documents";
import { type DocumentKind, kindOf } from "#domain/documents/kinds.ts";
import { KNOWLEDGE, type Shape, stampOf } from "#domain/documents/versions.ts";
import type { DocumentData, DocumentPort, DocumentSnapshot, DocumentWrite } from "#ports/documents.ts";

/** Field of the present shape, by kind, that the next one keeps in `next.moved`. None of them is queried or patched. */
const MOVED: Readonly<Partial<Record<DocumentKind, string>>> = {
  control: "dailyLossDay",
  order: "exitReason",
  group: "exitReason",
  nav: "unexplained",
  config: "workingLimitMs",
  command: "reason",
  intent: "basis",
  receipt: "source",
  hook: "maxSignalAgeMs",
};

export const NEXT_KINDS = Object.keys(MOVED) as readonly DocumentKind[];

const SINCE = "99.0.0";

export const NEXT_RELEASE: Release = {
  stamps: "new",
  knowledge: {
    ...KNOWLEDGE,
    ...Object.fromEntries(
      NEXT_KINDS.map((kind) => [
        kind,
        [...KNOWLEDGE[kind], { since: SINCE, up: (shape: Shape) => movedIn(kind, shape, 0) }],
      ]),
    ),
  },
};

/** Counts of writes by path: of the whole deployment, for a run. */
export type WriteCounts = Map<string, number>;

function movedIn(kind: DocumentKind, shape: Shape, writes: number): Shape {
  const field = MOVED[kind] ?? "";
  const { [field]: moved, ...rest } = shape;
  return { ...rest, next: field in shape ? { writes, moved } : { writes } };
}

/** A stored document as the present code has it, and stamps it, whatever release wrote it; images of a journal entry as well. */
export function presentData(path: string, data: DocumentData): DocumentData {
  const kind = kindOf(path);
  if (kind === "journal") return { ...data, images: eachImage(data, presentData) };
  const field = kind === null ? undefined : MOVED[kind];
  if (kind === null || field === undefined || typeof data.next !== "object") return data;
  const { next, ...rest } = data;
  const { moved } = next as DocumentData;
  const present = { ...rest, schema: { ...stampOf(KNOWLEDGE, kind) } };
  return moved === undefined ? present : { ...present, [field]: moved };
}

export function presentOf(snapshot: DocumentSnapshot): DocumentSnapshot {
  const { path, data } = snapshot;
  return data === null ? snapshot : { ...snapshot, data: presentData(path, data) };
}

/** The document port of an instance of the next release. */
export function nextDocuments(port: DocumentPort, counts: WriteCounts): DocumentPort {
  const versioned = versionedDocuments(port, NEXT_RELEASE);
  return {
    getAll: async (paths) => (await versioned.getAll(paths)).map(presentOf),
    query: async (query) => (await versioned.query(query)).map(presentOf),
    commit: (writes) => versioned.commit(nextWrites(writes, counts)),
  };
}

function nextWrites(writes: readonly DocumentWrite[], counts: WriteCounts): readonly DocumentWrite[] {
  for (const { op, path } of writes)
    if (op === "set" || op === "create") counts.set(path, (counts.get(path) ?? 0) + 1);
  const moved = (path: string, data: DocumentData): DocumentData => {
    const kind = kindOf(path);
    if (kind === "journal") return { ...data, images: eachImage(data, moved) };
    if (kind === null || MOVED[kind] === undefined) return data;
    return movedIn(kind, data, counts.get(path) ?? 0) as DocumentData;
  };
  return writes.map((write) =>
    write.op === "set" || write.op === "create" ? { ...write, data: moved(write.path, write.data) } : write,
  );
}

function eachImage(
  data: DocumentData,
  change: (path: string, image: DocumentData) => DocumentData,
): DocumentData {
  const images = (data.images ?? {}) as Readonly<Record<string, DocumentData>>;
  return Object.fromEntries(Object.entries(images).map(([path, image]) => [path, change(path, image)]));
}
