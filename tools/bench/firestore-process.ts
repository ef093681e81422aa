// Starts the Firestore server as the stack does, as a process of its own, and reads its memory: a bench in the
// server's process would measure its own client.
import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";

const READY = /ready on ([\d.]+:\d+)/u;
const KB_PER_MB = 1024;

export interface ServerProcess {
  /** host:port */
  readonly address: string;
  /** Resident memory, MB; undefined where /proc does not exist. */
  rssMb(): number | undefined;
  stop(): Promise<void>;
}

/** Spawns a part of the local stack, Firestore by default, on a free port and waits for its ready line. */
export async function startServerProcess(
  args: readonly string[] = [],
  part = "firestore",
): Promise<ServerProcess> {
  const main = new URL(`../../local/${part}/main.ts`, import.meta.url).pathname;
  const child = spawn(process.execPath, [main, "--port", "0", ...args], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const address = await readyAddress(child);
  return {
    address,
    rssMb: () => rssMb(child.pid),
    stop: () =>
      new Promise((resolve) => {
        child.once("exit", () => resolve());
        child.kill("SIGTERM");
      }),
  };
}

async function readyAddress(child: ChildProcess): Promise<string> {
  if (child.stdout === null) throw new Error("the server process has no stdout");
  for await (const line of createInterface({ input: child.stdout })) {
    const address = READY.exec(line)?.[1];
    if (address !== undefined) return address;
  }
  throw new Error("the server process ended before it was ready");
}

function rssMb(pid: number | undefined): number | undefined {
  if (process.platform !== "linux" || pid === undefined) return undefined;
  const line = /VmRSS:\s+(\d+) kB/u.exec(readFileSync(`/proc/${pid}/status`, "utf8"));
  return line === null ? undefined : Number(line[1]) / KB_PER_MB;
}
