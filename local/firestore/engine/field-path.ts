// Field paths: the dotted syntax with backtick quoting, and reading, setting and deleting at a path. Values are
// immutable: setting copies the maps along the path and shares the rest.
import { invalidArgument } from "./status.ts";
import type { Fields, Value } from "./value.ts";

export type FieldPath = readonly string[];

export const NAME_FIELD = "__name__";
const SIMPLE_SEGMENT = /^[^`.[\]*~/\\]+$/u;
const RESERVED = /^__.*__$/u;

const parsed = new Map<string, FieldPath>();
/** Paths are few and repeat; the cap only guards against generated ones. */
const MAX_CACHED_PATHS = 10_000;

/** Segments of a path such as ``a.`b.c`.d``. Throws INVALID_ARGUMENT on bad syntax. */
export function parseFieldPath(text: string): FieldPath {
  const known = parsed.get(text);
  if (known !== undefined) return known;
  const path = text.includes("`") ? parseQuoted(text) : text.split(".");
  if (path.some((segment) => segment === "")) {
    throw invalidArgument(`Invalid property path ${JSON.stringify(text)}`);
  }
  if (!text.includes("`") && path.some((segment) => !SIMPLE_SEGMENT.test(segment))) {
    throw invalidArgument(`Invalid property path ${JSON.stringify(text)}: quote it with backticks`);
  }
  if (parsed.size >= MAX_CACHED_PATHS) parsed.clear();
  parsed.set(text, path);
  return path;
}

/** As parseFieldPath, for paths that will be written. Reserved names (`__x__`) are refused. */
export function parseWritablePath(text: string): FieldPath {
  const path = parseFieldPath(text);
  const reserved = path.find((segment) => RESERVED.test(segment));
  if (reserved !== undefined)
    throw invalidArgument(`Property ${JSON.stringify(reserved)} is a reserved name`);
  return path;
}

function parseQuoted(text: string): string[] {
  const segments: string[] = [];
  let at = 0;
  while (at <= text.length) {
    const { segment, end } = text[at] === "`" ? quotedSegment(text, at) : plainSegment(text, at);
    segments.push(segment);
    if (end >= text.length) return segments;
    if (text[end] !== ".") throw invalidArgument(`Invalid property path ${JSON.stringify(text)}`);
    at = end + 1;
  }
  return segments;
}

/** A segment of a path, and the index after it. */
interface Segment {
  readonly segment: string;
  readonly end: number;
}

function plainSegment(text: string, at: number): Segment {
  const dot = text.indexOf(".", at);
  const end = dot < 0 ? text.length : dot;
  return { segment: text.slice(at, end), end };
}

/** The segment between the backtick at `start` and the next one that no backslash escapes. */
function quotedSegment(text: string, start: number): Segment {
  let segment = "";
  let at = start + 1;
  for (; at < text.length && text[at] !== "`"; at += 1) {
    if (text[at] === "\\") at += 1;
    segment += text[at] ?? "";
  }
  if (text[at] !== "`")
    throw invalidArgument(`Unterminated backtick in property path ${JSON.stringify(text)}`);
  return { segment, end: at + 1 };
}

/** The value at the path, or undefined when the document lacks it. */
export function getField(fields: Fields, path: FieldPath): Value | undefined {
  let current: Fields | undefined = fields;
  let value: Value | undefined;
  for (const segment of path) {
    if (current === undefined || !Object.hasOwn(current, segment)) return undefined;
    value = current[segment];
    current = value !== undefined && "mapValue" in value ? value.mapValue.fields : undefined;
  }
  return value;
}

/** A copy with the path set (maps on the way are made), or removed when `value` is undefined. */
export function withField(fields: Fields, path: FieldPath, value: Value | undefined, depth = 0): Fields {
  const segment = path[depth];
  if (segment === undefined) return fields;
  const present = Object.hasOwn(fields, segment) ? fields[segment] : undefined;
  if (depth === path.length - 1) {
    if (value !== undefined) return { ...fields, [segment]: value };
    if (present === undefined) return fields;
    const { [segment]: _removed, ...rest } = fields;
    return rest;
  }
  const isMap = present !== undefined && "mapValue" in present;
  if (!isMap && value === undefined) return fields;
  const inner = isMap ? present.mapValue.fields : {};
  return { ...fields, [segment]: { mapValue: { fields: withField(inner, path, value, depth + 1) } } };
}

/** A document's fields as a mask selects them. Paths that the document lacks are left out. */
export function maskFields(fields: Fields, paths: readonly FieldPath[]): Fields {
  let masked: Fields = {};
  for (const path of paths) {
    const value = getField(fields, path);
    if (value !== undefined) masked = withField(masked, path, value);
  }
  return masked;
}
