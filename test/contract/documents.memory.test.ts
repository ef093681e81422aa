// The document contract over the in-memory store, and what only that store promises.
import { describe, expect, it } from "vitest";
import { createFakeClock } from "#test/support/memory/clock.ts";
import { createMemoryDocuments } from "#test/support/memory/documents.ts";
import { describeDocumentPort } from "./documents.ts";

describeDocumentPort("memory", async () => ({
  port: createMemoryDocuments(createFakeClock()),
  prefix: "accounts/contract",
}));

describe("in-memory documents", () => {
  it("keep the version of a document that a write did not change, as Firestore does", async () => {
    const port = createMemoryDocuments(createFakeClock());
    const [first] = await port.commit([{ op: "set", path: "a/b", data: { n: 1 } }]);
    expect(await port.commit([{ op: "set", path: "a/b", data: { n: 1 } }])).toEqual([first]);
  });

  it("give rising versions while the clock stands still or runs back", async () => {
    const clock = createFakeClock();
    const port = createMemoryDocuments(clock);
    const [first] = await port.commit([{ op: "set", path: "a/b", data: { n: 1 } }]);
    clock.setMs(clock.nowMs() - 60_000);
    const [second] = await port.commit([{ op: "set", path: "a/b", data: { n: 2 } }]);
    expect(Number(second)).toBeGreaterThan(Number(first));
  });

  it("can fail a commit before it is taken and after", async () => {
    const port = createMemoryDocuments(createFakeClock());
    const fail = async () => {
      throw new Error("cut off");
    };
    port.interceptor = { before: fail };
    await expect(port.commit([{ op: "set", path: "a/b", data: {} }])).rejects.toThrow("cut off");
    expect(port.dump()).toEqual({});
    port.interceptor = { after: fail };
    await expect(port.commit([{ op: "set", path: "a/b", data: {} }])).rejects.toThrow("cut off");
    expect(port.dump()).toEqual({ "a/b": {} });
  });
});
