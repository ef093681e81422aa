// Transforms and preconditions: the two things a commit decides on the server.
import { FieldValue, Timestamp } from "firebase-admin/firestore";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CODE, type Connection, codeOf, connect } from "./connect.ts";

let connection: Connection;
beforeAll(async () => {
  connection = await connect();
});
afterAll(() => connection.close());

/** Applies one raw field transform to a document that holds `before`, and returns the field after it. */
async function transformed(before: object | undefined, transform: object): Promise<unknown> {
  const { db, raw, database } = connection;
  const ref = db.collection("transforms").doc();
  await ref.set({ other: 1 });
  const name = `${database}/documents/${ref.path}`;
  if (before !== undefined) {
    await raw.commit({ database, writes: [{ update: { name, fields: { f: before } } }] });
  }
  await raw.commit({
    database,
    writes: [{ transform: { document: name, fieldTransforms: [{ fieldPath: "f", ...transform }] } }],
  });
  const [document] = await raw.getDocument({ name });
  const { valueType, ...field } = (document.fields?.f ?? {}) as Record<string, unknown>;
  expect(valueType).toBeDefined();
  return field;
}

const int = (value: number | string) => ({ integerValue: value });
const double = (value: number) => ({ doubleValue: value });

describe("transforms", () => {
  it.each([
    ["an integer and an integer", int(2), int(3), { integerValue: "5" }],
    ["an integer and a double", int(2), double(0.5), { doubleValue: 2.5 }],
    ["a missing field", undefined, int(3), { integerValue: "3" }],
    ["text", { stringValue: "x" }, int(3), { integerValue: "3" }],
    ["the largest integer", int("9223372036854775807"), int(1), { integerValue: "9223372036854775807" }],
    ["the smallest integer", int("-9223372036854775808"), int(-1), { integerValue: "-9223372036854775808" }],
  ])("increment of %s", async (_what, before, increment, after) => {
    expect(await transformed(before, { increment })).toMatchObject(after);
  });

  it.each([
    ["maximum takes the larger, in its own type", int(2), { maximum: double(2.5) }, { doubleValue: 2.5 }],
    ["maximum keeps the stored value when equal", int(3), { maximum: double(3) }, { integerValue: "3" }],
    ["maximum of NaN is NaN", int(3), { maximum: double(Number.NaN) }, { doubleValue: Number.NaN }],
    ["minimum takes the smaller", double(2.5), { minimum: int(2) }, { integerValue: "2" }],
    [
      "minimum sets a field that is no number",
      { booleanValue: true },
      { minimum: int(2) },
      { integerValue: "2" },
    ],
  ])("%s", async (_what, before, transform, after) => {
    expect(await transformed(before, transform)).toMatchObject(after);
  });

  it("arrayUnion adds what is missing once, arrayRemove takes all of a value", async () => {
    const ref = connection.db.doc("transforms/union");
    await ref.set({ list: [1, "a"] });
    await ref.update({ list: FieldValue.arrayUnion(1, "b", "b", "a") });
    expect((await ref.get()).get("list")).toEqual([1, "a", "b"]);
    await ref.update({ list: FieldValue.arrayRemove("a", 1) });
    expect((await ref.get()).get("list")).toEqual(["b"]);
    await ref.set({ list: "no list" });
    await ref.update({ list: FieldValue.arrayUnion("x") });
    expect((await ref.get()).get("list")).toEqual(["x"]);
  });

  it("serverTimestamp is one time for the whole commit", async () => {
    const { db } = connection;
    const batch = db.batch();
    batch.set(db.doc("transforms/t1"), {
      at: FieldValue.serverTimestamp(),
      deep: { at: FieldValue.serverTimestamp() },
    });
    batch.set(db.doc("transforms/t2"), { at: FieldValue.serverTimestamp() });
    const [result] = await batch.commit();
    const [one, two] = await db.getAll(db.doc("transforms/t1"), db.doc("transforms/t2"));
    expect(one?.get("at").isEqual(two?.get("at"))).toBe(true);
    expect(one?.get("at").isEqual(one?.get("deep.at"))).toBe(true);
    expect(Math.abs(one?.get("at").toMillis() - (result?.writeTime.toMillis() ?? 0))).toBeLessThan(1000);
  });

  it("report their results in order", async () => {
    const { raw, database } = connection;
    const name = `${database}/documents/transforms/results`;
    const [response] = await raw.commit({
      database,
      writes: [
        {
          update: { name, fields: {} },
          updateTransforms: [
            { fieldPath: "n", increment: { integerValue: 4 } },
            { fieldPath: "l", appendMissingElements: { values: [{ integerValue: 4 }] } },
          ],
        },
      ],
    });
    const results = response.writeResults?.[0]?.transformResults ?? [];
    expect(results[0]?.integerValue).toBe("4");
    expect(results[1]?.nullValue).toBe("NULL_VALUE");
  });
});

describe("preconditions", () => {
  it("create fails on a document that exists, update and delete on one that does not", async () => {
    const ref = connection.db.doc("pre/a");
    await ref.create({ a: 1 });
    expect(await codeOf(ref.create({ a: 2 }))).toBe(CODE.ALREADY_EXISTS);
    const missing = connection.db.doc("pre/missing");
    expect(await codeOf(missing.update({ a: 1 }))).toBe(CODE.NOT_FOUND);
    expect(await codeOf(missing.delete({ exists: true }))).toBe(CODE.NOT_FOUND);
    await missing.delete();
  });

  it("an update time one microsecond off is refused", async () => {
    const ref = connection.db.doc("pre/time");
    const { writeTime } = await ref.set({ n: 1 });
    const off = new Timestamp(
      writeTime.seconds,
      writeTime.nanoseconds + (writeTime.nanoseconds > 0 ? -1000 : 1000),
    );
    expect(await codeOf(ref.update({ n: 2 }, { lastUpdateTime: off }))).toBe(CODE.FAILED_PRECONDITION);
    const nanosecondOff = new Timestamp(writeTime.seconds, writeTime.nanoseconds + 1);
    expect(await codeOf(ref.update({ n: 2 }, { lastUpdateTime: nanosecondOff }))).toBe(
      CODE.FAILED_PRECONDITION,
    );
    await ref.update({ n: 2 }, { lastUpdateTime: writeTime });
    expect(await codeOf(ref.delete({ lastUpdateTime: writeTime }))).toBe(CODE.FAILED_PRECONDITION);
    expect((await ref.get()).get("n")).toBe(2);
  });

  it("of 20 writers holding the same version exactly one wins", async () => {
    const { db, connectAgain } = connection;
    const ref = db.doc("pre/race");
    const { writeTime } = await ref.set({ winner: "" });
    const other = connectAgain();
    const outcomes = await Promise.allSettled(
      Array.from({ length: 20 }, (_, n) =>
        (n % 2 === 0 ? db : other).doc(ref.path).update({ winner: `w${n}` }, { lastUpdateTime: writeTime }),
      ),
    );
    expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  });

  it("commit times are unique and rising", async () => {
    const { db } = connection;
    const times = await Promise.all(
      Array.from({ length: 200 }, async (_, n) => {
        const { writeTime } = await db.doc(`times/${n}`).set({ n });
        return writeTime.seconds * 1_000_000 + writeTime.nanoseconds / 1000;
      }),
    );
    expect(new Set(times).size).toBe(200);
  });
});
