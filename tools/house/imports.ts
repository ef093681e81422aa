// Which file an import names: relative paths, the subpaths that the nearest package.json declares, and packages of this
// repository. Reads declarations and sources only, so that a tree can be measured without being installed or run.
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path/posix";
import { child, type SourceFile, type SyntaxNode, walk } from "./source.ts";

const IMPORTING = new Set(["ImportDeclaration", "ExportNamedDeclaration", "ExportAllDeclaration"]);

export interface Import {
  readonly from: string;
  readonly typeOnly: boolean;
  readonly node: SyntaxNode;
}

/** Every module that a source names, statically, dynamically or as a type. */
export function importsOf(file: SourceFile): readonly Import[] {
  const found: Import[] = [];
  for (const node of walk(file.tree)) {
    if (!IMPORTING.has(node.type) && node.type !== "ImportExpression" && node.type !== "TSImportType")
      continue;
    const source = child(node, "source") ?? child(node, "argument");
    if (typeof source?.value !== "string") continue;
    const typeOnly = node.importKind === "type" || node.exportKind === "type" || node.type === "TSImportType";
    found.push({ from: source.value, typeOnly, node });
  }
  return found;
}

interface PackageJson {
  readonly name?: string;
  readonly workspaces?: readonly string[];
  readonly imports?: Readonly<Record<string, string>>;
  readonly exports?: Readonly<Record<string, string>>;
}

/** Resolves import specifiers of one tree, whose root folder holds the first package.json. */
export class ImportResolver {
  readonly #root: string;
  readonly #manifests = new Map<string, PackageJson | null>();
  readonly #packages = new Map<string, string>();

  constructor(root: string) {
    this.#root = root;
    for (const folder of this.#manifest("")?.workspaces ?? []) {
      const name = this.#manifest(folder)?.name;
      if (name !== undefined) this.#packages.set(name, folder);
    }
  }

  /** Path from the root of the tree; null for a package from outside. */
  resolve(importer: string, from: string): string | null {
    if (from.startsWith(".")) return normalize(join(dirname(importer), from));
    const folder = this.#packageOf(importer);
    if (from.startsWith("#")) {
      const target = matched(from, this.#manifest(folder)?.imports ?? {});
      if (target === null) return null;
      return target.startsWith(".") ? normalize(join(folder, target)) : this.#inPackage(target);
    }
    return this.#inPackage(from);
  }

  #inPackage(from: string): string | null {
    for (const [name, folder] of this.#packages) {
      if (from !== name && !from.startsWith(`${name}/`)) continue;
      const target = matched(`.${from.slice(name.length)}`, this.#manifest(folder)?.exports ?? {});
      return target === null ? null : normalize(join(folder, target));
    }
    return null;
  }

  /** Folder of the nearest package.json; the root's is "". */
  #packageOf(path: string): string {
    let folder = dirname(path);
    while (folder !== "." && this.#manifest(folder) === null) folder = dirname(folder);
    return folder === "." ? "" : folder;
  }

  #manifest(folder: string): PackageJson | null {
    const known = this.#manifests.get(folder);
    if (known !== undefined) return known;
    const path = join(this.#root, folder, "package.json");
    const read = existsSync(path) ? (JSON.parse(readFileSync(path, "utf8")) as PackageJson) : null;
    this.#manifests.set(folder, read);
    return read;
  }
}

/** Node's rule for `imports` and `exports`: an exact key, else the pattern with the longest beginning, then the longest. */
function matched(name: string, patterns: Readonly<Record<string, string>>): string | null {
  const exact = patterns[name];
  if (exact !== undefined) return exact;
  const fitting = Object.entries(patterns)
    .filter(([pattern]) => fits(name, pattern))
    .sort(([a], [b]) => b.indexOf("*") - a.indexOf("*") || b.length - a.length);
  const best = fitting[0];
  if (best === undefined) return null;
  const [start = "", end = ""] = best[0].split("*");
  return best[1].replaceAll("*", name.slice(start.length, name.length - end.length));
}

function fits(name: string, pattern: string): boolean {
  const [start = "", end] = pattern.split("*");
  return (
    end !== undefined &&
    name.length > start.length + end.length &&
    name.startsWith(start) &&
    name.endsWith(end)
  );
}
