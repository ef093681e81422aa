// A logger that keeps its lines, so that a test can ask what an operator would have read.
import type { Logger } from "#ports/logger.ts";

interface LogLine {
  readonly severity: "info" | "warn" | "error";
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

export interface MemoryLogger extends Logger {
  readonly lines: readonly LogLine[];
}

export function createMemoryLogger(): MemoryLogger {
  const lines: LogLine[] = [];
  const write =
    (severity: LogLine["severity"]) =>
    (message: string, fields: Readonly<Record<string, unknown>> = {}): void => {
      lines.push({ severity, message, fields });
    };
  return { lines, info: write("info"), warn: write("warn"), error: write("error") };
}
