// Whatever a rules file says, it is refused with its place or it answers yes or no: the authorizer never throws.

import { compileRules, RulesSyntaxError } from "@ballast/local-firestore";
import * as fc from "fast-check";
import { expect, it } from "vitest";
import { documentToRuleValues } from "#local/firestore/rules/document-values.ts";

const before = documentToRuleValues({
  n: { integerValue: "3" },
  x: { doubleValue: 0.5 },
  s: { stringValue: "text" },
  l: { arrayValue: { values: [{ stringValue: "a" }, { nullValue: "NULL_VALUE" }] } },
  m: { mapValue: { fields: { k: { booleanValue: true } } } },
  t: { timestampValue: { seconds: "1", nanos: 0 } },
  b: { bytesValue: Buffer.from("b") },
  r: { referenceValue: "projects/p/databases/(default)/documents/a/b" },
  g: { geoPointValue: { latitude: 1, longitude: 2 } },
});

const { expression } = fc.letrec((tie) => {
  const inner = tie("expression") as fc.Arbitrary<string>;
  const operator = fc.constantFrom("&&", "||", "==", "!=", "<", ">=", "in", "+", "-", "*", "/", "%");
  const method = fc.constantFrom("size", "keys", "values", "lower", "trim", "toMillis");
  const setMethod = fc.constantFrom("hasAny", "hasAll", "hasOnly", "concat");
  return {
    expression: fc.oneof(
      { maxDepth: 5, depthSize: "small" },
      fc.constantFrom(
        "true",
        "false",
        "null",
        "1",
        "0",
        "2.5",
        "'a'",
        "[]",
        "{}",
        "thing",
        "deep",
        "resource",
      ),
      fc.constantFrom(
        "request.auth.token",
        "request.time",
        "request.path",
        "request.resource.data",
        // In brackets: a slash right behind a path is the path's next segment, not a division.
        "(/a/$(thing))",
      ),
      fc
        .constantFrom("n", "x", "s", "l", "m", "t", "b", "r", "g", "none")
        .map((field) => `resource.data.${field}`),
      fc.tuple(inner, operator, inner).map(([left, sign, right]) => `(${left} ${sign} ${right})`),
      fc.tuple(inner, method).map(([object, name]) => `${object}.${name}()`),
      fc.tuple(inner, setMethod, inner).map(([object, name, argument]) => `${object}.${name}(${argument})`),
      fc.tuple(inner, inner, inner).map(([object, key, absent]) => `${object}.get(${key}, ${absent})`),
      fc.tuple(inner, inner).map(([object, index]) => `${object}[${index}]`),
      fc.tuple(inner, inner, inner).map(([test, yes, no]) => `(${test} ? ${yes} : ${no})`),
      fc
        .tuple(inner, fc.constantFrom("int", "map", "list", "path"))
        .map(([value, type]) => `(${value} is ${type})`),
      inner.map((operand) => `!${operand}`),
      inner.map((operand) => `-${operand}`),
      fc.array(inner, { maxLength: 3 }).map((items) => `[${items.join(", ")}]`),
      fc.tuple(inner, inner).map(([key, value]) => `{${key}: ${value}}`),
      inner.map((argument) => `identity(${argument})`),
    ),
  };
}) as { expression: fc.Arbitrary<string> };

const source = (condition: string) => `rules_version = '2';
service cloud.firestore { match /databases/{database}/documents {
  function identity(value) { let same = value; return same; }
  match /{deep=**} { match /things/{thing} { allow read, write: if ${condition}; } }
} }`;

it("answers yes or no for every expression of the language", () => {
  fc.assert(
    fc.property(expression, fc.constantFrom("get", "list", "create", "delete"), (condition, operation) => {
      const answer = compileRules(source(condition)).allows({
        operation,
        path: operation === "list" ? "a/b/things" : "a/b/things/t",
        before: operation === "create" ? null : before,
        after: operation === "create" ? before : null,
        caller: {
          kind: "client",
          auth: { uid: "u", token: { role: "viewer", accounts: ["a", 1, 2.5, null] } },
        },
        timeMs: 1,
      });
      expect(answer).toBeTypeOf("boolean");
    }),
    { numRuns: 2000 },
  );
});

it("refuses any other text with its place", () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.string().map(source)), (text) => {
      try {
        compileRules(text, "some.rules");
      } catch (error) {
        expect(error).toBeInstanceOf(RulesSyntaxError);
        expect((error as Error).message).toMatch(/^some\.rules:\d+:\d+: /);
      }
    }),
  );
});
