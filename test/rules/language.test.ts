// The rules language: what an expression means, that an error denies, and how || and && look past an error.

import type { AccessRequest } from "@ballast/local-firestore";
import { compileRules } from "@ballast/local-firestore";
import { describe, expect, it } from "vitest";
import { documentToRuleValues } from "#local/firestore/rules/document-values.ts";

const REQUEST: AccessRequest = {
  operation: "update",
  path: "things/t1",
  before: documentToRuleValues({
    count: { integerValue: "3" },
    ratio: { doubleValue: 1 },
    owner: { stringValue: "ann" },
    tags: { arrayValue: { values: [{ stringValue: "a" }, { stringValue: "b" }] } },
    at: { timestampValue: { seconds: "1700000000", nanos: 5000 } },
    nested: { mapValue: { fields: { deep: { booleanValue: true } } } },
    nothing: { nullValue: "NULL_VALUE" },
  }),
  after: documentToRuleValues({ count: { integerValue: "4" } }),
  caller: { kind: "client", auth: { uid: "ann", token: { role: "viewer", accounts: ["a"], level: 2 } } },
  timeMs: 1_700_000_001_000,
};

function allowed(condition: string, request: Partial<AccessRequest> = {}, functions = ""): boolean {
  const source = `rules_version = '2';
service cloud.firestore { match /databases/{database}/documents {
  ${functions}
  match /things/{thing} { allow read, write: if ${condition}; }
} }`;
  return compileRules(source).allows({ ...REQUEST, ...request });
}

describe("an expression that holds", () => {
  it.each([
    "true && !false",
    "1 + 2 * 3 == 7 && 7 - 2 - 1 == 4 && 7 / 2 == 3 && 7 % 4 == 3 && -1 < 0",
    "1 == 1.0 && 1.5 > 1 && 2 >= 2 && 'a' < 'b' && 'a' + 'b' == \"ab\"",
    "resource.data.count + 1 == request.resource.data.count",
    "request.auth.uid == resource.data.owner && request.auth.token.level == 2",
    "resource.data.count is int && resource.data.count is number && !(resource.data.count is float)",
    "resource.data.ratio is float && resource.data.ratio == 1",
    "resource.data.at is timestamp && resource.data.at < request.time && resource.data.at.toMillis() == 1700000000000",
    "resource.data.nothing == null && resource.data.nothing is null",
    "resource.data.tags is list && 'a' in resource.data.tags && resource.data.tags[1] == 'b'",
    "resource.data.tags.hasAny(['x', 'b']) && resource.data.tags.hasAll(['a']) && resource.data.tags.hasOnly(['a', 'b', 'c'])",
    "!resource.data.tags.hasAny([]) && !resource.data.tags.hasOnly(['a'])",
    "resource.data.keys().hasAll(['count', 'tags']) && 'owner' in resource.data",
    "resource.data.get('missing', 9) == 9 && resource.data.get('count', 9) == 3",
    "resource.data['owner'].size() == 3 && resource.data.nested.deep",
    "resource.data.owner.matches('a.n') && !resource.data.owner.matches('a') && 'A'.lower() == 'a'",
    "{'a': 1, 'b': [2]} == {'b': [2], 'a': 1} && [1, 2] != [2, 1]",
    "(resource.data.count > 2 ? 'many' : 'few') == 'many'",
    "request.method == 'update' && thing == 't1' && resource.id == 't1'",
    "request.path == /databases/$(database)/documents/things/$(thing)",
    "1 in [1] == true",
    "1 < 2 in [true]",
  ])("%s", (condition) => {
    expect(allowed(condition)).toBe(true);
  });
});

