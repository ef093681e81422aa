// Locks and transactions over time: nothing waits for ever, nothing outlives its limits, retries make progress.
import { describe, expect, it } from "vitest";
import { LOCK_WAIT_TIMEOUT_MS } from "#local/firestore/engine/locks.ts";
import { MAX_IDLE_MS, MAX_TRANSACTION_MS } from "#local/firestore/engine/transactions.ts";
import { engineUnderTest, int } from "./engine-under-test.ts";

/** Longest the sweep may lag behind a limit. */
const SWEEP_LAG_MS = 1_000;

describe("a transaction", () => {
  it("ends when it is idle for 60 s, and its locks go with it", async () => {
    const { engine, clock, begin, get, set } = engineUnderTest();
    const transaction = await begin();
    await get("a/b", { transaction });
    clock.advance(MAX_IDLE_MS - LOCK_WAIT_TIMEOUT_MS + 5_000);
    const waiting = set("a/b", { n: int(1) });
    expect(engine.waitingForLocks).toBe(1);
    clock.advance(LOCK_WAIT_TIMEOUT_MS - 5_000 + SWEEP_LAG_MS + 1);
    await waiting;
    await expect(set("a/b", {}, transaction)).rejects.toThrow(/transaction has expired/u);
  });

  it("ends after 270 s however busy it is", async () => {
    const { clock, begin, get, set } = engineUnderTest();
    const transaction = await begin();
    for (let ms = 0; ms < MAX_TRANSACTION_MS; ms += MAX_IDLE_MS / 2) {
      await get("a/b", { transaction });
      clock.advance(MAX_IDLE_MS / 2);
    }
    clock.advance(SWEEP_LAG_MS + 1);
    await expect(get("a/b", { transaction })).rejects.toThrow(/transaction has expired/u);
    await set("a/b", {});
  });

  it("of another run of the server is refused", async () => {
    const transaction = await engineUnderTest().begin();
    await expect(engineUnderTest().get("a/b", { transaction })).rejects.toThrow(/transaction has expired/u);
  });
});

describe("a wait for a lock", () => {
  it("ends with ABORTED after its timeout, and leaves the document as it was", async () => {
    const { engine, clock, begin, get, set } = engineUnderTest();
    await set("a/b", { n: int(1) });
    const transaction = await begin();
    await get("a/b", { transaction });
    const waiting = set("a/b", { n: int(2) });
    clock.advance(LOCK_WAIT_TIMEOUT_MS);
    await expect(waiting).rejects.toMatchObject({ code: 10 });
    expect(engine.waitingForLocks).toBe(0);
    expect(await get("a/b")).toEqual({ n: { integerValue: "1" } });
  });

  it("lets plain reads through, and later transactional readers wait behind the writer", async () => {
    const { engine, begin, get, set, commit } = engineUnderTest();
    const [first, second] = [await begin(), await begin()];
    await get("a/b", { transaction: first });
    const writer = set("a/b", { n: int(1) });
    expect(await get("a/b")).toBeNull();
    const reader = get("a/b", { transaction: second });
    expect(engine.waitingForLocks).toBe(2);
    await commit({ transaction: first, writes: [] });
    await writer;
    expect(await reader).toEqual({ n: { integerValue: "1" } });
  });

  it("is never the price of courtesy: a reader that would deadlock behind a writer goes first", async () => {
    const { begin, get, commit, set } = engineUnderTest();
    const transaction = await begin();
    await get("a/1", { transaction });
    const writer = commit({
      writes: ["a/1", "a/2"].map((path) => ({
        update: { name: `projects/demo-engine/databases/(default)/documents/${path}`, fields: { n: int(1) } },
      })),
    });
    expect(await get("a/2", { transaction })).toBeNull();
    await set("a/1", { n: int(5) }, transaction);
    await writer;
    expect(await get("a/1")).toEqual({ n: { integerValue: "1" } });
  });
});

describe("retries", () => {
  it("queue for their turn instead of deadlocking again", async () => {
    const { begin, get, set, engine } = engineUnderTest();
    const retry = { readWrite: { retryTransaction: Buffer.from("an earlier attempt") } };
    const [first, second] = [await begin(retry), await begin(retry)];
    await get("a/b", { transaction: first });
    const queued = get("a/b", { transaction: second });
    expect(engine.waitingForLocks).toBe(1);
    await set("a/b", { n: int(1) }, first);
    expect(await queued).toEqual({ n: { integerValue: "1" } });
    await set("a/b", { n: int(2) }, second);
  });
});
