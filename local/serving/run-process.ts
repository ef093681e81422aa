// How each server runs as a process: flags in, one ready line out, a clean stop on SIGINT or SIGTERM, and an
// end of its own when the process that started it is gone.
import { parseArgs } from "node:util";
import { systemClock } from "./clock.ts";
import type { LogLine } from "./log-line.ts";

/** How often an orphan notices that its parent is gone. */
const PARENT_CHECK_MS = 500;

export class BadFlagError extends Error {
  override readonly name = "BadFlagError";
}

/** Flag name → what it means; a value is always given as `--name=value` or `--name value`. */
export type FlagHelp = Readonly<Record<string, string>>;
export type Flags = Readonly<Record<string, string | boolean | undefined>>;

/** Reads the flags; names ending in `?` in the help are switches without a value. Throws BadFlagError. */
export function readFlags(help: FlagHelp, argv: readonly string[]): Flags {
  const options: Record<string, { type: "string" | "boolean" }> = { "exit-with-parent": { type: "boolean" } };
  for (const key of Object.keys(help)) {
    const isSwitch = key.endsWith("?");
    options[isSwitch ? key.slice(0, -1) : key] = { type: isSwitch ? "boolean" : "string" };
  }
  try {
    return parseArgs({ args: [...argv], options, allowPositionals: true }).values;
  } catch (cause) {
    const known = Object.entries(help).map(([key, text]) => `  --${key.replace("?", "")}  ${text}`);
    throw new BadFlagError(`${(cause as Error).message}\nFlags:\n${known.join("\n")}`, { cause });
  }
}

/**
 * A flag (or, where it is not given, an environment variable) as a whole number within limits; undefined when
 * neither is there. Throws BadFlagError.
 */
export function numberFlag(
  flags: Flags,
  name: string,
  min: number,
  max: number,
  variable?: string,
): number | undefined {
  const given = flags[name];
  const raw = given ?? (variable === undefined ? undefined : process.env[variable]);
  if (raw === undefined) return undefined;
  const value = Number(raw);
  if (!Number.isInteger(value) || value < min || value > max) {
    const what = given === undefined ? variable : `--${name}`;
    throw new BadFlagError(`${what}=${raw} must be a whole number from ${min} to ${max}`);
  }
  return value;
}

export function textFlag(flags: Flags, name: string): string | undefined {
  const raw = flags[name];
  return typeof raw === "string" ? raw : undefined;
}

interface Running {
  readonly port: number;
  stop(): Promise<void>;
}

/** Starts the part, prints its ready line, and stops it once on a signal. Exits 1 with one line when it cannot start. */
export async function runProcess(
  part: string,
  host: string,
  isTiedToParent: boolean,
  log: LogLine,
  start: () => Promise<Running>,
): Promise<void> {
  try {
    const running = await start();
    let isStopping = false;
    const stop = (why: string) => {
      if (isStopping) return;
      isStopping = true;
      log(`stopping: ${why}`);
      running.stop().then(
        () => process.exit(0),
        (fault: unknown) => {
          log(`did not stop cleanly: ${String(fault)}`);
          process.exit(1);
        },
      );
    };
    process.on("SIGINT", () => stop("SIGINT"));
    process.on("SIGTERM", () => stop("SIGTERM"));
    process.stdout.on("error", () => stop("nobody reads the log any more"));
    if (isTiedToParent) watchParent(() => stop("the parent process is gone"));
    // Last: whoever reads this line may send a signal at once.
    process.stdout.write(`${part} ready on ${host}:${running.port}\n`);
  } catch (fault) {
    process.stderr.write(`${part} cannot start: ${fault instanceof Error ? fault.message : String(fault)}\n`);
    process.exit(1);
  }
}

function watchParent(onGone: () => void): void {
  const parentId = process.ppid;
  const check = () => {
    if (process.ppid !== parentId) onGone();
    else systemClock.after(PARENT_CHECK_MS, check);
  };
  check();
}
