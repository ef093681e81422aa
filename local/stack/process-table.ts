// Lists the processes, and tells whether one is still the same as before, because the system uses a process
// id again. Only processes of this stack are ever ended.
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";

/** Environment variable that every process of one run inherits. */
export const RUN_ID_VARIABLE = "BALLAST_RUN_ID";

export interface ProcessIdentity {
  readonly pid: number;
  /** When it started, in the system's own notation; with the pid it names one process for ever. */
  readonly startedAt: string;
}

/** Fields after the command name of /proc/PID/stat, which may itself hold spaces and brackets. */
const THREADS_FIELD = 17;
const START_TIME_FIELD = 19;

/**
 * From the text of /proc/PID/stat; null when the process has ended. A zombie only waits to be collected, but while it has
 * threads besides the first it still holds its ports.
 */
export function startInStat(stat: string): string | null {
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const hasEnded = fields[0] === "Z" && Number(fields[THREADS_FIELD]) <= 1;
  return hasEnded ? null : (fields[START_TIME_FIELD] ?? null);
}

function startedAt(pid: number): string | null {
  try {
    if (process.platform === "linux") return startInStat(readFileSync(`/proc/${pid}/stat`, "utf8"));
    const text = execFileSync("ps", ["-o", "lstart=", "-p", String(pid)], { encoding: "utf8" }).trim();
    return text === "" ? null : text;
  } catch {
    // The process is gone, or hidden from this user and so not ours.
    return null;
  }
}

/** Null when there is no such process. */
export function identify(pid: number): ProcessIdentity | null {
  const at = startedAt(pid);
  return at === null ? null : { pid, startedAt: at };
}

export function isRunning(identity: ProcessIdentity): boolean {
  return startedAt(identity.pid) === identity.startedAt;
}

function environmentOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, "latin1");
  } catch {
    // Ended meanwhile, or somebody else's.
    return "";
  }
}

/**
 * Every process that carries the run's id, whatever group or parent it has by now; this process is never among them.
 * Only Linux tells the environment of a process; elsewhere the list is empty and the groups have to do.
 */
export function processesOfRun(runId: string): readonly number[] {
  if (process.platform !== "linux") return [];
  const wanted = `${RUN_ID_VARIABLE}=${runId}\0`;
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter(
      (pid) => pid !== process.pid && `${environmentOf(pid)}\0`.includes(wanted) && startedAt(pid) !== null,
    );
}

/** Sends a signal to a process, or with a negative id to its group; false when there is none. */
export function sendSignal(pid: number, signal: NodeJS.Signals): boolean {
  try {
    process.kill(pid, signal);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return false;
    throw error;
  }
}
