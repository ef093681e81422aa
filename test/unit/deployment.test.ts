// The files that `firebase deploy` would upload: one that runs with nothing installed beside it. What they deploy is
// discovery.test.ts.
import { execFile } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { FUNCTIONS as FUNCTIONS_TABLE } from "#entry/options.ts";
import { buildChanged } from "#local/stack/build.ts";

const ROOT = join(import.meta.dirname, "..", "..");
const FUNCTIONS = join(ROOT, "functions");
const run = promisify(execFile);
const require = createRequire(import.meta.url);
/** A build on a busy machine, then loading the file in a process of its own. */
const BUILD_TIMEOUT_MS = 120_000;
const LOAD_TIMEOUT_MS = 60_000;
/** Loaded by every function. Room for twice of it: one of Google's client libraries alone would be more. */
const MAX_SHARED_BYTES = 1_000_000;
/** Room for another venue; with every exchange that ccxt knows it would be three times that. */
const MAX_BYTES = 6_000_000;
/** Words of what only some functions need. */
const OF_CCXT = "binanceusdm";
const OF_AUTH = "verifyIdToken";

/** The built files that an instance of the function has loaded once its loop is empty. */
async function loadedFiles(target: string | null): Promise<readonly string[]> {
  const hooks = `import { registerHooks } from "node:module"; registerHooks({ load(url, context, next) {
    if (url.includes("/functions/dist/")) console.log(url.slice(url.lastIndexOf("/") + 1)); return next(url, context); } });
    await import(${JSON.stringify(join(FUNCTIONS, "dist", "index.js"))});`;
  const env = { PATH: process.env.PATH, ...(target === null ? {} : { FUNCTION_TARGET: target }) };
  const { stdout } = await run(process.execPath, ["--input-type=module", "--eval", hooks], {
    env,
    timeout: LOAD_TIMEOUT_MS,
  });
  return stdout.trim().split("\n");
}

let scratch: string;

beforeAll(async () => {
  await buildChanged(ROOT, () => {});
  scratch = mkdtempSync(join(tmpdir(), "ballast-deploy-"));
}, BUILD_TIMEOUT_MS);

afterAll(() => rmSync(scratch, { recursive: true, force: true }));

describe("what is uploaded", () => {
  it("is what was built and its package.json only", async () => {
    const { functions } = JSON.parse(readFileSync(join(ROOT, "firebase.json"), "utf8")) as {
      functions: readonly {
        readonly source: string;
        readonly ignore: readonly string[];
        readonly runtime: string;
      }[];
    };
    const [codebase] = functions;
    expect(codebase).toMatchObject({ source: "functions", runtime: "nodejs24" });
    const { readdirRecursive } = require(join(ROOT, "node_modules/firebase-tools/lib/fsAsync.js")) as {
      readdirRecursive: (options: object) => Promise<readonly { readonly name: string }[]>;
    };
    const files = await readdirRecursive({
      path: FUNCTIONS,
      ignoreStrings: codebase?.ignore,
    });
    const names = files.map(({ name }) => relative(FUNCTIONS, name)).sort();
    const built = readdirSync(join(FUNCTIONS, "dist")).map((name) => `dist/${name}`);
    expect(names).toEqual([...built, "package.json"].sort());
  });

  it("is small, and of that every function loads only a part", () => {
    const files = readdirSync(join(FUNCTIONS, "dist"));
    const bytes = files.map((name) => readFileSync(join(FUNCTIONS, "dist", name)).length);
    expect(bytes.reduce((sum, each) => sum + each)).toBeLessThan(MAX_BYTES);
    expect(readFileSync(join(FUNCTIONS, "dist", "index.js")).length).toBeLessThan(MAX_SHARED_BYTES);
  });

  it.each([
    ["discovery", null, []],
    ["webhook", "webhook", []],
    ["commands", "commands", []],
    ["telemetry", "telemetryEveryFiveMinutes", []],
    ["executor", "executor", [OF_CCXT]],
    ["NAV", "navEveryMinute", [OF_CCXT]],
  ])(
    "is loaded for %s without what it does not need",
    async (_name, target, needed) => {
      const loaded = await loadedFiles(target);
      const texts = loaded.map((name) => readFileSync(join(FUNCTIONS, "dist", name), "utf8"));
      const found = [OF_CCXT, OF_AUTH].filter((mark) => texts.some((text) => text.includes(mark)));
      expect(found).toEqual(needed);
    },
    LOAD_TIMEOUT_MS,
  );

  it(
    "runs with nothing installed beside it and without any setting",
    async () => {
      const folder = join(scratch, "deployed");
      cpSync(join(FUNCTIONS, "dist"), join(folder, "dist"), { recursive: true });
      cpSync(join(FUNCTIONS, "package.json"), join(folder, "package.json"));
      const { main, dependencies } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as {
        main: string;
        dependencies?: unknown;
      };
      expect(dependencies).toBeUndefined();
      const script = `import(${JSON.stringify(join(folder, main))}).then((all) => console.log(Object.keys(all).join()))`;
      const { stdout } = await run(process.execPath, ["--eval", script], {
        cwd: folder,
        env: {},
        timeout: LOAD_TIMEOUT_MS,
      });
      expect(stdout.trim().split(",").sort()).toEqual(Object.keys(FUNCTIONS_TABLE).sort());
    },
    LOAD_TIMEOUT_MS,
  );
});
