// The real stack for the fault run: every part a process of its own on a free port, started by the same code
// as `npm start`; each may be killed and started again on its stored state. Only processes of this run are
// ever ended, and a part that ends by itself is reported.
import { randomUUID } from "node:crypto";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { LOCAL_HOST, type LocalPorts } from "#local/ports.ts";
import { StackConsole } from "#local/stack/console.ts";
import { openDatabase } from "#local/stack/database.ts";
import { writeFirebaseProject } from "#local/stack/firebase-project.ts";
import { runSchedule, waitForFunctions, warmWebhook } from "#local/stack/functions-ready.ts";
import { describeEnd, Part, type PartSpec } from "#local/stack/part.ts";
import { exchangePart, firebasePart, firestorePart, schedulerPart, tasksPart } from "#local/stack/parts.ts";
import { identify, isRunning, processesOfRun, sendSignal } from "#local/stack/process-table.ts";
import { AlreadyRunningError, endLeftovers, killAll, RunFile } from "#local/stack/run-record.ts";
import { type LocalSecrets, localSecrets, storeSeedSecrets } from "#local/stack/secrets.ts";
import { partEnvironment, type StackSettings } from "#local/stack/settings.ts";
import { freePorts } from "#test/support/stack.ts";
import { simulationSeed } from "./seed.ts";

const ROOT = join(import.meta.dirname, "..", "..", "..");
/** Servers that are killed and come back on the same port and data. */
export const RESTARTABLE = ["firestore", "exchange", "tasks", "pubsub"] as const;
export type Restartable = (typeof RESTARTABLE)[number];
/** Functions whose processes are killed at random. */
const WORKER_FUNCTIONS = ["executor", "followUp", "reconcileEveryMinute", "navEveryMinute", "webhook"];
const FUNCTION_NAMES = [...WORKER_FUNCTIONS, "universeHourly"];
/** A failed delivery comes back within seconds, so that healing does not wait for a back-off of minutes. */
const PUBSUB_RETRY = { BALLAST_PUBSUB_RETRY_MIN_MS: "500", BALLAST_PUBSUB_RETRY_MAX_MS: "4000" };
const GONE_POLL_MS = 20;

export interface Worker {
  readonly pid: number;
  /** Name of the function that the process runs. */
  readonly target: string;
}

class BrokenStackError extends Error {
  override readonly name = "BrokenStackError";
}

export class SimStack {
  readonly settings: StackSettings;
  /** Ends of parts that ended by themselves. */
  readonly #faults: string[] = [];
  readonly #console: StackConsole;
  readonly #runFile: RunFile;
  readonly #parts = new Map<string, Part>();
  readonly #expected = new Set<string>();
  #isStopping = false;

  private constructor(settings: StackSettings) {
    this.settings = settings;
    this.#console = new StackConsole(settings.dataDir);
    this.#runFile = new RunFile(settings.dataDir, settings.runId);
  }

  /** An empty stack, still to be started. */
  static async create(): Promise<SimStack> {
    const parent = join(ROOT, ".local", "sim-stack");
    mkdirSync(parent, { recursive: true });
    await clearUpKilledRuns(parent);
    const dataDir = mkdtempSync(join(parent, "run-"));
    return new SimStack({ root: ROOT, dataDir, ports: await freePorts(), runId: randomUUID() });
  }

  get ports(): LocalPorts {
    return this.settings.ports;
  }

  get secrets(): LocalSecrets {
    return localSecrets(this.settings.dataDir);
  }

  get logDir(): string {
    return join(this.settings.dataDir, "logs");
  }

