// Every kind of document that the release knows, as patterns made from its own paths, so that a kind added to
// the paths is here as well.
import { paths } from "#domain/documents/paths.ts";

/** The telemetry documents: their last part is a word, so each is a kind of its own. */
const TELEMETRY = ["publisher", "reconcile", "watchdog"] as const;

/** Name of the kind and the pattern of its paths; collections are left out. */
export function pathKinds(): ReadonlyMap<string, RegExp> {
  const kinds = new Map<string, RegExp>();
  for (const [name, path] of Object.entries(paths)) {
    const spelled = typeof path === "string" ? path : spell(path as (...parts: string[]) => string);
    if (spelled.split("/").length % 2 !== 0) continue;
    if (name !== "telemetry") kinds.set(name, patternOf(spelled));
    else
      for (const word of TELEMETRY) kinds.set(`telemetry/${word}`, patternOf(paths.telemetry("<0>", word)));
  }
  return kinds;
}

function spell(path: (...parts: string[]) => string): string {
  return path(...Array.from({ length: path.length }, (_, place) => `<${place}>`));
}

/** Zeroes before a place are the padding of a number. */
function patternOf(spelled: string): RegExp {
  const escaped = spelled.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`^${escaped.replace(/0*<\d>/g, "[^/]+")}$`);
}

const KINDS = [...pathKinds()];

/** The kinds of a set of paths, and the paths of no kind. */
export function kindsOf(all: Iterable<string>): {
  readonly found: ReadonlyMap<string, number>;
  readonly unknown: readonly string[];
} {
  const found = new Map<string, number>();
  const unknown: string[] = [];
  for (const path of all) {
    const kind = KINDS.find(([, pattern]) => pattern.test(path));
    if (kind === undefined) unknown.push(path);
    else found.set(kind[0], (found.get(kind[0]) ?? 0) + 1);
  }
  return { found, unknown };
}
