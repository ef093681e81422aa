// One process at a time does something to this checkout, like building into one folder. A holder that was killed does
// not keep the others waiting.
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { identify, isRunning, type ProcessIdentity } from "./process-table.ts";

const POLL_MS = 100;

function take(file: string, self: ProcessIdentity): boolean {
  try {
    writeFileSync(file, JSON.stringify(self), { flag: "wx" });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

/** Null while the file is being written or was just removed. */
function holderOf(file: string): ProcessIdentity | null {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as ProcessIdentity;
  } catch {
    return null;
  }
}

/** Runs `work` while this process holds the lock file; waits for the process that holds it now. */
export async function holding<T>(file: string, work: () => Promise<T>): Promise<T> {
  const self = identify(process.pid);
  if (self === null) throw new Error("This system does not tell when a process started");
  while (!take(file, self)) {
    const holder = holderOf(file);
    if (holder !== null && !isRunning(holder)) rmSync(file, { force: true });
    else await sleep(POLL_MS);
  }
  try {
    return await work();
  } finally {
    rmSync(file, { force: true });
  }
}
