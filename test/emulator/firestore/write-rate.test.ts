// A server with contention behaves as production does where one document is written too often: commits wait their turn, then
// are refused, and nothing that was acknowledged is lost. Other documents are not held up.
import { describe, expect, it } from "vitest";
import { engineUnderTest } from "./engine-under-test.ts";

const RATE = { writesPerSecond: 1, burst: 2, longestWaitMs: 3_000 };
const fields = (n: number) => ({ n: { integerValue: String(n) } });

/** Which of the promises have settled, in the order of the list. */
async function settled(promises: readonly Promise<unknown>[]): Promise<readonly string[]> {
  const open = Symbol("open");
  const turn = new Promise((resolve) => setImmediate(() => resolve(open)));
  return await Promise.all(
    promises.map(async (each) => {
      const first = await Promise.race([each.catch((error: Error) => error), turn]);
      if (first === open) return "waits";
      return first instanceof Error ? "refused" : "done";
    }),
  );
}

describe("a document under one sustained write a second", () => {
  it("takes a burst at once, lets the next ones wait a second each, and refuses what would wait too long", async () => {
    const { set, get, clock } = engineUnderTest({ writeRate: RATE });
    const writes = Array.from({ length: 8 }, (_, n) => set("a/hot", fields(n)));
    expect(await settled(writes)).toEqual([
      ...["done", "done", "done"],
      ...["waits", "waits", "waits"],
      ...["refused", "refused"],
    ]);
    clock.advance(1_000);
    expect((await settled(writes)).filter((each) => each === "waits")).toHaveLength(2);
    clock.advance(2_000);
    expect(await settled(writes)).not.toContain("waits");
    // The last one that was not refused is the last one stored.
    expect(await get("a/hot")).toMatchObject(fields(5));
  });

  it("does not hold up another document, and rests", async () => {
    const { set, clock } = engineUnderTest({ writeRate: RATE });
    for (let n = 0; n < 3; n += 1) void set("a/hot", fields(n));
    expect(await settled([set("a/cold", fields(0)), set("a/hot", fields(3))])).toEqual(["done", "waits"]);
    clock.advance(60_000);
    expect(await settled([set("a/hot", fields(4))])).toEqual(["done"]);
  });

  it("refuses with ABORTED, which an SDK repeats", async () => {
    const { set } = engineUnderTest({ writeRate: { ...RATE, burst: 0, longestWaitMs: 0 } });
    await set("a/hot", fields(0));
    await expect(set("a/hot", fields(1))).rejects.toMatchObject({ code: 10 });
  });
});
