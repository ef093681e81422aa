// Queries: filters, order over mixed types, cursors, windows, groups, projections and aggregations.
import {
  AggregateField,
  FieldPath,
  FieldValue,
  Filter,
  GeoPoint,
  type Query,
  Timestamp,
} from "firebase-admin/firestore";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CODE, type Connection, codeOf, connect } from "./connect.ts";

let connection: Connection;
let cities: FirebaseFirestore.CollectionReference;
beforeAll(async () => {
  connection = await connect();
  const { db } = connection;
  cities = db.collection("cities");
  await Promise.all([
    cities.doc("la").set({ name: "LA", state: "CA", pop: 3.9, tags: ["coast", "film"], at: null }),
    cities.doc("sf").set({ name: "SF", state: "CA", pop: 0.86, tags: ["coast", "tech"], hilly: true }),
    cities.doc("dc").set({ name: "DC", state: null, pop: 0.68, tags: ["politics"], at: Number.NaN }),
    cities.doc("tok").set({ name: "Tokyo", state: "Kanto", pop: 9, tags: [{ kind: "capital" }] }),
    cities.doc("bj").set({ name: "Beijing", pop: 21, tags: [] }),
  ]);
  await db.doc("cities/la/landmarks/1").set({ name: "Griffith Park", age: 120 });
  await db.doc("cities/sf/landmarks/1").set({ name: "Golden Gate", age: 90 });
  await db.doc("other/x/landmarks/1").set({ name: "Elsewhere", age: 5 });
  await db.doc("landmarks/top").set({ name: "Top", age: 1 });
});
afterAll(() => connection.close());

const ids = async (query: Query): Promise<string[]> => (await query.get()).docs.map(({ id }) => id);

describe("filters", () => {
  it.each<[string, () => Query, string[]]>([
    ["==", () => cities.where("state", "==", "CA"), ["la", "sf"]],
    ["== null", () => cities.where("state", "==", null), ["dc"]],
    ["== NaN", () => cities.where("at", "==", Number.NaN), ["dc"]],
    ["!= leaves out null and missing", () => cities.where("state", "!=", "CA"), ["tok"]],
    ["!= null", () => cities.where("state", "!=", null), ["la", "sf", "tok"]],
    ["<", () => cities.where("pop", "<", 0.86), ["dc"]],
    ["<=", () => cities.where("pop", "<=", 0.86), ["dc", "sf"]],
    [">", () => cities.where("pop", ">", 9), ["bj"]],
    [">= compares integers with doubles", () => cities.where("pop", ">=", 9.0), ["tok", "bj"]],
    ["inequality stays within one type", () => cities.where("state", ">", ""), ["la", "sf", "tok"]],
    ["in", () => cities.where("name", "in", ["SF", "DC", "none"]), ["dc", "sf"]],
    ["not-in leaves out null and missing", () => cities.where("state", "not-in", ["CA"]), ["tok"]],
    ["array-contains", () => cities.where("tags", "array-contains", "coast"), ["la", "sf"]],
    ["array-contains a map", () => cities.where("tags", "array-contains", { kind: "capital" }), ["tok"]],
    [
      "array-contains-any",
      () => cities.where("tags", "array-contains-any", ["tech", "politics"]),
      ["dc", "sf"],
    ],
    ["two ranges on two fields", () => cities.where("pop", ">", 0.7).where("name", "<", "Q"), ["bj", "la"]],
    ["by document id", () => cities.where(FieldPath.documentId(), ">=", "sf"), ["sf", "tok"]],
    ["document id in", () => cities.where(FieldPath.documentId(), "in", ["tok", "la"]), ["la", "tok"]],
    [
      "or of ands",
      () =>
        cities.where(
          Filter.or(
            Filter.and(Filter.where("state", "==", "CA"), Filter.where("pop", ">", 1)),
            Filter.where("hilly", "==", true),
          ),
        ),
      ["la", "sf"],
    ],
  ])("%s", async (_name, query, expected) => {
    expect((await ids(query())).sort()).toEqual([...expected].sort());
  });

  it("refuses what production refuses", async () => {
    const many = Array.from({ length: 31 }, (_, n) => n);
    expect(await codeOf(cities.where("pop", "in", many).get())).toBe(CODE.INVALID_ARGUMENT);
    expect(await codeOf(cities.where("pop", "not-in", many.slice(0, 11)).get())).toBe(CODE.INVALID_ARGUMENT);
    const both = cities.where("pop", "!=", 1).where("name", "not-in", ["x"]);
    expect(await codeOf(both.get())).toBe(CODE.INVALID_ARGUMENT);
  });

  it("answers UNIMPLEMENTED where the server lacks something, never something wrong", async () => {
    const nearest = cities.findNearest({
      vectorField: "v",
      queryVector: FieldValue.vector([1]),
      limit: 1,
      distanceMeasure: "EUCLIDEAN",
    });
    expect(await codeOf(nearest.get())).toBe(CODE.UNIMPLEMENTED);
    const { raw, database } = connection;
    const parent = `${database}/documents`;
    expect(await codeOf(raw.partitionQuery({ parent, partitionCount: 2 }))).toBe(CODE.UNIMPLEMENTED);
  });
});

