// From an empty project to a paper fill by the commands that people type: setup is killed (SIGKILL) as it begins each of
// its changes and run again; then a second account with keys, a viewer and a second hook come by one command each.
import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { deleteApp, initializeApp } from "firebase/app";
import { connectAuthEmulator, getAuth, signInWithEmailAndPassword } from "firebase/auth";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { paths } from "#domain/documents/paths.ts";
import { functionsBaseUrl, origin, PROJECT_ID } from "#local/stack/settings.ts";
import { START_TIMEOUT_MS, TestStack } from "#test/support/stack.ts";
import { postAsCurl } from "./curl.ts";

const ROOT = join(import.meta.dirname, "..", "..");
const STOP_TIMEOUT_MS = 60_000;
/** Ten runs of setup, and cold functions on two cores that other suites share. */
const SETUP_TIMEOUT_MS = 480_000;
const COMMAND_TIMEOUT_MS = 300_000;
/** Begun within the minute in which the account came; the rest is for cold functions. */
const FIRST_NAV_TIMEOUT_MS = 120_000;
const FILL_TIMEOUT_MS = 90_000;

const SETUP = ["tools/setup/main.ts", "--environment", "local", "--email", "owner@example.org", "--yes"];
const END_AT_CHANGE = ["--import", "./test/e2e/end-at-change.ts"];
const VIEWER = { email: "viewer@example.org", password: "a password of length" };
const OPENED = "another-key";

let stack: TestStack;
let hasFailed = false;
/** Of the setup that every test of this file stands on: the changes at whose beginning it was killed, and its last run. */
const killed: string[] = [];
let finished: Ended;
let filledAfterSetup: number;

beforeAll(async () => {
  stack = await TestStack.create();
  await stack.start(["--empty"]);
  for (;;) {
    const ended = await run([...END_AT_CHANGE, ...SETUP], { BALLAST_TEST_ENDED_AT: JSON.stringify(killed) });
    const step = newIn(ended.output, new Set(killed));
    if (ended.signal !== "SIGKILL" || step === undefined) {
      finished = ended;
      break;
    }
    killed.push(step);
  }
  const { orders } = await stack.exchangeState();
  filledAfterSetup = orders.filter(({ status }) => status === "FILLED").length;
}, START_TIMEOUT_MS + SETUP_TIMEOUT_MS);

afterEach(({ task }) => {
  if (task.result?.state === "fail") hasFailed = true;
});

afterAll(async () => {
  await stack?.stop();
  if (!hasFailed) stack?.remove();
}, STOP_TIMEOUT_MS);

interface Ended {
  readonly code: number | null;
  readonly signal: string | null;
  readonly output: string;
}

