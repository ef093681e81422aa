// Listening: every listener ends up with the state of the database, through the SDK and on the wire.
import { randomUUID } from "node:crypto";
import type { DocumentSnapshot, QuerySnapshot } from "firebase-admin/firestore";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CODE, type Connection, connect } from "./connect.ts";
import { type RawStream, rawStream } from "./raw-stream.ts";

let connection: Connection;
beforeAll(async () => {
  connection = await connect();
});
afterAll(() => connection.close());

interface Watch<T> {
  readonly snapshots: readonly T[];
  until(matches: (snapshot: T) => boolean): Promise<T>;
  stop(): void;
}

/** Collects a listener's snapshots; `until` waits for one that satisfies the test. */
function watch<T>(
  subscribe: (next: (snapshot: T) => void, fail: (error: Error) => void) => () => void,
): Watch<T> {
  const snapshots: T[] = [];
  const waiting = new Set<() => void>();
  let failed: Error | undefined;
  const changed = (): void => {
    for (const check of [...waiting]) check();
  };
  const stop = subscribe(
    (snapshot) => {
      snapshots.push(snapshot);
      changed();
    },
    (error) => {
      failed = error;
      changed();
    },
  );
  return {
    snapshots,
    stop,
    until: (matches) =>
      new Promise((resolve, reject) => {
        const check = (): void => {
          const found = snapshots.findLast(matches);
          if (found === undefined && failed === undefined) return;
          waiting.delete(check);
          if (found === undefined) reject(failed);
          else resolve(found);
        };
        waiting.add(check);
        check();
      }),
  };
}

const ids = (snapshot: QuerySnapshot): string => snapshot.docs.map(({ id }) => id).join(",");

describe("a document listener", () => {
  it("sees absence, creation, change and deletion", async () => {
    const ref = connection.db.doc(`watched/${randomUUID()}`);
    const seen = watch<DocumentSnapshot>((next, fail) => ref.onSnapshot(next, fail));
    expect((await seen.until(() => true)).exists).toBe(false);
    await ref.set({ n: 1 });
    await seen.until((snapshot) => snapshot.get("n") === 1);
    await ref.update({ n: 2 });
    await seen.until((snapshot) => snapshot.get("n") === 2);
    await ref.delete();
    await seen.until((snapshot) => !snapshot.exists && snapshot !== seen.snapshots[0]);
    seen.stop();
  });
});

