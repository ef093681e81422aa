// The documented rules language: each type, method, namespace and operator of the reference at least once. A construct
// that is taken away from the evaluator, or added to it, fails the last test until this table has it.
import { type AccessRequest, compileRules } from "@ballast/local-firestore";
import { describe, expect, it } from "vitest";
import { documentToRuleValues } from "#local/firestore/rules/document-values.ts";
import { METHODS, NAMESPACES } from "#local/firestore/rules/rule-methods.ts";

const STORED: Readonly<Record<string, object>> = {
  "things/t1": { count: { integerValue: "3" }, owner: { stringValue: "ann" } },
  "users/ann": { role: { stringValue: "editor" } },
};

const fieldsOf = (path: string): Readonly<Record<string, unknown>> | null => {
  const fields = STORED[path];
  return fields === undefined ? null : documentToRuleValues(fields as Readonly<Record<string, unknown>>);
};
const AFTER = documentToRuleValues({ count: { integerValue: "4" }, note: { stringValue: "x" } });

const REQUEST: AccessRequest = {
  operation: "update",
  path: "things/t1",
  before: fieldsOf("things/t1"),
  after: AFTER,
  caller: { kind: "client", auth: { uid: "ann", token: {} } },
  // Sunday, 2026-08-30T01:02:03.500Z, day 242 of its year
  timeMs: 1_788_051_723_500,
  documents: {
    before: fieldsOf,
    after: (path) => (path === "things/t1" ? AFTER : fieldsOf(path)),
  },
};

function allowed(condition: string, request: Partial<AccessRequest> = {}): boolean {
  const source = `rules_version = '2';
service cloud.firestore { match /databases/{database}/documents {
  match /things/{thing} { allow read, write: if ${condition}; }
} }`;
  return compileRules(source).allows({ ...REQUEST, ...request });
}

