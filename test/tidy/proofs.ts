// The tests of a source: one of its name under test/unit, or one whose header names it, or its room, in a
// line `Proves:`. Every source of the product has one, and every such line names existing sources that its
// test reaches. Doors, and files that hold types only, are exempt.
import type { FileGraph } from "#tools/house/house.ts";
import type { SourceFile } from "#tools/house/source.ts";

const PRODUCT = "functions/src/";
const PROVED = /^functions\/src\/(domain|app|adapters|entry|schemas)\//;
const LINE = /^\/\/ Proves: (.+)$/;
/** These run the product as it is built, so imports do not lead to it. */
const RUNS_BUILDS = "test/e2e/";
const TYPES = new Set(["TSInterfaceDeclaration", "TSTypeAliasDeclaration", "ImportDeclaration"]);

/** Whether nothing of the file is left at run time: interfaces, types, and what they import or pass on. */
export function holdsTypesOnly({ tree }: SourceFile): boolean {
  const body = tree.body as readonly Readonly<Record<string, unknown>>[];
  return body.every((statement) => {
    if (statement.type !== "ExportNamedDeclaration") return TYPES.has(String(statement.type));
    const declared = statement.declaration as { readonly type: string } | null;
    return statement.exportKind === "type" || (declared !== null && TYPES.has(declared.type));
  });
}

/**
 * The names in the `Proves:` lines of a test's header: files, or rooms with a slash at the end, below
 * functions/src.
 */
export function provesOf({ lines }: SourceFile): readonly string[] {
  const end = lines.findIndex((line) => !line.startsWith("//"));
  return lines
    .slice(0, end === -1 ? lines.length : end)
    .flatMap((line) => LINE.exec(line)?.[1]?.split(", ") ?? [])
    .map((name) => `${PRODUCT}${name}`);
}

/** `domain/risk/limits` for `test/unit/domain/risk/limits.test.ts` and `…/limits.property.test.ts`. */
function namesake(path: string): string | null {
  return /^test\/unit\/(.+?)(?:\.[a-z-]+)?\.test\.ts$/.exec(path)?.[1] ?? null;
}

/** Every file that a file imports, and that these import. */
function reachOf(graph: FileGraph, from: string): ReadonlySet<string> {
  const reached = new Set([from]);
  for (const path of reached) for (const next of graph.get(path) ?? []) reached.add(next);
  return reached;
}

interface Claim {
  readonly test: string;
  readonly name: string;
  /** The named sources that exist. */
  readonly named: readonly string[];
  /** Those of them that the test reaches. */
  readonly reached: readonly string[];
}

/** The claims of all tests' lines, each with the part that exists and the part that is reached. */
export function claimsOf(
  sources: readonly SourceFile[],
  tests: readonly SourceFile[],
  graph: FileGraph,
): readonly Claim[] {
  return tests.flatMap((test) => {
    const proves = provesOf(test);
    if (proves.length === 0) return [];
    const reach = reachOf(graph, test.path);
    return proves.map((name): Claim => {
      const named = sources.map(({ path }) => path).filter((path) => isNamed(name, path));
      const isReached = (path: string): boolean => test.path.startsWith(RUNS_BUILDS) || reach.has(path);
      return { test: test.path, name, named, reached: named.filter(isReached) };
    });
  });
}

/** Lines that name a missing source, or one that their test cannot reach. */
export function proofLineFaults(claims: readonly Claim[]): readonly string[] {
  return claims.flatMap(({ test, name, named, reached }) => {
    if (named.length === 0) return [`${test}: proves ${name}, which does not exist`];
    return reached.length === 0 ? [`${test}: proves ${name}, which it does not reach`] : [];
  });
}

/** Sources that no test is about. */
export function unprovedFaults(
  sources: readonly SourceFile[],
  tests: readonly SourceFile[],
  claims: readonly Claim[],
): readonly string[] {
  const names = new Set(tests.map(({ path }) => namesake(path)));
  const proved = new Set(claims.flatMap(({ reached }) => reached));
  return sources
    .filter((file) => PROVED.test(file.path) && !file.path.endsWith("/index.ts") && !holdsTypesOnly(file))
    .filter(({ path }) => !names.has(path.slice(PRODUCT.length, -".ts".length)) && !proved.has(path))
    .map(({ path }) => `${path}: no test has its name, and none that reaches it says "Proves:"`);
}

function isNamed(name: string, path: string): boolean {
  return name.endsWith("/") ? path.startsWith(name) : path === name;
}
