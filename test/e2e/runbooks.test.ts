// The runbooks as an operator follows them at night: every command in docs/runbooks is run, in order, against
// a running stack with the symptom it is about. Google's own commands need Google, so only their options are
// checked.
import { execFile } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type App, deleteApp, initializeApp } from "firebase-admin/app";
import { type Firestore, getFirestore } from "firebase-admin/firestore";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { Group } from "#domain/documents/group.ts";
import { paths } from "#domain/documents/paths.ts";
import type { DeadLetter } from "#domain/documents/records.ts";
import { LOCAL_HOST, LOCAL_PORTS, type LocalPart } from "#local/ports.ts";
import { alertBody, alertUrl } from "#local/stack/alert.ts";
import { ACCOUNT_ID, origin, PROJECT_ID } from "#local/stack/settings.ts";
import { deadLetterSchema } from "#schemas/records.ts";
import { intent } from "#test/support/factories.ts";
import { START_TIMEOUT_MS, TestStack } from "#test/support/stack.ts";
import { postAsCurl } from "./curl.ts";

const ROOT = join(import.meta.dirname, "..", "..");
const RUNBOOKS = join(ROOT, "docs", "runbooks");
/** Some ten commands, each a process of its own, on two cores that other suites share. */
const RUNBOOK_TIMEOUT_MS = 240_000;
const STOP_TIMEOUT_MS = 60_000;
const FILL_TIMEOUT_MS = 60_000;
/** A follow-up, or the minute's reconcile where that was lost. */
const ACCOUNTED_TIMEOUT_MS = 90_000;
const HOUR_MS = 3_600_000;
const BLOCK = /^[ \t]*```sh( google)?\n([\s\S]*?)^[ \t]*```$/gm;

interface Blocks {
  /** Run as they are, in one shell. */
  readonly own: string;
  /** Commands of Google's that would need Google. */
  readonly google: readonly string[];
}

function blocksOf(name: string): Blocks {
  const text = readFileSync(join(RUNBOOKS, name), "utf8");
  const found = [...text.matchAll(BLOCK)].map(([, isGoogle, body = ""]) => ({
    isGoogle: isGoogle !== undefined,
    body: body.replace(/^[ \t]+/gm, ""),
  }));
  return {
    own: found.flatMap(({ isGoogle, body }) => (isGoogle ? [] : [body])).join("\n"),
    google: found.flatMap(({ isGoogle, body }) => (isGoogle ? body.trim().split("\n") : [])),
  };
}

let stack: TestStack;
let app: App;
let store: Firestore;
let hasFailed = false;

beforeAll(async () => {
  stack = await TestStack.create();
  await stack.start();
  app = initializeApp({ projectId: PROJECT_ID }, "runbooks");
  store = getFirestore(app);
  store.settings({ host: `${LOCAL_HOST}:${stack.ports.firestore}`, ssl: false });
}, START_TIMEOUT_MS);

afterEach(({ task }) => {
  if (task.result?.state === "fail") hasFailed = true;
});

afterAll(async () => {
  if (app !== undefined) await deleteApp(app);
  await stack?.stop();
  if (!hasFailed) stack?.remove();
}, STOP_TIMEOUT_MS);

function environment(): NodeJS.ProcessEnv {
  const ports = (Object.keys(LOCAL_PORTS) as LocalPart[]).map((part) => [
    LOCAL_PORTS[part].env,
    String(stack.ports[part]),
  ]);
  return {
    PATH: `${dirname(process.execPath)}:${process.env.PATH}`,
    HOME: process.env.HOME,
    METADATA_SERVER_DETECTION: "none",
    LOCAL_DATA: stack.dataDir,
    BALLAST_LOCAL_DATA_DIR: stack.dataDir,
    NEW_KEYS: join(stack.dataDir, "new-keys.json"),
    VENUE_ORIGIN: origin(stack.ports, "exchange"),
    ...Object.fromEntries(ports),
  };
}

/** One shell that stops at the first command that fails, as a careful operator would. */
function run(script: string): Promise<{ readonly code: number; readonly output: string }> {
  return new Promise((resolve) => {
    const given = { cwd: ROOT, env: environment(), timeout: RUNBOOK_TIMEOUT_MS };
    execFile("bash", ["--norc", "-euo", "pipefail", "-c", script], given, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : 1, output: `${stdout}\n${stderr}` }),
    );
  });
}

async function follow(name: string): Promise<string> {
  const { code, output } = await run(`${blocksOf("README.md").own}\n${blocksOf(name).own}`);
  expect(code, output).toBe(0);
  return output;
}

const control = async () => (await store.doc(paths.control(ACCOUNT_ID)).get()).data();
const change = (path: string, changes: Readonly<Record<string, unknown>>) => store.doc(path).update(changes);

