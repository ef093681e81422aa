// Reads a project's firestore.indexes.json: composite indexes, and what it says of single fields. Refuses a file that lacks
// either list, because a list read as empty would refuse every query.
import type { IndexFile } from "./engine/query/indexes.ts";

/** Throws SyntaxError for what is no JSON, and TypeError for what lacks a list; both name `name`. */
export function parseIndexes(text: string, name: string): IndexFile {
  const file = parse(text, name);
  for (const list of ["indexes", "fieldOverrides"])
    if (!Array.isArray(file?.[list])) throw new TypeError(`${name} has no list ${list}`);
  return file as unknown as IndexFile;
}

function parse(text: string, name: string): Readonly<Record<string, unknown>> | null {
  try {
    return JSON.parse(text) as Readonly<Record<string, unknown>> | null;
  } catch (error) {
    throw new SyntaxError(`${name}: ${(error as Error).message}`, { cause: error });
  }
}