describe("an evaluation error denies", () => {
  it.each([
    "resource.data.missing == null",
    "resource.data.owner",
    "resource.data.owner && true",
    "!resource.data.count",
    "1 + 'a' == '1a'",
    "1 < 'a'",
    "'a' in 'abc'",
    "resource.data.tags[7] == null",
    "1 / 0 == 0",
    "9223372036854775807 + 1 > 0",
    "resource.data.count.size() == 1",
    "resource.data.missing ? true : true",
  ])("%s", (condition) => {
    expect(allowed(condition)).toBe(false);
    expect(allowed(`!(${condition})`)).toBe(false);
  });

  it("lets || look past an error on either side when the other is true", () => {
    expect(allowed("resource.data.missing || true")).toBe(true);
    expect(allowed("true || resource.data.missing")).toBe(true);
    expect(allowed("resource.data.missing || false")).toBe(false);
    expect(allowed("false || resource.data.missing")).toBe(false);
  });

  it("lets && be false past an error on either side, and never true", () => {
    expect(allowed("!(resource.data.missing && false)")).toBe(true);
    expect(allowed("!(false && resource.data.missing)")).toBe(true);
    expect(allowed("resource.data.missing && true")).toBe(false);
    expect(allowed("!(true && resource.data.missing)")).toBe(false);
  });
});

describe("functions", () => {
  it("see the wildcards of the block they stand in, their parameters and their let bindings", () => {
    const functions =
      "function twice(n) { let doubled = n * 2; let text = 'x'; return doubled + text.size(); }";
    expect(allowed("twice(3) == 7", {}, functions)).toBe(true);
    const nested = compileRules(
      `rules_version = '2';
service cloud.firestore {
  function outer() { return database == '(default)'; }
  match /databases/{database}/documents { match /things/{thing} {
    function isFirst() { return thing == 't1'; }
    allow get: if isFirst();
  } } }`.replace("return database == '(default)'", "return request.method == 'get'"),
    );
    expect(nested.allows({ ...REQUEST, operation: "get" })).toBe(true);
    expect(nested.allows({ ...REQUEST, operation: "get", path: "things/t2" })).toBe(false);
  });
});

describe("a list is judged for any document", () => {
  const list = { operation: "list", path: "things", before: null, after: null } as const;

  it("is allowed when the rule asks nothing of the document", () => {
    expect(allowed("request.auth.uid == 'ann'", list)).toBe(true);
  });

  it.each(["thing == 't1'", "resource.id == 't1'", "resource.data.count == 3", "request.path != null"])(
    "is denied when the rule asks %s",
    (condition) => {
      expect(allowed(condition, list)).toBe(false);
      expect(allowed(`!(${condition})`, list)).toBe(false);
    },
  );
});

describe("match blocks", () => {
  const rules = (body: string) =>
    compileRules(
      `rules_version = '2'; service cloud.firestore { match /databases/{db}/documents { ${body} } }`,
    );
  const get = (path: string): AccessRequest => ({ ...REQUEST, operation: "get", path, after: null });

  it("{name} takes one segment, {name=**} any number, none included", () => {
    const one = rules("match /a/{id} { allow get; }");
    expect([get("a/b"), get("a/b/c/d"), get("x/b")].map(one.allows)).toEqual([true, false, false]);
    const rest = rules("match /a/{id}/{deep=**} { allow get: if deep.size() < 4; }");
    expect([get("a/b"), get("a/b/c/d"), get("a/b/c/d/e/f")].map(rest.allows)).toEqual([true, true, false]);
  });

  it("grants when any matching rule grants", () => {
    const both = rules(
      "match /a/{id} { allow get: if false; } match /{any=**} { allow get: if any[0] == 'a'; }",
    );
    expect([get("a/b"), get("c/b")].map(both.allows)).toEqual([true, false]);
  });

  it("lets a collection group through only where the rule covers every parent", () => {
    const group: AccessRequest = { ...get("orders"), operation: "list", collectionGroup: true };
    expect(rules("match /accounts/{a}/orders/{id} { allow list; }").allows(group)).toBe(false);
    expect(rules("match /orders/{id} { allow list; }").allows(group)).toBe(false);
    expect(rules("match /{above=**}/orders/{id} { allow list; }").allows(group)).toBe(true);
    expect(rules("match /{above=**}/orders/{id} { allow list: if above.size() == 0; }").allows(group)).toBe(
      false,
    );
  });

  it("separates the operations", () => {
    const create = rules("match /a/{id} { allow create; allow get; }");
    const asked = (["get", "list", "create", "update", "delete"] as const).map((operation) =>
      create.allows({ ...get(operation === "list" ? "a" : "a/b"), operation }),
    );
    expect(asked).toEqual([true, false, true, false, false]);
  });
});
