// Which errors an invocation may honestly end with: those of ports and of the rules themselves. Anything else is a
// fault of the program.

/** Errors of JavaScript itself: the program did something that it never should. */
const PROGRAM_FAULTS: ReadonlySet<string> = new Set([
  "TypeError",
  "RangeError",
  "ReferenceError",
  "SyntaxError",
  "ZodError",
  "InvalidDocumentError",
  "InternalError",
]);

export function isPortError(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (PROGRAM_FAULTS.has(error.name)) return false;
  if (error instanceof AggregateError) return error.errors.every(isPortError);
  // A schedule names the account and carries the fault as the cause.
  return !/^Account [a-z0-9-]+$/.test(error.message) || isPortError(error.cause);
}
