// The cost of loading the deployed file, our part of a cold start: time until every function is exported, and
// memory then, each run in a process of its own.
import { execFile } from "node:child_process";
import { statSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { buildChanged } from "#local/stack/build.ts";
import type { Measurement } from "./run.ts";

const RUNS = 9;
const ROOT = join(import.meta.dirname, "..", "..");
const BUNDLE = join(ROOT, "functions", "dist", "index.js");
const LOAD = `const startedAtMs = performance.now();
await import(${JSON.stringify(BUNDLE)});
console.log(JSON.stringify({ loadMs: performance.now() - startedAtMs, rssBytes: process.memoryUsage.rss() }));
process.exit(0);`;
const execute = promisify(execFile);

interface Load {
  readonly loadMs: number;
  readonly rssBytes: number;
}

async function load(env: Readonly<Record<string, string>>): Promise<Load> {
  const args = ["--input-type=module", "--eval", LOAD];
  const { stdout } = await execute(process.execPath, args, { env: { PATH: process.env.PATH, ...env } });
  return JSON.parse(stdout) as Load;
}

async function medianLoad(env: Readonly<Record<string, string>>): Promise<Load> {
  await load(env);
  const loads: Load[] = [];
  for (let index = 0; index < RUNS; index += 1) loads.push(await load(env));
  const middle = (values: readonly number[]) =>
    values.toSorted((a, b) => a - b)[Math.floor(RUNS / 2)] ?? Number.NaN;
  return {
    loadMs: middle(loads.map(({ loadMs }) => loadMs)),
    rssBytes: middle(loads.map(({ rssBytes }) => rssBytes)),
  };
}

export async function run(): Promise<readonly Measurement[]> {
  await buildChanged(ROOT, () => {});
  const plain = await medianLoad({});
  const cached = await medianLoad({ NODE_COMPILE_CACHE: join(ROOT, ".local", "compile-cache") });
  return [
    { name: "file size", value: statSync(BUNDLE).size / 1e6, unit: "MB" },
    { name: "load", value: plain.loadMs, unit: "ms", reference: "unbundled, everything imported: 940 ms" },
    { name: "memory after load", value: plain.rssBytes / 1e6, unit: "MB", reference: "unbundled: 171 MB" },
    { name: "load with Node's compile cache", value: cached.loadMs, unit: "ms" },
    { name: "memory after load with compile cache", value: cached.rssBytes / 1e6, unit: "MB" },
  ];
}
