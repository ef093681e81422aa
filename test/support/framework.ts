// A deployed function as the platform runs it: Google's framework in a process of its own, which loads the built file and
// serves the function that the environment names, on the test's database and Pub/Sub.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { freePort } from "./free-port.ts";

const ROOT = join(import.meta.dirname, "..", "..");
const FRAMEWORK = join(ROOT, "node_modules/@google-cloud/functions-framework/build/src/main.js");
const BUILT = join(ROOT, "functions", "dist", "index.js");
/**
 * The heap that Node gives itself in the smallest instance of a function, 256 MiB: half of it for old objects, and a
 * young generation in proportion. On a machine with more memory it would take more before it collects anything.
 */
const INSTANCE_HEAP = "--max-old-space-size=128 --max-semi-space-size=1";
/** Printed by the framework once it listens. */
const SERVING = "Serving function";

export interface FrameworkProcess extends AsyncDisposable {
  readonly port: number;
  /** Largest resident memory since the start, as the kernel counts it. */
  peakMemoryMib(): number;
  /** All that the process has said. */
  said(): string;
}

export async function startFramework(
  functionName: string,
  environment: Readonly<Record<string, string>>,
  signatureType: "http" | "cloudevent" = "http",
): Promise<FrameworkProcess> {
  const port = await freePort();
  const { PATH = "" } = process.env;
  const child = spawn(process.execPath, [FRAMEWORK], {
    cwd: ROOT,
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      PATH,
      PORT: String(port),
      NODE_OPTIONS: INSTANCE_HEAP,
      FUNCTION_TARGET: functionName,
      FUNCTION_SIGNATURE_TYPE: signatureType,
      FUNCTION_SOURCE: BUILT,
      ...environment,
    },
  });
  const said = await untilServing(child);
  return {
    port,
    said,
    peakMemoryMib() {
      const kib = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${child.pid}/status`, "utf8"))?.[1];
      return Number(kib) / 1_024;
    },
    async [Symbol.asyncDispose]() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill("SIGKILL");
      await once(child, "exit");
    },
  };
}

/** Rejects with what the process said when it ends instead. */
function untilServing(child: ChildProcess): Promise<() => string> {
  let output = "";
  return new Promise((resolve, reject) => {
    const take = (chunk: Buffer): void => {
      output += chunk.toString("utf8");
      if (output.includes(SERVING)) resolve(() => output);
    };
    child.stdout?.on("data", take);
    child.stderr?.on("data", take);
    child.once("exit", (code) => reject(new Error(`The framework ended with ${code}:\n${output}`)));
  });
}
