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
    ["exists(/databases/$(database)/documents/a/b)", "5:22: unknown function 'exists'"],
    ["get(/databases/$(database)/documents/a/b).data.x", "5:22: unknown function 'get'"],
    ["true && nobody", "5:30: unknown variable 'nobody'"],
    ["request.query.limit < 5", "5:30: 'request' has no member 'query'"],
    ["request.auth.name == 'x'", "5:35: 'request.auth' has no member 'name'"],
    ["resource.data.a.diff({}).x", "5:38: unknown method 'diff'"],
    ["resource.data.get('a') == 1", "5:36: 'get' takes 2 arguments"],
    ["resource.data.a is set", "5:38: unknown type 'set'"],
    ["'a'.matches('(?=a)')", "5:34: unusable pattern"],
    ["'a'.matches(resource.data.p)", "5:26: 'matches' takes a literal pattern"],
    ["[1, 2][0:1] == [1]", "5:30: ranges"],
    ["1 = 1", "5:24: expected ';'"],
    ["'abc", "5:22: unexpected character"],
    ["true ? 1", "5:30: expected ':'"],
    ["duration.value(1, 'd') == 1", "5:22: unknown variable 'duration'"],
  ])("%s", (condition, place) => {
    expect(() => compileRules(frame(condition), "my.rules")).toThrow(`my.rules:${place}`);
  });
});

describe("a file that is refused at load", () => {
  it.each([
    ["version 1", frame("true").replace("'2'", "'1'"), "1:17: only rules_version = '2'"],
    ["no version", "service cloud.firestore {}", "1:1: expected 'rules_version'"],
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