/** Conditions that hold, by the page of the reference. */
const HOLDS: Readonly<Record<string, readonly string[]>> = {
  boolean: ["false < true && !false", "bool('true') && !bool('false') && bool(true)"],
  bytes: [
    "'héllo'.toUtf8().size() == 6",
    "b'\\x00\\xff' is bytes && b'a' == 'a'.toUtf8() && b'a' < b'b'",
    "'hi'.toUtf8().toBase64() == 'aGk='",
    "b'\\xde\\xad'.toHexString() == 'DEAD'",
  ],
  duration: [
    "duration.value(1, 'w') == duration.value(7, 'd') && duration.value(1, 'h') == duration.value(60, 'm')",
    "duration.value(1500, 'ms').seconds() == 1 && duration.value(1500, 'ms').nanos() == 500000000",
    "duration.time(1, 2, 3, 4).seconds() == 3723 && duration.value(4, 'ns').nanos() == 4",
    "duration.abs(duration.value(-3, 's')) == duration.value(3, 's')",
    "duration.value(1, 's') is duration && duration.value(1, 's') < duration.value(2, 's')",
    "duration.value(90, 'm') == duration.value(1, 'h') + duration.value(30, 'm')",
    "duration.value(1, 'h') - duration.value(30, 'm') == duration.value(30, 'm')",
  ],
  float: ["float('2.5') == 2.5 && float(2) is float && 1e3 == 1000.0", "float('NaN') != float('NaN')"],
  integer: ["int('7') == 7 && int(7.9) == 7 && int(7.9) is int", "7 % 4 == 3 && 7 / 2 == 3 && -7 < 0"],
  latlng: [
    "latlng.value(35.5, 139.5).latitude() == 35.5 && latlng.value(35.5, 139.5).longitude() == 139.5",
    "latlng.value(0.0, 0.0).distance(latlng.value(0.0, 1.0)) > 111000",
    "latlng.value(0.0, 0.0).distance(latlng.value(0.0, 1.0)) < 112000",
    "latlng.value(1, 2) is latlng && latlng.value(1, 2) == latlng.value(1.0, 2.0)",
  ],
  list: [
    "['a'].concat(['b']) == ['a', 'b'] && ['a'] + ['b'] == ['a', 'b']",
    "['a', 'b'].hasAll(['b']) && ['a', 'b'].hasAny(['x', 'b']) && !['a', 'b'].hasOnly(['a', 'c'])",
    "['a', 'a', 'b'].hasOnly(['a', 'b', 'b', 'c'])",
    "['a', 'b'].join('-') == 'a-b' && ['a', 'b', 'a'].removeAll(['a']) == ['b']",
    "['a', 'b', 'a'].toSet().size() == 2 && ['a', 'b'].size() == 2",
    "['a', 'b', 'c'][1] == 'b' && ['a', 'b', 'c'][1:3] == ['b', 'c'] && ['a'][0:0] == []",
    "'a' in ['a'] && !('b' in ['a']) && ['a'] is list",
  ],
  map: [
    "{'b': 1, 'a': 2}.keys() == ['a', 'b'] && {'b': 1, 'a': 2}.values() == [1, 2]",
    "{'B': 1, 'a': 2, '10': 3, '9': 4}.keys() == ['10', '9', 'B', 'a']",
    "{'a': 1}.size() == 1 && 'a' in {'a': 1} && {'a': 1}.a == 1 && {'a': 1}['a'] == 1",
    "{'a': 1}.get('a', 7) == 1 && {'a': 1}.get('b', 7) == 7",
    "{'a': {'b': 1}}.get(['a', 'b'], 7) == 1 && {'a': {'b': 1}}.get(['a', 'c'], 7) == 7",
    "{'a': 1}.get(['a', 'b'], 7) == 7 && {'a': 1} is map",
  ],
  mapDiff: [
    "{'a': 1, 'c': 3}.diff({'a': 2, 'b': 1}).addedKeys() == ['c'].toSet()",
    "{'a': 1, 'c': 3}.diff({'a': 2, 'b': 1}).removedKeys() == ['b'].toSet()",
    "{'a': 1, 'c': 3}.diff({'a': 2, 'b': 1}).changedKeys() == ['a'].toSet()",
    "{'a': 1, 'c': 3}.diff({'a': 2, 'b': 1}).affectedKeys() == ['a', 'b', 'c'].toSet()",
    "{'a': 1, 'c': 3}.diff({'a': 1.0}).unchangedKeys() == ['a'].toSet()",
    "request.resource.data.diff(resource.data).affectedKeys().hasOnly(['count', 'owner', 'note'])",
    "{'x': float('NaN')}.diff({'x': float('NaN')}).affectedKeys().size() == 0",
  ],
  path: [
    "path('/a/b') == /a/b && /a/$(thing) == /a/t1 && path('a/b') is path",
    "/databases/(default)/documents/my-things/x.y[3] == 'my-things'",
    "path('/users/{id}').bind({'id': 'ann'}) == /users/ann && (/a/b).size() == 2",
    "(/a/b)[1] == 'b' && string(/a/b) == '/a/b'",
  ],
  set: [
    "['a', 'b'].toSet().difference(['a', 'c'].toSet()) == ['b'].toSet()",
    "['a', 'b'].toSet().intersection(['b'].toSet()) == ['b'].toSet()",
    "['a'].toSet().union(['b'].toSet()) == ['b', 'a'].toSet()",
    "['d', 'e'].toSet().hasAll(['d']) && ['a'].toSet().hasAny(['a'].toSet()) && ['a'].toSet().hasOnly(['a'])",
    "'a' in ['a'].toSet() && ['a'].toSet() is set && !(['a'].toSet() == ['a'])",
    "[1, 1.0].toSet().size() == 1",
  ],
  string: [
    "'aB'.lower() == 'ab' && 'aB'.upper() == 'AB' && '  a '.trim() == 'a' && 'é'.size() == 1",
    "'banana'.matches('ba.*a') && !'banana'.matches('ana') && 'A'.matches('(?i)a')",
    "'banana'.replace('a', '$&') == 'b$&n$&n$&' && 'a1b22'.replace('[0-9]+', '-') == 'a-b-'",
    "'a, b,c'.split(', ?') == ['a', 'b', 'c'] && 'abc'.split('x') == ['abc']",
    "'a'.toUtf8() == b'a' && 'abc'[1] == 'b' && 'abc'[0:2] == 'ab' && 'a' + 'b' == 'ab'",
    "string(1) == '1' && string(2.0) == '2.0' && string(true) == 'true' && string(null) == 'null'",
    "resource.data.owner.matches(request.auth.uid)",
  ],
  timestamp: [
    "request.time.year() == 2026 && request.time.month() == 8 && request.time.day() == 30",
    "request.time.hours() == 1 && request.time.minutes() == 2 && request.time.seconds() == 3",
    "request.time.nanos() == 500000000 && request.time.dayOfWeek() == 7 && request.time.dayOfYear() == 242",
    "request.time.date() == timestamp.date(2026, 8, 30) && request.time.toMillis() == 1788051723500",
    "request.time.time() == duration.time(1, 2, 3, 500000000)",
    "timestamp.value(1788051723500) == request.time && request.time is timestamp",
    "request.time - duration.value(1, 'd') < request.time && request.time + duration.value(1, 's') > request.time",
    "request.time - timestamp.date(2026, 8, 30) == request.time.time()",
  ],
  math: [
    "math.abs(-1) == 1 && math.abs(-1.5) == 1.5 && math.ceil(1.2) == 2 && math.floor(-1.2) == -2",
    "math.round(1.5) == 2 && math.round(1.4) is int && math.sqrt(9) == 3.0 && math.pow(2, 3) == 8.0",
    "math.isNaN(float('NaN')) && math.isInfinite(float('-Infinity')) && !math.isInfinite(1.0)",
  ],
  hashing: [
    "hashing.crc32('123456789').toHexString() == 'CBF43926'",
    "hashing.crc32c('123456789').toHexString() == 'E3069283'",
    "hashing.md5('a').toHexString() == '0CC175B9C0F1B6A831C399E269772661'",
    "hashing.sha256('a'.toUtf8()).toBase64() == 'ypeBEsobvcr6wjGzmiPcTaeG7/gUfE5yuYB3ha/uSLs='",
  ],
  debug: ["debug(resource.data.count) == 3"],
  firestore: [
    "get(/databases/$(database)/documents/users/$(request.auth.uid)).data.role == 'editor'",
    "exists(/databases/$(database)/documents/users/ann) && !exists(/databases/$(database)/documents/users/bob)",
    "get(/databases/$(database)/documents/users/bob) == null",
    "getAfter(request.path).data.count == 4 && get(request.path).data.count == 3 && existsAfter(request.path)",
    "get(/databases/$(database)/documents/users/ann).id == 'ann'",
    "request.method == 'update' && request.auth.uid == 'ann' && thing == resource.id && resource['data'].count == 3",
  ],
};

