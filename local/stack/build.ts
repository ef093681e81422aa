// Builds the functions and the dashboard when their sources changed since the last build. What counts is content, not
// time: a fresh clone, a branch switch and a restored backup all come out right.
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Say } from "./console.ts";
import { holding } from "./file-lock.ts";

interface Target {
  readonly name: string;
  readonly sources: readonly string[];
  readonly output: string;
}

const LOCKFILE = "package-lock.json";
const TARGETS: readonly Target[] = [
  {
    name: "functions",
    sources: ["functions/src", "functions/rolldown.config.ts", "functions/package.json", LOCKFILE],
    output: "functions/dist/index.js",
  },
  {
    name: "hosting",
    sources: [
      "hosting/src",
      "hosting/public",
      "hosting/index.html",
      "hosting/vite.config.ts",
      "hosting/package.json",
      "functions/src/domain",
      LOCKFILE,
    ],
    output: "hosting/dist/index.html",
  },
];

export class BuildError extends Error {
  override readonly name = "BuildError";
}

function filesOf(path: string): readonly string[] {
  if (!existsSync(path)) return [];
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path)
    .sort()
    .flatMap((name) => filesOf(join(path, name)));
}

function contentHash(root: string, { sources }: Target): string {
  const hash = createHash("sha256");
  for (const file of sources.flatMap((source) => filesOf(join(root, source))))
    hash.update(file).update("\0").update(readFileSync(file)).update("\0");
  return hash.digest("hex");
}

function npmRunBuild(root: string, { name }: Target): Promise<void> {
  return new Promise((resolve, reject) => {
    const output: Buffer[] = [];
    const child = spawn("npm", ["run", "build", "--silent", "-w", name], {
      cwd: root,
      stdio: ["ignore", "pipe", "pipe"],
    });
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (chunk: Buffer) => output.push(chunk));
    child.once("error", (cause) =>
      reject(new BuildError(`npm cannot be started: ${cause.message}`, { cause })),
    );
    child.once("exit", (code) => {
      if (code === 0) resolve();
      else reject(new BuildError(`The build of ${name} failed:\n${Buffer.concat(output).toString("utf8")}`));
    });
  });
}

async function buildTarget(root: string, stampDir: string, target: Target, say: Say): Promise<void> {
  const stamp = join(stampDir, target.name);
  const hash = contentHash(root, target);
  const isBuilt = existsSync(join(root, target.output));
  if (isBuilt && existsSync(stamp) && readFileSync(stamp, "utf8") === hash) return;
  say("build", `${target.name}: ${isBuilt ? "sources changed" : "not built yet"}, building`);
  const startedAtMs = performance.now();
  await npmRunBuild(root, target);
  writeFileSync(stamp, hash);
  say("build", `${target.name} built in ${((performance.now() - startedAtMs) / 1000).toFixed(1)} s`);
}

/** Builds what changed, one after the other. Rejects with BuildError holding the tool's own words. */
export async function buildChanged(root: string, say: Say): Promise<void> {
  const stampDir = join(root, ".local", "built");
  mkdirSync(stampDir, { recursive: true });
  await holding(join(stampDir, "lock"), async () => {
    for (const target of TARGETS) await buildTarget(root, stampDir, target, say);
  });
}