/** Sends an alert and waits for its fill and its stop, the last change. Resolves with the group's path. */
async function openGroup(): Promise<string> {
  const url = alertUrl(stack.ports);
  const answer = await postAsCurl(
    url,
    "application/json",
    alertBody(`${new Date().toISOString().slice(0, 19)}Z`, stack.hookToken),
  );
  const { receiptId } = answer.body as { readonly receiptId: string };
  const receiptPath = paths.receipt(ACCOUNT_ID, receiptId);
  const orderId = await stack.database.waitFor(receiptPath, "order", FILL_TIMEOUT_MS, ({ clientOrderId }) =>
    typeof clientOrderId === "string" ? clientOrderId : null,
  );
  const orderPath = paths.order(ACCOUNT_ID, orderId);
  const groupId = await stack.database.waitFor(orderPath, "fill", FILL_TIMEOUT_MS, (order) =>
    order.status === "FILLED" ? String(order.groupId) : null,
  );
  const path = paths.group(ACCOUNT_ID, groupId);
  return await stack.database.waitFor(path, "stop", FILL_TIMEOUT_MS, ({ stop }) =>
    (stop as Group["stop"])?.status === "RESTING" ? path : null,
  );
}

const RUNS: Readonly<Record<string, () => Promise<void>>> = {
  "halted-by-drawdown.md": async () => {
    await change(paths.control(ACCOUNT_ID), {
      "tradingState.state": "HALTED",
      "tradingState.cause": "drawdown",
      drawdownGrade: "HALT",
    });
    await follow("halted-by-drawdown.md");
    expect(await control()).toMatchObject({
      tradingState: { state: "ACTIVE", actor: "machine/bot", reason: "loss reviewed, sizes halved" },
    });
  },
  "stale-nav.md": async () => {
    await follow("stale-nav.md");
    expect(await control()).toMatchObject({
      tradingState: { state: "ACTIVE", reason: "NAV is back, cause found" },
    });
  },
  "venue-ban.md": async () => {
    await change(paths.control(ACCOUNT_ID), { "throttles.venueBannedUntilMs": Date.now() + HOUR_MS });
    const output = await follow("venue-ban.md");
    expect(output).toContain("brake VENUE_BANNED on everything until");
    await change(paths.control(ACCOUNT_ID), { "throttles.venueBannedUntilMs": 0 });
  },
  "rebuild.md": async () => {
    const group = await openGroup();
    // Its accounts come a few seconds after its fill, in a commit of their own.
    const accounts = async () => (await store.doc(group).get()).data()?.accounts ?? null;
    await expect.poll(accounts, { timeout: ACCOUNTED_TIMEOUT_MS, interval: 500 }).not.toBeNull();
    const before = (await store.doc(group).get()).data();
    await store.doc(group).set({ junk: true });
    expect(await follow("rebuild.md")).toContain(`${group}: unreadable`);
    const { expireAt: _ttl, updatedAtMs: _updated, ...after } = (await store.doc(group).get()).data() ?? {};
    expect(before).toMatchObject(after);
  },
  "rotate-api-keys.md": async () => {
    expect(await follow("rotate-api-keys.md")).toContain("The keys work");
  },
  "rollout.md": async () => {
    expect(await follow("rollout.md")).toContain("documents, newest");
  },
  "restore.md": async () => {
    const output = await follow("restore.md");
    const counts = [...output.matchAll(/"documentCount":(\d+)/g)].map(([, count]) => Number(count));
    expect(counts).toHaveLength(2);
    expect(counts[0]).toBeGreaterThan(5);
    expect(counts[1]).toBe(counts[0]);
  },
  "dead-letters.md": async () => {
    const nowMs = Date.now();
    const letter: DeadLetter = {
      deadLetterId: `d${"a".repeat(30)}`,
      topic: "intents",
      accountId: ACCOUNT_ID,
      payload: {
        intent: intent({ accountId: ACCOUNT_ID, strategyId: "demo", expiresAtMs: nowMs - HOUR_MS }),
      },
      reason: "failed 8 times",
      publishedAtMs: nowMs - HOUR_MS,
      atMs: nowMs - HOUR_MS,
      replayedAtMs: null,
    };
    await store.doc(paths.deadLetter(letter.deadLetterId)).create({ ...deadLetterSchema.parse(letter) });
    await follow("dead-letters.md");
  },
};

describe("docs/runbooks", () => {
  it("holds these runbooks and no others", () => {
    const names = readdirSync(RUNBOOKS).filter((name) => name !== "README.md");
    expect(names.sort()).toEqual(Object.keys(RUNS).sort());
  });

  it.each(Object.entries(RUNS))(
    "%s works as written",
    async (_name, follows) => await follows(),
    RUNBOOK_TIMEOUT_MS,
  );

  it(
    "name commands and options of Google's that exist",
    async () => {
      const lines = Object.keys(RUNS).flatMap((name) => blocksOf(name).google);
      expect(lines.length).toBeGreaterThan(0);
      const general = run("npx firebase --help");
      const checks = lines.map(async (line) => {
        const [command = "", name = ""] = line.replace(/^npx /, "").split(" ");
        const { code, output } = await run(`npx ${command} ${name} --help`);
        expect(code, output).toBe(0);
        const known = `${output}\n${(await general).output}`;
        for (const option of line.match(/--[a-z-]+/g) ?? []) expect(known).toContain(option);
      });
      await Promise.all(checks);
    },
    RUNBOOK_TIMEOUT_MS,
  );
});
