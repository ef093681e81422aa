// Guards stored shapes: every document that an earlier release left comes through the steps and the schemas of this one
// without losing a field, and the journal still folds to the books; with the versions of this release, and with a
// simulated next one whose steps really move something.
// Proves: app/documents/versioned-documents.ts, domain/documents/versions.ts
import { describe, expect, it } from "vitest";
import { decode, presentRelease, versionedDocuments } from "#app/documents";
import { DOCUMENT_KINDS, type DocumentKind, kindOf } from "#domain/documents/kinds.ts";
import { KNOWLEDGE, stampOf } from "#domain/documents/versions.ts";
import type { DocumentData, DocumentPort, DocumentSnapshot } from "#ports/documents.ts";
import { schemaOfPath } from "#schemas/documents.ts";
import { reconcileRecordSchema, watchdogRecordSchema } from "#schemas/watchdog.ts";
import { NEXT_KINDS, NEXT_RELEASE, presentOf } from "#test/simulation/releases/next-release.ts";
import { createMemoryDocuments } from "#test/support/memory/documents.ts";
import { type Recording, storedOf } from "./dump.ts";
import { recordings, YOUNGER_KINDS } from "./resume.ts";

const RECORDINGS = recordings();
/** Messages have versions too, and no path. */
const STORED_KINDS = DOCUMENT_KINDS.filter((kind) => !kind.endsWith("Message"));
const RELEASES = [
  ["this release", presentRelease("new")],
  ["the simulated next release", NEXT_RELEASE],
] as const;

function restored({ documents, atMs }: Recording) {
  const store = createMemoryDocuments({ nowMs: () => atMs, sleep: () => Promise.resolve() });
  for (const { path, data } of documents) store.seed(path, storedOf(data) as DocumentData);
  return store;
}

async function readAll(port: DocumentPort, paths: readonly string[], kind: DocumentKind | null) {
  return await port.getAll(paths.filter((path) => kind === null || kindOf(path) === kind));
}

/** Counts of failed deliveries are the only documents without a schema. */
function schemaFor(path: string) {
  if (path.endsWith("/telemetry/watchdog")) return watchdogRecordSchema;
  if (path.endsWith("/telemetry/reconcile")) return reconcileRecordSchema;
  return kindOf(path) === "delivery" ? null : schemaOfPath(path);
}

function withoutStoreFields({ expireAt: _ttl, storedAt: _at, schema: _stamp, ...own }: DocumentData) {
  return own;
}

/** A step adds; what it does not name is as it was left. Images of a journal entry have steps of their own. */
function expectNothingLost(kind: DocumentKind, before: DocumentData, after: DocumentData): void {
  const [left, found] = [withoutStoreFields(before), withoutStoreFields(after)];
  expect(found).toMatchObject(left);
  if (KNOWLEDGE[kind].length === 0 && kind !== "journal") expect(found).toEqual(left);
}

const RECORDED_KINDS = STORED_KINDS.filter((kind) => !YOUNGER_KINDS.has(kind));

describe.each(RELEASES)("recorded documents as %s reads them", (_says, release) => {
  it.each(RECORDED_KINDS)("come through without losing a field: %s", async (kind) => {
    let count = 0;
    for (const recording of RECORDINGS) {
      const store = restored(recording);
      const paths = recording.documents.map(({ path }) => path);
      const before = await readAll(store, paths, kind);
      const after = await readAll(versionedDocuments(store, release), paths, kind);
      for (const [place, snapshot] of after.entries()) {
        count += 1;
        expect(snapshot.newer).toBeUndefined();
        expect(snapshot.data).not.toBeNull();
        const present = presentOf(snapshot);
        expectNothingLost(kind, before[place]?.data ?? {}, present.data ?? {});
        const schema = schemaFor(snapshot.path);
        if (schema !== null) expect(decode(schema as never, present)).not.toBeNull();
      }
    }
    expect(count).toBeGreaterThan(0);
  });

  it("fold from the journal to the books", async () => {
    for (const recording of RECORDINGS) {
      const port = versionedDocuments(restored(recording), release);
      const paths = recording.documents.map(({ path }) => path);
      const entries = await readAll(port, paths, "journal");
      const images = entries
        .toSorted((a, b) => Number(a.data?.seq) - Number(b.data?.seq))
        .map(({ data }) => data?.images as Readonly<Record<string, DocumentData>>);
      const folded: Readonly<Record<string, DocumentData>> = Object.assign({}, ...images);
      const books = [...(await readAll(port, paths, "order")), ...(await readAll(port, paths, "group"))];
      expect(books.length).toBeGreaterThan(0);
      for (const { path, data } of books) expect(folded[path]).toEqual(withoutStoreFields(data ?? {}));
    }
  });
});

describe("the simulated next release", () => {
  it("moves a field of the recorded documents, so that its steps are more than none", async () => {
    const moved = new Set<DocumentKind>();
    for (const recording of RECORDINGS) {
      const port = versionedDocuments(restored(recording), NEXT_RELEASE);
      for (const snapshot of await readAll(
        port,
        recording.documents.map(({ path }) => path),
        null,
      )) {
        const kind = kindOf(snapshot.path);
        if (kind !== null && isMoved(snapshot)) moved.add(kind);
      }
    }
    expect([...moved].sort()).toEqual([...NEXT_KINDS].sort());
    for (const kind of NEXT_KINDS)
      expect(stampOf(NEXT_RELEASE.knowledge, kind).version).toBe(stampOf(KNOWLEDGE, kind).version + 1);
  });
});

function isMoved({ data }: DocumentSnapshot): boolean {
  return typeof data?.next === "object";
}
