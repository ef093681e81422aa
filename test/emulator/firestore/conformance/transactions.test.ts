// Transactions: serializable under contention, deadlocks broken at once, phantoms seen, read-only ones undisturbed.
import { randomUUID } from "node:crypto";
import { Timestamp, type Transaction } from "firebase-admin/firestore";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CODE, type Connection, codeOf, connect } from "./connect.ts";

let connection: Connection;
beforeAll(async () => {
  connection = await connect();
});
afterAll(() => connection.close());

/** Two transactions meet here: each waits until both have come. */
function meetingOf(count: number): () => Promise<void> {
  let open: () => void = () => undefined;
  const all = new Promise<void>((resolve) => {
    open = resolve;
  });
  let present = 0;
  return () => {
    present += 1;
    if (present === count) open();
    return all;
  };
}

const once = { maxAttempts: 1 };

describe("read-write transactions", () => {
  it("lose no increment among 40 concurrent ones from two clients", async () => {
    const { db, connectAgain } = connection;
    const ref = db.doc(`counters/${randomUUID()}`);
    await ref.set({ n: 0 });
    const clients = [db, connectAgain()];
    await Promise.all(
      Array.from({ length: 40 }, (_, i) => {
        const client = clients[i % clients.length] ?? db;
        return client.runTransaction(
          async (transaction) => {
            const doc = await transaction.get(client.doc(ref.path));
            transaction.update(doc.ref, { n: doc.get("n") + 1 });
          },
          { maxAttempts: 20 },
        );
      }),
    );
    expect((await ref.get()).get("n")).toBe(40);
  });

  it("of two that read the same document and write it, one is aborted at once and one commits", async () => {
    const { db } = connection;
    const ref = db.doc(`deadlock/${randomUUID()}`);
    await ref.set({ n: 0 });
    const meet = meetingOf(2);
    const increment = () =>
      db.runTransaction(async (transaction) => {
        const doc = await transaction.get(ref);
        await meet();
        transaction.update(ref, { n: doc.get("n") + 1 });
      }, once);
    const outcomes = await Promise.allSettled([increment(), increment()]);
    const rejected = outcomes.filter((outcome) => outcome.status === "rejected");
    expect(rejected.map(({ reason }) => reason.code)).toEqual([CODE.ABORTED]);
    expect((await ref.get()).get("n")).toBe(1);
  });

  it("breaks a deadlock over two documents", async () => {
    const { db } = connection;
    const [a, b] = [db.doc(`cross/${randomUUID()}`), db.doc(`cross/${randomUUID()}`)];
    await Promise.all([a.set({ n: 1 }), b.set({ n: 1 })]);
    const meet = meetingOf(2);
    const copy = (from: typeof a, to: typeof a) =>
      db.runTransaction(async (transaction) => {
        const doc = await transaction.get(from);
        await meet();
        transaction.set(to, { n: doc.get("n") + 1 });
      }, once);
    const outcomes = await Promise.allSettled([copy(a, b), copy(b, a)]);
    expect(outcomes.filter(({ status }) => status === "rejected")).toHaveLength(1);
    expect([(await a.get()).get("n"), (await b.get()).get("n")].sort()).toEqual([1, 2]);
  });

  it("make writes outside them wait until they end", async () => {
    const { db } = connection;
    const ref = db.doc(`wait/${randomUUID()}`);
    await ref.set({ log: [] });
    const order: string[] = [];
    let outside: Promise<unknown> = Promise.resolve();
    await db.runTransaction(async (transaction) => {
      await transaction.get(ref);
      outside = ref.set({ by: "outside" }).then(() => order.push("outside"));
      // A full round trip of another write shows that the server has seen the waiting one.
      await db.doc(`wait/${randomUUID()}`).set({});
      order.push("committing");
      transaction.set(ref, { by: "transaction" });
    });
    await outside;
    expect(order).toEqual(["committing", "outside"]);
    expect((await ref.get()).get("by")).toBe("outside");
  });

  it("keep a query's result free of phantoms", async () => {
    const { db } = connection;
    const slots = db.collection(`slots-${randomUUID()}`);
    const meet = meetingOf(2);
    /** Takes a slot only if none is taken: without phantom protection both would. */
    const take = (id: string) =>
      db.runTransaction(async (transaction) => {
        const taken = await transaction.get(slots.where("taken", "==", true));
        await meet();
        if (taken.empty) transaction.create(slots.doc(id), { taken: true });
      }, once);
    const outcomes = await Promise.allSettled([take("a"), take("b")]);
    expect(outcomes.filter(({ status }) => status === "rejected")).toHaveLength(1);
    expect((await slots.get()).size).toBe(1);
  });

  it("do not block what their query does not select", async () => {
    const { db } = connection;
    const orders = db.collection(`orders-${randomUUID()}`);
    await db.runTransaction(async (transaction) => {
      await transaction.get(orders.where("state", "==", "open"));
      await orders.doc("x").set({ state: "closed" });
      transaction.set(orders.doc("y"), { state: "open" });
    });
    expect((await orders.get()).size).toBe(2);
  });

  it("protect an aggregate they have read", async () => {
    const { db } = connection;
    const pool = db.collection(`pool-${randomUUID()}`);
    const meet = meetingOf(2);
    const join = (id: string) =>
      db.runTransaction(async (transaction) => {
        const size = (await transaction.get(pool.count())).data().count;
        await meet();
        if (size < 1) transaction.create(pool.doc(id), {});
      }, once);
    await Promise.allSettled([join("a"), join("b")]);
    expect((await pool.get()).size).toBe(1);
  });

  it("release their locks when the callback throws", async () => {
    const { db } = connection;
    const ref = db.doc(`throw/${randomUUID()}`);
    const failing = db.runTransaction(async (transaction: Transaction) => {
      await transaction.get(ref);
      throw new Error("changed my mind");
    });
    await expect(failing).rejects.toThrow("changed my mind");
    await ref.set({ free: true });
  });

  it("are refused after they ended, in words that make SDKs run them again", async () => {
    const { raw, database } = connection;
    const [{ transaction }] = await raw.beginTransaction({ database });
    await raw.commit({ database, writes: [], transaction: transaction ?? null });
    const again = raw.commit({ database, writes: [], transaction: transaction ?? null });
    await expect(again).rejects.toThrow(/transaction has expired/u);
  });
});

