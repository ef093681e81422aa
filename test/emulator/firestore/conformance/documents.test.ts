// Documents: what is written is what is read, for every type, mask and merge.
import { FieldPath, FieldValue, GeoPoint, Timestamp } from "firebase-admin/firestore";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CODE, type Connection, codeOf, connect } from "./connect.ts";

let connection: Connection;
beforeAll(async () => {
  connection = await connect();
});
afterAll(() => connection.close());

describe("documents", () => {
  it("keep every type exactly, timestamps to the microsecond and doubles apart from integers", async () => {
    const { db } = connection;
    const data = {
      nothing: null,
      yes: true,
      int: 9_007_199_254_740_991,
      double: 1.5,
      nan: Number.NaN,
      negativeZero: -0,
      infinite: Number.POSITIVE_INFINITY,
      text: "ünïcödé 😀",
      empty: "",
      bytes: Buffer.from([0, 255, 1]),
      at: new Timestamp(1_700_000_000, 123_456_000),
      before1970: new Timestamp(-1, 999_999_000),
      place: new GeoPoint(0, -180),
      other: db.doc("types/other"),
      list: [1, "a", { deep: [null] }],
      emptyList: [],
      emptyMap: {},
      vector: FieldValue.vector([1, 2.5]),
    };
    await db.doc("types/all").set(data);
    const read = (await db.doc("types/all").get()).data();
    expect(read).toEqual(data);
    expect(Object.is(read?.negativeZero, -0)).toBe(true);
  });

  it("round timestamps down to the microsecond", async () => {
    const ref = connection.db.doc("types/fine");
    await ref.set({ at: new Timestamp(1, 123_456_789) });
    expect((await ref.get()).get("at").nanoseconds).toBe(123_456_000);
  });

  it("say when they do not exist, in get and in getAll", async () => {
    const { db } = connection;
    await db.doc("exist/yes").set({ a: 1 });
    const [yes, no] = await db.getAll(db.doc("exist/yes"), db.doc("exist/no"));
    expect([yes?.exists, no?.exists]).toEqual([true, false]);
    expect(no?.readTime.toMillis()).toBeGreaterThan(0);
  });

  it("return only masked fields when a read asks so", async () => {
    const { db } = connection;
    await db.doc("mask/a").set({ keep: 1, drop: 2, deep: { keep: 3, drop: 4 } });
    const [found] = await db.getAll(db.doc("mask/a"), { fieldMask: ["keep", "deep.keep"] });
    expect(found?.data()).toEqual({ keep: 1, deep: { keep: 3 } });
  });

  it("merge by mask: named paths change or go, all others stay", async () => {
    const ref = connection.db.doc("merge/a");
    await ref.set({ a: { x: 1, y: 2 }, b: 1, "odd.name": 1 });
    await ref.set({ a: { x: 9 } }, { merge: true });
    await ref.update({ b: FieldValue.delete(), "a.z": 3 });
    await ref.update(new FieldPath("odd.name"), 2);
    expect((await ref.get()).data()).toEqual({ a: { x: 9, y: 2, z: 3 }, "odd.name": 2 });
  });

  it("are made by an empty merge, and emptied by an empty set", async () => {
    const ref = connection.db.doc("merge/empty");
    await ref.set({}, { merge: true });
    expect((await ref.get()).exists).toBe(true);
    await ref.set({ a: 1 });
    await ref.set({});
    expect((await ref.get()).data()).toEqual({});
  });

  it("refuse more than 1 MiB, reserved names, and arrays in arrays", async () => {
    const { db, raw, database } = connection;
    expect(await codeOf(db.doc("limit/a").set({ a: "x".repeat(1_048_576) }))).toBe(CODE.INVALID_ARGUMENT);
    await db.doc("limit/b").set({ a: "x".repeat(1_000_000) });
    expect((await db.doc("limit/b").get()).get("a")).toHaveLength(1_000_000);
    const name = `${database}/documents/limit/c`;
    const write = (fields: Record<string, object>) =>
      raw.commit({ database, writes: [{ update: { name, fields } }] });
    expect(await codeOf(write({ __a__: { integerValue: 1 } }))).toBe(CODE.INVALID_ARGUMENT);
    const nested = { arrayValue: { values: [{ arrayValue: { values: [] } }] } };
    expect(await codeOf(write({ a: nested }))).toBe(CODE.INVALID_ARGUMENT);
    expect(await codeOf(db.doc("limit/__x__").set({}))).toBe(CODE.INVALID_ARGUMENT);
  });

  it("keep their update time when a write changes nothing", async () => {
    const ref = connection.db.doc("noop/a");
    const first = await ref.set({ a: 1 });
    const second = await ref.set({ a: 1 });
    expect(second.writeTime.isEqual(first.writeTime)).toBe(true);
    const third = await ref.set({ a: 2 });
    expect(third.writeTime.toMillis()).toBeGreaterThanOrEqual(first.writeTime.toMillis());
    expect(third.writeTime.isEqual(first.writeTime)).toBe(false);
  });
});

