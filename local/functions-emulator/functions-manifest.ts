// Which event functions ask for retries: the functions emulator does not say, so the folder's own
// firebase-functions writes its deployment manifest, as `firebase deploy` reads it. It runs the folder's code in
// a process of its own; nothing of it is loaded here.
import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseEnv, promisify } from "node:util";
import { packageRoot } from "@ballast/local-serving/package-root.ts";

/** Loading a folder of functions takes about a second; a machine at full load may need many. */
const MANIFEST_TIMEOUT_MS = 60_000;
const run = promisify(execFile);

interface Manifest {
  readonly endpoints?: Readonly<Record<string, { readonly eventTrigger?: { readonly retry?: boolean } }>>;
}

function environmentFiles(directory: string, projectId: string): Record<string, string | undefined> {
  const files = [".env", `.env.${projectId}`, ".env.local"].map((name) => join(directory, name));
  return Object.assign(
    {},
    ...files.filter((file) => existsSync(file)).map((file) => parseEnv(readFileSync(file, "utf8"))),
  );
}

/** Names of the folder's functions whose event trigger has retry on. Rejects when the manifest cannot be made. */
export async function readRetryNames(directory: string, projectId: string): Promise<ReadonlySet<string>> {
  const root = packageRoot("firebase-functions", join(directory, "package.json"));
  const scratch = mkdtempSync(join(tmpdir(), "functions-manifest-"));
  const file = join(scratch, "functions.json");
  try {
    await run(process.execPath, [join(root, "lib/bin/firebase-functions.js"), directory], {
      cwd: directory,
      timeout: MANIFEST_TIMEOUT_MS,
      env: {
        ...process.env,
        ...environmentFiles(directory, projectId),
        FUNCTIONS_EMULATOR: "true",
        FUNCTIONS_CONTROL_API: "true",
        GCLOUD_PROJECT: projectId,
        FIREBASE_CONFIG: JSON.stringify({ projectId }),
        FUNCTIONS_MANIFEST_OUTPUT_PATH: file,
      },
    });
    const manifest: Manifest = JSON.parse(readFileSync(file, "utf8"));
    const endpoints = Object.entries(manifest.endpoints ?? {});
    return new Set(
      endpoints.filter(([, endpoint]) => endpoint.eventTrigger?.retry === true).map(([name]) => name),
    );
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}
