// One step of the test command: a program that runs with its output shown, and whether it succeeded.
import { spawn } from "node:child_process";
import { join } from "node:path";

export const ROOT = join(import.meta.dirname, "..", "..");

export const bin = (name: string): string => join(ROOT, "node_modules", ".bin", name);

export interface Step {
  readonly name: string;
  readonly command: readonly [file: string, ...args: string[]];
  /** On top of the caller's; undefined takes a variable away. */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

export interface StepResult {
  readonly name: string;
  readonly ok: boolean;
  readonly durationMs: number;
}

export async function runStep({ name, command, env = {} }: Step): Promise<StepResult> {
  const [file, ...args] = command;
  process.stdout.write(`\n── ${name}\n`);
  const startedAtMs = performance.now();
  const ok = await new Promise<boolean>((resolve) => {
    const child = spawn(file, args, {
      cwd: ROOT,
      env: { ...process.env, ...env },
      stdio: ["ignore", "inherit", "inherit"],
    });
    child.on("error", (error) => {
      process.stderr.write(`${name}: ${file} could not be started: ${error.message}\n`);
      resolve(false);
    });
    child.on("exit", (code) => resolve(code === 0));
  });
  return { name, ok, durationMs: performance.now() - startedAtMs };
}

/** A line a step: whether it succeeded and how long it took. */
export function stepTable(results: readonly StepResult[]): string {
  const width = Math.max(...results.map(({ name }) => name.length));
  return results
    .map(({ name, ok, durationMs }) => {
      const seconds = (durationMs / 1000).toFixed(1).padStart(7);
      return `${ok ? "ok    " : "FAILED"}  ${name.padEnd(width)}  ${seconds} s`;
    })
    .join("\n");
}
