// The one test command: types, lint, builds, then every vitest suite; `npm test -- path` runs a part of the suites
// only. Keeps true that a failed step fails the command, and that the last line counts the tests and nothing else.
import { spawn } from "node:child_process";
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";

const root = join(import.meta.dirname, "..");
const bin = (name: string): string => join(root, "node_modules", ".bin", name);
const resultFile = join(root, ".local", `vitest-${process.pid}.json`);

interface Step {
  readonly name: string;
  readonly command: readonly string[];
}

interface StepResult {
  readonly name: string;
  readonly ok: boolean;
  readonly durationMs: number;
}

interface TestCounts {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly testResults: readonly {
    readonly status: string;
    readonly assertionResults: readonly { readonly status: string }[];
  }[];
}

/** Everything that has to hold before the suites say anything; the end-to-end suites run on these builds. */
const CHECKS: readonly Step[] = [
  { name: "types", command: [bin("tsc"), "--noEmit", "-p", "tsconfig.json"] },
  { name: "types of the dashboard", command: [bin("tsc"), "--noEmit", "-p", "hosting/tsconfig.json"] },
  { name: "lint", command: [bin("biome"), "check", "."] },
  { name: "dead wood", command: [bin("knip")] },
  { name: "build", command: [process.execPath, "local/build.ts"] },
];

function suites(args: readonly string[]): Step {
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${resultFile}`];
  return { name: "tests", command: [bin("vitest"), "run", ...reporters, ...args] };
}

async function runStep(step: Step): Promise<StepResult> {
  const [file, ...args] = step.command;
  if (file === undefined) throw new Error(`Step ${step.name} has no command`);
  process.stdout.write(`\n── ${step.name}\n`);
  const startedAtMs = performance.now();
  const ok = await new Promise<boolean>((resolve) => {
    const child = spawn(file, args, { cwd: root, stdio: ["ignore", "inherit", "inherit"] });
    child.on("error", (error) => {
      process.stderr.write(`${step.name}: ${file} could not be started: ${error.message}\n`);
      resolve(false);
    });
    child.on("exit", (code) => resolve(code === 0));
  });
  return { name: step.name, ok, durationMs: performance.now() - startedAtMs };
}

/** Null when the suites ended without a result, as after a crash: that is not a pass. */
function readCounts(): TestCounts | null {
  try {
    return JSON.parse(readFileSync(resultFile, "utf8")) as TestCounts;
  } catch {
    return null;
  } finally {
    rmSync(resultFile, { force: true });
  }
}

function table(results: readonly StepResult[]): string {
  const width = Math.max(...results.map(({ name }) => name.length));
  return results
    .map(({ name, ok, durationMs }) => {
      const seconds = (durationMs / 1000).toFixed(1).padStart(7);
      return `${ok ? "ok    " : "FAILED"}  ${name.padEnd(width)}  ${seconds} s`;
    })
    .join("\n");
}

/** One line for people and machines: a suite that could not even load counts as one failure, as does a failed check. */
function countLine(counts: TestCounts | null, failedChecks: number): string {
  if (counts === null) return `0 passed, ${failedChecks + 1} failed`;
  const unloadable = counts.testResults.filter(
    ({ status, assertionResults }) =>
      status === "failed" && !assertionResults.some((assertion) => assertion.status === "failed"),
  );
  return `${counts.numPassedTests} passed, ${counts.numFailedTests + unloadable.length + failedChecks} failed`;
}

const args = process.argv.slice(2);
const selected = args.length > 0;
mkdirSync(join(root, ".local"), { recursive: true });
const results: StepResult[] = [];
for (const step of selected ? [] : CHECKS) results.push(await runStep(step));
const failedChecks = results.filter(({ ok }) => !ok).length;
results.push(await runStep(suites(args)));
const counts = readCounts();
process.stdout.write(`\n${table(results)}\n\n${countLine(counts, failedChecks)}\n`);
process.exitCode = counts !== null && results.every(({ ok }) => ok) ? 0 : 1;
