// `npm run bench`: every benchmark of this folder, each in a process of its own so that none warms up or weighs down
// another; one table for people and one JSON file for comparison. Only measures: what must hold is in tests.
import { fork } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parseArgs } from "node:util";

/** One figure. `reference` is what it is compared with, in words: a requirement or another product's figure. */
export interface Measurement {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly reference?: string;
}

/** The type of `run`, which every benchmark in this folder exports. */
export type Benchmark = () => Promise<readonly Measurement[]>;

type Report = { readonly measurements: readonly Measurement[] } | { readonly fault: string };

const FOLDER = import.meta.dirname;
const ROOT = join(FOLDER, "..", "..");
const SELF = fileURLToPath(import.meta.url);
const DECIMALS_BELOW = 100;

async function measure(file: string): Promise<void> {
  const { run } = (await import(pathToFileURL(file).href)) as { run?: Benchmark };
  if (run === undefined) throw new Error(`${file} exports no function run()`);
  process.send?.({ measurements: await run() } satisfies Report);
}

/** Runs one module in a process of its own and resolves with its figures. Rejects with why there are none. */
function runApart(file: string): Promise<readonly Measurement[]> {
  return new Promise((resolveWith, reject) => {
    let report: Report | null = null;
    const child = fork(SELF, ["--module", file], {
      cwd: ROOT,
      stdio: ["ignore", "inherit", "inherit", "ipc"],
    });
    child.on("message", (message) => {
      report = message as Report;
    });
    child.once("error", reject);
    child.once("exit", (code) => {
      if (report !== null && "measurements" in report && code === 0) resolveWith(report.measurements);
      else
        reject(
          new Error(
            report !== null && "fault" in report ? report.fault : `exit code ${code} without figures`,
          ),
        );
    });
  });
}

/** Other files in the folder are parts of a benchmark. */
function exportsRun(file: string): boolean {
  return /^export (async function run\b|function run\b|const run\b)/m.test(readFileSync(file, "utf8"));
}

function modules(only: string | undefined): readonly string[] {
  const files = readdirSync(FOLDER)
    .filter((name) => name.endsWith(".ts") && name !== basename(SELF) && exportsRun(join(FOLDER, name)))
    .sort();
  const chosen = files.filter((name) => only === undefined || name === `${only}.ts`);
  if (chosen.length === 0) {
    const known = files.map((name) => basename(name, ".ts")).join(", ");
    throw new Error(`There is no benchmark ${only === undefined ? "at all" : only}; there are: ${known}`);
  }
  return chosen.map((name) => join(FOLDER, name));
}

function shown(value: number): string {
  return value.toLocaleString("en-US", { maximumFractionDigits: Math.abs(value) < DECIMALS_BELOW ? 2 : 0 });
}

function table(results: readonly (Measurement & { readonly benchmark: string })[]): string {
  const rows = results.map(({ benchmark, name, value, unit, reference }) => [
    `${benchmark}: ${name}`,
    shown(value),
    unit,
    reference ?? "",
  ]);
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => (row[column] ?? "").length)));
  return rows
    .map(([name = "", value = "", unit = "", reference = ""]) =>
      `${name.padEnd(widths[0] ?? 0)}  ${value.padStart(widths[1] ?? 0)} ${unit.padEnd(widths[2] ?? 0)}  ${reference}`.trimEnd(),
    )
    .join("\n");
}

async function runAll(jsonFile: string, only: string | undefined): Promise<boolean> {
  const results: (Measurement & { readonly benchmark: string })[] = [];
  const faults: string[] = [];
  for (const file of modules(only)) {
    const benchmark = basename(file, ".ts");
    process.stderr.write(`── ${benchmark}\n`);
    try {
      results.push(...(await runApart(file)).map((measurement) => ({ benchmark, ...measurement })));
    } catch (error) {
      faults.push(`${benchmark}: ${(error as Error).message}`);
    }
  }
  const machine = {
    node: process.version,
    cpu: cpus()[0]?.model ?? "unknown",
    cores: cpus().length,
    memoryGb: Math.round(totalmem() / 2 ** 30),
  };
  mkdirSync(dirname(jsonFile), { recursive: true });
  writeFileSync(
    jsonFile,
    `${JSON.stringify({ at: new Date().toISOString(), machine, results, faults }, null, 2)}\n`,
  );
  if (results.length > 0) process.stdout.write(`\n${table(results)}\n`);
  for (const fault of faults) process.stdout.write(`FAILED ${fault}\n`);
  process.stdout.write(`\nWritten to ${jsonFile}\n`);
  return faults.length === 0;
}

const { values } = parseArgs({
  options: { json: { type: "string" }, only: { type: "string" }, module: { type: "string" } },
});
if (values.module !== undefined) {
  try {
    await measure(values.module);
    process.exit(0);
  } catch (error) {
    process.send?.({ fault: String((error as Error).stack ?? error) } satisfies Report);
    process.exit(1);
  }
}
const jsonFile = values.json === undefined ? join(ROOT, ".local", "bench.json") : resolve(values.json);
process.exit((await runAll(jsonFile, values.only)) ? 0 : 1);
