// Where texts point: rules by number and name, files by path, and nothing outside the repository. A text that points to
// something that was moved or renamed sends its reader astray.
import { existsSync } from "node:fs";
import { dirname, join } from "node:path/posix";
import { commentsOf } from "#tools/house/comments.ts";
import { ROOT, readText, type SourceFile } from "#tools/house/source.ts";

export const RULES_FILE = "docs/RULES.md";

export interface WrittenRule {
  readonly number: number;
  readonly name: string;
  /** Everything below the heading, up to the next one. */
  readonly text: string;
}

/** The rules of docs/RULES.md, in its order. */
export function writtenRules(text: string): readonly WrittenRule[] {
  const sections = text.split(/^#{1,2} /m).slice(1);
  return sections.flatMap((section) => {
    const [, number, name] = /^Rule (\d+): (.+)$/m.exec(section) ?? [];
    if (number === undefined || name === undefined) return [];
    return [{ number: Number(number), name, text: section.slice(section.indexOf("\n")) }];
  });
}

/** Words between backticks. */
export function quoted(text: string): readonly string[] {
  return [...text.matchAll(/`([^`\n]+)`/g)].flatMap(([, inside]) => (inside ?? "").split(/[\s"'(),;]+/));
}

/** Marks of comments and line ends taken out, so that a sentence is one text. */
function asOneLine(text: string): string {
  return text.replace(/^\s*(\/\/+|\/?\*+)/gm, " ").replace(/\s+/g, " ");
}

const CITED = /\brules? (\d+)\b(.{0,80})/gi;
const FURTHER_IN_LIST = /(?:,| and) (\d+) (\([a-z].{0,60})/g;
/** Words for a document that only its writers had. */
const OUTSIDE = /\bthe design('s)?\b|\beleven rules\b/i;

/** `, name` or `(name`, and the name ends there. */
function isFollowedBy(after: string, name: string): boolean {
  const opened = [", ", "("].find((mark) => after.startsWith(mark + name));
  return opened !== undefined && /^([),:;.]| \(|$)/.test(after.slice(opened.length + name.length));
}

/** Rules cited without their name or their file, and references to documents outside the repository. */
export function citationFaults(path: string, text: string, rules: readonly WrittenRule[]): readonly string[] {
  const line = asOneLine(text);
  const nameOf = new Map(rules.map(({ number, name }) => [number, name]));
  const faults: string[] = [];
  if (OUTSIDE.test(line)) faults.push(`${path}: refers to a document outside the repository`);
  const cited = [...line.matchAll(CITED)];
  if (cited.length === 0) return faults;
  if (!/\bRULES\.md\b/.test(line)) faults.push(`${path}: cites a rule without docs/RULES.md`);
  const listed = line.includes("RULES.md") ? [...line.matchAll(FURTHER_IN_LIST)] : [];
  for (const [, number, after = ""] of [...cited, ...listed]) {
    const name = nameOf.get(Number(number));
    const isNamed = name !== undefined && isFollowedBy(after.trimStart(), name);
    if (!isNamed)
      faults.push(`${path}: cites rule ${number} without its name, ${name ?? "which it has not"}`);
  }
  return faults;
}

/** First folders of a path as documents write it; those of the functions may be left out, as may the docs' own. */
const BASES = ["", "functions/src", "docs", "test/simulation"];
const FIRST_FOLDERS =
  "(functions|hosting|strategies|local|tools|test|docs|domain|ports|schemas|app|adapters|entry|decisions|runbooks|workload|invariants|platform)";
const QUOTED_PATH = new RegExp(`^${FIRST_FOLDERS}/[\\w./-]*$`);
/** In a comment only a whole file name is certain to be a path. */
const PATH_IN_PROSE = new RegExp(`(?<![\\w./#-])${FIRST_FOLDERS}/[\\w./-]+\\.(ts|md|json)\\b`, "g");
/** Made by a build. */
const BUILT = /^(functions|hosting)\/dist\b/;
const LINK = /\]\((?!https?:)([^)#]*)(?:#([^)]*))?\)/g;

function isThere(path: string): boolean {
  return BUILT.test(path) || BASES.some((base) => existsSync(join(ROOT, base, path)));
}

/** Where a heading is found, as renderers of Markdown derive it. */
function anchorsOf(text: string): readonly string[] {
  return [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replace(/[^\w\s-]/g, "")
      .replaceAll(" ", "-"),
  );
}

function linkFault(path: string, to: string, anchor: string | undefined): string | null {
  const target = to === "" ? path : join(dirname(path), to);
  if (!existsSync(join(ROOT, target))) return `${path}: links to ${target}, which is not there`;
  if (anchor === undefined || anchorsOf(readText(target)).includes(anchor)) return null;
  return `${path}: links to ${target}#${anchor}, and there is no such heading`;
}

/** Paths between backticks, links and anchors of a document that lead nowhere. */
export function pathFaults(path: string, text: string): readonly string[] {
  const named = quoted(text).filter((word) => QUOTED_PATH.test(word) && !isThere(word));
  const links = [...text.matchAll(LINK)];
  return [
    ...named.map((word) => `${path}: names ${word}, which is not there`),
    ...links.flatMap(([, to = "", anchor]) => linkFault(path, to, anchor) ?? []),
  ];
}

/** Files that a comment names and that are not there. */
export function commentPathFaults(file: Pick<SourceFile, "path" | "lines">): readonly string[] {
  return commentsOf(file).flatMap(({ line, text }) =>
    [...text.matchAll(PATH_IN_PROSE)].flatMap(([named]) =>
      isThere(named) ? [] : [`${file.path}:${line}: names ${named}, which is not there`],
    ),
  );
}
