// Loading rules: whatever the evaluator does not know is refused with file, line and column.

import { compileRules } from "@ballast/local-firestore";
import { describe, expect, it } from "vitest";

const frame = (condition: string) => `rules_version = '2';
service cloud.firestore {
  match /databases/{database}/documents {
    match /things/{thing} {
      allow read: if ${condition};
    }
  }
}`;

describe("a condition that is refused at load", () => {
  it.each([
    ["exists()", "5:22: 'exists' takes 1 arguments"],
    ["fetch(/databases/$(database)/documents/a/b).data.x", "5:22: unknown function 'fetch'"],
    ["true && nobody", "5:30: unknown variable 'nobody'"],
    ["request.query.orderBy == 'a'", "5:36: 'request.query' has no member 'orderBy'"],
    ["request.auth.name == 'x'", "5:35: 'request.auth' has no member 'name'"],
    ["resource.data.a.difference({}).reduce()", "5:53: unknown method 'reduce'"],
    ["resource.data.get('a') == 1", "5:36: 'get' takes 2 arguments"],
    ["resource.data.a is tuple", "5:38: unknown type 'tuple'"],
    ["'a'.matches('(?=a)')", "5:34: unusable pattern"],
    ["'a'.split('(')", "5:32: unusable pattern"],
    ["math.cos(1) == 1", "5:27: 'math' has no function 'cos'"],
    ["duration.value(1) == 1", "5:31: 'duration.value' takes 2 arguments"],
    ["int(1, 2) == 1", "5:22: 'int' takes 1 arguments"],
    ["1 = 1", "5:24: expected ';'"],
    ["'abc", "5:22: unexpected character"],
    ["true ? 1", "5:30: expected ':'"],
  ])("%s", (condition, place) => {
    expect(() => compileRules(frame(condition), "my.rules")).toThrow(`my.rules:${place}`);
  });
});

describe("a file that is refused at load", () => {
  it.each([
    ["version 3", frame("true").replace("'2'", "'3'"), "1:17: rules_version is '1' or '2'"],
    [
      "{x=**} inside a path of version 1",
      frame("true").replace("'2'", "'1'").replace("/things/{thing}", "/{a=**}/things"),
      "4:5: in rules_version '1' {name=**} ends a path",
    ],
    [
      "eight parameters",
      frame("true").replace(
        "match /things",
        "function f(a, b, c, d, e, g, h, i) { return a; }\n match /things",
      ),
      "4:5: 'f' has 8 parameters; 7 are allowed",
    ],
    [
      "eleven match blocks within each other",
      `service cloud.firestore { ${"match /a/{b} { ".repeat(11)} ${"}".repeat(12)}`,
      "match blocks may nest 10 deep",
    ],
    [
      "another service",
      frame("true").replace("cloud.firestore", "firebase.storage"),
      "2:9: expected 'cloud'",
    ],
    ["an unknown operation", frame("true").replace("read", "peek"), "5:13: unknown operation 'peek'"],
    [
      "two {x=**} in a path",
      frame("true").replace("/things/{thing}", "/{a=**}/{b=**}"),
      "4:5: a path may hold {name=**} only once",
    ],
    [
      "recursion",
      frame("f()").replace(
        "match /things",
        "function f() { return g(); } function g() { return f(); }\n match /things",
      ),
      "4:56: 'f' calls itself",
    ],
    ["a missing brace", frame("true").slice(0, -1), "8:1: expected"],
    ["text after the end", `${frame("true")} x`, "8:3: expected the end"],
  ])("%s", (_, source, place) => {
    expect(() => compileRules(source, "my.rules")).toThrow(place);
  });
});
