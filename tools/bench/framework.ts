// One start of Google's functions-framework over a folder, in a process of its own, until it listens and is quiet.
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { freePort } from "#test/support/free-port.ts";

const ROOT = join(import.meta.dirname, "..", "..");
const FRAMEWORK = join(
  ROOT,
  "node_modules",
  "@google-cloud",
  "functions-framework",
  "build",
  "src",
  "main.js",
);
/** The line that the framework writes when it listens. */
const LISTENS = "Serving function";
const LOOK_MS = 50;
/** So many looks without any processor time: the instance is quiet. */
const QUIET_LOOKS = 4;
/** Linux counts processor time in hundredths of a second. */
const TICK_MS = 10;
const KB_PER_MB = 1_000;

export interface Start {
  /** From the process's start until it listens. */
  readonly listensMs: number;
  /** Processor time until the instance is quiet. */
  readonly cpuMs: number;
  readonly rssMb: number;
}

interface Started {
  readonly folder: string;
  readonly target: string;
  readonly env: Readonly<Record<string, string>>;
}

export interface Framework {
  readonly port: number;
  readonly pid: number;
  /** When the process was asked for, by `performance.now()`. */
  readonly startedMs: number;
  /** Resolves with the time since then at which it listens. */
  readonly listens: Promise<number>;
  stop(): Promise<void>;
}

/** Starts the framework; it does not listen yet. */
export async function openFramework({ folder, target, env }: Started): Promise<Framework> {
  const port = await freePort();
  const startedMs = performance.now();
  const child = spawn(process.execPath, [FRAMEWORK, `--source=${folder}`, "--signature-type=http"], {
    cwd: folder,
    env: { PATH: process.env.PATH, PORT: String(port), FUNCTION_TARGET: target, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  if (child.pid === undefined) throw new Error("The framework could not be started");
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  let said = "";
  const listens = new Promise<number>((resolve, reject) => {
    const hear = (text: Buffer): void => {
      said += text.toString();
      if (said.includes(LISTENS)) resolve(performance.now() - startedMs);
    };
    child.stdout.on("data", hear);
    child.stderr.on("data", hear);
    child.once("exit", () => reject(new Error(`The framework ended before it listened:\n${said}`)));
  });
  return {
    port,
    pid: child.pid,
    startedMs,
    listens,
    async stop() {
      // A handled end lets Node write its compile cache.
      if (child.kill("SIGINT")) await ended;
    },
  };
}

/** One start until the instance is quiet. Linux only: it reads the process's figures from /proc. */
export async function startFramework(started: Started): Promise<Start> {
  const framework = await openFramework(started);
  try {
    const listensMs = await framework.listens;
    return { listensMs, cpuMs: await quietCpuMs(framework.pid), rssMb: rssMb(framework.pid) };
  } finally {
    await framework.stop();
  }
}

async function quietCpuMs(pid: number): Promise<number> {
  let lastMs = cpuMs(pid);
  for (let quiet = 0; quiet < QUIET_LOOKS; ) {
    await pause(LOOK_MS);
    const nowMs = cpuMs(pid);
    quiet = nowMs === lastMs ? quiet + 1 : 0;
    lastMs = nowMs;
  }
  return lastMs;
}

/** User and system time: fields 14 and 15 of /proc/{pid}/stat, counted behind the name in brackets. */
function cpuMs(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
}

function rssMb(pid: number): number {
  const line = /VmRSS:\s+(\d+) kB/u.exec(readFileSync(`/proc/${pid}/status`, "utf8"));
  return (Number(line?.[1]) * 1_024) / (KB_PER_MB * 1_000);
}
