// firebase/firestore/lite in Node against the local Firestore's REST API, as owner: what it writes is what
// firebase-admin reads over gRPC.
import { deleteApp, initializeApp } from "firebase/app";
import {
  Bytes,
  collection,
  connectFirestoreEmulator,
  count,
  deleteDoc,
  doc,
  GeoPoint,
  getAggregate,
  getDoc,
  getDocs,
  getFirestore,
  increment,
  limit,
  orderBy,
  query,
  runTransaction,
  serverTimestamp,
  setDoc,
  setLogLevel,
  sum,
  Timestamp,
  updateDoc,
  where,
  writeBatch,
} from "firebase/firestore/lite";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type LocalFirestore, startFirestore } from "#test/support/local-firestore.ts";

setLogLevel("silent");

let firestore: LocalFirestore;
let app: ReturnType<typeof initializeApp>;
let database: ReturnType<typeof getFirestore>;

beforeAll(async () => {
  firestore = await startFirestore();
  app = initializeApp({ projectId: firestore.projectId, apiKey: "local" }, "lite");
  database = getFirestore(app);
  connectFirestoreEmulator(database, "127.0.0.1", firestore.port, { mockUserToken: "owner" });
});
afterAll(async () => {
  await deleteApp(app);
  await firestore[Symbol.asyncDispose]();
});

describe("over REST", () => {
  it("writes, queries, aggregates and runs transactions", async () => {
    const batch = writeBatch(database);
    for (const n of [1, 2, 3, 4]) batch.set(doc(database, `numbers/n${n}`), { n });
    await batch.commit();
    await runTransaction(database, async (transaction) => {
      const first = await transaction.get(doc(database, "numbers/n1"));
      transaction.update(first.ref, { n: Number(first.get("n")) + 10 });
    });
    const numbers = collection(database, "numbers");
    const large = query(numbers, where("n", ">", 2), orderBy("n", "desc"), limit(2));
    expect((await getDocs(large)).docs.map((found) => found.data().n)).toEqual([11, 4]);
    const totals = await getAggregate(numbers, { n: count(), total: sum("n") });
    expect(totals.data()).toEqual({ n: 4, total: 20 });
  });

  it("carries every kind of value so that gRPC reads the same", async () => {
    const path = "values/all";
    const at = Timestamp.fromMillis(1_700_000_000_123);
    await setDoc(doc(database, path), {
      nothing: null,
      yes: true,
      big: Number.MAX_SAFE_INTEGER,
      half: 0.5,
      none: Number.NaN,
      minusZero: -0,
      text: "𝄞 größer",
      at,
      raw: Bytes.fromUint8Array(new Uint8Array([0, 255])),
      place: new GeoPoint(1.5, -2),
      list: [1, "a", { deep: [] }],
      ref: doc(database, "values/other"),
    });
    const stored = await firestore.admin.doc(path).get();
    expect(stored.data()).toMatchObject({
      nothing: null,
      yes: true,
      big: Number.MAX_SAFE_INTEGER,
      half: 0.5,
      none: Number.NaN,
      minusZero: -0,
      text: "𝄞 größer",
      raw: Buffer.from([0, 255]),
      list: [1, "a", { deep: [] }],
    });
    expect(stored.get("at").toMillis()).toBe(at.toMillis());
    expect(stored.get("place")).toMatchObject({ latitude: 1.5, longitude: -2 });
    expect(stored.get("ref").path).toBe("values/other");
  });

  it("honours preconditions, transforms and deletes", async () => {
    const target = doc(database, "changes/one");
    await expect(updateDoc(target, { n: 1 })).rejects.toMatchObject({ code: "not-found" });
    await setDoc(target, { n: 1, gone: true });
    await updateDoc(target, { n: increment(2), at: serverTimestamp() });
    expect((await getDoc(target)).get("n")).toBe(3);
    expect((await getDoc(target)).get("at")).toBeInstanceOf(Timestamp);
    await deleteDoc(target);
    expect((await getDoc(target)).exists()).toBe(false);
  });
});

it("`DELETE` of the emulator's documents empties the database", async () => {
  await firestore.admin.doc("wiped/one").set({ n: 1 });
  const url = `http://127.0.0.1:${firestore.port}/emulator/v1/projects/${firestore.projectId}/databases/(default)/documents`;
  expect((await fetch(url, { method: "DELETE" })).status).toBe(200);
  expect((await firestore.admin.collection("wiped").get()).size).toBe(0);
});
