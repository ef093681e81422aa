// Durable state of an exchange: a snapshot, replaced atomically, and a log of the changes since. A change is
// in the log before its answer leaves, so an accepted order survives SIGKILL (the log is written, not synced:
// power loss is out of scope on a developer's machine).
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import type { CommitRecord } from "../types.ts";

/** First line of the snapshot file; the rest of it is the state's text. */
interface SnapshotHeader {
  readonly format: 1;
  /** Number of the last log record that the state already contains. */
  readonly sequence: number;
}

interface StoredRecord {
  readonly sequence: number;
  readonly record: CommitRecord;
}

export interface LoadedState {
  readonly snapshot: string;
  readonly records: readonly CommitRecord[];
}

export class DataDirectory {
  readonly #snapshotPath: string;
  readonly #logPath: string;
  readonly #warn: (message: string) => void;
  #sequence = 0;
  #log: number;

  /** Opens or makes the directory. `warn` is told about a torn log line. */
  constructor(path: string, warn: (message: string) => void) {
    mkdirSync(path, { recursive: true });
    this.#snapshotPath = join(path, "snapshot.json");
    this.#logPath = join(path, "changes.log");
    this.#warn = warn;
    this.#log = openSync(this.#logPath, "a");
  }

  /** What was stored, or undefined in a new directory. Throws when a file is damaged other than at its end. */
  load(): LoadedState | undefined {
    if (!existsSync(this.#snapshotPath)) return undefined;
    const text = readFileSync(this.#snapshotPath, "utf8");
    const headerEnd = text.indexOf("\n");
    const header = JSON.parse(text.slice(0, headerEnd)) as SnapshotHeader;
    if (header.format !== 1)
      throw new Error(`${this.#snapshotPath} has format ${String(header.format)}; this reads 1`);
    const records = this.#readLog().filter((entry) => entry.sequence > header.sequence);
    this.#sequence = records.at(-1)?.sequence ?? header.sequence;
    return { snapshot: text.slice(headerEnd + 1), records: records.map((entry) => entry.record) };
  }

  /** Appends a change; when this returns, the change survives the process. */
  append(record: CommitRecord): void {
    this.#sequence += 1;
    writeSync(this.#log, `${JSON.stringify({ sequence: this.#sequence, record } satisfies StoredRecord)}\n`);
  }

  /** Replaces the snapshot and starts the log anew. A crash in between is harmless: records carry numbers. */
  save(state: string): void {
    const header: SnapshotHeader = { format: 1, sequence: this.#sequence };
    const next = `${this.#snapshotPath}.next`;
    writeFileSync(next, `${JSON.stringify(header)}\n${state}`);
    renameSync(next, this.#snapshotPath);
    const nextLog = `${this.#logPath}.next`;
    const log = openSync(nextLog, "w");
    renameSync(nextLog, this.#logPath);
    closeSync(this.#log);
    this.#log = log;
  }

  close(): void {
    closeSync(this.#log);
  }

  #readLog(): StoredRecord[] {
    const lines = readFileSync(this.#logPath, "utf8").split("\n");
    const tail = lines.pop();
    if (tail !== undefined && tail !== "")
      this.#warn(`${this.#logPath}: dropped a torn last line of ${tail.length} characters`);
    return lines.map((line, index) => {
      try {
        return JSON.parse(line) as StoredRecord;
      } catch (error) {
        throw new Error(
          `${this.#logPath} line ${index + 1} is damaged; move the file away to go on without it`,
          { cause: error },
        );
      }
    });
  }
}
