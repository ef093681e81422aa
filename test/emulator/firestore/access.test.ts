// Clients do only what the rules allow; owners are never asked. What the rules see is the document before and after.
import { describe, expect, it } from "vitest";
import type { AccessRequest, Authorizer, Caller } from "#local/firestore/backend.ts";
import { DATABASE, engineUnderTest, int, nameOf, nextTurn, OWNER, TestSink } from "./engine-under-test.ts";

const CLIENT: Caller = { kind: "client", auth: { uid: "u1", token: { accounts: ["a"] } } };
const PERMISSION_DENIED = { code: 7 };

/** Records what it was asked and answers by a function. */
function recording(
  allows: (request: AccessRequest) => boolean,
): Authorizer & { readonly asked: AccessRequest[] } {
  const asked: AccessRequest[] = [];
  return {
    asked,
    allows: (request) => {
      asked.push(request);
      return allows(request);
    },
  };
}

describe("the rules", () => {
  it("are not asked for owners, and deny clients everything when there are none", async () => {
    const { engine, set } = engineUnderTest();
    await set("a/b", {});
    const read = (caller: Caller) => engine.unary("GetDocument", { name: nameOf("a/b") }, caller);
    expect((await read(OWNER)).name).toBe(nameOf("a/b"));
    await expect(read(CLIENT)).rejects.toMatchObject(PERMISSION_DENIED);
  });

  it("see each write of a commit with its document before and after, and one refusal refuses all", async () => {
    const authorizer = recording(({ operation }) => operation !== "delete");
    const { engine, set, get } = engineUnderTest({ authorizer });
    await set("a/old", { n: int(1) });
    const writes = [
      { update: { name: nameOf("a/new"), fields: { n: int(2) } } },
      {
        update: { name: nameOf("a/old"), fields: {} },
        updateTransforms: [{ fieldPath: "n", increment: int(5) }],
      },
    ];
    const commit = (more: object[]) =>
      engine.unary("Commit", { database: DATABASE, writes: [...writes, ...more] }, CLIENT);
    await expect(commit([{ delete: nameOf("a/old") }])).rejects.toMatchObject(PERMISSION_DENIED);
    expect(await get("a/new")).toBeNull();
    expect(authorizer.asked).toMatchObject([
      { operation: "create", path: "a/new", before: null, after: { n: 2n } },
      { operation: "update", path: "a/old", before: { n: 1n }, after: { n: 5n } },
      { operation: "delete", path: "a/old", after: null },
    ]);
    await commit([]);
    expect(await get("a/old")).toEqual({ n: { integerValue: "5" } });
  });

  it("judge a query as a whole, by collection", async () => {
    const authorizer = recording(({ path }) => path === "accounts/a/orders");
    const { engine } = engineUnderTest({ authorizer });
    const run = (parent: string, collectionId: string, allDescendants = false) =>
      engine.serverStream(
        "RunQuery",
        { parent: nameOf(parent), structuredQuery: { from: [{ collectionId, allDescendants }] } },
        CLIENT,
        () => undefined,
      );
    await run("accounts/a", "orders");
    await expect(run("accounts/b", "orders")).rejects.toMatchObject(PERMISSION_DENIED);
    expect(authorizer.asked[0]).toMatchObject({
      operation: "list",
      path: "accounts/a/orders",
      collectionGroup: false,
    });
  });

  it("end a listener on a document that the client may no longer see, without showing its new state", async () => {
    const authorizer = recording(({ before }) => before?.owner === "u1");
    const { engine, set } = engineUnderTest({ authorizer });
    await set("a/b", { owner: { stringValue: "u1" } });
    const sink = new TestSink();
    const stream = engine.listen(CLIENT, sink);
    stream.receive({
      database: DATABASE,
      addTarget: { targetId: 2, documents: { documents: [nameOf("a/b")] } },
    });
    await nextTurn();
    sink.received.length = 0;
    await set("a/b", { owner: { stringValue: "somebody else" } });
    await nextTurn();
    expect(sink.received).toMatchObject([
      { targetChange: { targetChangeType: "REMOVE", cause: PERMISSION_DENIED } },
    ]);
    stream.close();
  });

  it("refuse a listener's target with a cause, and leave the stream open", async () => {
    const { engine } = engineUnderTest({ authorizer: recording(() => false) });
    const sink = new TestSink();
    const stream = engine.listen(CLIENT, sink);
    stream.receive({
      database: DATABASE,
      addTarget: { targetId: 2, documents: { documents: [nameOf("a/b")] } },
    });
    expect(sink.received).toMatchObject([
      { targetChange: { targetChangeType: "REMOVE", cause: PERMISSION_DENIED } },
    ]);
    stream.close();
  });

  it("hide a document's new state from a query's listener that may not get it", async () => {
    const authorizer = recording(({ operation }) => operation === "list");
    const { engine, set } = engineUnderTest({ authorizer });
    await set("a/b", { open: { booleanValue: true } });
    const sink = new TestSink();
    const stream = engine.listen(CLIENT, sink);
    const where = {
      fieldFilter: { field: { fieldPath: "open" }, op: "EQUAL", value: { booleanValue: true } },
    };
    const query = {
      parent: `${DATABASE}/documents`,
      structuredQuery: { from: [{ collectionId: "a" }], where },
    };
    stream.receive({ database: DATABASE, addTarget: { targetId: 2, query } });
    await nextTurn();
    sink.received.length = 0;
    await set("a/b", { secret: int(1) });
    await nextTurn();
    expect(sink.received[0]).toMatchObject({
      documentRemove: { document: nameOf("a/b"), removedTargetIds: [2] },
    });
    expect(JSON.stringify(sink.received)).not.toContain("secret");
    stream.close();
  });
});

describe("a web client's transaction", () => {
  it("is optimistic: what it read and did not write is verified at commit", async () => {
    const { engine, set, commit } = engineUnderTest({ authorizer: recording(() => true) });
    const { writeResults } = (await set("a/read", {})) as { writeResults: { updateTime: object }[] };
    const updateTime = writeResults[0]?.updateTime;
    const writes = [
      { verify: nameOf("a/read"), currentDocument: { updateTime } },
      { update: { name: nameOf("a/written"), fields: {} }, currentDocument: { exists: false } },
    ];
    await set("a/read", { changed: int(1) });
    await expect(engine.unary("Commit", { database: DATABASE, writes }, CLIENT)).rejects.toMatchObject({
      code: 9,
    });
    const fresh = [{ verify: nameOf("a/none"), currentDocument: { exists: false } }, ...writes.slice(1)];
    await engine.unary("Commit", { database: DATABASE, writes: fresh }, CLIENT);
    await expect(commit({ writes: fresh })).rejects.toMatchObject({ code: 6 });
  });
});
