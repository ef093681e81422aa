// Durable commits: a log beside a snapshot, in numbered generations. Every commit is in the file before it is
// acknowledged; when the log outgrows what it describes, the live documents are written anew and the old generation
// goes, so disk and replay follow the live documents and not the history.
import { existsSync, mkdirSync, readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { type AppendLog, openAppendLog } from "@ballast/local-serving/append-log.ts";
import { readLines, replaceFile } from "@ballast/local-serving/lines.ts";
import type { DocumentChange, StoredDocument } from "../document.ts";
import { decodeDocument, encodeDocument, type LogRecord, RECORDS } from "./record.ts";

/** A log is not compacted below this size, bytes: small stores would do nothing else. */
const SMALLEST_COMPACTION_BYTES = 16 * 1024 * 1024;
const SNAPSHOT = /^snapshot-(\d+)\.jsonl$/u;
const LOG = /^log-(\d+)\.jsonl$/u;
/** A snapshot whose writer died before it took its place. */
const DRAFT = /\.jsonl\.(new|tmp)$/u;

interface Replay {
  readonly document: (document: StoredDocument) => void;
  readonly record: (record: LogRecord) => void;
}

export class DocumentLog {
  readonly #directory: string;
  readonly #warn: (message: string) => void;
  #generation: number;
  #log: AppendLog<LogRecord>;

  /** Opens or makes the directory and replays it. Throws when a line other than the log's last is damaged. */
  constructor(directory: string, warn: (message: string) => void, replay: Replay) {
    this.#directory = directory;
    this.#warn = warn;
    mkdirSync(directory, { recursive: true });
    this.#generation = Math.max(0, ...this.#generations(SNAPSHOT));
    this.#dropOtherGenerations();
    const hasSnapshot = existsSync(this.#snapshotFile());
    if (hasSnapshot)
      for (const { text } of readLines(this.#snapshotFile())) replay.document(decodeDocument(text));
    this.#log = this.#openLog(hasSnapshot ? statSync(this.#snapshotFile()).size : 0);
    for (const record of this.#log.replay()) replay.record(record);
  }

  commit(atMicros: number, changes: readonly DocumentChange[]): void {
    this.#log.append({ kind: "commit", atMicros, changes });
  }

  clear(atMicros: number, root: string): void {
    this.#log.append({ kind: "clear", atMicros, root });
  }

  get needsCompaction(): boolean {
    return this.#log.isOvergrown;
  }

  /** Starts a new generation holding exactly `documents`. */
  compact(documents: Iterable<StoredDocument>): void {
    const next = this.#generation + 1;
    const bytes = replaceFile(join(this.#directory, `snapshot-${next}.jsonl`), linesOf(documents));
    this.#log.close();
    this.#generation = next;
    this.#log = this.#openLog(bytes);
    this.#dropOtherGenerations();
  }

  close(): void {
    this.#log.close();
  }

  #openLog(snapshotBytes: number): AppendLog<LogRecord> {
    return openAppendLog(join(this.#directory, `log-${this.#generation}.jsonl`), {
      warn: this.#warn,
      format: RECORDS,
      snapshotBytes,
      smallestCompactionBytes: SMALLEST_COMPACTION_BYTES,
    });
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
      const isStale = generation !== undefined && Number(generation) !== this.#generation;
      if (isStale || DRAFT.test(file)) rmSync(join(this.#directory, file));
    }
  }

  #snapshotFile(): string {
    return join(this.#directory, `snapshot-${this.#generation}.jsonl`);
  }
}

function* linesOf(documents: Iterable<StoredDocument>): Generator<string> {
  for (const document of documents) yield `${encodeDocument(document)}\n`;
}
