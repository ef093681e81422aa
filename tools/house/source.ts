// The repository's own sources as the house rules see them: path, text and syntax tree. Reads files only; a rule gets
// the same shape from a sample text, so that each rule can be shown to catch what it is for.
import { readdirSync, readFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { parseAst } from "rolldown/parseAst";

export const ROOT = join(import.meta.dirname, "..", "..");

/** Folders that hold what tools made or installed. */
const NOT_OURS = new Set(["node_modules", "dist", "coverage", "screenshots", ".git", ".local", ".firebase"]);

/** A node of the syntax tree; its other fields depend on `type` (ESTree with TypeScript's nodes). */
export interface SyntaxNode {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [field: string]: unknown;
}

export interface SourceFile {
  /** From the repository's root, with forward slashes. */
  readonly path: string;
  readonly text: string;
  readonly lines: readonly string[];
  readonly tree: SyntaxNode;
}

function isNode(value: unknown): value is SyntaxNode {
  return (
    typeof value === "object" && value !== null && typeof (value as { type?: unknown }).type === "string"
  );
}

/** Every node below and including `node`, parents before children. */
export function* walk(node: SyntaxNode): Generator<SyntaxNode> {
  yield node;
  for (const value of Object.values(node)) {
    for (const child of Array.isArray(value) ? value : [value]) if (isNode(child)) yield* walk(child);
  }
}

/** A child node by field name; null when the field holds none. */
export function child(node: SyntaxNode, field: string): SyntaxNode | null {
  const value = node[field];
  return isNode(value) ? value : null;
}

/** `a.b.c` of a chain of plain property reads; null for anything else. */
export function dottedName(node: SyntaxNode | null): string | null {
  if (node === null) return null;
  if (node.type === "Identifier") return String(node.name);
  if (node.type !== "MemberExpression" || node.computed === true) return null;
  const object = dottedName(child(node, "object"));
  const property = dottedName(child(node, "property"));
  return object === null || property === null ? null : `${object}.${property}`;
}

export function lineOf(file: SourceFile, offset: number): number {
  return file.text.slice(0, offset).split("\n").length;
}

/** A source from text, as if it stood at `path`. Throws when it does not parse. */
export function sourceFrom(path: string, text: string): SourceFile {
  const tree = path.endsWith(".ts")
    ? (parseAst(text, { lang: "ts" }, path) as unknown as SyntaxNode)
    : { type: "Program", start: 0, end: text.length };
  return { path, text, lines: text.replace(/\n$/, "").split("\n"), tree };
}

/** Paths of all files below `folder` that people wrote, in a stable order, from the tree's root. */
export function filesBelow(folder: string, root = ROOT): readonly string[] {
  const found: string[] = [];
  const visit = (directory: string): void => {
    for (const entry of readdirSync(directory, { withFileTypes: true })) {
      if (NOT_OURS.has(entry.name)) continue;
      const path = join(directory, entry.name);
      if (entry.isDirectory()) visit(path);
      else if (entry.isFile()) found.push(relative(root, path).split(sep).join("/"));
    }
  };
  visit(join(root, folder));
  return found.sort();
}

export function readText(path: string): string {
  return readFileSync(join(ROOT, path), "utf8");
}

/** All TypeScript sources below the folders of a tree. */
export function sourcesOfTree(root: string, ...folders: readonly string[]): readonly SourceFile[] {
  return folders
    .flatMap((folder) => filesBelow(folder, root))
    .filter((path) => path.endsWith(".ts") && !path.endsWith(".d.ts"))
    .map((path) => sourceFrom(path, readFileSync(join(root, path), "utf8")));
}

/** All TypeScript sources below the folders of this repository. */
export function sourcesBelow(...folders: readonly string[]): readonly SourceFile[] {
  return sourcesOfTree(ROOT, ...folders);
}
