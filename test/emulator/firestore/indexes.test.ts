// A query that production would refuse for want of an index is refused here too, and every query that has its index runs:
// asked with Google's own client, over a server that was started with a project's list.
import { type FirestoreServer, parseIndexes, startFirestoreServer } from "@ballast/local-firestore";
import { type CollectionReference, Firestore, type Query } from "@google-cloud/firestore";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const FILE = JSON.stringify({
  indexes: [
    {
      collectionGroup: "closed",
      queryScope: "COLLECTION",
      fields: [
        { fieldPath: "kind", order: "ASCENDING" },
        { fieldPath: "at", order: "DESCENDING" },
      ],
    },
  ],
  fieldOverrides: [
    { collectionGroup: "closed", fieldPath: "*", indexes: [] },
    {
      collectionGroup: "closed",
      fieldPath: "seq",
      indexes: [{ order: "ASCENDING", queryScope: "COLLECTION" }],
    },
    {
      collectionGroup: "closed",
      fieldPath: "map.inner",
      indexes: [{ order: "ASCENDING", queryScope: "COLLECTION_GROUP" }],
    },
    { collectionGroup: "open", fieldPath: "map", indexes: [] },
  ],
});

let server: FirestoreServer;
let db: Firestore;
beforeAll(async () => {
  server = await startFirestoreServer({ indexes: parseIndexes(FILE, "test.json") });
  db = new Firestore({ projectId: "demo-indexes", host: server.address, ssl: false });
});
afterAll(async () => {
  await db.terminate();
  await server.stop();
});

type Ask = (collection: CollectionReference) => Query;

const INDEXED: readonly (readonly [string, string, Ask])[] = [
  ["a whole collection", "closed", (c) => c.limit(1)],
  ["a field that has its index", "closed", (c) => c.orderBy("seq")],
  ["a range over it", "closed", (c) => c.where("seq", ">", 1)],
  ["equality and order by a composite one", "closed", (c) => c.where("kind", "==", 1).orderBy("at", "desc")],
  ["order by name", "closed", (c) => c.orderBy("__name__")],
  ["any field where nothing is taken away", "open", (c) => c.orderBy("any", "desc")],
  ["two equalities there", "open", (c) => c.where("a", "==", 1).where("b", "==", 2)],
  ["an element of an array there", "open", (c) => c.where("list", "array-contains", 1)],
];
const LACKING: readonly (readonly [string, string, Ask])[] = [
  ["a field whose index was taken away", "closed", (c) => c.orderBy("any")],
  ["equality with such a field", "closed", (c) => c.where("any", "==", 1)],
  ["the other direction", "closed", (c) => c.orderBy("seq", "desc")],
  ["the composite one's other direction", "closed", (c) => c.where("kind", "==", 1).orderBy("at")],
  ["a member of a map that was taken away", "open", (c) => c.where("map.inner", "==", 1)],
  ["a member whose index is for groups only", "closed", (c) => c.orderBy("map.inner")],
  ["equality and order without a composite one", "open", (c) => c.where("a", "==", 1).orderBy("b")],
];

describe("a query", () => {
  it.each(INDEXED)("runs by %s", async (_says, name, ask) => {
    await expect(ask(db.collection(name)).get()).resolves.toMatchObject({ empty: true });
  });

  it.each(LACKING)("is refused by %s", async (_says, name, ask) => {
    await expect(ask(db.collection(name)).get()).rejects.toMatchObject({
      code: 9,
      message: expect.stringContaining("requires an index"),
    });
  });

  it("over a group needs an index of that scope", async () => {
    await expect(db.collectionGroup("closed").orderBy("map.inner").get()).resolves.toBeDefined();
    await expect(db.collectionGroup("open").orderBy("any").get()).rejects.toMatchObject({ code: 9 });
  });
});

it("a file that lacks a list or is no JSON is refused with its name", () => {
  expect(() => parseIndexes('{"indexes":[]}', "a.json")).toThrow("a.json has no list fieldOverrides");
  expect(() => parseIndexes("{", "b.json")).toThrow(/^b\.json: /u);
});