/** Runs a tool. */
function run(args: readonly string[], variables: Readonly<Record<string, string>> = {}): Promise<Ended> {
  return new Promise((resolve) => {
    const env = {
      PATH: `${dirname(process.execPath)}:${process.env.PATH}`,
      HOME: process.env.HOME,
      METADATA_SERVER_DETECTION: "none",
      ...stack.variables,
      ...variables,
    };
    const child = spawn(process.execPath, [...args], { cwd: ROOT, env, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    const take = (chunk: Buffer): void => {
      output += chunk.toString("utf8");
    };
    child.stdout.on("data", take);
    child.stderr.on("data", take);
    // Later than `exit`: all that it said has been read.
    child.once("close", (code, signal) => resolve({ code, signal, output }));
  });
}

async function ballast(...args: readonly string[]): Promise<string> {
  const { code, output } = await run(["tools/ballast/main.ts", ...args]);
  expect(code, output).toBe(0);
  return output;
}

/** The change that begins in the output and in no earlier run. */
function newIn(output: string, before: ReadonlySet<string>): string | undefined {
  const begun = [...output.matchAll(/^… (.+)$/gm)].map(([, name = ""]) => name);
  return begun.find((name) => !before.has(name));
}

async function fillOf(accountId: string, receiptId: string): Promise<string> {
  const { database } = stack;
  const order = await database.waitFor(
    paths.receipt(accountId, receiptId),
    "order",
    FILL_TIMEOUT_MS,
    (receipt) => {
      if (receipt.status === "DENIED" || receipt.status === "REFUSED")
        throw new Error(JSON.stringify(receipt));
      return typeof receipt.clientOrderId === "string" ? receipt.clientOrderId : null;
    },
  );
  return await database.waitFor(paths.order(accountId, order), "fill", FILL_TIMEOUT_MS, ({ status }) =>
    status === "FILLED" ? order : null,
  );
}

describe("an empty project", () => {
  it("comes to one fill at the paper venue, killed as each change begins and run again", () => {
    expect(finished.code, finished.output).toBe(0);
    expect(finished.output).toContain("TradingView");
    expect(killed).toEqual([
      "venue keys",
      "secret BALLAST_HOOK_SECRETS",
      "secret BALLAST_MACHINE_SECRETS",
      "environment label",
      "account",
      "hook",
      "signed hook",
      "first user",
      "proof",
    ]);
    expect(filledAfterSetup).toBe(1);
  });

  it(
    "is left as it is by a second run",
    async () => {
      // The local stack leaves by this machine's address: the option is there as wanted, and says so.
      const { code, output } = await run([...SETUP, "--fixed-address", "yes", "--json"]);
      expect(code, output).toBe(0);
      const { steps } = JSON.parse(output.slice(output.indexOf("{\n"))) as {
        readonly steps: readonly { readonly step: string; readonly status: string }[];
      };
      expect(steps.filter(({ status }) => status !== "asWanted")).toEqual([]);
      expect(steps.map(({ step }) => step)).toContain("functions behind the fixed address");
      expect(output).toContain("Address      none of its own");
    },
    COMMAND_TIMEOUT_MS,
  );
});

describe("by command", () => {
  it(
    "a second account with keys of its own is valued within two minutes, and a second hook trades it until it is disabled",
    async () => {
      const opened = await fetch(`${origin(stack.ports, "exchange")}/admin/account`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({
          accountId: "second",
          apiKey: OPENED,
          secret: "another-secret",
          balanceUsdt: "50000",
        }),
      });
      expect(opened.status, await opened.clone().text()).toBe(200);
      const keys = join(stack.dataDir, "second-keys.json");
      writeFileSync(keys, JSON.stringify({ second: { apiKey: OPENED, secret: "another-secret" } }));
      await ballast(
        "account",
        "create",
        "second",
        "--profile",
        "balanced",
        "--capital-usd",
        "50000",
        "--write",
      );
      const stored = await ballast("keys", "set", "second", "--file", keys, "--write");
      expect(stored).toContain("The keys work");
      expect(stored).not.toContain("another-secret");
      const created = await ballast("hook", "create", "tradingview-second", "--account", "second", "--write");
      const message = /^Message {2}(.*)$/m.exec(created)?.[1]?.replace("{{ticker}}", "ETHUSDT") ?? "";
      await stack.database.waitFor(paths.nav("second"), "NAV", FIRST_NAV_TIMEOUT_MS, (nav) =>
        nav.stale === false ? true : null,
      );
      await stack.database.waitFor(
        paths.venueSettings("second"),
        "settings",
        FIRST_NAV_TIMEOUT_MS,
        () => true,
      );
      const answer = await postAsCurl(
        `${functionsBaseUrl(stack.ports)}/webhook/tradingview-second`,
        "application/json",
        message.replace("{{timenow}}", `${new Date().toISOString().slice(0, 19)}Z`),
      );
      expect(answer).toMatchObject({ status: 202 });
      await fillOf("second", (answer.body as { readonly receiptId: string }).receiptId);
      expect(await ballast("account", "list")).toMatch(/main[\s\S]*second/);
      await ballast("hook", "disable", "tradingview-second", "--write");
      expect(await ballast("hook", "list")).toMatch(/tradingview-second .*disabled/);
    },
    COMMAND_TIMEOUT_MS,
  );

  it(
    "a viewer signs in with the rights that the command gave: the account that it named, and no other",
    async () => {
      const given = ["--role", "viewer", "--accounts", "main", "--password", VIEWER.password];
      await ballast("user", "create", VIEWER.email, ...given, "--write");
      const app = initializeApp({ projectId: PROJECT_ID, apiKey: "local" }, "viewer");
      try {
        const auth = getAuth(app);
        connectAuthEmulator(auth, origin(stack.ports, "auth"), { disableWarnings: true });
        const { user } = await signInWithEmailAndPassword(auth, VIEWER.email, VIEWER.password);
        // As firestore.rules and the commands function read them (test/rules/role-matrix.test.ts).
        expect((await user.getIdTokenResult()).claims).toMatchObject({
          role: "viewer",
          accounts: ["main"],
        });
      } finally {
        await deleteApp(app);
      }
    },
    COMMAND_TIMEOUT_MS,
  );

  it(
    "a schedule is run once, and the environment's label is not written over",
    async () => {
      await ballast("run-once", "navEveryMinute", "--write");
      expect(await ballast("env", "label", "--write")).toContain("labelled local already");
    },
    COMMAND_TIMEOUT_MS,
  );
});
