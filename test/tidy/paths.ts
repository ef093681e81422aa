// Guides name files; a path that a guide names leads somewhere, or the guide sends its reader nowhere.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "#tools/house/source.ts";

/** Folders of the repository, so that `raiseAlert` or a document's path is not taken for a file. */
const PATH =
  /`((?:functions|hosting|local|tools|test|docs|deploy|strategies)\/[^`\s*{]+|firestore\.[\w.]+)`/g;

export function pathsNamedIn(text: string): readonly string[] {
  return [...text.matchAll(PATH)].map(([, path]) => path ?? "");
}

export function pathFaults(guide: string, text: string): readonly string[] {
  return pathsNamedIn(text).flatMap((path) =>
    existsSync(join(ROOT, path)) ? [] : [`${guide}: there is no ${path}`],
  );
}
