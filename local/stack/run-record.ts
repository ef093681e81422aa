// A run's file on disk (id, supervisor, parts), from which the next run clears up after a SIGKILL. A data
// directory has one running stack: the leftovers of a dead one are ended before the new one starts.
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { identify, isRunning, type ProcessIdentity, processesOfRun, sendSignal } from "./process-table.ts";

interface RunRecord {
  readonly runId: string;
  readonly supervisor: ProcessIdentity;
  readonly parts: Readonly<Record<string, ProcessIdentity>>;
}

/** How long leftovers get to write down their state before they are killed. */
const LEFTOVER_GRACE_MS = 5_000;
const LEFTOVER_POLL_MS = 50;

export class AlreadyRunningError extends Error {
  override readonly name = "AlreadyRunningError";
}

export class RunFile {
  readonly #file: string;
  #record: RunRecord;

  constructor(dataDir: string, runId: string) {
    const self = identify(process.pid);
    if (self === null) throw new Error("This system does not tell when a process started");
    mkdirSync(dataDir, { recursive: true });
    this.#file = join(dataDir, "run.json");
    this.#record = { runId, supervisor: self, parts: {} };
  }

  /** The record of the run before; null when it ended in order. Throws AlreadyRunningError while it is alive. */
  previous(): RunRecord | null {
    const record = this.#read();
    if (record === null || !isRunning(record.supervisor)) return record;
    const { pid } = record.supervisor;
    throw new AlreadyRunningError(
      `The stack on ${this.#file} is already running as process ${pid}. ` +
        `Stop it with Ctrl-C in its terminal, or with: kill ${pid}`,
    );
  }

  write(parts: Readonly<Record<string, ProcessIdentity>> = {}): void {
    this.#record = { ...this.#record, parts: { ...this.#record.parts, ...parts } };
    // Renaming is atomic: a kill in between leaves the old record or the new one, never half of one.
    writeFileSync(`${this.#file}.new`, JSON.stringify(this.#record, null, 2));
    renameSync(`${this.#file}.new`, this.#file);
  }

  remove(): void {
    rmSync(this.#file, { force: true });
  }

  #read(): RunRecord | null {
    let text: string;
    try {
      text = readFileSync(this.#file, "utf8");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
      throw error;
    }
    try {
      return JSON.parse(text) as RunRecord;
    } catch (cause) {
      throw new Error(`${this.#file} is not readable; end what it names by hand and delete it`, { cause });
    }
  }
}

function livingOf(record: RunRecord): readonly number[] {
  const leaders = Object.values(record.parts).filter(isRunning);
  return [...new Set([...leaders.map(({ pid }) => pid), ...processesOfRun(record.runId)])];
}

/** Ends what a killed run left behind, gently first; resolves with how many processes that were. */
export async function endLeftovers(record: RunRecord): Promise<number> {
  const found = livingOf(record);
  for (const pid of found) sendSignal(pid, "SIGTERM");
  const deadlineMs = performance.now() + LEFTOVER_GRACE_MS;
  while (performance.now() < deadlineMs && livingOf(record).length > 0) await sleep(LEFTOVER_POLL_MS);
  await killAll(() => livingOf(record));
  return found.length;
}

/**
 * SIGKILL until none is left: a process may start another one while it is being looked at, and one that was killed holds its
 * ports until its last thread has ended, though its environment can no longer be read.
 */
export async function killAll(living: () => readonly number[]): Promise<void> {
  let killed: readonly ProcessIdentity[] = [];
  for (let pids = living(); pids.length + killed.length > 0; pids = living()) {
    killed = [...killed, ...pids.flatMap((pid) => identify(pid) ?? [])];
    for (const pid of pids) sendSignal(pid, "SIGKILL");
    await sleep(LEFTOVER_POLL_MS);
    killed = killed.filter(isRunning);
  }
}
