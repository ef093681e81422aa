// The running stack: starts its parts in the order they need each other, seeds it, and ends it. Every started
// part is stopped, in the opposite order. A part that dies takes the whole stack down.

import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { paths } from "#domain/documents/paths.ts";
import { LOCAL_HOST } from "#local/ports.ts";
import { ensureOperator } from "./auth-user.ts";
import type { StackConsole } from "./console.ts";
import { type Database, openDatabase } from "./database.ts";
import { writeFirebaseProject, writePlainProject } from "./firebase-project.ts";
import { runSchedule, waitForFunctions, warmWebhook } from "./functions-ready.ts";
import type { StackOptions } from "./options.ts";
import { describeEnd, Part, PartError, type PartSpec } from "./part.ts";
import { bybitPart, exchangePart, firebasePart, firestorePart, schedulerPart, tasksPart } from "./parts.ts";
import { processesOfRun } from "./process-table.ts";
import { killAll, type RunFile } from "./run-record.ts";
import { type LocalSecrets, localSecrets, storeSeedSecrets, storeWrappingKey } from "./secrets.ts";
import { seedDocuments } from "./seed-documents.ts";
import { ACCOUNT_ID, origin, type StackSettings } from "./settings.ts";

const FUNCTION_NAMES = [
  "webhook",
  "executor",
  "navEveryMinute",
  "reconcileEveryMinute",
  "universeHourly",
  "followUp",
  "outbox",
  "watchdog",
  "watchdogEveryMinute",
  "telemetryEveryFiveMinutes",
];
export const EMPTY_MARKER = "empty";
const FIRST_NAV_TIMEOUT_MS = 30_000;

/** The start was given up because the stack is being stopped. */
export class StoppedError extends Error {
  override readonly name = "StoppedError";
}

/** A data directory that began empty stays so: what setup made there is not to be joined by the seed. */
function remembersEmpty(dataDir: string, isEmpty: boolean): boolean {
  const marker = join(dataDir, EMPTY_MARKER);
  if (isEmpty) {
    mkdirSync(dataDir, { recursive: true });
    writeFileSync(marker, "");
  }
  return existsSync(marker);
}

export class Stack {
  readonly settings: StackSettings;
  /** Resolves with the reason when a part ends before the stack stops it. */
  readonly failed: Promise<string>;
  readonly #console: StackConsole;
  readonly #runFile: RunFile;
  readonly #parts: Part[] = [];
  readonly #faults: string[] = [];
  #database: Database | null = null;
  #isStopping = false;
  #fail: (reason: string) => void = () => {};

  constructor(settings: StackSettings, console: StackConsole, runFile: RunFile) {
    this.settings = settings;
    this.#console = console;
    this.#runFile = runFile;
    this.failed = new Promise((resolve) => {
      this.#fail = resolve;
    });
  }

  /**
   * Starts everything and resolves when the seeded account has its first NAV, or when that fails: an account's fault is
   * told and leaves the stack running, so that it can be mended. Rejects when a part does not start.
   */
  async start({
    official: isOfficial,
    empty,
    sealed,
  }: Pick<StackOptions, "official" | "empty" | "sealed">): Promise<void> {
    const { settings } = this;
    const { ports, dataDir } = settings;
    const isEmpty = remembersEmpty(dataDir, empty);
    const secrets = localSecrets(dataDir);
    if (sealed) storeWrappingKey(dataDir);
    if (!isEmpty) storeSeedSecrets(dataDir);
    const projectDir = writeFirebaseProject(settings);
    writePlainProject(settings);
    const servers = [exchangePart(settings), bybitPart(settings), tasksPart(settings)];
    await this.#run(isOfficial ? servers : [firestorePart(settings), ...servers]);
    // Before anything can act on the database it has its label.
    if (!isOfficial) await this.#seed(isEmpty ? null : secrets);
    await this.#run([firebasePart(settings, projectDir, isOfficial)]);
    if (isOfficial) await this.#seed(isEmpty ? null : secrets);
    if (!isEmpty) await ensureOperator(origin(ports, "auth"));
    await waitForFunctions(ports, FUNCTION_NAMES);
    await this.#run([schedulerPart(settings)]);
    if (isEmpty) return;
    await this.#soundly("universe", runSchedule(ports, "universeHourly"));
    // Recovering is the same code as running: after a kill, reconciling settles what was under way.
    await Promise.all([
      this.#soundly("nav", runSchedule(ports, "navEveryMinute")),
      this.#soundly("reconcile", runSchedule(ports, "reconcileEveryMinute")),
      warmWebhook(ports),
    ]);
    const nav = this.database.waitFor(paths.nav(ACCOUNT_ID), "NAV", FIRST_NAV_TIMEOUT_MS, (document) =>
      typeof document.navUsd === "string" && document.stale === false ? document.navUsd : null,
    );
    await this.#soundly("nav", nav);
  }

  /** Faults of accounts that the start met; each is shown in the terminal, and stands as an alert on its account. */
  get faults(): readonly string[] {
    return this.#faults;
  }

  async #soundly(what: string, work: Promise<unknown>): Promise<void> {
    try {
      await work;
    } catch (error) {
      if (this.#isStopping) throw error;
      const fault = `${what}: ${error instanceof Error ? error.message : String(error)}`;
      this.#faults.push(fault);
      this.#console.warn("start", fault);
    }
  }

  /** Open while the stack runs. */
  get database(): Database {
    if (this.#database === null) throw new Error("The stack's database is not open");
    return this.#database;
  }

  /** Stops the parts, last started first, and makes sure that nothing of the run is left. Safe to repeat. */
  async stop(): Promise<void> {
    if (this.#isStopping) return;
    this.#isStopping = true;
    await this.#database?.close();
    for (const part of [...this.#parts].reverse()) {
      await part.stop();
      this.#console.say(part.spec.name, "stopped");
    }
    await this.#sweep();
  }

  /** Ends everything at once, for people who do not want to wait. */
  async kill(): Promise<void> {
    this.#isStopping = true;
    for (const part of this.#parts) part.kill();
    await this.#sweep();
  }

  async #sweep(): Promise<void> {
    await killAll(() => processesOfRun(this.settings.runId));
    this.#runFile.remove();
  }

  async #run(specs: readonly PartSpec[]): Promise<void> {
    if (this.#isStopping) throw new StoppedError("The stack is being stopped");
    const parts = specs.map((spec) => new Part(spec, this.#console));
    this.#parts.push(...parts);
    this.#runFile.write(Object.fromEntries(parts.map((part) => [part.spec.name, part.identity])));
    for (const part of parts) void this.#watch(part);
    await Promise.all(parts.map((part) => this.#whenReady(part)));
  }

  async #whenReady(part: Part): Promise<void> {
    try {
      await part.ready();
    } catch (error) {
      if (this.#isStopping && error instanceof PartError)
        throw new StoppedError("The stack is being stopped");
      throw error;
    }
  }

  async #watch(part: Part): Promise<void> {
    const end = await part.ended;
    if (this.#isStopping) return;
    this.#fail(
      `${part.spec.name} ended by itself (${describeEnd(end)}); see ${this.#console.logFile(part.spec.name)}`,
    );
  }

  /** Null: the database stays as it is. */
  async #seed(secrets: LocalSecrets | null): Promise<void> {
    this.#database = openDatabase(`${LOCAL_HOST}:${this.settings.ports.firestore}`);
    if (secrets === null) return;
    const created = await this.#database.createMissing(seedDocuments(secrets, Date.now()));
    if (created > 0) this.#console.say("seed", `${created} documents written: account, config, hooks`);
  }
}
