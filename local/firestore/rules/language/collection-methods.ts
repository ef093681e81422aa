// Methods of lists, sets, maps, differences of maps, and paths. Keys of a map come in the order of their code points,
// whatever order they were written in.
import {
  compare,
  EvaluationError,
  equals,
  isList,
  isMap,
  type RuleMap,
  RuleMapDiff,
  RulePath,
  RuleSet,
  type RuleValue,
} from "../rule-values.ts";
import { bare, items, list, type MethodTable, map, set, text, unary, wrongType } from "./expect.ts";

const has = (container: readonly RuleValue[], item: RuleValue): boolean =>
  container.some((candidate) => equals(candidate, item));

/** Methods that lists and sets share. */
const MEMBERSHIP: MethodTable = {
  size: bare((receiver) => BigInt(items(receiver).length)),
  hasAny: unary((receiver, wanted) => items(wanted).some((item) => has(items(receiver), item))),
  hasAll: unary((receiver, wanted) => items(wanted).every((item) => has(items(receiver), item))),
  hasOnly: unary((receiver, allowed) => items(receiver).every((item) => has(items(allowed), item))),
};

export const LIST_METHODS: MethodTable = {
  ...MEMBERSHIP,
  concat: unary((receiver, other) => [...list(receiver), ...list(other)]),
  join: unary((receiver, separator) => list(receiver).map(text).join(text(separator))),
  removeAll: unary((receiver, other) => list(receiver).filter((item) => !has(list(other), item))),
  toSet: bare((receiver) => new RuleSet(list(receiver))),
};

export const SET_METHODS: MethodTable = {
  ...MEMBERSHIP,
  difference: unary(
    (receiver, other) => new RuleSet(set(receiver).items.filter((item) => !has(set(other).items, item))),
  ),
  intersection: unary(
    (receiver, other) => new RuleSet(set(receiver).items.filter((item) => has(set(other).items, item))),
  ),
  union: unary((receiver, other) => new RuleSet([...set(receiver).items, ...set(other).items])),
};

const sortedKeys = (entries: RuleMap): readonly string[] => Object.keys(entries).sort(compare);

export const MAP_METHODS: MethodTable = {
  size: bare((receiver) => BigInt(Object.keys(map(receiver)).length)),
  keys: bare((receiver) => sortedKeys(map(receiver))),
  values: bare((receiver) => Object.values(map(receiver))),
  diff: unary((receiver, other) => new RuleMapDiff(map(receiver), map(other))),
  get: {
    argumentCount: [2],
    apply: (receiver, [key = null, absent = null]) => found(map(receiver), key, absent),
  },
};

/** The value under a key, or under a list of keys that leads into maps; `absent` where there is none. */
function found(entries: RuleMap, key: RuleValue, absent: RuleValue): RuleValue {
  const [first = null, ...rest] = isList(key) ? key : [key];
  const name = text(first);
  const value = Object.hasOwn(entries, name) ? entries[name] : undefined;
  if (value === undefined) return absent;
  if (rest.length === 0) return value;
  return isMap(value) ? found(value, rest, absent) : absent;
}

/** A method that lists the keys which `counts` holds for. */
function keysWhere(
  counts: (before: RuleValue | undefined, after: RuleValue | undefined) => boolean,
): MethodTable[string] {
  return bare((receiver) => {
    if (!(receiver instanceof RuleMapDiff)) throw wrongType("map_diff", receiver);
    const { before, after } = receiver;
    const valueIn = (entries: RuleMap, key: string): RuleValue | undefined =>
      Object.hasOwn(entries, key) ? entries[key] : undefined;
    const keys = sortedKeys({ ...before, ...after });
    return new RuleSet(keys.filter((key) => counts(valueIn(before, key), valueIn(after, key))));
  });
}

/** Of two NaN, neither has changed. */
function same(before: RuleValue | undefined, after: RuleValue | undefined): boolean {
  if (before === undefined || after === undefined) return before === after;
  return equals(before, after) || (Number.isNaN(before) && Number.isNaN(after));
}

export const MAP_DIFF_METHODS: MethodTable = {
  addedKeys: keysWhere((before, after) => before === undefined && after !== undefined),
  removedKeys: keysWhere((before, after) => before !== undefined && after === undefined),
  changedKeys: keysWhere(
    (before, after) => before !== undefined && after !== undefined && !same(before, after),
  ),
  affectedKeys: keysWhere((before, after) => !same(before, after)),
  unchangedKeys: keysWhere((before, after) => before !== undefined && same(before, after)),
};

const PLACEHOLDER = /^(?:\{(\w+)\}|\$\((\w+)\))$/;

export const PATH_METHODS: MethodTable = {
  size: bare((receiver) => BigInt(path(receiver).segments.length)),
  bind: unary((receiver, values) => {
    const entries = map(values);
    return new RulePath(
      path(receiver).segments.map((segment) => {
        const [, braced, called] = PLACEHOLDER.exec(segment) ?? [];
        const name = braced ?? called;
        if (name === undefined) return segment;
        const value = Object.hasOwn(entries, name) ? entries[name] : undefined;
        if (value === undefined) throw new EvaluationError(`nothing is bound to '${name}'`);
        return text(value);
      }),
    );
  }),
};

function path(value: RuleValue): RulePath {
  if (value instanceof RulePath) return value;
  throw wrongType("path", value);
}
