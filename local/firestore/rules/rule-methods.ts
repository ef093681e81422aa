// The methods of the rules language that this evaluator knows, by name, with how many arguments each takes.
// A method missing here is refused when the rules are loaded.
import {
  EvaluationError,
  equals,
  isList,
  isMap,
  RulePath,
  RuleTimestamp,
  type RuleValue,
  typeOf,
} from "./rule-values.ts";

interface RuleMethod {
  readonly argumentCount: readonly number[];
  /** Result of the method. Throws EvaluationError when the receiver or an argument has the wrong type. */
  readonly apply: (receiver: RuleValue, args: readonly RuleValue[]) => RuleValue;
}

const NANOS_PER_MS = 1_000_000n;

const METHODS: Readonly<Record<string, RuleMethod>> = {
  size: { argumentCount: [0], apply: (receiver) => BigInt(sizeOf(receiver)) },
  lower: { argumentCount: [0], apply: (receiver) => text(receiver).toLowerCase() },
  upper: { argumentCount: [0], apply: (receiver) => text(receiver).toUpperCase() },
  trim: { argumentCount: [0], apply: (receiver) => text(receiver).trim() },
  matches: {
    argumentCount: [1],
    apply: (receiver, [pattern = null]) => wholeMatch(text(pattern)).test(text(receiver)),
  },
  hasAny: {
    argumentCount: [1],
    apply: (receiver, [wanted = null]) => list(wanted).some((item) => has(receiver, item)),
  },
  hasAll: {
    argumentCount: [1],
    apply: (receiver, [wanted = null]) => list(wanted).every((item) => has(receiver, item)),
  },
  hasOnly: {
    argumentCount: [1],
    apply: (receiver, [allowed = null]) => list(receiver).every((item) => has(allowed, item)),
  },
  concat: {
    argumentCount: [1],
    apply: (receiver, [other = null]) => [...list(receiver), ...list(other)],
  },
  keys: { argumentCount: [0], apply: (receiver) => Object.keys(map(receiver)) },
  values: { argumentCount: [0], apply: (receiver) => Object.values(map(receiver)) },
  get: {
    argumentCount: [2],
    apply: (receiver, [key = null, absent = null]) => {
      const entries = map(receiver);
      const name = text(key);
      return Object.hasOwn(entries, name) ? (entries[name] ?? null) : absent;
    },
  },
  toMillis: {
    argumentCount: [0],
    apply: (receiver) => {
      if (receiver instanceof RuleTimestamp) return receiver.epochNanos / NANOS_PER_MS;
      throw wrongType("timestamp", receiver);
    },
  },
};

/** The method of that name, or undefined when the evaluator does not know it. */
export function ruleMethod(name: string): RuleMethod | undefined {
  return Object.hasOwn(METHODS, name) ? METHODS[name] : undefined;
}

/** Names of all methods, for messages. */
export const RULE_METHOD_NAMES: readonly string[] = Object.keys(METHODS);

/**
 * A pattern as `matches` uses it: it must fit the whole string. Throws SyntaxError for what RE2 has no meaning
 * for (look-around, back-references), since a pattern that only works here would fail in production.
 */
export function wholeMatch(pattern: string): RegExp {
  if (/\(\?(?!:)|\\[1-9k]/.test(pattern)) {
    throw new SyntaxError("look-around, flags, named groups and back-references are not supported");
  }
  return new RegExp(`^(?:${pattern})$`, "u");
}

function sizeOf(receiver: RuleValue): number {
  if (typeof receiver === "string") return [...receiver].length;
  if (isList(receiver) || receiver instanceof Uint8Array) return receiver.length;
  if (receiver instanceof RulePath) return receiver.segments.length;
  return Object.keys(map(receiver)).length;
}

function has(container: RuleValue, item: RuleValue): boolean {
  return list(container).some((candidate) => equals(candidate, item));
}

function text(value: RuleValue): string {
  if (typeof value === "string") return value;
  throw wrongType("string", value);
}

function list(value: RuleValue): readonly RuleValue[] {
  if (isList(value)) return value;
  throw wrongType("list", value);
}

function map(value: RuleValue) {
  if (isMap(value)) return value;
  throw wrongType("map", value);
}

function wrongType(wanted: string, value: RuleValue): EvaluationError {
  return new EvaluationError(`expected a ${wanted}, got a ${typeOf(value)}`);
}