describe("order", () => {
  it("is Firestore's across all types", async () => {
    const { db } = connection;
    const ascending = [
      null,
      false,
      true,
      Number.NaN,
      Number.NEGATIVE_INFINITY,
      -1,
      0,
      1.5,
      2,
      9_007_199_254_740_991,
      Number.POSITIVE_INFINITY,
      new Timestamp(1, 0),
      new Timestamp(1, 1000),
      "",
      "Z",
      "a",
      "é",
      "\uffee",
      "😀",
      Buffer.from([0]),
      Buffer.from([255]),
      db.doc("a/a"),
      db.doc("a/b"),
      new GeoPoint(-1, 0),
      new GeoPoint(0, -1),
      [],
      [1],
      [1, 0],
      [2],
      FieldValue.vector([9]),
      FieldValue.vector([1, 2]),
      {},
      { a: 1 },
      { a: 1, b: 0 },
      { a: 2 },
      { b: 0 },
    ];
    const writer = db.bulkWriter();
    for (const [n, v] of ascending.entries())
      void writer.set(db.doc(`sorted/${(n * 17) % 37}-${n}`), { n, v });
    await writer.close();
    const up = (await db.collection("sorted").orderBy("v").get()).docs.map((doc) => doc.get("n"));
    expect(up).toEqual(ascending.map((_, n) => n));
    const down = (await db.collection("sorted").orderBy("v", "desc").get()).docs.map((doc) => doc.get("n"));
    expect(down).toEqual([...up].reverse());
  });

  it("drops documents that lack the field", async () => {
    expect(await ids(cities.orderBy("hilly"))).toEqual(["sf"]);
    expect(await ids(cities.orderBy("at").orderBy("name"))).toEqual(["la", "dc"]);
  });

  it("breaks ties by name, in the direction of the last order", async () => {
    expect(await ids(cities.where("state", "==", "CA").orderBy("state", "desc"))).toEqual(["sf", "la"]);
    expect(await ids(cities.orderBy(FieldPath.documentId(), "desc"))).toEqual([
      "tok",
      "sf",
      "la",
      "dc",
      "bj",
    ]);
  });
});

describe("windows and cursors", () => {
  it.each<[string, () => Query, string[]]>([
    ["limit", () => cities.orderBy("pop").limit(2), ["dc", "sf"]],
    ["limitToLast", () => cities.orderBy("pop").limitToLast(2), ["tok", "bj"]],
    ["offset", () => cities.orderBy("pop").offset(3), ["tok", "bj"]],
    ["startAt", () => cities.orderBy("pop").startAt(3.9), ["la", "tok", "bj"]],
    ["startAfter", () => cities.orderBy("pop").startAfter(3.9), ["tok", "bj"]],
    ["endAt", () => cities.orderBy("pop").endAt(0.86), ["dc", "sf"]],
    ["endBefore", () => cities.orderBy("pop").endBefore(0.86), ["dc"]],
    ["a descending cursor", () => cities.orderBy("pop", "desc").startAfter(9), ["la", "sf", "dc"]],
    [
      "a prefix of two orders",
      () => cities.orderBy("state").orderBy("pop").startAt("CA"),
      ["sf", "la", "tok"],
    ],
    ["a name cursor", () => cities.orderBy(FieldPath.documentId()).startAfter("la").limit(1), ["sf"]],
  ])("%s", async (_name, query, expected) => {
    expect(await ids(query())).toEqual(expected);
  });

  it("a snapshot as cursor pages through everything once", async () => {
    const seen: string[] = [];
    let query: Query = cities.orderBy("pop").limit(2);
    for (let page = await query.get(); !page.empty; page = await query.get()) {
      seen.push(...page.docs.map(({ id }) => id));
      const last = page.docs.at(-1);
      if (last !== undefined) query = cities.orderBy("pop").limit(2).startAfter(last);
    }
    expect(seen).toEqual(["dc", "sf", "la", "tok", "bj"]);
  });
});

describe("scope and shape", () => {
  it("a collection group sees every collection of the id, a collection only its own", async () => {
    const { db } = connection;
    const group = await db.collectionGroup("landmarks").orderBy("age").get();
    expect(group.docs.map(({ ref }) => ref.path)).toEqual([
      "landmarks/top",
      "other/x/landmarks/1",
      "cities/sf/landmarks/1",
      "cities/la/landmarks/1",
    ]);
    expect(await ids(db.collection("landmarks"))).toEqual(["top"]);
  });

  it("a projection returns its fields, or only the name", async () => {
    const [first] = (await cities.orderBy("pop").select("name").get()).docs;
    expect(first?.data()).toEqual({ name: "DC" });
    const [bare] = (await cities.select().get()).docs;
    expect(bare?.data()).toEqual({});
  });

  it("count, sum and average agree with the documents", async () => {
    const query = cities.where("pop", ">", 1);
    const aggregate = query.aggregate({
      count: AggregateField.count(),
      sum: AggregateField.sum("pop"),
      average: AggregateField.average("pop"),
    });
    expect((await aggregate.get()).data()).toEqual({ count: 3, sum: 33.9, average: 33.9 / 3 });
    const none = cities.where("pop", ">", 100).aggregate({
      sum: AggregateField.sum("pop"),
      average: AggregateField.average("pop"),
    });
    expect((await none.get()).data()).toEqual({ sum: 0, average: null });
    expect((await cities.limit(2).count().get()).data().count).toBe(2);
  });
});
