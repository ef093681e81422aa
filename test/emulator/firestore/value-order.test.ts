// The order of values is a total order whatever the values are; sameness to a write is finer than equivalence.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compareNames, compareStrings, compareValues, identical } from "#local/firestore/engine/compare.ts";
import { canonicalValue, type Value } from "#local/firestore/engine/value.ts";

const { value: anyValue } = fc.letrec<{ value: Value }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.constant<Value>({ nullValue: "NULL_VALUE" }),
    fc.boolean().map((booleanValue): Value => ({ booleanValue })),
    fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map((n): Value => ({ integerValue: n.toString() })),
    fc
      .constantFrom("9007199254740993", "9007199254740992", "3")
      .map((integerValue): Value => ({ integerValue })),
    fc.double().map((doubleValue): Value => ({ doubleValue })),
    fc.constantFrom(9_007_199_254_740_992, 3, -0, 0).map((doubleValue): Value => ({ doubleValue })),
    fc.string({ unit: "binary" }).map((stringValue): Value => ({ stringValue })),
    fc.uint8Array().map((bytes): Value => ({ bytesValue: Buffer.from(bytes) })),
    fc
      .array(tie("value"), { maxLength: 3 })
      .map((values): Value => ({ arrayValue: { values: values.filter((item) => !("arrayValue" in item)) } })),
    fc
      .dictionary(fc.string({ minLength: 1, maxLength: 2 }), tie("value"), { maxKeys: 3 })
      .filter((fields) => Object.keys(fields).every((key) => !/^__.*__$/u.test(key)))
      .map((fields): Value => ({ mapValue: { fields: { ...fields } } })),
  ),
}));

describe("the order of values", () => {
  it("is antisymmetric and transitive", () => {
    fc.assert(
      fc.property(anyValue, anyValue, anyValue, (a, b, c) => {
        expect(compareValues(a, a)).toBe(0);
        expect(Math.sign(compareValues(a, b))).toBe(-Math.sign(compareValues(b, a)) + 0);
        const [low, middle, high] = [a, b, c].sort(compareValues);
        if (low !== undefined && middle !== undefined && high !== undefined) {
          expect(compareValues(low, middle)).toBeLessThanOrEqual(0);
          expect(compareValues(low, high)).toBeLessThanOrEqual(0);
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it("of strings is that of their UTF-8 bytes", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.string({ unit: "binary" }), (a, b) => {
        expect(compareStrings(a, b)).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)));
      }),
    );
  });

  it("puts numeric ids before others, by number, and a parent before its children", () => {
    const names = ["c/__id-2__", "c/__id7__", "c/__id10__", "c/", "c/a", "c/a/b/c", "c/b"];
    expect([...names].reverse().sort(compareNames)).toEqual(names);
  });
});

describe("identity", () => {
  it("holds for a canonical copy, and implies equivalence", () => {
    fc.assert(
      fc.property(anyValue, anyValue, (a, b) => {
        expect(identical(a, canonicalValue(structuredClone(a) as Record<string, unknown>))).toBe(true);
        if (identical(a, b)) expect(compareValues(a, b)).toBe(0);
      }),
    );
  });

  it("tells 3 from 3.0 and 0 from -0, which are equivalent", () => {
    const pairs: [Value, Value][] = [
      [{ integerValue: "3" }, { doubleValue: 3 }],
      [{ doubleValue: 0 }, { doubleValue: -0 }],
    ];
    for (const [a, b] of pairs) {
      expect(compareValues(a, b)).toBe(0);
      expect(identical(a, b)).toBe(false);
    }
  });
});
