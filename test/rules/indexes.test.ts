// firestore.indexes.json: what is written with an expiry does expire in production, and packed series are not indexed
// sample by sample.
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { RETENTION_MS } from "#functions/app/documents/codec.ts";
import { COLLECTIONS } from "#functions/app/documents/stored-versions.ts";

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

it("packed NAV samples carry no index", () => {
  const packed = fieldOverrides.filter(
    ({ ttl, collectionGroup, fieldPath }) =>
      ttl !== true && collectionGroup === "navSeries" && fieldPath !== "schema",
  );
  expect(packed.map(({ fieldPath }) => fieldPath).sort()).toEqual(["atMs", "navUsd"]);
  expect(packed.flatMap(({ indexes }) => indexes)).toEqual([]);
});

it("a document's version carries no index, in whatever collection it stands", () => {
  const exempt = fieldOverrides.filter(({ fieldPath }) => fieldPath === "schema");
  expect(exempt.map(({ collectionGroup }) => collectionGroup).sort()).toEqual([...COLLECTIONS].sort());
  expect(exempt.flatMap(({ indexes }) => indexes)).toEqual([]);
});
