// A short fault run of the real stack on every test run: the same command as `npm run sim:stack`, whose longer runs
// are for people. A fixed seed, because two test runs of one commit should break the same things.
import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";

const ROOT = join(import.meta.dirname, "..", "..");
const SECONDS = 15;
const SEED = 20;
/** Start, faults, leases that have to run out, and healing, on two cores that other suites share. */
const TIMEOUT_MS = 900_000;
const LAST_LINE = /(\d+) seconds, (\d+) alerts, (\d+) orders, (\d+) faults, (\d+) kills, (\d+) violations\n$/;

let child: ChildProcess | null = null;

afterEach(() => {
  // Only a run that was given up on is still there; it ends its stack on this signal.
  child?.kill("SIGTERM");
});

function runTool(): Promise<{ readonly exitCode: number | null; readonly output: string }> {
  const inherited = Object.entries(process.env);
  const env = Object.fromEntries(inherited.filter(([name]) => !/^(VITEST|NODE_OPTIONS|TEST$)/.test(name)));
  const args = ["tools/sim-stack.ts", "--seconds", String(SECONDS), "--seed", String(SEED)];
  return new Promise((resolve, reject) => {
    const started = spawn(process.execPath, args, {
      cwd: ROOT,
      env: { ...env, BALLAST_LAUNCHER_PID: String(process.pid) },
      stdio: ["ignore", "pipe", "pipe"],
    });
    child = started;
    let output = "";
    for (const stream of [started.stdout, started.stderr])
      stream.on("data", (chunk: Buffer) => {
        output += chunk.toString("utf8");
      });
    started.once("error", reject);
    started.once("close", (exitCode) => {
      child = null;
      resolve({ exitCode, output });
    });
  });
}

describe("the real stack under faults", () => {
  it(
    "ends with books equal to the venue's, every signal decided, and nothing sent twice",
    async () => {
      const { exitCode, output } = await runTool();
      const [, , alerts, orders, faults, kills, violations] = LAST_LINE.exec(output)?.map(Number) ?? [];
      expect({ exitCode, violations }, output).toEqual({ exitCode: 0, violations: 0 });
      // A run proves something only if something happened in it.
      for (const count of [alerts, orders, faults, kills]) expect(count, output).toBeGreaterThan(0);
    },
    TIMEOUT_MS,
  );
});