describe("batches", () => {
  it("apply all writes or none, and see their own earlier writes", async () => {
    const { db } = connection;
    const batch = db.batch();
    batch.create(db.doc("batch/a"), { n: 1 });
    batch.update(db.doc("batch/a"), { n: FieldValue.increment(1) });
    batch.create(db.doc("batch/b"), {});
    const results = await batch.commit();
    expect(results).toHaveLength(3);
    expect((await db.doc("batch/a").get()).get("n")).toBe(2);
    const failing = db.batch();
    failing.set(db.doc("batch/c"), {});
    failing.create(db.doc("batch/b"), {});
    expect(await codeOf(failing.commit())).toBe(CODE.ALREADY_EXISTS);
    expect((await db.doc("batch/c").get()).exists).toBe(false);
  });

  it("hold more than 500 writes", async () => {
    const { db } = connection;
    const batch = db.batch();
    for (let n = 0; n < 700; n += 1) batch.set(db.doc(`many/${n}`), { n });
    await batch.commit();
    expect((await db.collection("many").count().get()).data().count).toBe(700);
  });

  it("of more than 10 MiB are refused at once", async () => {
    const { db } = connection;
    const batch = db.batch();
    for (let n = 0; n < 11; n += 1) batch.set(db.doc(`heavy/${n}`), { text: "x".repeat(1_000_000) });
    expect(await codeOf(batch.commit())).toBe(CODE.INVALID_ARGUMENT);
    expect((await db.collection("heavy").count().get()).data().count).toBe(0);
  });

  it("write independently with BulkWriter, each with its own outcome", async () => {
    const { db } = connection;
    await db.doc("bulk/taken").set({});
    const writer = db.bulkWriter();
    const outcomes = Promise.allSettled([
      writer.create(db.doc("bulk/new"), {}),
      writer.create(db.doc("bulk/taken"), {}),
    ]);
    await writer.close();
    expect((await outcomes).map(({ status }) => status)).toEqual(["fulfilled", "rejected"]);
    expect((await db.doc("bulk/new").get()).exists).toBe(true);
  });
});

describe("listing", () => {
  it("finds collections and missing documents, page by page", async () => {
    const { db } = connection;
    await db.doc("lists/a").set({});
    await db.doc("lists/b/inner/x").set({});
    await db.doc("lists/c/inner/y/deeper/z").set({});
    expect((await db.collection("lists").listDocuments()).map(({ id }) => id)).toEqual(["a", "b", "c"]);
    expect((await db.doc("lists/b").listCollections()).map(({ id }) => id)).toEqual(["inner"]);
    expect((await db.listCollections()).map(({ id }) => id)).toContain("lists");
    const [page] = await connection.raw.listDocuments(
      { parent: `${connection.database}/documents`, collectionId: "many", pageSize: 7 },
      { autoPaginate: false },
    );
    expect(page.length).toBeLessThanOrEqual(7);
  });

  it("deletes a tree with recursiveDelete", async () => {
    const { db } = connection;
    await db.doc("tree/a").set({});
    await db.doc("tree/a/leaves/b").set({});
    await db.doc("tree/missing/leaves/c").set({});
    await db.doc("treehouse/a").set({});
    await db.recursiveDelete(db.collection("tree"));
    expect((await db.collectionGroup("leaves").get()).size).toBe(0);
    expect((await db.collection("tree").get()).size).toBe(0);
    expect((await db.doc("treehouse/a").get()).exists).toBe(true);
  });
});
