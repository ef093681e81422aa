// Values that a filter's operand equals, and those that are on either side of it; the queries and batches that the protocol refuses. The
// expectations are those of the public integration suites of Google's web and Android SDKs.
import { randomUUID } from "node:crypto";
import { AggregateField, FieldPath, type Query, type WhereFilterOp } from "firebase-admin/firestore";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CODE, type Connection, codeOf, connect } from "./connect.ts";

let connection: Connection;
/** Collections by name; each holds one field `v`. */
const collections = { values: `values-${randomUUID()}`, lists: `lists-${randomUUID()}` } as const;

const VALUES = {
  nan: Number.NaN,
  small: 91102,
  large: 98101,
  text: "98101",
  list: [98101],
  pair: [98101, 98102],
  map: { code: 500 },
  none: null,
};
const LISTS = { number: [43], map: [{ a: 42 }], none: [null], nan: [Number.NaN], plain: 42 };

beforeAll(async () => {
  connection = await connect();
  const writer = connection.db.bulkWriter();
  const store = (collection: string, documents: object): void => {
    for (const [id, v] of Object.entries(documents))
      void writer.set(connection.db.doc(`${collection}/${id}`), { v });
  };
  store(collections.values, VALUES);
  store(collections.lists, LISTS);
  await writer.close();
});
afterAll(() => connection.close());

const where = (name: keyof typeof collections, op: WhereFilterOp, operand: unknown): Query =>
  connection.db.collection(collections[name]).where("v", op, operand);

describe("a filter finds", () => {
  it.each<[string, WhereFilterOp, unknown, readonly string[]]>([
    ["arrays that are listed", "in", [98101, [98101, 98102]], ["large", "pair"]],
    ["maps that are listed", "in", [{ code: 500 }], ["map"]],
    ["no null by a list", "in", [null], []],
    ["no null beside a value of the list", "in", [98101, null], ["large"]],
    ["no NaN by a list", "in", [Number.NaN], []],
    ["all but listed arrays", "not-in", [98101, [98101, 98102]], ["nan", "small", "text", "list", "map"]],
    ["all but a listed NaN", "not-in", [Number.NaN, 98101], ["small", "text", "list", "pair", "map"]],
    ["no NaN below a number", "<", 98101, ["small"]],
    ["no NaN up to a number", "<=", 98101, ["small", "large"]],
    ["no NaN above a number", ">=", 0, ["small", "large"]],
    ["NaN unlike a number", "!=", 98101, ["nan", "small", "text", "list", "pair", "map"]],
  ])("%s", async (_, op, operand, expected) => {
    const { docs } = await where("values", op, operand).get();
    expect(docs.map(({ id }) => id).sort()).toEqual([...expected].sort());
  });

  it.each<[string, readonly unknown[], readonly string[]]>([
    ["a number", [42, 43], ["number"]],
    ["a map", [{ a: 42 }], ["map"]],
    ["no null", [null], []],
    ["no null beside a number", [43, null], ["number"]],
    ["no NaN", [Number.NaN], []],
  ])("in arrays, by any of a list, %s", async (_, operand, expected) => {
    const { docs } = await where("lists", "array-contains-any", operand).get();
    expect(docs.map(({ id }) => id)).toEqual(expected);
  });
});

describe("a query is refused with INVALID_ARGUMENT", () => {
  const key = FieldPath.documentId();
  const values = (): Query => connection.db.collection(collections.values);
  const many = Object.fromEntries("abcdef".split("").map((name) => [name, AggregateField.sum(name)]));

  it.each<[string, () => Promise<unknown>, RegExp]>([
    [
      "that orders by the key, and then by the field of an inequality",
      () => values().where("v", "!=", 42).orderBy(key).get(),
      /order by clause cannot contain more fields after the key/i,
    ],
    [
      "that orders by the key, and then by a field",
      () => values().orderBy(key).orderBy("v").get(),
      /order by clause cannot contain more fields after the key/i,
    ],
    [
      "that fixes the key beside another field's inequality",
      () => values().where("v", "!=", 42).where(key, "==", "small").get(),
      /Equality on key is not allowed if there are other inequality fields/,
    ],
    ["with six aggregations", () => values().aggregate(many).get(), /maximum number of aggregations/],
  ])("%s", async (_, run, message) => {
    const error = await run().then(
      () => "no error",
      (caught: unknown) => caught,
    );
    expect(error).toMatchObject({ code: CODE.INVALID_ARGUMENT, message: expect.stringMatching(message) });
  });

  it("that compares the key with something else", async () => {
    const { raw, database } = connection;
    const filter = { field: { fieldPath: "__name__" }, op: "EQUAL" as const, value: { stringValue: "x" } };
    const structuredQuery = { from: [{ collectionId: "a" }], where: { fieldFilter: filter } };
    const stream = raw.runQuery({ parent: `${database}/documents`, structuredQuery });
    const ended = new Promise((resolve, reject) => stream.on("end", resolve).on("error", reject).resume());
    expect(await codeOf(ended)).toBe(CODE.INVALID_ARGUMENT);
  });

  it("and one that orders by the key and has its inequality there is not", async () => {
    const found = await values().where(key, ">", "pair").where("v", "==", 91102).orderBy(key).get();
    expect(found.docs.map(({ id }) => id)).toEqual(["small"]);
  });
});

describe("a batch that deletes a document and then updates it", () => {
  it.each([true, false])("is refused with INVALID_ARGUMENT; stored before: %s", async (stored) => {
    const ref = connection.db.doc(`batches/${randomUUID()}`);
    if (stored) await ref.set({ n: 1 });
    const batch = connection.db.batch().delete(ref).update(ref, { n: 2 });
    expect(await codeOf(batch.commit())).toBe(CODE.INVALID_ARGUMENT);
    expect((await ref.get()).exists).toBe(stored);
  });

  it("or sets it, is taken", async () => {
    const ref = connection.db.doc(`batches/${randomUUID()}`);
    await connection.db.batch().delete(ref).set(ref, { n: 2 }).update(ref, { m: 1 }).commit();
    expect((await ref.get()).data()).toEqual({ n: 2, m: 1 });
  });
});
