// Matches a match block's pattern against a request's path. A list asks about any document of a collection, so a
// path may hold segments that stand for any id, and for a collection group any number of leading segments.

import { type Binding, UNKNOWN } from "./binding.ts";
import { RulePath } from "./rule-values.ts";
import type { PatternSegment } from "./syntax-tree.ts";

/** Any single document id. */
export const ANY_ID = Symbol("any id");
/** Any number of segments above a collection group. */
export const ANY_PARENT = Symbol("any parent");
export type RequestSegment = string | typeof ANY_ID | typeof ANY_PARENT;

interface PathMatch {
  readonly variables: ReadonlyMap<string, Binding>;
  /** The part of the path that is left for nested match blocks. */
  readonly remaining: readonly RequestSegment[];
}

/** Every way in which the pattern covers a beginning of the path; several only with `{name=**}`. */
export function matchPath(
  pattern: readonly PatternSegment[],
  path: readonly RequestSegment[],
): readonly PathMatch[] {
  const [head, ...tail] = pattern;
  if (head === undefined) return [{ variables: new Map(), remaining: path }];
  if (head.kind === "rest") {
    return path
      .concat(ANY_ID)
      .flatMap((_, count) =>
        count < head.atLeast
          ? []
          : withVariable(head.name, bindRest(path.slice(0, count)), matchPath(tail, path.slice(count))),
      );
  }
  const [segment, ...remaining] = path;
  if (segment === undefined || segment === ANY_PARENT) return [];
  if (head.kind === "text") return segment === head.text ? matchPath(tail, remaining) : [];
  return withVariable(head.name, segment === ANY_ID ? UNKNOWN : segment, matchPath(tail, remaining));
}

function bindRest(segments: readonly RequestSegment[]): Binding {
  const known = segments.filter((segment) => typeof segment === "string");
  return known.length === segments.length ? new RulePath(known) : UNKNOWN;
}

function withVariable(name: string, value: Binding, matches: readonly PathMatch[]): readonly PathMatch[] {
  return matches.map(({ variables, remaining }) => ({
    variables: new Map([[name, value], ...variables]),
    remaining,
  }));
}
