// Structured log lines as Cloud Logging reads them, through firebase-functions' writer, which adds the request's trace.
// Errors are written with their causes; fields that are named like secrets never are.
import { type LogSeverity, write as writeEntry } from "firebase-functions/logger";
import type { Logger } from "#ports/logger.ts";

export type LogEntry = { readonly severity: LogSeverity; readonly message: string } & Readonly<
  Record<string, unknown>
>;

/** A second line of defence. The rule that secrets are never logged holds without it. */
const SECRET_FIELD = /secret|signature|api_?key|token|password|authorization/i;
/** Deeper than any record of ours; a bound against cycles. */
const MAX_DEPTH = 8;

/** `write` takes one entry; by default it goes to stdout or stderr as one line of JSON. */
export function createLogger(write: (entry: LogEntry) => void = writeEntry): Logger {
  const log =
    (severity: LogSeverity) =>
    (message: string, fields: Readonly<Record<string, unknown>> = {}): void => {
      // Message and severity last: a field of that name must not replace them.
      write({ ...plainFields(fields, 0), message, severity });
    };
  return { info: log("INFO"), warn: log("WARNING"), error: log("ERROR") };
}

function plainFields(fields: object, depth: number): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [
      name,
      SECRET_FIELD.test(name) ? "[redacted]" : plain(value, depth + 1),
    ]),
  );
}

function plain(value: unknown, depth: number): unknown {
  if (typeof value === "bigint" || typeof value === "symbol" || typeof value === "function")
    return String(value);
  if (typeof value !== "object" || value === null) return value;
  if (depth > MAX_DEPTH) return "[too deep]";
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? "[invalid date]" : value.toISOString();
  if (Array.isArray(value)) return value.map((item) => plain(item, depth + 1));
  if (value instanceof Error) {
    const { name, message, stack, cause } = value;
    return {
      ...plainFields(value, depth),
      name,
      message,
      stack,
      ...(cause ? { cause: plain(cause, depth + 1) } : {}),
    };
  }
  return plainFields(value, depth);
}