describe("read-only transactions", () => {
  it("see one state throughout, whatever is written meanwhile, and delay no writer", async () => {
    const { db } = connection;
    const collection = db.collection(`frozen-${randomUUID()}`);
    await collection.doc("a").set({ n: 1 });
    await collection.doc("b").set({ n: 1 });
    await db.runTransaction(
      async (transaction) => {
        const first = await transaction.get(collection.doc("a"));
        await collection.doc("a").set({ n: 2 });
        await collection.doc("b").delete();
        await collection.doc("c").set({ n: 2 });
        expect(first.get("n")).toBe(1);
        const all = await transaction.get(collection.orderBy("n"));
        expect(all.docs.map((doc) => [doc.id, doc.get("n")])).toEqual([
          ["a", 1],
          ["b", 1],
        ]);
        expect((await transaction.get(collection.doc("c"))).exists).toBe(false);
      },
      { readOnly: true },
    );
  });

  it("read the past at a given time, and refuse the future", async () => {
    const { db } = connection;
    const ref = db.doc(`past/${randomUUID()}`);
    const { writeTime } = await ref.set({ n: 1 });
    await ref.set({ n: 2 });
    const read = (readTime: Timestamp) =>
      db.runTransaction((transaction) => transaction.get(ref), { readOnly: true, readTime });
    expect((await read(writeTime)).get("n")).toBe(1);
    const before = Timestamp.fromMillis(writeTime.toMillis() - 1);
    expect((await read(before)).exists).toBe(false);
    const future = Timestamp.fromMillis(writeTime.toMillis() + 3_600_000);
    expect(await codeOf(read(future))).toBe(CODE.INVALID_ARGUMENT);
  });
});
