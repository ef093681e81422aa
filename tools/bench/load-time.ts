// The cost of loading each deployed function's module, in a process of its own: time until its handler is
// there, time of the whole process, and memory then, with and without Node's compile cache. References in the
// same run: an idle node, and the plain imports of a bot of ccxt and firebase-admin. All run in turn, so that
// noise meets all of them.
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { buildChanged } from "#local/stack/build.ts";
import type { Measurement } from "./run.ts";

const ROUNDS = 7;
const MB = 1e6;
const ROOT = join(import.meta.dirname, "..", "..");
const BUNDLE = pathToFileURL(join(ROOT, "functions", "dist", "index.js")).href;
const execute = promisify(execFile);

interface Subject {
  readonly name: string;
  /** Statements that end with the module loaded. */
  readonly load: string;
  readonly env: Readonly<Record<string, string>>;
}

interface Load {
  readonly loadMs: number;
  readonly processMs: number;
  readonly rssMb: number;
}

const EMPTY: Subject = { name: "an empty node", load: "", env: {} };
const PLAIN: Subject = {
  name: "a plain import of ccxt and firebase-admin",
  load: 'await import("ccxt"); await import("firebase-admin/app"); await import("firebase-admin/firestore");',
  env: {},
};

export async function run(): Promise<readonly Measurement[]> {
  await buildChanged(ROOT, () => {});
  const cache = mkdtempSync(join(tmpdir(), "ballast-compile-cache-"));
  try {
    const functions = await functionNames();
    const plain = functions.map((name) => functionSubject(name, {}));
    const cached = functions.map((name) => functionSubject(name, { NODE_COMPILE_CACHE: cache }));
    const plainCached = {
      ...PLAIN,
      name: `${PLAIN.name}, compile cache`,
      env: { NODE_COMPILE_CACHE: cache },
    };
    const subjects = [EMPTY, PLAIN, plainCached, ...plain, ...cached];
    const median = await measure(subjects);
    const empty = { name: "empty", load: median(EMPTY) };
    const imports = { name: "plain imports", load: median(PLAIN) };
    const importsCached = { name: "plain imports, compile cache", load: median(plainCached) };
    return [
      ...loadFigures(EMPTY.name, empty.load, null),
      ...loadFigures(PLAIN.name, imports.load, empty),
      ...plain.flatMap((each) => loadFigures(each.name, median(each), imports)),
      ...cached.flatMap((each) => loadFigures(`${each.name}, compile cache`, median(each), importsCached)),
    ];
  } finally {
    rmSync(cache, { recursive: true, force: true });
  }
}

/** The names that the deployed file exports, as discovery finds them. */
async function functionNames(): Promise<readonly string[]> {
  const listing = `console.log(JSON.stringify(Object.keys(await import(${JSON.stringify(BUNDLE)})))); process.exit(0);`;
  const { stdout } = await execute(process.execPath, ["--input-type=module", "--eval", listing], { env: {} });
  return JSON.parse(stdout) as readonly string[];
}

function functionSubject(name: string, env: Readonly<Record<string, string>>): Subject {
  const load = `if (typeof (await import(${JSON.stringify(BUNDLE)}))[${JSON.stringify(name)}] !== "function") throw new Error();`;
  return { name, load, env: { ...env, FUNCTION_TARGET: name } };
}

async function measure(subjects: readonly Subject[]): Promise<(subject: Subject) => Load> {
  const loads = new Map<Subject, Load[]>(subjects.map((subject) => [subject, []]));
  // The first round fills the disk's cache and the compile cache, and is not counted.
  for (let round = 0; round <= ROUNDS; round += 1)
    for (const [subject, found] of loads) {
      const one = await loadOnce(subject);
      if (round > 0) found.push(one);
    }
  return (subject) => {
    const found = loads.get(subject) ?? [];
    const middle = (value: (load: Load) => number): number =>
      found.map(value).toSorted((a, b) => a - b)[Math.floor(found.length / 2)] ?? Number.NaN;
    return {
      loadMs: middle(({ loadMs }) => loadMs),
      processMs: middle(({ processMs }) => processMs),
      rssMb: middle(({ rssMb }) => rssMb),
    };
  };
}

async function loadOnce({ load, env }: Subject): Promise<Load> {
  // Exit runs the writing of the compile cache; a handler's open handles must not keep the process.
  const script = `const startedMs = performance.now(); ${load}
console.log(JSON.stringify([performance.now() - startedMs, process.memoryUsage.rss()])); process.exit(0);`;
  const startedMs = performance.now();
  const { stdout } = await execute(process.execPath, ["--input-type=module", "--eval", script], {
    cwd: ROOT,
    env,
  });
  const processMs = performance.now() - startedMs;
  const [loadMs = Number.NaN, rssBytes = Number.NaN] = JSON.parse(stdout) as readonly number[];
  return { loadMs, processMs, rssMb: rssBytes / MB };
}

/** `reference` is another subject of the same run. */
function loadFigures(
  name: string,
  load: Load,
  reference: { readonly name: string; readonly load: Load } | null,
): readonly Measurement[] {
  const against = (field: keyof Load, unit: string) =>
    reference === null ? {} : { reference: `${reference.name}: ${reference.load[field].toFixed(0)} ${unit}` };
  return [
    { name: `${name}: module`, value: load.loadMs, unit: "ms", ...against("loadMs", "ms") },
    { name: `${name}: process`, value: load.processMs, unit: "ms", ...against("processMs", "ms") },
    { name: `${name}: memory`, value: load.rssMb, unit: "MB", ...against("rssMb", "MB") },
  ];
}

if (import.meta.main) console.table(await run());
