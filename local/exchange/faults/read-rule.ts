// Reads a fault rule from admin input and refuses one that leaves open what it breaks. Such a rule might
// never strike, and the test that relies on it would pass for the wrong reason.
import { type FaultEffect, type FaultMatch, type FaultRule, type FaultWhen, ROW_FAULTS } from "./fault.ts";

/** Input that is not usable; the message names the field and what it may be. */
export class FaultInputError extends Error {
  override readonly name = "FaultInputError";
}

const MAX_LATENCY_MS = 120_000;
/** Binance's codes lie below zero, Bybit's above; the longest of either has seven digits. */
const WIDEST_CODE = 9_999_999;

type Fields = Readonly<Record<string, unknown>>;

function asFields(value: unknown, name: string): Fields {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Fields;
  throw new FaultInputError(`${name} must be an object`);
}

function readNumber(fields: Fields, name: string, low: number, high: number): number {
  const value = fields[name];
  if (typeof value === "number" && Number.isFinite(value) && value >= low && value <= high) return value;
  throw new FaultInputError(`${name} must be a number from ${low} to ${high}`);
}

function readText(fields: Fields, name: string): string | undefined {
  const value = fields[name];
  if (value === undefined) return undefined;
  if (typeof value === "string") return value;
  throw new FaultInputError(`${name} must be text`);
}

function readWhen(fields: Fields): FaultWhen {
  const when = fields.when;
  if (when === "before" || when === "after") return when;
  throw new FaultInputError('when must be "before" (never accepted) or "after" (accepted, answer lost)');
}

function readPattern(fields: Fields, name: string): string | undefined {
  const pattern = readText(fields, name);
  if (pattern === undefined) return undefined;
  try {
    new RegExp(pattern);
    return pattern;
  } catch (error) {
    throw new FaultInputError(`${name} is not a regular expression: ${pattern}`, { cause: error });
  }
}

const EFFECT_READERS: Readonly<Record<FaultEffect["kind"], (fields: Fields) => FaultEffect>> = {
  latency: (fields) => ({
    kind: "latency",
    when: readWhen(fields),
    latencyMs: readNumber(fields, "latencyMs", 0, MAX_LATENCY_MS),
  }),
  httpError: (fields) => ({
    kind: "httpError",
    when: readWhen(fields),
    status: readNumber(fields, "status", 400, 599),
    body: readText(fields, "body") ?? "<html><body><h1>Service unavailable</h1></body></html>",
  }),
  reset: (fields) => ({ kind: "reset", when: readWhen(fields) }),
  body: (fields) => {
    const content = fields.content;
    if (content !== "garbage" && content !== "empty")
      throw new FaultInputError('content must be "garbage" or "empty"');
    return { kind: "body", when: readWhen(fields), content };
  },
  venueError: (fields) => ({
    kind: "venueError",
    when: readWhen(fields),
    // Bybit refuses with 200.
    status: readNumber(fields, "status", 200, 599),
    code: readNumber(fields, "code", -WIDEST_CODE, WIDEST_CODE),
    msg: readText(fields, "msg") ?? "Injected error.",
  }),
  rateLimit: (fields) => {
    const status = fields.status;
    if (status !== 418 && status !== 429) throw new FaultInputError("status must be 418 or 429");
    return { kind: "rateLimit", status, retryAfterS: readNumber(fields, "retryAfterS", 0, 259_200) };
  },
  row: (fields) => {
    const symbol = readText(fields, "symbol");
    const how = ROW_FAULTS.find((each) => each === fields.how);
    if (symbol === undefined || how === undefined)
      throw new FaultInputError(`symbol must be text, and how one of ${ROW_FAULTS.join(", ")}`);
    return { kind: "row", symbol, how };
  },
  clockSkew: (fields) => ({
    kind: "clockSkew",
    skewMs: readNumber(fields, "skewMs", -86_400_000, 86_400_000),
  }),
  unpriced: () => ({ kind: "unpriced" }),
  stale: () => ({ kind: "stale" }),
  oddRow: (fields) => {
    const [subject, field] = [readText(fields, "subject"), readText(fields, "field")];
    if (subject === undefined || field === undefined)
      throw new FaultInputError("subject and field must say which row is odd, and in which field");
    return { kind: "oddRow", when: "after", subject, field, value: readText(fields, "value") ?? null };
  },
};

function readEffect(value: unknown): FaultEffect {
  const fields = asFields(value, "effect");
  const kind = fields.kind;
  const known = Object.keys(EFFECT_READERS);
  if (typeof kind !== "string" || !known.includes(kind)) {
    throw new FaultInputError(`effect.kind must be one of ${known.join(", ")}`);
  }
  return EFFECT_READERS[kind as FaultEffect["kind"]](fields);
}

function readMatch(value: unknown): FaultMatch {
  if (value === undefined) return {};
  const fields = asFields(value, "match");
  const unknown = Object.keys(fields).filter((name) => !["method", "path", "symbol"].includes(name));
  if (unknown.length > 0) throw new FaultInputError(`match has unknown fields: ${unknown.join(", ")}`);
  const method = readPattern(fields, "method");
  const path = readPattern(fields, "path");
  const symbol = readText(fields, "symbol");
  return {
    ...(method === undefined ? {} : { method }),
    ...(path === undefined ? {} : { path }),
    ...(symbol === undefined ? {} : { symbol }),
  };
}

/** Checks untyped input. Throws FaultInputError naming the field that is wrong. */
export function readFaultRule(input: unknown): FaultRule {
  const fields = asFields(input, "fault");
  const rule = { effect: readEffect(fields.effect), match: readMatch(fields.match) };
  return {
    ...rule,
    ...(fields.count === undefined ? {} : { count: readNumber(fields, "count", 1, 1_000_000) }),
    ...(fields.probability === undefined ? {} : { probability: readNumber(fields, "probability", 0, 1) }),
  };
}
