// `firebase deploy` as it would go: the SDK's own discovery on the built file, every function's trigger and
// limits, and a file that runs with nothing installed beside it.
import { execFile } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildChanged } from "#local/stack/build.ts";

const ROOT = join(import.meta.dirname, "..", "..");
const FUNCTIONS = join(ROOT, "functions");
/** The program that firebase-tools runs to find out what to deploy. */
const DISCOVERY = join(ROOT, "node_modules", "firebase-functions", "lib", "bin", "firebase-functions.js");
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

interface Endpoint {
  readonly [field: string]: unknown;
  readonly secretEnvironmentVariables?: readonly { readonly key: string }[];
}

const REGION = "asia-northeast1";
const TRADING = { region: [REGION], platform: "gcfv2", availableMemoryMb: 512, timeoutSeconds: 55 };
const SCHEDULED = { ...TRADING, maxInstances: 1 };
const everyMinute = {
  schedule: "every 1 minutes",
  timeZone: "Etc/UTC",
  retryConfig: { retryCount: 1 },
};

const EXPECTED: Readonly<
  Record<string, { readonly secrets: readonly string[]; readonly endpoint: Endpoint }>
> = {
  webhook: {
    secrets: ["BALLAST_HOOK_SECRETS"],
    endpoint: {
      region: [REGION],
      platform: "gcfv2",
      availableMemoryMb: 256,
      timeoutSeconds: 10,
      concurrency: 40,
      maxInstances: 10,
      httpsTrigger: { invoker: ["public"] },
    },
  },
  commands: {
    secrets: ["BALLAST_MACHINE_SECRETS"],
    endpoint: {
      region: [REGION],
      platform: "gcfv2",
      availableMemoryMb: 256,
      timeoutSeconds: 30,
      concurrency: 20,
      maxInstances: 5,
      httpsTrigger: { invoker: ["public"] },
    },
  },
  commandExecutor: {
    secrets: [],
    endpoint: {
      ...TRADING,
      concurrency: 20,
      maxInstances: 5,
      eventTrigger: {
        eventType: "google.cloud.pubsub.topic.v1.messagePublished",
        eventFilters: { topic: "commands" },
        retry: true,
      },
    },
  },
  executor: {
    secrets: ["BALLAST_VENUE_KEYS"],
    endpoint: {
      ...TRADING,
      concurrency: 40,
      maxInstances: 10,
      eventTrigger: {
        eventType: "google.cloud.pubsub.topic.v1.messagePublished",
        eventFilters: { topic: "intents" },
        retry: true,
      },
    },
  },
  followUp: {
    secrets: ["BALLAST_VENUE_KEYS"],
    endpoint: {
      ...TRADING,
      taskQueueTrigger: {
        retryConfig: { maxAttempts: 5, minBackoffSeconds: 2, maxBackoffSeconds: 30 },
        rateLimits: { maxConcurrentDispatches: 20 },
      },
    },
  },
  navEveryMinute: {
    secrets: ["BALLAST_VENUE_KEYS"],
    endpoint: { ...SCHEDULED, scheduleTrigger: everyMinute },
  },
  reconcileEveryMinute: {
    secrets: ["BALLAST_VENUE_KEYS"],
    endpoint: { ...SCHEDULED, scheduleTrigger: everyMinute },
  },
  outbox: {
    secrets: ["BALLAST_HOOK_SECRETS"],
    endpoint: {
      ...TRADING,
      availableMemoryMb: 256,
      taskQueueTrigger: {
        retryConfig: { maxAttempts: 2, minBackoffSeconds: 10, maxBackoffSeconds: 30 },
        rateLimits: { maxConcurrentDispatches: 1 },
      },
    },
  },
  telemetryEveryFiveMinutes: {
    secrets: ["BALLAST_HOOK_SECRETS"],
    endpoint: {
      ...SCHEDULED,
      availableMemoryMb: 256,
      scheduleTrigger: { ...everyMinute, schedule: "every 5 minutes", retryConfig: { retryCount: 0 } },
    },
  },
  watchdogEveryMinute: {
    secrets: ["BALLAST_VENUE_KEYS"],
    endpoint: { ...SCHEDULED, scheduleTrigger: everyMinute },
  },
  watchdog: {
    secrets: ["BALLAST_VENUE_KEYS"],
    endpoint: {
      ...TRADING,
      taskQueueTrigger: {
        retryConfig: { maxAttempts: 2, minBackoffSeconds: 2, maxBackoffSeconds: 5 },
        rateLimits: { maxConcurrentDispatches: 20 },
      },
    },
  },
  ...Object.fromEntries(
    ["accountBatch", "watchdogBatch"].map((name) => [
      name,
      {
        secrets: ["BALLAST_VENUE_KEYS"],
        endpoint: {
          ...TRADING,
          taskQueueTrigger: {
            retryConfig: { maxAttempts: 2, minBackoffSeconds: 2, maxBackoffSeconds: 5 },
            rateLimits: { maxConcurrentDispatches: 100 },
          },
        },
      },
    ]),
  ),
  universeHourly: {
    secrets: ["BALLAST_VENUE_KEYS"],
    endpoint: { ...SCHEDULED, scheduleTrigger: { ...everyMinute, schedule: "every 60 minutes" } },
  },
};

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
let endpoints: Readonly<Record<string, Endpoint>>;

beforeAll(async () => {
  await buildChanged(ROOT, () => {});
  scratch = mkdtempSync(join(tmpdir(), "ballast-deploy-"));
  const manifest = join(scratch, "manifest.json");
  await run(process.execPath, [DISCOVERY, FUNCTIONS], {
    cwd: FUNCTIONS,
    // As at a deployment: no setting of ours is there.
    env: {
      PATH: process.env.PATH,
      FUNCTIONS_CONTROL_API: "true",
      FUNCTIONS_MANIFEST_OUTPUT_PATH: manifest,
    },
    timeout: LOAD_TIMEOUT_MS,
  });
  const { endpoints: found } = JSON.parse(readFileSync(manifest, "utf8")) as { endpoints: typeof endpoints };
  endpoints = found;
}, BUILD_TIMEOUT_MS + LOAD_TIMEOUT_MS);

afterAll(() => rmSync(scratch, { recursive: true, force: true }));

describe("discovery on the built file", () => {
  it("finds these functions and no others", () => {
    expect(Object.keys(endpoints).sort()).toEqual(Object.keys(EXPECTED).sort());
  });

  it.each(Object.entries(EXPECTED))(
    "reads trigger, limits and secrets of %s",
    (name, { endpoint, secrets }) => {
      expect(endpoints[name]).toMatchObject(endpoint);
      expect(endpoints[name]?.secretEnvironmentVariables?.map(({ key }) => key) ?? []).toEqual(secrets);
    },
  );
});

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
      expect(stdout.trim().split(",").sort()).toEqual(Object.keys(EXPECTED).sort());
    },
    LOAD_TIMEOUT_MS,
  );
});
