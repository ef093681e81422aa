// Durable commits: an append log beside a snapshot, in numbered generations. Every commit is in the file before it
// is acknowledged; when the log outgrows what it describes, the live documents are written anew and the old
// generation goes, so disk and replay follow the live documents and not the history.
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  truncateSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import type { DocumentChange, StoredDocument } from "../document.ts";
import { readLines } from "./lines.ts";
import {
  decodeDocument,
  decodeRecord,
  encodeClear,
  encodeCommit,
  encodeDocument,
  type LogRecord,
} from "./record.ts";

/** A log is not compacted below this size, bytes: small stores would do nothing else. */
const MIN_COMPACT_BYTES = 16 * 1024 * 1024;
/** A log may grow to this many times its snapshot before it is compacted: write cost stays a constant factor. */
const COMPACT_FACTOR = 4;
/** Snapshot lines are written in pieces of about this size, bytes. */
const SNAPSHOT_CHUNK_BYTES = 1024 * 1024;
const SNAPSHOT = /^snapshot-(\d+)\.jsonl$/u;
const LOG = /^log-(\d+)\.jsonl$/u;

export interface Replay {
  readonly document: (document: StoredDocument) => void;
  readonly record: (record: LogRecord) => void;
}

export class AppendLog {
  readonly #directory: string;
  readonly #warn: (message: string) => void;
  #generation = 0;
  #file = -1;
  #logBytes = 0;
  #snapshotBytes = 0;

  /** Opens or makes the directory. `warn` hears about a dropped torn line. */
  constructor(directory: string, warn: (message: string) => void) {
    this.#directory = directory;
    this.#warn = warn;
    mkdirSync(directory, { recursive: true });
  }

  /** Replays snapshot and log, then opens the log for appending. Throws when a line other than the last is damaged. */
  open(replay: Replay): void {
    this.#generation = Math.max(0, ...this.#generations(SNAPSHOT));
    this.#dropOtherGenerations();
    if (existsSync(this.#snapshotPath())) this.#replaySnapshot(replay);
    if (existsSync(this.#logPath())) this.#replayLog(replay);
    this.#file = openSync(this.#logPath(), "a");
  }

  commit(atMicros: number, changes: readonly DocumentChange[]): void {
    this.#append(encodeCommit(atMicros, changes));
  }

  clear(atMicros: number, root: string): void {
    this.#append(encodeClear(atMicros, root));
  }

  get needsCompaction(): boolean {
    return this.#logBytes > Math.max(MIN_COMPACT_BYTES, COMPACT_FACTOR * this.#snapshotBytes);
  }

  /** Starts a new generation holding exactly `documents`. */
  compact(documents: Iterable<StoredDocument>): void {
    const generation = this.#generation + 1;
    const path = join(this.#directory, `snapshot-${generation}.jsonl`);
    const bytes = writeSnapshot(`${path}.tmp`, documents);
    renameSync(`${path}.tmp`, path);
    closeSync(this.#file);
    this.#generation = generation;
    this.#file = openSync(this.#logPath(), "a");
    this.#logBytes = 0;
    this.#snapshotBytes = bytes;
    this.#dropOtherGenerations();
  }

  close(): void {
    if (this.#file < 0) return;
    fsyncSync(this.#file);
    closeSync(this.#file);
    this.#file = -1;
  }

  #append(line: string): void {
    const bytes = Buffer.from(line);
    let written = 0;
    while (written < bytes.length) written += writeSync(this.#file, bytes, written);
    this.#logBytes += bytes.length;
  }

  #replaySnapshot(replay: Replay): void {
    for (const { text } of readLines(this.#snapshotPath())) {
      replay.document(decodeDocument(text));
      this.#snapshotBytes += text.length;
    }
  }

  #replayLog(replay: Replay): void {
    for (const { text, offset, complete, last } of readLines(this.#logPath())) {
      const record = complete ? readRecord(text) : undefined;
      if (record !== undefined) {
        replay.record(record);
        this.#logBytes += text.length + 1;
      } else if (last) {
        truncateSync(this.#logPath(), offset);
        this.#warn(`${this.#logPath()}: dropped a torn last line of ${text.length} characters`);
      } else {
        throw new Error(
          `${this.#logPath()} is damaged at byte ${offset}: restore it from a copy, or start without it (--fresh)`,
        );
      }
    }
  }

  #generations(pattern: RegExp): number[] {
    return readdirSync(this.#directory).flatMap((file) => {
      const match = pattern.exec(file);
      return match === null ? [] : [Number(match[1])];
    });
  }

  #dropOtherGenerations(): void {
    for (const file of readdirSync(this.#directory)) {
      const generation = SNAPSHOT.exec(file)?.[1] ?? LOG.exec(file)?.[1];
      const stale = generation !== undefined && Number(generation) !== this.#generation;
      if (stale || file.endsWith(".jsonl.tmp")) rmSync(join(this.#directory, file));
    }
  }

  #snapshotPath(): string {
    return join(this.#directory, `snapshot-${this.#generation}.jsonl`);
  }

  #logPath(): string {
    return join(this.#directory, `log-${this.#generation}.jsonl`);
  }
}

function readRecord(text: string): LogRecord | undefined {
  try {
    return decodeRecord(text);
  } catch {
    // The caller decides by position: a torn last line is dropped, any other is damage and stops the start.
    return undefined;
  }
}

function writeSnapshot(path: string, documents: Iterable<StoredDocument>): number {
  const file = openSync(path, "w");
  let bytes = 0;
  let chunk = "";
  const flush = (): void => {
    bytes += writeSync(file, chunk);
    chunk = "";
  };
  for (const document of documents) {
    chunk += encodeDocument(document);
    if (chunk.length >= SNAPSHOT_CHUNK_BYTES) flush();
  }
  if (chunk !== "") flush();
  fsyncSync(file);
  closeSync(file);
  return bytes;
}
