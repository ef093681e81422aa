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
/** Room for another venue; with every exchange that ccxt knows it would be three times that. */
const MAX_BUNDLE_BYTES = 10_000_000;

let scratch: string;

beforeAll(async () => {
  await buildChanged(ROOT, () => {});
  scratch = mkdtempSync(join(tmpdir(), "ballast-deploy-"));
}, BUILD_TIMEOUT_MS);

afterAll(() => rmSync(scratch, { recursive: true, force: true }));

describe("what is uploaded", () => {
  it("is the bundle and its package.json only", async () => {
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
    expect(names).toEqual(["dist/index.js", "package.json"]);
  });

  it("is one file of a size that starts quickly", () => {
    expect(readdirSync(join(FUNCTIONS, "dist"))).toEqual(["index.js"]);
    expect(readFileSync(join(FUNCTIONS, "dist", "index.js")).length).toBeLessThan(MAX_BUNDLE_BYTES);
  });

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
