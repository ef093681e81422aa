// Frozen data is read once a schema, and its reading cannot be changed. Data that may still change, or that
// failed to read, is read again each time.
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { decode, UnusableDocumentError } from "#functions/app/documents/codec.ts";
import { readOnce } from "#functions/app/documents/read-once.ts";

const schema = z.object({ inner: z.object({ count: z.number() }) });
const data = () => ({ inner: Object.freeze({ count: 1 }) });

describe("data that cannot change", () => {
  it("is read once by a schema, and anew by another", () => {
    const frozen = Object.freeze(data());
    let reads = 0;
    const read = () => {
      reads += 1;
      return schema.parse(frozen);
    };
    expect(readOnce(schema, frozen, read)).toBe(readOnce(schema, frozen, read));
    expect(reads).toBe(1);
    readOnce(z.object({ inner: z.unknown() }), frozen, read);
    expect(reads).toBe(2);
  });

  it("gives every reader what no other can change", () => {
    const snapshot = { path: "a/b", data: Object.freeze(data()), version: "1" };
    const value = decode(schema, snapshot);
    expect(() => {
      if (value !== null) value.inner.count = 2;
    }).toThrow(TypeError);
    expect(decode(schema, snapshot)).toEqual({ inner: { count: 1 } });
  });

  it("fails every time where it cannot be read", () => {
    const snapshot = { path: "a/b", data: Object.freeze({ inner: 1 }), version: "1" };
    for (let time = 0; time < 2; time += 1)
      expect(() => decode(schema, snapshot)).toThrow(UnusableDocumentError);
  });
});

describe("data that may still change", () => {
  it("is read every time", () => {
    const open = { inner: { count: 1 } };
    const snapshot = { path: "a/b", data: open, version: "1" };
    decode(schema, snapshot);
    open.inner.count = 2;
    expect(decode(schema, snapshot)).toEqual({ inner: { count: 2 } });
  });
});
