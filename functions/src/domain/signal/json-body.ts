// A JSON alert body as flat fields. A number is the text its sender wrote; a field named twice is refused; so
// is nesting deep enough to exhaust a stack.
import { SignalFault } from "./fault.ts";
import type { SentField } from "./field-names.ts";
import { isDirectToken, isSecretName, REDACTED } from "./redact.ts";

/** `{{strategy.order.action}}` nests two deep; more than this is no alert. */
const MAX_DEPTH = 6;
const REMEDY =
  'Send one JSON object, like {"symbol": "{{ticker}}", "action": "buy", "timenow": "{{timenow}}"}, and put quotes around placeholders that may be text or NaN';

type ParseWithSource = (
  text: string,
  reviver: (key: string, value: unknown, context?: { readonly source?: string }) => unknown,
) => unknown;
/** The reviver's third argument carries the source text of a primitive (ECMAScript's JSON.parse source text access). */
const parseWithSource: ParseWithSource = JSON.parse;

/** Fields of a JSON object by dotted path. Throws SignalFault BODY_UNREADABLE. */
export function readJsonBody(text: string): readonly SentField[] {
  const value = parse(text);
  if (!isObject(value)) throw unreadable("the JSON is not an object");
  const repeated = repeatedName(text);
  if (repeated !== null)
    throw new SignalFault("AMBIGUOUS_SIGNAL", [`${repeated} is there twice`], "Send each field once");
  const fields: SentField[] = [];
  flatten(value, "", 1, fields);
  return fields;
}

function parse(text: string): unknown {
  try {
    return parseWithSource(text, (_key, value, context) => {
      if (typeof value !== "number") return value;
      if (context?.source === undefined)
        throw new SyntaxError("This runtime hides the source text of numbers");
      return context.source;
    });
  } catch (error) {
    // SyntaxError for what is not JSON, RangeError for nesting that exhausts the parser's stack.
    if (!(error instanceof SyntaxError) && !(error instanceof RangeError)) throw error;
    const unfilled = /"([^"]{1,60})"\s*:\s*(NaN|na|\{\{)/.exec(text);
    const hint = unfilled === null ? "" : `; ${unfilled[1]} is ${unfilled[2]}`;
    throw unreadable(`the JSON cannot be read${hint}`, error);
  }
}

function flatten(
  value: Readonly<Record<string, unknown>>,
  path: string,
  depth: number,
  fields: SentField[],
): void {
  if (depth > MAX_DEPTH) throw unreadable(`${path} is nested more than ${MAX_DEPTH} deep`);
  for (const [key, inner] of Object.entries(value)) {
    const name = path === "" ? key : `${path}.${key}`;
    if (isSecretName(key) && !isDirectToken(name)) fields.push({ name, value: REDACTED });
    else if (isObject(inner)) flatten(inner, name, depth + 1, fields);
    else fields.push({ name, value: leafText(inner, depth) });
  }
}

/** Text of a value that is not an object; an array becomes JSON text, its secrets redacted by name. */
function leafText(value: unknown, depth: number): string | null {
  if (value === null || typeof value === "string") return value;
  return typeof value === "boolean" ? String(value) : JSON.stringify(withoutSecrets(value, depth + 1));
}

function withoutSecrets(value: unknown, depth: number): unknown {
  if (depth > MAX_DEPTH) throw unreadable(`a list is nested more than ${MAX_DEPTH} deep`);
  if (Array.isArray(value)) return value.map((item: unknown) => withoutSecrets(item, depth + 1));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key,
      isSecretName(key) ? REDACTED : withoutSecrets(inner, depth + 1),
    ]),
  );
}

const COLON = /\s*:/y;
const STRING_OR_BRACE = /"(?:[^"\\]|\\.)*"|[{}[\]]/g;

/** A name that one object of this (valid) JSON text has twice; JSON.parse would keep the last in silence. */
function repeatedName(text: string): string | null {
  const open: Set<string>[] = [];
  for (const match of text.matchAll(STRING_OR_BRACE)) {
    const token = match[0];
    if (token === "{" || token === "[") open.push(new Set());
    else if (token === "}" || token === "]") open.pop();
    else if (isName(text, match.index + token.length)) {
      const names = open.at(-1);
      const name = String(JSON.parse(token));
      if (names?.has(name)) return name;
      names?.add(name);
    }
  }
  return null;
}

/** True when what ends at `end` is followed by a colon: then it is a name and not a value. */
function isName(text: string, end: number): boolean {
  COLON.lastIndex = end;
  return COLON.test(text);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function unreadable(fault: string, cause?: unknown): SignalFault {
  return new SignalFault("BODY_UNREADABLE", [fault], REMEDY, { cause });
}
