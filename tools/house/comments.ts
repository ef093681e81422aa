// Comments of a source as a reader meets them: lines that belong together are one text. Read from lines, because the
// syntax tree holds no comments.
import type { SourceFile } from "./source.ts";

export interface Comment {
  /** Line of its first word, from 1. */
  readonly line: number;
  /** In one line, without marks. */
  readonly text: string;
}

const LINE = /^\s*\/\/\s?(.*)$/;
const BEHIND_CODE = /[;,{}()[\]]\s+\/\/ (.*)$/;
const BLOCK_START = /^\s*\/\*\*?\s?(.*)$/;
const BLOCK_END = /^(.*?)\s*\*\/.*$/;
const BLOCK_MARK = /^\s*\*?\s?/;

interface Open {
  readonly line: number;
  readonly parts: string[];
  readonly kind: "lines" | "block";
}

/** In the order of the file. Text in strings that looks like a comment behind code is the price of reading lines. */
export function commentsOf({ lines }: Pick<SourceFile, "lines">): readonly Comment[] {
  const found: Comment[] = [];
  let open: Open | null = null;
  const end = (): void => {
    if (open !== null)
      found.push({ line: open.line, text: open.parts.join(" ").replace(/\s+/g, " ").trim() });
    open = null;
  };
  lines.forEach((text, index) => {
    const line = index + 1;
    const current = open as Open | null;
    if (current?.kind === "block") {
      const last = BLOCK_END.exec(text);
      current.parts.push((last?.[1] ?? text).replace(BLOCK_MARK, ""));
      if (last !== null) end();
      return;
    }
    const whole = LINE.exec(text)?.[1];
    if (whole !== undefined) {
      if (current === null) open = { line, parts: [whole], kind: "lines" };
      else current.parts.push(whole);
      return;
    }
    end();
    const started = BLOCK_START.exec(text)?.[1];
    if (started !== undefined) {
      const last = BLOCK_END.exec(started);
      open = { line, parts: [last?.[1] ?? started], kind: "block" };
      if (last !== null) end();
      return;
    }
    const behind = BEHIND_CODE.exec(text)?.[1];
    if (behind !== undefined) found.push({ line, text: behind });
  });
  end();
  return found;
}
