// The supervisor clears up after a killed run and starts beside no living one: only its own processes, all of them.
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { identify, isRunning, RUN_ID_VARIABLE, startInStat } from "#local/stack/process-table.ts";
import { AlreadyRunningError, endLeftovers, RunFile } from "#local/stack/run-record.ts";

/** Ignores SIGTERM, as a part that hangs would, and says when it does. */
const STUBBORN = 'process.on("SIGTERM", () => {}); process.stdout.write("up"); setInterval(() => {}, 1000);';

let dataDir: string;
let children: ChildProcess[];

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), "ballast-run-"));
  children = [];
});

afterEach(() => {
  for (const child of children) child.kill("SIGKILL");
  rmSync(dataDir, { recursive: true, force: true });
});

async function startChild(runId: string): Promise<ChildProcess & { readonly pid: number }> {
  const child = spawn(process.execPath, ["--eval", STUBBORN], {
    detached: true,
    stdio: ["ignore", "pipe", "ignore"],
    env: { PATH: process.env.PATH, [RUN_ID_VARIABLE]: runId },
  });
  children.push(child);
  await new Promise((resolve) => child.stdout.once("data", resolve));
  if (child.pid === undefined) throw new Error("The child did not start");
  return Object.assign(child, { pid: child.pid });
}

async function deadIdentity(): Promise<{ readonly pid: number; readonly startedAt: string }> {
  const child = await startChild("dead");
  const identity = identify(child.pid);
  const ended = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGKILL");
  await ended;
  if (identity === null) throw new Error("The child could not be identified");
  return identity;
}

describe("a process that was killed", () => {
  /** As Linux 6 writes it, from the state on; the name before may hold anything. */
  const statOf = (state: string, threads: number) =>
    `77 (Main) Thread) ${state} 1 77 77 0 -1 4227084 3038 0 3 0 3 1 4 1 20 0 ${threads} 0 1906177 0 0`;

  it.each([
    ["runs", "S", 12, "1906177"],
    ["still holds its ports while other threads of it end", "Z", 2, "1906177"],
    ["has ended, and waits to be collected", "Z", 1, null],
  ])("%s", (_case, state, threads, startedAt) => {
    expect(startInStat(statOf(state, threads))).toBe(startedAt);
  });
});

describe("the record of a run", () => {
  it("lets no second stack start while its supervisor lives, and names the process", () => {
    new RunFile(dataDir, "first").write();
    const second = new RunFile(dataDir, "second");
    expect(() => second.previous()).toThrow(AlreadyRunningError);
    expect(() => second.previous()).toThrow(`kill ${process.pid}`);
  });

  it("is no obstacle once the run has ended in order", () => {
    const first = new RunFile(dataDir, "first");
    first.write();
    first.remove();
    expect(new RunFile(dataDir, "second").previous()).toBeNull();
  });

  it("takes a process that got a dead one's id for somebody else's", async () => {
    const child = await startChild("other");
    const identity = identify(child.pid);
    expect(identity).not.toBeNull();
    expect(isRunning({ pid: child.pid, startedAt: "1" })).toBe(false);
    expect(isRunning({ pid: child.pid, startedAt: identity?.startedAt ?? "" })).toBe(true);
  });

  it("leads to every process that a killed run left, even one that ignores SIGTERM, and to no other", async () => {
    const [part, stranger] = await Promise.all([startChild("killed"), startChild("somebody else's")]);
    const record = new RunFile(dataDir, "killed");
    record.write({ part: identify(part.pid) ?? (await deadIdentity()) });
    const file = join(dataDir, "run.json");
    const written = JSON.parse(readFileSync(file, "utf8")) as object;
    writeFileSync(file, JSON.stringify({ ...written, supervisor: await deadIdentity() }));
    const previous = new RunFile(dataDir, "next").previous();
    expect(previous).not.toBeNull();
    if (previous === null) return;
    expect(await endLeftovers(previous)).toBe(1);
    expect(identify(part.pid)).toBeNull();
    expect(identify(stranger.pid)).not.toBeNull();
  });
});
