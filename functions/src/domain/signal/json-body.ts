// A JSON alert body as flat fields. A number is the text its sender wrote; a field named twice, or whose value no JSON
// knows (TradingView's NaN), is told. Nesting deep enough to exhaust a stack is refused.
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

/** Text of a sender without its secrets, for a fault. */
export type Clean = (text: string) => string;

export interface TakenApart {
  readonly sent: readonly SentField[];
  /** Last parts of names that one object has twice: which of the values was meant is not known. */
  readonly repeated: readonly string[];
  /** Values that are no JSON and stand where one should; `sent` has them as text. */
  readonly bare: readonly SentField[];
}

/** Fields of a JSON object by dotted path. Throws SignalFault BODY_UNREADABLE. */
export function readJsonBody(text: string, clean: Clean): TakenApart {
  const strict = parseJson(text);
  const { quoted, bare } = "error" in strict ? quoteBareValues(text) : { quoted: text, bare: [] };
  const parsed = bare.length > 0 ? parseJson(quoted) : strict;
  if ("error" in parsed) throw unreadable("the JSON cannot be read", parsed.error);
  if (!isObject(parsed.value)) throw unreadable("the JSON is not an object");
  const sent: SentField[] = [];
  flatten(parsed.value, "", { depth: 1, fields: sent, clean });
  return { sent, repeated: repeatedNames(quoted), bare };
}

export type Parsed = { readonly value: unknown } | { readonly error: unknown };

/** JSON with its numbers as the text that their sender wrote. */
export function parseJson(text: string): Parsed {
  try {
    const value = parseWithSource(text, (_key, inner, context) => {
      if (typeof inner !== "number") return inner;
      if (context?.source === undefined)
        throw new SyntaxError("This runtime hides the source text of numbers");
      return context.source;
    });
    return { value };
  } catch (error) {
    // SyntaxError for a text that is not JSON, RangeError for nesting that exhausts the parser's stack.
    if (!(error instanceof SyntaxError) && !(error instanceof RangeError)) throw error;
    return { error };
  }
}

/** One string; the last quote may be missing. */
const STRING = /"((?:[^"\\]|\\.)*)("?)/sy;
/** Behind a name: a value that TradingView leaves where it lacks one. */
const BARE_VALUE =
  /([ \t\r\n]{0,20}:[ \t\r\n]{0,20})(NaN|na|-?Infinity|\{\{[^{}"\\]{0,60}\}\}|)(?=[ \t\r\n]{0,20}[,}])/y;

/** In one pass from string to string, since strangers send these texts too. */
function quoteBareValues(text: string): { readonly quoted: string; readonly bare: readonly SentField[] } {
  const bare: SentField[] = [];
  let quoted = "";
  let from = 0;
  for (let at = text.indexOf('"'); at !== -1; at = text.indexOf('"', from)) {
    STRING.lastIndex = at;
    const [all = "", name = "", closed = ""] = STRING.exec(text) ?? [];
    if (closed === "") break; // the rest is one open string
    BARE_VALUE.lastIndex = at + all.length;
    const [match = "", colon = "", value = ""] = BARE_VALUE.exec(text) ?? [];
    quoted += `${text.slice(from, at)}${all}`;
    if (match !== "") {
      bare.push({ name, value });
      quoted += `${colon}"${value}"`;
    }
    from = at + all.length + match.length;
  }
  return { quoted: quoted + text.slice(from), bare };
}

interface Flattening {
  readonly depth: number;
  readonly fields: SentField[];
  readonly clean: Clean;
}

function flatten(value: Readonly<Record<string, unknown>>, path: string, into: Flattening): void {
  const { depth, fields, clean } = into;
  if (depth > MAX_DEPTH) throw unreadable(`${clean(path)} is nested more than ${MAX_DEPTH} deep`);
  for (const [key, inner] of Object.entries(value)) {
    const name = path === "" ? key : `${path}.${key}`;
    if (isSecretName(key) && !isDirectToken(name)) fields.push({ name, value: REDACTED });
    else if (isObject(inner)) flatten(inner, name, { ...into, depth: depth + 1 });
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

/** Names that one object of this (valid) JSON text has twice; JSON.parse keeps the last in silence. */
function repeatedNames(text: string): readonly string[] {
  const open: Set<string>[] = [];
  const repeated = new Set<string>();
  for (const match of text.matchAll(STRING_OR_BRACE)) {
    const token = match[0];
    if (token === "{" || token === "[") open.push(new Set());
    else if (token === "}" || token === "]") open.pop();
    else if (isName(text, match.index + token.length)) {
      const names = open.at(-1);
      const name = String(JSON.parse(token));
      if (names?.has(name)) repeated.add(name);
      names?.add(name);
    }
  }
  return [...repeated];
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
