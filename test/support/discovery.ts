// The functions as `firebase deploy` finds them: the SDK writes the manifest of the built file, and the CLI's own reader
// turns it into what it would ask Google for. Nothing is deployed, and no setting of ours is there.
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { buildChanged } from "#local/stack/build.ts";

const ROOT = join(import.meta.dirname, "..", "..");
const FUNCTIONS = join(ROOT, "functions");
const CLI = join(ROOT, "node_modules", "firebase-tools", "lib");
/** The program that firebase-tools runs to find out what to deploy. */
const DISCOVERY = join(ROOT, "node_modules", "firebase-functions", "lib", "bin", "firebase-functions.js");
const run = promisify(execFile);
const require = createRequire(import.meta.url);

/** A build on a busy machine, then loading the file in a process of its own. */
export const DISCOVERY_TIMEOUT_MS = 180_000;
const LOAD_TIMEOUT_MS = 60_000;

/** The project that the CLI is told to deploy to. */
export const PROJECT = "some-project";
const PROJECT_NUMBER = "123456789";

/** A function as the CLI would create it. */
export interface Endpoint {
  readonly [field: string]: unknown;
  readonly id: string;
  readonly serviceAccount?: string;
  readonly scheduleTrigger?: object;
  readonly taskQueueTrigger?: { readonly invoker?: readonly string[] };
  readonly secretEnvironmentVariables?: readonly { readonly key: string }[];
}

export interface Discovered {
  /** By name, parameters filled in. */
  readonly endpoints: Readonly<Record<string, Endpoint>>;
  /** Body of the request that creates the function. */
  readonly functionOf: (endpoint: Endpoint) => unknown;
  /** Body of the request that creates the schedule's job. */
  readonly jobOf: (endpoint: Endpoint) => Promise<unknown>;
}

/** Builds what changed, and reads it. */
export async function discovered(): Promise<Discovered> {
  await buildChanged(ROOT, () => {});
  const manifest = await manifestOf();
  const { buildFromV1Alpha1 } = fromCli<"buildFromV1Alpha1">(
    "deploy/functions/runtimes/discovery/v1alpha1.js",
  );
  const { resolveBackend } = fromCli<"resolveBackend">("deploy/functions/build.js");
  const { functionFromEndpoint } = fromCli<"functionFromEndpoint">("gcp/cloudfunctionsv2.js");
  const { jobFromEndpoint } = fromCli<"jobFromEndpoint">("gcp/cloudscheduler.js");
  const build = buildFromV1Alpha1(manifest, PROJECT, "us-central1", "nodejs24");
  const { backend } = (await resolveBackend({
    build,
    firebaseConfig: { projectId: PROJECT },
    userEnvs: {},
    codebase: "ballast",
    nonInteractive: true,
  })) as { backend: { endpoints: Readonly<Record<string, Readonly<Record<string, Endpoint>>>> } };
  return {
    endpoints: Object.assign({}, ...Object.values(backend.endpoints)),
    functionOf: (endpoint) =>
      functionFromEndpoint({ ...endpoint, codebase: "ballast", source: { storageSource: {} } }),
    jobOf: async (endpoint) =>
      await jobFromEndpoint({ ...endpoint, uri: "https://uri.test" }, "asia-northeast1", PROJECT_NUMBER),
  };
}

/** The manifest as the SDK writes it. */
async function manifestOf(): Promise<unknown> {
  const scratch = mkdtempSync(join(tmpdir(), "ballast-discovery-"));
  const file = join(scratch, "manifest.json");
  try {
    await run(process.execPath, [DISCOVERY, FUNCTIONS], {
      cwd: FUNCTIONS,
      env: {
        PATH: process.env.PATH,
        FUNCTIONS_CONTROL_API: "true",
        FUNCTIONS_MANIFEST_OUTPUT_PATH: file,
      },
      timeout: LOAD_TIMEOUT_MS,
    });
    return JSON.parse(readFileSync(file, "utf8")) as unknown;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

type FromCli = (...given: readonly unknown[]) => unknown;

function fromCli<Name extends string>(path: string): Readonly<Record<Name, FromCli>> {
  return require(join(CLI, path)) as Readonly<Record<Name, FromCli>>;
}
