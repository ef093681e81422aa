// A circuit breaker: after failures in a row what fails is left alone for a while, then tried once. Pure.

export interface Circuit {
  /** Failures in a row. */
  readonly failures: number;
  /** When it was opened, or last tried while open; null while closed. */
  readonly openedAtMs: number | null;
  readonly lastError: string | null;
}

export const CLOSED: Circuit = { failures: 0, openedAtMs: null, lastError: null };

/** One failure may be chance. */
const OPENS_AFTER_FAILURES = 3;
/** Far shorter than any limit on silence, far longer than a try takes. */
export const PROBE_EVERY_MS = 30_000;

/** Whether to try: always while closed, and one probe at a time while open. */
export function mayTry({ openedAtMs }: Circuit, nowMs: number): boolean {
  return openedAtMs === null || nowMs - openedAtMs >= PROBE_EVERY_MS;
}

/** The circuit once a try has begun: while open, the next probe waits its time. */
export function tried(circuit: Circuit, nowMs: number): Circuit {
  return circuit.openedAtMs === null ? circuit : { ...circuit, openedAtMs: nowMs };
}

export function failed({ failures }: Circuit, lastError: string, nowMs: number): Circuit {
  const isOpen = failures + 1 >= OPENS_AFTER_FAILURES;
  return { failures: failures + 1, openedAtMs: isOpen ? nowMs : null, lastError };
}
