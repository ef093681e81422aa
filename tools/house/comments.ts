// Comments of a source as a reader meets them: lines that belong together are one text. Read from lines, because the
// syntax tree holds no comments.
import type { SourceFile } from "./source.ts";

export interface Comment {
  /** Line of its first word, from 1. */
  readonly line: number;
  /** In one line, without marks. */
  readonly text: string;
}

/** Lines of one comment; a comment behind code stands by itself. */
type Kind = "lines" | "block" | "behind";

interface Part {
  readonly kind: Kind;
  readonly text: string;
  /** Whether the next line may belong to the same comment. */
  readonly goesOn: boolean;
}

const LINE = /^\s*\/\/\s?(.*)$/;
const BEHIND_CODE = /[;,{}()[\]]\s+\/\/ (.*)$/;
const BLOCK_START = /^\s*\/\*\*?\s?(.*)$/;
const BLOCK_END = /^(.*?)\s*\*\/.*$/;
const BLOCK_MARK = /^\s*\*?\s?/;

function blockPart(text: string): Part {
  const end = BLOCK_END.exec(text);
  return { kind: "block", text: (end?.[1] ?? text).replace(BLOCK_MARK, ""), goesOn: end === null };
}

/** The comment in a line, or null; `before` is the line above. */
function partOf(text: string, before: Part | null): Part | null {
  if (before?.kind === "block" && before.goesOn) return blockPart(text);
  const whole = LINE.exec(text)?.[1];
  if (whole !== undefined) return { kind: "lines", text: whole, goesOn: true };
  const started = BLOCK_START.exec(text)?.[1];
  if (started !== undefined) return blockPart(started);
  const behind = BEHIND_CODE.exec(text)?.[1];
  return behind === undefined ? null : { kind: "behind", text: behind, goesOn: false };
}

/** In the order of the file. A string that looks like a comment behind code is taken for one. */
export function commentsOf({ lines }: Pick<SourceFile, "lines">): readonly Comment[] {
  const found: { readonly line: number; readonly texts: string[] }[] = [];
  let before: Part | null = null;
  for (const [index, text] of lines.entries()) {
    const part: Part | null = partOf(text, before);
    const isSame = part !== null && before?.goesOn === true && before.kind === part.kind;
    if (part !== null && isSame) found.at(-1)?.texts.push(part.text);
    else if (part !== null) found.push({ line: index + 1, texts: [part.text] });
    before = part;
  }
  return found.map(({ line, texts }) => ({ line, text: texts.join(" ").replace(/\s+/g, " ").trim() }));
}