describe.each(Object.entries(HOLDS))("%s", (_, conditions) => {
  it.each(conditions)("%s", (condition) => {
    expect(allowed(condition)).toBe(true);
    expect(allowed(`!(${condition})`)).toBe(false);
  });
});

describe("an error, which denies", () => {
  it.each([
    "[1, 2][-1] == 2",
    "[1, 2][1:3] == [2]",
    "timestamp.date(2023, 2, 29) < request.time",
    "duration.value(1, 'fortnight') > duration.value(0, 's')",
    "latlng.value(91, 0) is latlng",
    "int('x') == 0",
    "['a'].toSet().union(['b']).size() == 2",
    "'a'.matches(resource.data.owner + '(')",
    "'aa'.replace('(a)', '\\\\1') == 'aa'",
    "get(/users/ann).data.role == 'editor'",
    "get(/databases/other/documents/users/ann).data.role == 'editor'",
    "exists('users/ann')",
    "get(/databases/$(database)/documents/users/bob).data.role == null",
    "path('/users/{id}').bind({}) == /users/ann",
  ])("%s", (condition) => {
    expect(allowed(condition)).toBe(false);
    expect(allowed(`!(${condition})`)).toBe(false);
  });
});

describe("limits of an evaluation", () => {
  const lookups = (count: number): string =>
    Array.from({ length: count }, (_, n) => `!exists(/databases/$(database)/documents/none/n${n})`).join(
      " && ",
    );

  it("let ten documents be looked up, one of them as often as it is asked for", () => {
    expect(allowed(lookups(10))).toBe(true);
    expect(allowed(`${lookups(10)} && ${lookups(10)}`)).toBe(true);
    expect(allowed(lookups(11))).toBe(false);
    expect(allowed(`${lookups(11)} || true`)).toBe(false);
  });

  it("let a thousand expressions be evaluated", () => {
    const sum = (terms: number): string => Array.from({ length: terms }, () => "1").join(" + ");
    expect(allowed(`${sum(900)} == 900`)).toBe(true);
    expect(allowed(`${sum(1100)} == 1100 || true`)).toBe(false);
  });
});

describe("request.resource", () => {
  it.each(["delete", "get"] as const)("is null of a %s", (operation) => {
    expect(allowed("request.resource == null", { operation, after: null })).toBe(true);
  });
});

describe("version 1 of the rules", () => {
  it("has {name=**} take one segment or more", () => {
    const source = (version: string, path: string): string =>
      `${version} service cloud.firestore { match /databases/{db}/documents { match ${path} { allow get; } } }`;
    const get = (rules: string, path: string): boolean =>
      compileRules(rules).allows({ ...REQUEST, operation: "get", path });
    expect(get(source("", "/a/b/{rest=**}"), "a/b")).toBe(false);
    expect(get(source("", "/a/b/{rest=**}"), "a/b/c/d")).toBe(true);
    expect(get(source("rules_version = '2';", "/a/b/{rest=**}"), "a/b")).toBe(true);
  });
});

it("the table names every method and every function of a namespace", () => {
  const written = Object.values(HOLDS).flat().join(" ");
  const methods = Object.values(METHODS).flatMap((table) => Object.keys(table));
  const functions = Object.entries(NAMESPACES).flatMap(([name, table]) =>
    Object.keys(table).map((called) => `${name}.${called}`),
  );
  expect(
    [...methods.map((name) => `.${name}`), ...functions].filter((name) => !written.includes(`${name}(`)),
  ).toEqual([]);
});
