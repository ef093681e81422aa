// Files of newline-terminated lines: read without holding the file as one string, telling a torn end from a whole one;
// and replaced as a whole, so that a reader finds the old file or the new one and never half of either.
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from "node:fs";

const NEWLINE = 0x0a;
/** Lines are written in pieces of about this size, characters: few system calls, little memory. */
const WRITTEN_PIECE_CHARS = 1_048_576;

/** Ending of a file that is being written and has not replaced its original yet. */
const DRAFT_SUFFIX = ".new";

export interface Line {
  readonly text: string;
  /** Counts from 1. */
  readonly number: number;
  /** Byte offset of the line's start. */
  readonly offset: number;
  /** False for a last line without its newline: the process died while writing it. */
  readonly isComplete: boolean;
  readonly isLast: boolean;
}

export function* readLines(file: string): Generator<Line> {
  const bytes = readFileSync(file);
  let offset = 0;
  for (let number = 1; offset < bytes.length; number += 1) {
    const newline = bytes.indexOf(NEWLINE, offset);
    const end = newline < 0 ? bytes.length : newline;
    const isLast = newline < 0 || newline === bytes.length - 1;
    yield { text: bytes.toString("utf8", offset, end), number, offset, isComplete: newline >= 0, isLast };
    offset = end + 1;
  }
}

/** Writes all of the bytes, however many calls the system wants for it. */
export function writeAll(handle: number, text: string): number {
  const bytes = Buffer.from(text);
  for (let written = 0; written < bytes.length; ) written += writeSync(handle, bytes, written);
  return bytes.length;
}

/** Puts these pieces of text in the file's place, atomically and flushed to the disk. Returns the bytes written. */
export function replaceFile(file: string, pieces: Iterable<string>): number {
  const draft = `${file}${DRAFT_SUFFIX}`;
  const handle = openSync(draft, "w");
  let bytes = 0;
  let waiting = "";
  for (const piece of pieces) {
    waiting += piece;
    if (waiting.length < WRITTEN_PIECE_CHARS) continue;
    bytes += writeAll(handle, waiting);
    waiting = "";
  }
  bytes += writeAll(handle, waiting);
  fsyncSync(handle);
  closeSync(handle);
  renameSync(draft, file);
  return bytes;
}
