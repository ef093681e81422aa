// How a file may look: its opening comment, its length, the length of its functions, its name; and what no text in the
// repository may hold. These are about reading: a file that fits a screen or two gets read, a longer one gets trusted.
import { basename } from "node:path/posix";
import { dottedName, lineOf, type SourceFile, walk } from "#tools/house/source.ts";

export const MAX_FILE_LINES = 400;
export const MAX_FUNCTION_LINES = 70;
const MAX_HEADER_LINES = 4;

const BANNED_NAMES = /(^|[-_.])(utils?|helpers?|common|managers?|misc)([-_.]|$)/i;
const FUNCTIONS = new Set(["FunctionDeclaration", "FunctionExpression", "ArrowFunctionExpression"]);
const SUITES = new Set(["it", "test", "describe", "bench", "suite"]);
const NOT_RUN = new Set(["skip", "only", "todo", "skipIf", "runIf", "fails"]);
/** Directories of one person's or one container's machine. */
const MACHINE_PATH = new RegExp(
  `(^|[\\s"'\`(=:])/(${["home", "root", "Users", "work", "tmp", "private"].join("|")})/\\w`,
);
const UNFINISHED = new RegExp(`\\b(${["TO" + "DO", "FIX" + "ME", "X" + "XX"].join("|")})\\b`);

export function headerFaults(file: SourceFile): readonly string[] {
  const lines = file.lines[0]?.startsWith("#!") ? file.lines.slice(1) : file.lines;
  const count = lines.findIndex((line) => !line.startsWith("//"));
  // The `Proves:` lines are for machines (proofs.ts) and add nothing to a reader's four lines.
  const header = count === -1 ? lines : lines.slice(0, count);
  const length = header.filter((line) => !line.startsWith("// Proves: ")).length;
  if (length >= 1 && length <= MAX_HEADER_LINES) return [];
  return [`${file.path}: opens with ${length} comment lines instead of 1 to ${MAX_HEADER_LINES}`];
}

export function lengthFaults(file: SourceFile): readonly string[] {
  const count = file.lines.length;
  return count > MAX_FILE_LINES ? [`${file.path}: ${count} lines, more than ${MAX_FILE_LINES}`] : [];
}

export function functionLengthFaults(file: SourceFile): readonly string[] {
  return [...walk(file.tree)].flatMap((node) => {
    if (!FUNCTIONS.has(node.type)) return [];
    const from = lineOf(file, node.start);
    const count = lineOf(file, node.end) - from + 1;
    return count > MAX_FUNCTION_LINES
      ? [`${file.path}:${from}: a function of ${count} lines, more than ${MAX_FUNCTION_LINES}`]
      : [];
  });
}

export function nameFaults(file: Pick<SourceFile, "path">): readonly string[] {
  const bad = file.path.split("/").find((part) => BANNED_NAMES.test(basename(part, ".ts")));
  return bad === undefined ? [] : [`${file.path}: "${bad}" says nothing about what is in it`];
}

/** Two files of one name in a layer of the functions: a reader who is sent to it has to guess which. Doors are exempt. */
export function sameNameFaults(paths: readonly string[]): readonly string[] {
  const first = new Map<string, string>();
  return paths.flatMap((path) => {
    const layer = /^functions\/src\/([^/]+)\//.exec(path)?.[1];
    const name = basename(path);
    if (layer === undefined || name === "index.ts") return [];
    const key = `${layer}/${name}`;
    const other = first.get(key);
    first.set(key, other ?? path);
    return other === undefined ? [] : [`${path}: has the name of ${other}`];
  });
}

export function textFaults(file: Pick<SourceFile, "path" | "lines">): readonly string[] {
  return file.lines.flatMap((line, index) => {
    const faults: string[] = [];
    if (MACHINE_PATH.test(line)) faults.push(`${file.path}:${index + 1}: a path of one machine`);
    if (UNFINISHED.test(line)) faults.push(`${file.path}:${index + 1}: unfinished work`);
    return faults;
  });
}

/** Tests that do not run, or keep others from running. */
export function notRunFaults(file: SourceFile): readonly string[] {
  return [...walk(file.tree)].flatMap((node) => {
    if (node.type !== "MemberExpression") return [];
    const [suite, ...chain] = dottedName(node)?.split(".") ?? [];
    if (suite === undefined || !SUITES.has(suite) || !chain.some((part) => NOT_RUN.has(part))) return [];
    return [`${file.path}:${lineOf(file, node.start)}: ${[suite, ...chain].join(".")}`];
  });
}

/** The lockfile names packages by version and checksum; where they come from is the installing machine's business. */
export function lockfileFaults(lockfile: string): readonly string[] {
  return lockfile
    .split("\n")
    .flatMap((line, index) =>
      /"resolved": "[a-z+]+:/.test(line) ? [`package-lock.json:${index + 1}: names a registry`] : [],
    );
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle];
  const lower = sorted.length % 2 === 1 ? upper : sorted[middle - 1];
  if (upper === undefined || lower === undefined) throw new Error("No values have no median");
  return (lower + upper) / 2;
}