describe("a query listener", () => {
  it("sees documents enter, change, leave and go", async () => {
    const orders = connection.db.collection(`orders-${randomUUID()}`);
    await orders.doc("a").set({ open: true, n: 1 });
    await orders.doc("b").set({ open: false, n: 2 });
    const seen = watch<QuerySnapshot>((next, fail) =>
      orders.where("open", "==", true).orderBy("n").onSnapshot(next, fail),
    );
    await seen.until((snapshot) => ids(snapshot) === "a");
    await orders.doc("b").update({ open: true });
    await seen.until((snapshot) => ids(snapshot) === "a,b");
    await orders.doc("a").update({ n: 3 });
    await seen.until((snapshot) => ids(snapshot) === "b,a");
    await orders.doc("b").update({ open: false });
    await seen.until((snapshot) => ids(snapshot) === "a" && snapshot.docs[0]?.get("n") === 3);
    await orders.doc("a").delete();
    await seen.until((snapshot) => snapshot.empty);
    seen.stop();
  });

  it("with a limit lets the next one in when one leaves, and one out when a better one comes", async () => {
    const queue = connection.db.collection(`queue-${randomUUID()}`);
    await Promise.all([1, 2, 3, 4].map((n) => queue.doc(`d${n}`).set({ n })));
    const seen = watch<QuerySnapshot>((next, fail) => queue.orderBy("n").limit(2).onSnapshot(next, fail));
    await seen.until((snapshot) => ids(snapshot) === "d1,d2");
    await queue.doc("d1").delete();
    await seen.until((snapshot) => ids(snapshot) === "d2,d3");
    await queue.doc("d0").set({ n: 0 });
    await seen.until((snapshot) => ids(snapshot) === "d0,d2");
    await queue.doc("d2").update({ n: 9 });
    await seen.until((snapshot) => ids(snapshot) === "d0,d3");
    await queue.doc("d4").update({ n: -1 });
    await seen.until((snapshot) => ids(snapshot) === "d4,d0");
    seen.stop();
  });

  it("with limitToLast and a collection group follows too", async () => {
    const { db } = connection;
    const group = `g${randomUUID().replaceAll("-", "")}`;
    const seen = watch<QuerySnapshot>((next, fail) =>
      db.collectionGroup(group).orderBy("n").limitToLast(1).onSnapshot(next, fail),
    );
    await db.doc(`x/1/${group}/a`).set({ n: 1 });
    await db.doc(`y/1/${group}/b`).set({ n: 2 });
    await seen.until((snapshot) => ids(snapshot) === "b");
    await db.doc(`y/1/${group}/b`).delete();
    await seen.until((snapshot) => ids(snapshot) === "a");
    seen.stop();
  });

  it("after a storm of random writes shows exactly what a query returns", async () => {
    const { db } = connection;
    const storm = db.collection(`storm-${randomUUID()}`);
    const queries = [
      storm.where("n", ">", 40).orderBy("n"),
      storm.orderBy("n", "desc").limit(5),
      storm.orderBy("n").offset(2).limit(3),
    ];
    const watches = queries.map((query) =>
      watch<QuerySnapshot>((next, fail) => query.onSnapshot(next, fail)),
    );
    await Promise.all(watches.map((seen) => seen.until(() => true)));
    let seed = 7;
    const random = (below: number): number => {
      seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
      return Math.floor((seed / 2_147_483_648) * below);
    };
    const writes = Array.from({ length: 300 }, () => {
      const ref = storm.doc(`d${random(20)}`);
      return random(4) === 0 ? ref.delete() : ref.set({ n: random(100) });
    });
    await Promise.all(writes);
    const content = (snapshot: QuerySnapshot): string =>
      JSON.stringify(snapshot.docs.map((doc) => [doc.id, doc.data()]));
    for (const [at, query] of queries.entries()) {
      const expected = content(await query.get());
      const seen = watches[at];
      await seen?.until((snapshot) => content(snapshot) === expected && snapshot === seen.snapshots.at(-1));
      seen?.stop();
    }
  });
});

interface Change {
  targetChangeType: string;
  targetIds: number[];
  resumeToken: Buffer;
  readTime: object | null;
  cause: { code: number } | null;
}
interface ListenMessage {
  targetChange?: Change | null;
  documentChange?: { document: { name: string }; targetIds: number[]; removedTargetIds: number[] } | null;
  documentDelete?: { document: string } | null;
  documentRemove?: { document: string; removedTargetIds: number[] } | null;
}

