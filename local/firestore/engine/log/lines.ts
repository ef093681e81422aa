// Reads a file of newline-terminated lines without holding it as one string, and tells a torn end from a whole one.
import { readFileSync } from "node:fs";

const NEWLINE = 0x0a;

export interface Line {
  readonly text: string;
  /** Byte offset of the line's start. */
  readonly offset: number;
  /** False for a last line without its newline: the process died while writing it. */
  readonly complete: boolean;
  readonly last: boolean;
}

export function* readLines(path: string): Generator<Line> {
  const bytes = readFileSync(path);
  let offset = 0;
  while (offset < bytes.length) {
    const newline = bytes.indexOf(NEWLINE, offset);
    const end = newline < 0 ? bytes.length : newline;
    const text = bytes.toString("utf8", offset, end);
    yield { text, offset, complete: newline >= 0, last: newline < 0 || newline === bytes.length - 1 };
    offset = end + 1;
  }
}
