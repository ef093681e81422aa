// The servers' memory on disk: one line an entry, appended before a request is answered, replayed at start. It keeps
// every acknowledged entry through a SIGKILL of the process; appending does not fsync, so a power cut may lose the last
// moments. A torn last line is dropped with a warning; any other damage stops the start, naming where it is.
import { closeSync, fsyncSync, mkdirSync, openSync, truncateSync } from "node:fs";
import { dirname } from "node:path";
import { type Line, readLines, replaceFile, writeAll } from "./lines.ts";

/** Below this size, bytes, rewriting a log is not worth the work. */
const SMALLEST_COMPACTION_BYTES = 1_000_000;
/** A log is overgrown at this many times what it describes: the cost of a write stays a constant factor. */
const GROWTH_BEFORE_COMPACTION = 4;

class DamagedLogError extends Error {
  override readonly name = "DamagedLogError";
}

/** How an entry is written as one line of text, without its newline. */
export interface LineFormat<Entry> {
  readonly encode: (entry: Entry) => string;
  /** Throws for a line that is no whole entry. */
  readonly decode: (line: string) => Entry;
}

export interface AppendLog<Entry> {
  /** What was stored when the log was opened, oldest first. To be read to its end before the first append. */
  replay(): Iterable<Entry>;
  /** Writes one entry; it has reached the operating system when this returns. Throws if the disk refuses. */
  append(entry: Entry): void;
  /** Replaces the whole log by these entries, atomically. */
  rewrite(entries: Iterable<Entry>): void;
  /** Whether the log has grown so far beyond what it describes that a rewrite is worth it. */
  readonly isOvergrown: boolean;
  close(): void;
}

interface LogSettings<Entry> {
  /** Told about a torn line that was dropped. */
  readonly warn: (text: string) => void;
  readonly format: LineFormat<Entry>;
  /** Size of a snapshot that this log goes on from, bytes. */
  readonly snapshotBytes?: number;
  /** Size, bytes, below which the log is never overgrown. */
  readonly smallestCompactionBytes?: number;
}

/** Entries that JSON can hold, as JSON. */
export function jsonFormat<Entry>(): LineFormat<Entry> {
  return { encode: (entry) => JSON.stringify(entry), decode: (line) => JSON.parse(line) as Entry };
}

class FileLog<Entry> implements AppendLog<Entry> {
  readonly #file: string;
  readonly #settings: LogSettings<Entry>;
  #handle: number;
  #bytes = 0;
  #describedBytes: number;

  constructor(file: string, settings: LogSettings<Entry>) {
    mkdirSync(dirname(file), { recursive: true });
    this.#file = file;
    this.#settings = settings;
    this.#describedBytes = settings.snapshotBytes ?? 0;
    this.#handle = openSync(file, "a");
  }

  *replay(): Generator<Entry> {
    for (const line of readLines(this.#file)) {
      const entry = this.#decode(line);
      if (entry === undefined) return this.#dropFrom(line);
      this.#bytes += Buffer.byteLength(line.text) + 1;
      yield entry;
    }
  }

  append(entry: Entry): void {
    this.#bytes += writeAll(this.#handle, `${this.#settings.format.encode(entry)}\n`);
  }

  rewrite(entries: Iterable<Entry>): void {
    this.#bytes = replaceFile(this.#file, this.#linesOf(entries));
    this.#describedBytes = this.#bytes;
    closeSync(this.#handle);
    this.#handle = openSync(this.#file, "a");
  }

  get isOvergrown(): boolean {
    const smallest = this.#settings.smallestCompactionBytes ?? SMALLEST_COMPACTION_BYTES;
    return this.#bytes > Math.max(smallest, this.#describedBytes * GROWTH_BEFORE_COMPACTION);
  }

  close(): void {
    fsyncSync(this.#handle);
    closeSync(this.#handle);
  }

  *#linesOf(entries: Iterable<Entry>): Generator<string> {
    for (const entry of entries) yield `${this.#settings.format.encode(entry)}\n`;
  }

  /** Undefined for a torn last line. Throws DamagedLogError for any other unreadable one. */
  #decode(line: Line): Entry | undefined {
    if (!line.isComplete) return undefined;
    try {
      return this.#settings.format.decode(line.text);
    } catch (cause) {
      if (line.isLast) return undefined;
      const where = `${this.#file} line ${line.number} is damaged at byte ${line.offset}`;
      const remedy = "Put back a copy of the file, or move it away to begin without what it held.";
      throw new DamagedLogError(`${where}. ${remedy}`, { cause });
    }
  }

  #dropFrom({ offset, text }: Line): void {
    truncateSync(this.#file, offset);
    this.#settings.warn(`${this.#file}: dropped a torn last line of ${text.length} characters`);
  }
}

/** Opens or creates the log and the folders above it. */
export function openAppendLog<Entry>(file: string, settings: LogSettings<Entry>): AppendLog<Entry> {
  return new FileLog(file, settings);
}

/** The log of a server that was given no data directory: it remembers nothing. */
export function forgetfulLog<Entry>(): AppendLog<Entry> {
  return {
    replay: () => [],
    append: () => undefined,
    rewrite: () => undefined,
    isOvergrown: false,
    close: () => undefined,
  };
}
