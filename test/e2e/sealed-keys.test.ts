// Venue keys that exist in plain nowhere: the stack reads envelopes only, a pair comes over the standard input of `keys
// seal`, and the next NAV is read with it. Afterwards neither half of the pair is in any file that the stack left.
import { spawn } from "node:child_process";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { paths } from "#domain/documents/paths.ts";
import { EXCHANGE_KEYS } from "#local/stack/secrets.ts";
import { ACCOUNT_ID, origin } from "#local/stack/settings.ts";
import { START_TIMEOUT_MS, TestStack } from "#test/support/stack.ts";

const ROOT = join(import.meta.dirname, "..", "..");
const STOP_TIMEOUT_MS = 60_000;
const COMMAND_TIMEOUT_MS = 300_000;
const NAV_TIMEOUT_MS = 120_000;
const PAIR = { apiKey: "MARKED-sealed-key", secret: "MARKED-sealed-secret" };
const SECOND = ["--profile", "balanced", "--capital-usd", "50000", "--write"];

let stack: TestStack;
let hasFailed = false;

beforeAll(async () => {
  stack = await TestStack.create();
  await stack.start(["--sealed"]);
}, START_TIMEOUT_MS);

afterEach(({ task }) => {
  if (task.result?.state === "fail") hasFailed = true;
});

afterAll(async () => {
  await stack?.stop();
  if (!hasFailed) stack?.remove();
}, STOP_TIMEOUT_MS);

interface Ended {
  readonly code: number | null;
  readonly output: string;
}

function ballast(input: string, ...args: readonly string[]): Promise<Ended> {
  return new Promise((resolve) => {
    const env = {
      PATH: `${dirname(process.execPath)}:${process.env.PATH}`,
      HOME: process.env.HOME,
      METADATA_SERVER_DETECTION: "none",
      ...stack.variables,
    };
    const child = spawn(process.execPath, ["tools/ballast/main.ts", ...args], { cwd: ROOT, env });
    let output = "";
    const take = (chunk: Buffer): void => {
      output += chunk.toString("utf8");
    };
    child.stdout.on("data", take);
    child.stderr.on("data", take);
    child.once("exit", (code) => resolve({ code, output }));
    child.stdin.end(input);
  });
}

/** Files of a directory and all below it, without the venue's own: the exchange knows its accounts' keys. */
function filesIn(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.name === "exchange" || entry.name === "node_modules") return [];
    return entry.isDirectory() ? filesIn(path) : statSync(path).isFile() ? [path] : [];
  });
}

it(
  "a pair that is sealed values its account, and stands in no file of the stack and on no screen",
  async () => {
    const opened = await fetch(`${origin(stack.ports, "exchange")}/admin/account`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ accountId: "second", ...PAIR, balanceUsdt: "50000" }),
    });
    expect(opened.status, await opened.clone().text()).toBe(200);
    const created = await ballast("", "account", "create", "second", ...SECOND);
    expect(created.code, created.output).toBe(0);

    // A run with an account that has no keys fails for it, so the seeded one has its own too.
    const seeded = await ballast(JSON.stringify(EXCHANGE_KEYS), "keys", "seal", ACCOUNT_ID, "--write");
    expect(seeded.code, seeded.output).toBe(0);

    const plain = await ballast("", "keys", "set", "second", "--file", "none.json", "--write");
    expect(plain).toMatchObject({ code: 1, output: expect.stringContaining("keys seal second") });

    const sealed = await ballast(JSON.stringify(PAIR), "keys", "seal", "second", "--write");
    expect(sealed.code, sealed.output).toBe(0);
    expect(sealed.output).toContain("The keys work");
    expect(sealed.output).toContain("Sealed keys count here");

    const ran = await ballast("", "run-once", "navEveryMinute", "--write");
    expect(ran.code, ran.output).toBe(0);
    const navUsd = await stack.database.waitFor(paths.nav("second"), "NAV", NAV_TIMEOUT_MS, (nav) =>
      nav.stale === false ? String(nav.navUsd) : null,
    );
    expect(Number(navUsd)).toBe(50_000);

    const files = filesIn(stack.dataDir);
    expect(files.length).toBeGreaterThan(5);
    for (const half of Object.values(PAIR)) {
      expect(files.filter((path) => readFileSync(path, "latin1").includes(half))).toEqual([]);
      expect(sealed.output).not.toContain(half);
    }
  },
  COMMAND_TIMEOUT_MS,
);
