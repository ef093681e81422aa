// Durable state of an exchange: a snapshot, replaced atomically, and a log of the changes since. A change is in the log
// before its answer leaves, so an accepted order survives SIGKILL.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type AppendLog, jsonFormat, openAppendLog } from "@ballast/local-serving/append-log.ts";
import { replaceFile } from "@ballast/local-serving/lines.ts";
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

interface LoadedState {
  readonly snapshot: string;
  readonly records: readonly CommitRecord[];
}

export class DataDirectory {
  readonly #snapshotPath: string;
  readonly #log: AppendLog<StoredRecord>;
  #sequence = 0;

  /** Opens or makes the directory. `warn` is told about a torn log line. */
  constructor(path: string, warn: (message: string) => void) {
    this.#snapshotPath = join(path, "snapshot.json");
    this.#log = openAppendLog(join(path, "changes.log"), { warn, format: jsonFormat<StoredRecord>() });
  }

  /** What was stored, or undefined in a new directory. Throws when a file is damaged other than at its end. */
  load(): LoadedState | undefined {
    if (!existsSync(this.#snapshotPath)) return undefined;
    const text = readFileSync(this.#snapshotPath, "utf8");
    const headerEnd = text.indexOf("\n");
    const header = JSON.parse(text.slice(0, headerEnd)) as SnapshotHeader;
    if (header.format !== 1)
      throw new Error(`${this.#snapshotPath} has format ${String(header.format)}; this reads 1`);
    const records = [...this.#log.replay()].filter((entry) => entry.sequence > header.sequence);
    this.#sequence = records.at(-1)?.sequence ?? header.sequence;
    return { snapshot: text.slice(headerEnd + 1), records: records.map((entry) => entry.record) };
  }

  /** Appends a change; when this returns, the change survives the process. */
  append(record: CommitRecord): void {
    this.#sequence += 1;
    this.#log.append({ sequence: this.#sequence, record });
  }

  /** Replaces the snapshot and starts the log anew. A crash in between is harmless: records carry numbers. */
  save(state: string): void {
    const header: SnapshotHeader = { format: 1, sequence: this.#sequence };
    replaceFile(this.#snapshotPath, [`${JSON.stringify(header)}\n`, state]);
    this.#log.rewrite([]);
  }

  close(): void {
    this.#log.close();
  }
}
