// firestore.indexes.json: what is written with an expiry does expire in production, and nothing is indexed that no query
// asks for. That every query has its index is checked wherever one runs: by the in-memory store and the local Firestore.
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { RETENTION_MS } from "#functions/app/documents/codec.ts";
import { COLLECTIONS } from "#functions/app/documents/stored-versions.ts";
import { recordings } from "#test/recorded/resume.ts";

interface FieldOverride {
  readonly collectionGroup: string;
  readonly fieldPath: string;
  readonly ttl?: boolean;
  readonly indexes: readonly unknown[];
}

const file = readFileSync(new URL("../../firestore.indexes.json", import.meta.url), "utf8");
const { fieldOverrides, indexes } = JSON.parse(file) as {
  fieldOverrides: readonly FieldOverride[];
  indexes: readonly unknown[];
};

it.each(["ASCENDING", "DESCENDING"])("the page's list of messages by status has its %s index", (order) => {
  expect(indexes).toContainEqual({
    collectionGroup: "outbox",
    queryScope: "COLLECTION",
    fields: [
      { fieldPath: "status", order: "ASCENDING" },
      { fieldPath: "createdAtMs", order },
    ],
  });
});

it("the page's history of trades has its index", () => {
  expect(fieldOverrides).toContainEqual({
    collectionGroup: "groups",
    fieldPath: "endedAtMs",
    indexes: [{ order: "DESCENDING", queryScope: "COLLECTION" }],
  });
});

it("every collection with a retention has a TTL policy on expireAt, and no other has", () => {
  const expiring = fieldOverrides.filter(({ ttl }) => ttl === true);
  expect(expiring.map(({ collectionGroup }) => collectionGroup).sort()).toEqual(
    Object.keys(RETENTION_MS).sort(),
  );
  for (const { fieldPath, indexes } of expiring) {
    expect(fieldPath).toBe("expireAt");
    expect(indexes).toEqual([]);
  }
});

/** Without exemptions a document has two entries a leaf, and one for each element of an array. */
const ENTRIES_OF_A_JOURNAL_ENTRY_UNEXEMPTED = 100;

it("no field is indexed that no query asks for, in whatever collection it stands", () => {
  const closed = fieldOverrides.filter(({ fieldPath }) => fieldPath === "*");
  expect(closed.map(({ collectionGroup }) => collectionGroup).sort()).toEqual([...COLLECTIONS].sort());
  expect(closed.flatMap(({ indexes }) => indexes)).toEqual([]);
});

/** Entries of single-field indexes that the file leaves for a document: leaves of maps inherit from their map, then `*`. */
function entriesOf(collectionGroup: string, data: Readonly<Record<string, unknown>>): number {
  const said = (path: string) =>
    fieldOverrides.find((each) => each.collectionGroup === collectionGroup && each.fieldPath === path);
  return leavesOf(data, "").reduce((sum, { path, count }) => {
    const parts = path.split(".");
    const wanted = [...parts.map((_part, left) => parts.slice(0, parts.length - left).join(".")), "*"];
    const own = wanted.flatMap((each) => said(each) ?? [])[0];
    return sum + (own === undefined ? count : own.indexes.length);
  }, 0);
}

function leavesOf(value: unknown, path: string): readonly { path: string; count: number }[] {
  if (Array.isArray(value)) return [{ path, count: value.length }];
  if (typeof value !== "object" || value === null || value instanceof Date) return [{ path, count: 2 }];
  return Object.entries(value).flatMap(([name, member]) =>
    leavesOf(member, path === "" ? name : `${path}.${name}`),
  );
}

it("a stored document has at most three index entries, by the documents of a recorded release", () => {
  const documents = recordings().flatMap((recording) => recording.documents);
  let most = 0;
  let mostUnexempted = 0;
  for (const { path, data } of documents) {
    const collection = path.split("/").at(-2) ?? "";
    most = Math.max(most, entriesOf(collection, data as Readonly<Record<string, unknown>>));
    if (collection === "journal")
      mostUnexempted = Math.max(
        mostUnexempted,
        entriesOf("unknown", data as Readonly<Record<string, unknown>>),
      );
  }
  expect(mostUnexempted).toBeGreaterThan(ENTRIES_OF_A_JOURNAL_ENTRY_UNEXEMPTED);
  expect(most).toBeLessThanOrEqual(3);
});