describe("the Listen stream", () => {
  const open = (): RawStream<object, ListenMessage> => rawStream(connection.raw.listen());
  const changeOf = (type: string, id: number) => (message: ListenMessage) =>
    message.targetChange?.targetChangeType === type && message.targetChange.targetIds.includes(id);
  const snapshotDone = (message: ListenMessage): boolean =>
    message.targetChange?.targetChangeType === "NO_CHANGE" &&
    message.targetChange.targetIds.length === 0 &&
    message.targetChange.readTime !== null;

  const queryTarget = (collectionId: string) => ({
    query: { parent: `${connection.database}/documents`, structuredQuery: { from: [{ collectionId }] } },
  });

  it("carries many targets, each from ADD over its documents to CURRENT, then one snapshot", async () => {
    const { db, database } = connection;
    const collection = `multi-${randomUUID()}`;
    await db.doc(`${collection}/a`).set({});
    const stream = open();
    stream.send({ database, addTarget: { ...queryTarget(collection), targetId: 2 } });
    const documents = { documents: [`${database}/documents/${collection}/a`] };
    stream.send({ database, addTarget: { documents, targetId: 4 } });
    await Promise.all([stream.until(changeOf("CURRENT", 2)), stream.until(changeOf("CURRENT", 4))]);
    await stream.until(snapshotDone);
    const shape = stream.received.map(
      ({ targetChange, documentChange }) =>
        (targetChange && `${targetChange.targetChangeType} ${targetChange.targetIds}`) ??
        `doc ${documentChange?.targetIds}`,
    );
    expect(shape.filter((line) => line.endsWith("2"))).toEqual(["ADD 2", "doc 2", "CURRENT 2"]);
    expect(shape.filter((line) => line.endsWith("4"))).toEqual(["ADD 4", "doc 4", "CURRENT 4"]);
    stream.send({ database, removeTarget: 2 });
    await stream.until(changeOf("REMOVE", 2));
    await db.doc(`${collection}/b`).set({});
    await db.doc(`${collection}/a`).set({ again: true });
    await stream.until((message) => message.documentChange?.targetIds.includes(4) === true);
    expect(stream.received.some((message) => message.documentChange?.document.name.endsWith("/b"))).toBe(
      false,
    );
    stream.end();
  });

  it("answers a resume token with RESET and the whole state", async () => {
    const { db, database } = connection;
    const collection = `resume-${randomUUID()}`;
    await db.doc(`${collection}/a`).set({});
    const first = open();
    first.send({ database, addTarget: { ...queryTarget(collection), targetId: 2 } });
    const { targetChange } = await first.until(snapshotDone);
    first.end();
    await db.doc(`${collection}/a`).delete();
    await db.doc(`${collection}/b`).set({});
    const second = open();
    const resumeToken = targetChange?.resumeToken;
    expect(resumeToken?.length).toBeGreaterThan(0);
    second.send({ database, addTarget: { ...queryTarget(collection), targetId: 2, resumeToken } });
    await second.until(changeOf("RESET", 2));
    await second.until(changeOf("CURRENT", 2));
    const shown = second.received.flatMap(({ documentChange }) =>
      documentChange ? [documentChange.document.name] : [],
    );
    expect(shown.map((name) => name.split("/").at(-1))).toEqual(["b"]);
    second.end();
  });

  it("removes a `once` target when it is current, and a faulty one with its cause", async () => {
    const { database } = connection;
    const stream = open();
    stream.send({ database, addTarget: { ...queryTarget(`once-${randomUUID()}`), targetId: 2, once: true } });
    await stream.until(changeOf("CURRENT", 2));
    await stream.until(changeOf("REMOVE", 2));
    const faulty = {
      parent: `${database}/documents`,
      structuredQuery: { from: [{ collectionId: "x" }], offset: -1 },
    };
    stream.send({ database, addTarget: { query: faulty, targetId: 4 } });
    const { targetChange } = await stream.until(changeOf("REMOVE", 4));
    expect(targetChange?.cause?.code).toBe(CODE.INVALID_ARGUMENT);
    stream.end();
  });
});

interface WriteMessage {
  streamId: string;
  streamToken: Buffer;
  writeResults: object[];
}

describe("the Write stream", () => {
  it("shakes hands, then commits in order, each with a new token", async () => {
    const { db, raw, database } = connection;
    const path = `written/${randomUUID()}`;
    const name = `${database}/documents/${path}`;
    const stream = rawStream<object, WriteMessage>(raw.write());
    stream.send({ database });
    const { streamId, streamToken } = await stream.until(() => true);
    expect(streamId).not.toBe("");
    const append = (letter: string) => ({
      transform: {
        document: name,
        fieldTransforms: [{ fieldPath: "log", appendMissingElements: { values: [{ stringValue: letter }] } }],
      },
    });
    for (const letter of ["a", "b", "c"]) stream.send({ streamToken, writes: [append(letter)] });
    await stream.until(() => stream.received.length === 4);
    expect((await db.doc(path).get()).get("log")).toEqual(["a", "b", "c"]);
    const tokens = stream.received.map((message) => message.streamToken.toString("hex"));
    expect(new Set(tokens).size).toBe(4);
    stream.end();
  });

  it("ends with the status of a write that fails", async () => {
    const { raw, database } = connection;
    const stream = rawStream<object, WriteMessage>(raw.write());
    stream.send({ database });
    const { streamToken } = await stream.until(() => true);
    const update = { name: `${database}/documents/written/missing`, fields: {} };
    stream.send({ streamToken, writes: [{ update, currentDocument: { exists: true } }] });
    expect(await stream.failure).toMatchObject({ code: CODE.NOT_FOUND });
  });
});
