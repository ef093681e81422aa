// One process of the stack: started in a group of its own, ready when it says so, stopped by one signal and, when that
// does not help, by SIGKILL to the whole group. Must not leave a child behind, nor hide why a part ended.
import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { StackConsole } from "./console.ts";
import { identify, type ProcessIdentity, sendSignal } from "./process-table.ts";

export interface PartSpec {
  readonly name: string;
  readonly command: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The line that says that the part serves. */
  readonly readyLine: RegExp;
  readonly stopSignal: "SIGTERM" | "SIGINT";
  /** What of a line to show at the terminal; null for the log file only. */
  readonly show: (line: string) => string | null;
}

interface PartEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** Slow machines take half a minute to load firebase-tools from a cold disk. */
const READY_TIMEOUT_MS = 120_000;
/** Stores write their state in this time; firebase-tools waits for running functions. */
const STOP_GRACE_MS = 15_000;
/** Lines kept for the message of a part that would not start. */
const LAST_LINES = 12;

export class PartError extends Error {
  override readonly name = "PartError";
}

export class Part {
  readonly spec: PartSpec;
  readonly identity: ProcessIdentity;
  /** Resolves once, when the process has ended. */
  readonly ended: Promise<PartEnd>;
  readonly #console: StackConsole;
  readonly #child: ChildProcess;
  readonly #lastLines: string[] = [];
  #onReady: () => void = () => {};
  readonly #sawReadyLine: Promise<void>;

  /** Starts the process. Throws PartError when there is no such program. */
  constructor(spec: PartSpec, console: StackConsole) {
    this.spec = spec;
    this.#console = console;
    const [file, ...args] = spec.command;
    if (file === undefined) throw new PartError(`${spec.name} has no command`);
    this.#child = spawn(file, args, {
      cwd: spec.cwd,
      env: { ...spec.env },
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.ended = new Promise((resolve) => {
      this.#child.once("error", (error) => {
        this.#keep(`cannot be started: ${error.message}`);
        resolve({ code: null, signal: null });
      });
      this.#child.once("exit", (code, signal) => resolve({ code, signal }));
    });
    this.#sawReadyLine = new Promise((resolve) => {
      this.#onReady = resolve;
    });
    for (const stream of [this.#child.stdout, this.#child.stderr])
      if (stream !== null) createInterface({ input: stream }).on("line", (line) => this.#take(line));
    const identity = this.#child.pid === undefined ? null : identify(this.#child.pid);
    if (identity === null) throw new PartError(`${spec.name} cannot be started: ${file}`);
    this.identity = identity;
  }

  /** Resolves when the part serves. Rejects with PartError holding its last lines when it ends or takes too long. */
  async ready(): Promise<void> {
    const { name } = this.spec;
    let timer: NodeJS.Timeout | undefined;
    const tooLong = new Promise<string>((resolve) => {
      timer = setTimeout(() => resolve(`is not ready after ${READY_TIMEOUT_MS / 1000} s`), READY_TIMEOUT_MS);
    });
    const fault = await Promise.race([
      this.#sawReadyLine.then(() => null),
      this.ended.then((end) => `ended while starting (${describeEnd(end)})`),
      tooLong,
    ]);
    clearTimeout(timer);
    if (fault === null) return;
    const said = this.#lastLines.map((line) => `    ${line}`).join("\n");
    throw new PartError(`${name} ${fault}. It said:\n${said}\n  All of it: ${this.#console.logFile(name)}`);
  }

  /** One signal, then patience, then SIGKILL to the group. Resolves when the process has ended; safe to repeat. */
  async stop(): Promise<void> {
    sendSignal(this.identity.pid, this.spec.stopSignal);
    const timer = setTimeout(() => {
      this.#console.warn(this.spec.name, `did not stop in ${STOP_GRACE_MS / 1000} s; killed`);
      this.kill();
    }, STOP_GRACE_MS);
    await this.ended;
    clearTimeout(timer);
    // Children that outlived their parent are in its group.
    this.kill();
  }

  kill(): void {
    sendSignal(-this.identity.pid, "SIGKILL");
  }

  #take(line: string): void {
    this.#keep(line);
    if (this.spec.readyLine.test(line)) this.#onReady();
    const shown = this.spec.show(line);
    if (shown !== null) this.#console.say(this.spec.name, shown);
  }

  #keep(line: string): void {
    this.#console.log(this.spec.name, line);
    this.#lastLines.push(line);
    if (this.#lastLines.length > LAST_LINES) this.#lastLines.shift();
  }
}

export function describeEnd({ code, signal }: PartEnd): string {
  if (signal !== null) return signal;
  return code === null ? "it could not be started" : `exit code ${code}`;
}
