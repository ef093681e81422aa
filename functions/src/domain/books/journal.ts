// Folding the journal: every entry holds the documents as its commit left them, so the last image of each is
// the document. A journal with a missing entry is reported as incomplete.
import type { JournalEntry } from "#domain/documents/records.ts";

export class JournalGapError extends Error {
  constructor(expected: number, found: number) {
    super(`The journal has no entry ${expected}, the next one is ${found}: what is missing cannot be told`);
    this.name = "JournalGapError";
  }
}

export interface FoldedJournal {
  /** Last image of every document, by path. */
  readonly images: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** Null for an empty journal. */
  readonly firstSeq: number | null;
  readonly lastSeq: number;
}

export const EMPTY_FOLD: FoldedJournal = { images: {}, firstSeq: null, lastSeq: 0 };

/** The fold with further entries, which are in order and follow on it. Throws JournalGapError. */
export function foldJournal(before: FoldedJournal, entries: readonly JournalEntry[]): FoldedJournal {
  const images = { ...before.images };
  let { firstSeq, lastSeq } = before;
  for (const entry of entries) {
    if (firstSeq !== null && entry.seq !== lastSeq + 1) throw new JournalGapError(lastSeq + 1, entry.seq);
    firstSeq ??= entry.seq;
    lastSeq = entry.seq;
    Object.assign(images, entry.images);
  }
  return { images, firstSeq, lastSeq };
}

/** Whether two documents hold the same JSON, whatever the order of their fields. */
export function isSameDocument(one: unknown, other: unknown): boolean {
  return canonical(one) === canonical(other);
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_name, field: unknown) =>
    typeof field === "object" && field !== null && !Array.isArray(field)
      ? Object.fromEntries(Object.entries(field).sort(([a], [b]) => (a < b ? -1 : 1)))
      : field,
  );
}
