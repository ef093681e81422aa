// Keeps asking the functions emulator which functions it serves, and tells whoever listens when that changed.
// An emulator that is not there (yet, or for a moment) changes nothing: what was known stays known.
import type { Clock, Timer } from "@ballast/local-serving/clock.ts";
import type { LogLine } from "@ballast/local-serving/log-line.ts";
import { type EmulatedFunction, readBackends } from "./functions-backends.ts";

/** Short enough that nobody waits for a new function, and nothing on the wire of one machine. */
export const DEFAULT_POLL_MS = 1_000;
/** The emulator answers in milliseconds; longer means it is busy starting. */
const ANSWER_TIMEOUT_MS = 5_000;

interface FunctionsDirectoryOptions {
  /** Origin of the functions emulator, e.g. `http://127.0.0.1:5001`. */
  readonly origin: string;
  readonly pollMs: number;
  readonly clock: Clock;
  readonly log: LogLine;
  /** Whether a list must be seen twice before it counts: the emulator adds its functions one by one. */
  readonly waitsUntilSettled?: boolean;
  readonly onChange: (functions: readonly EmulatedFunction[]) => void;
}

export interface FunctionsDirectory {
  /** Asks now; resolves when the answer (or its absence) has been dealt with. */
  refresh(): Promise<void>;
  stop(): void;
}

async function askBackends(origin: string): Promise<EmulatedFunction[] | undefined> {
  let answer: unknown;
  try {
    const response = await fetch(`${origin}/backends`, { signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS) });
    if (!response.ok) return undefined;
    answer = await response.json();
  } catch {
    // Not running: the normal state while the stack starts or stops. The caller keeps what it knew.
    return undefined;
  }
  return readBackends(answer);
}

/** Starts asking. `onChange` is called with the full list whenever it differs from the last. */
export function watchFunctions(options: FunctionsDirectoryOptions): FunctionsDirectory {
  let isStopped = false;
  let known = "[]";
  let candidate = "";
  let asking: Promise<void> | undefined;
  const ask = async () => {
    const functions = await askBackends(options.origin);
    if (functions === undefined || isStopped) return;
    const text = JSON.stringify(functions);
    if (text === known) return;
    const isSettled = text === candidate || !(options.waitsUntilSettled ?? false);
    candidate = text;
    if (!isSettled) return;
    known = text;
    options.onChange(functions);
  };
  const refresh = () => {
    asking ??= ask()
      .catch((fault: unknown) => options.log(`cannot use the functions emulator's answer: ${String(fault)}`))
      .finally(() => {
        asking = undefined;
      });
    return asking;
  };
  let timer: Timer | undefined;
  const loop = async () => {
    await refresh();
    if (!isStopped) timer = options.clock.after(options.pollMs, loop);
  };
  void loop();
  return {
    refresh,
    stop: () => {
      isStopped = true;
      timer?.cancel();
    },
  };
}
