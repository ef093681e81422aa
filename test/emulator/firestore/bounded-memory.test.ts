// Memory follows the live documents: a slow listener costs one entry per document, old versions are few, and a read
// that needs what is gone is refused.
import { describe, expect, it } from "vitest";
import type { ProtoMessage } from "#local/firestore/backend.ts";
import { DATABASE, engineUnderTest, int, nextTurn, OWNER, TestSink } from "./engine-under-test.ts";

interface Shown {
  documentChange?: { document: { name: string; fields: ProtoMessage } };
  targetChange?: { targetChangeType: string; targetIds: number[] };
}

const target = {
  targetId: 2,
  query: { parent: `${DATABASE}/documents`, structuredQuery: { from: [{ collectionId: "a" }] } },
};

describe("a slow listener", () => {
  it("gets the last state of each document once, and a snapshot only when it has everything", async () => {
    const { engine, set } = engineUnderTest();
    const sink = new TestSink();
    const stream = engine.listen(OWNER, sink);
    stream.receive({ database: DATABASE, addTarget: target });
    await nextTurn();
    sink.received.length = 0;
    sink.slow = true;
    for (let n = 1; n <= 1_000; n += 1) {
      await set(`a/${n % 3}`, { n: int(n) });
      if (n % 100 === 0) await nextTurn();
    }
    expect(sink.received).toEqual([]);
    sink.drain();
    const shown = sink.received as Shown[];
    const fields = shown.flatMap(({ documentChange }) =>
      documentChange ? [documentChange.document.fields] : [],
    );
    expect(fields.map(({ n }) => (n as { integerValue: string }).integerValue).sort()).toEqual([
      "1000",
      "998",
      "999",
    ]);
    expect(shown.at(-1)?.targetChange).toMatchObject({ targetChangeType: "NO_CHANGE", targetIds: [] });
    stream.close();
  });

  it("that stops half-way through goes on where it stopped", async () => {
    const { engine, set } = engineUnderTest();
    for (let n = 0; n < 10; n += 1) await set(`a/${n}`, {});
    const sink = new TestSink();
    const send = sink.send.bind(sink);
    sink.send = (message) => {
      send(message);
      if (sink.received.length === 5) sink.slow = true;
    };
    const stream = engine.listen(OWNER, sink);
    stream.receive({ database: DATABASE, addTarget: target });
    await nextTurn();
    expect(sink.received).toHaveLength(5);
    await set("a/0", { n: int(1) });
    sink.drain();
    const last = new Map(
      (sink.received as Shown[]).map(({ documentChange }) => [
        documentChange?.document.name,
        documentChange?.document.fields,
      ]),
    );
    expect(last.get(`${DATABASE}/documents/a/0`)).toEqual({ n: { integerValue: "1" } });
    expect((sink.received as Shown[]).filter(({ documentChange }) => documentChange)).toHaveLength(11);
    stream.close();
  });
});

describe("a listener without news", () => {
  it("hears that the stream lives before the SDK gives it up at 120 s", async () => {
    const { engine, clock } = engineUnderTest();
    const sink = new TestSink();
    const stream = engine.listen(OWNER, sink);
    stream.receive({ database: DATABASE, addTarget: target });
    await nextTurn();
    const before = sink.received.length;
    clock.advance(100_000);
    await nextTurn();
    expect(sink.received.length).toBeGreaterThan(before);
    stream.close();
  });
});

describe("old versions", () => {
  const readTimeOf = (response: ProtoMessage): object => response.commitTime as object;

  it("are readable while they are kept and refused once they are gone", async () => {
    const { set, get } = engineUnderTest();
    const readTime = readTimeOf(await set("a/b", { n: int(0) }));
    for (let n = 1; n < 1_000; n += 1) await set("a/b", { n: int(n) });
    expect(await get("a/b", { readTime })).toEqual({ n: { integerValue: "0" } });
    for (let n = 1_000; n < 10_000; n += 1) await set("a/b", { n: int(n) });
    await expect(get("a/b", { readTime })).rejects.toMatchObject({ code: 9 });
  });

  it("are bounded by their size too", async () => {
    const { set, get } = engineUnderTest();
    const readTime = readTimeOf(await set("a/b", { n: int(0) }));
    const text = { stringValue: "x".repeat(1_000_000) };
    for (let n = 1; n < 20; n += 1) await set("a/b", { n: int(n), text });
    await expect(get("a/b", { readTime })).rejects.toMatchObject({ code: 9 });
  });

  it("stay for a read-only transaction that needs them", async () => {
    const { set, get, begin } = engineUnderTest();
    await set("a/b", { n: int(0) });
    const transaction = await begin({ readOnly: {} });
    for (let n = 1; n < 10_000; n += 1) await set("a/b", { n: int(n) });
    expect(await get("a/b", { transaction })).toEqual({ n: { integerValue: "0" } });
  });
});