  /** Starts every part and resolves when the account has a NAV. Rejects with the first fault. */
  async start(): Promise<void> {
    const { settings, ports } = this;
    this.#runFile.write();
    storeSeedSecrets(settings.dataDir);
    const projectDir = writeFirebaseProject(settings);
    keepOwnBuild(projectDir);
    await Promise.all([firestorePart, exchangePart, tasksPart].map((part) => this.#run(part(settings))));
    await this.#seed();
    const firebase = firebasePart(settings, projectDir, false);
    await this.#run({ ...firebase, env: { ...firebase.env, ...PUBSUB_RETRY } });
    await waitForFunctions(ports, FUNCTION_NAMES);
    await this.#run(schedulerPart(settings));
    await runSchedule(ports, "universeHourly");
    await Promise.all([
      runSchedule(ports, "navEveryMinute"),
      runSchedule(ports, "reconcileEveryMinute"),
      warmWebhook(ports),
    ]);
  }

  /** SIGKILLs a server, leaves it down, and starts it on the same port and data. Resolves when it serves again. */
  async restart(name: Restartable, downMs: number): Promise<void> {
    this.#expected.add(name);
    const part = this.#parts.get(name);
    if (part !== undefined) {
      part.kill();
      await part.ended;
    } else await this.#killServerOfCli(join("local", name, "main.ts"));
    await sleep(downMs);
    const make = { firestore: firestorePart, exchange: exchangePart, tasks: tasksPart, pubsub: pubsubPart };
    await this.#run(make[name](this.settings));
    this.#expected.delete(name);
  }

  /** Throws when a part has ended by itself: evidence from then on is void. */
  requireWhole(): void {
    if (this.#faults.length > 0) throw new BrokenStackError(this.#faults.join("; "));
  }

  /** Living processes of the functions named above. Only Linux tells which process runs which function. */
  workers(): readonly Worker[] {
    return processesOfRun(this.settings.runId).flatMap((pid) => {
      if (!readProcess(pid, "cmdline").includes("functionsEmulatorRuntime")) return [];
      const target = /(?:^|\0)FUNCTION_TARGET=([^\0]+)/.exec(readProcess(pid, "environ"))?.[1];
      return target !== undefined && WORKER_FUNCTIONS.includes(target) ? [{ pid, target }] : [];
    });
  }

  /** SIGKILL; false when the process had ended meanwhile. */
  killWorker({ pid }: Worker): boolean {
    return sendSignal(pid, "SIGKILL");
  }

  /** Ends everything at once: what there is to learn from the run has been read. Safe to repeat. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    for (const name of this.#parts.keys()) this.#expected.add(name);
    for (const part of this.#parts.values()) part.kill();
    await killAll(() => processesOfRun(this.settings.runId));
    this.#runFile.remove();
    await this.#console.close();
  }

  /** Forgets data and logs. */
  remove(): void {
    rmSync(this.settings.dataDir, { recursive: true, force: true });
  }

  async #seed(): Promise<void> {
    const database = openDatabase(`${LOCAL_HOST}:${this.ports.firestore}`);
    await database.createMissing(simulationSeed(this.secrets, Date.now()));
    await database.close();
  }

  async #run(spec: PartSpec): Promise<void> {
    if (this.#isStopping) throw new BrokenStackError("The stack is being ended");
    const part = new Part({ ...spec, show: () => null }, this.#console);
    this.#parts.set(spec.name, part);
    this.#runFile.write({ [spec.name]: part.identity });
    void part.ended.then((end) => {
      if (!this.#expected.has(spec.name))
        this.#faults.push(`${spec.name} ended by itself (${describeEnd(end)}); see ${this.logDir}`);
    });
    await part.ready();
  }

  /** firebase-tools starts the Pub/Sub server; it says so when that is killed, and goes on without it. */
  async #killServerOfCli(script: string): Promise<void> {
    const pids = processesOfRun(this.settings.runId).filter((pid) =>
      readProcess(pid, "cmdline").includes(script),
    );
    const identities = pids.flatMap((pid) => identify(pid) ?? []);
    if (identities.length === 0)
      throw new Error(`No process of this run is ${script}; only Linux tells what processes run`);
    for (const { pid } of identities) sendSignal(pid, "SIGKILL");
    while (identities.some(isRunning)) await sleep(GONE_POLL_MS);
  }
}

/** A run that was killed itself left its servers behind; runs that are alive are left alone. */
async function clearUpKilledRuns(parent: string): Promise<void> {
  for (const name of readdirSync(parent)) {
    const runFile = new RunFile(join(parent, name), randomUUID());
    try {
      const record = runFile.previous();
      if (record === null) continue;
      await endLeftovers(record);
      runFile.remove();
    } catch (error) {
      if (!(error instanceof AlreadyRunningError)) throw error;
    }
  }
}

/** The same server as firebase-tools starts, with the same settings, started beside it. */
function pubsubPart(settings: StackSettings): PartSpec {
  return {
    name: "pubsub",
    command: [process.execPath, join(settings.root, "local", "pubsub", "main.ts")],
    cwd: settings.root,
    env: { ...partEnvironment(settings), ...PUBSUB_RETRY },
    readyLine: /^pubsub ready on /,
    stopSignal: "SIGTERM",
    show: () => null,
  };
}

/** A build that runs beside this one must not exchange the functions of a running stack. */
function keepOwnBuild(projectDir: string): void {
  const dist = join(projectDir, "functions", "dist");
  rmSync(dist);
  cpSync(join(ROOT, "functions", "dist"), dist, { recursive: true });
}

function readProcess(pid: number, file: "cmdline" | "environ"): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "latin1");
  } catch {
    // Ended meanwhile.
    return "";
  }
}
