// The servers' memory on disk: JSON lines, appended before a request is answered, replayed at start.
// It keeps every acknowledged write through a SIGKILL of the process; it does not fsync, so a power cut
// may lose the last moments. A torn last line is dropped with a warning, any other damage stops the start.
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  truncateSync,
  writeSync,
} from "node:fs";
import { dirname } from "node:path";

/** Below this size rewriting the log is not worth the work. */
const SMALLEST_COMPACTION_BYTES = 1_000_000;
/** The log is rewritten once it is this many times larger than after the last rewrite. */
const GROWTH_BEFORE_COMPACTION = 4;

export class DamagedLogError extends Error {
  override readonly name = "DamagedLogError";
}

export interface AppendLog<Entry> {
  /** What was on disk when the log was opened, oldest first. */
  readonly replay: readonly Entry[];
  /** Writes one entry; it has reached the operating system when this returns. Throws if the disk refuses. */
  append(entry: Entry): void;
  /** Replaces the whole log by these entries, atomically. */
  rewrite(entries: Iterable<Entry>): void;
  /** Whether enough was appended since the last rewrite to make another one worth it. */
  readonly overgrown: boolean;
  close(): void;
}

function parseLines<Entry>(file: string, warn: (text: string) => void): Entry[] {
  if (!existsSync(file)) return [];
  const text = readFileSync(file, "utf8");
  const intact = text.slice(0, text.lastIndexOf("\n") + 1);
  if (intact.length < text.length) {
    warn(`${file}: dropped a torn last line of ${Buffer.byteLength(text) - Buffer.byteLength(intact)} bytes`);
    truncateSync(file, Buffer.byteLength(intact));
  }
  const lines = intact.split("\n").slice(0, -1);
  return lines.map((line, index) => {
    try {
      return JSON.parse(line) as Entry;
    } catch (cause) {
      const remedy = "Move the file away, or start with --fresh, to begin with an empty store.";
      throw new DamagedLogError(`${file} line ${index + 1} is not JSON. ${remedy}`, { cause });
    }
  });
}

/** Opens (or creates) the log at `file`. Throws DamagedLogError when a line other than the last is unreadable. */
export function openAppendLog<Entry>(file: string, warn: (text: string) => void): AppendLog<Entry> {
  mkdirSync(dirname(file), { recursive: true });
  const replay = parseLines<Entry>(file, warn);
  let handle = openSync(file, "a");
  let writtenBytes = 0;
  let baseBytes = 0;
  return {
    replay,
    append(entry) {
      const line = Buffer.from(`${JSON.stringify(entry)}\n`);
      for (let offset = 0; offset < line.length; ) offset += writeSync(handle, line, offset);
      writtenBytes += line.length;
    },
    rewrite(entries) {
      const lines = Array.from(entries, (entry) => `${JSON.stringify(entry)}\n`);
      const content = Buffer.from(lines.join(""));
      const draft = `${file}.new`;
      const draftHandle = openSync(draft, "w");
      for (let offset = 0; offset < content.length; ) offset += writeSync(draftHandle, content, offset);
      closeSync(draftHandle);
      closeSync(handle);
      renameSync(draft, file);
      handle = openSync(file, "a");
      writtenBytes = content.length;
      baseBytes = content.length;
    },
    get overgrown() {
      return writtenBytes > Math.max(SMALLEST_COMPACTION_BYTES, baseBytes * GROWTH_BEFORE_COMPACTION);
    },
    close: () => closeSync(handle),
  };
}

/** The log of a server that was given no data directory: it remembers nothing. */
export function forgetfulLog<Entry>(): AppendLog<Entry> {
  return {
    replay: [],
    append: () => undefined,
    rewrite: () => undefined,
    overgrown: false,
    close: () => undefined,
  };
}
