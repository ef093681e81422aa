// The error burst: when too many sends fail within a window, entries stop for every strategy and in every
// instance.
import type { ProtectionsConfig } from "#domain/documents/config.ts";
import type { ControlState, ProtectionLock } from "#domain/documents/control.ts";
import type { Order } from "#domain/documents/order.ts";
import { ACKNOWLEDGED_DOUBTS } from "#domain/documents/words.ts";
import type { OrderEvent } from "#domain/lifecycle/order-lifecycle.ts";
import { minutesText, withLocks } from "./locks.ts";

type Brakes = Pick<ControlState, "throttles" | "protections">;

/**
 * Whether the event is the failure of a send: refused, or not known to have arrived. A send fails once: what is said
 * about it again later, or found out by looking, is no further failure.
 */
export function isFailedSend(before: Order, event: OrderEvent): boolean {
  if (before.status !== "SUBMITTING") return false;
  // A post-only order that would have taken at once: the book moved, and nothing failed.
  if (event.type === "venueRefused")
    return before.request.timeInForce !== "GTX" || event.rejection.reason !== "wouldTake";
  // The venue has acknowledged it: what is open is its fate, and not whether it arrived.
  if (event.type === "outcomeUnknown") return !ACKNOWLEDGED.has(event.cause.code);
  return event.type === "notTaken";
}

const ACKNOWLEDGED: ReadonlySet<string> = new Set(ACKNOWLEDGED_DOUBTS);

/** Brakes after one more failed send at `atMs`. */
export function withFailedSend(
  { throttles, protections }: Brakes,
  config: ProtectionsConfig["errorBurst"],
  atMs: number,
): Brakes {
  if (config === null) return { throttles, protections };
  const { windowMs, limit, stopDurationMs } = config;
  const recent = [...throttles.errorAtMs, atMs].filter((each) => each > atMs - windowMs).slice(-limit);
  const lock: ProtectionLock = {
    protection: "ErrorBurst",
    symbol: null,
    side: null,
    sinceMs: atMs,
    untilMs: atMs + stopDurationMs,
    reason: `${recent.length} sends failed within ${minutesText(windowMs)}`,
  };
  return {
    throttles: { ...throttles, errorAtMs: recent },
    protections: {
      ...protections,
      locks: recent.length < limit ? protections.locks : withLocks(protections.locks, [lock], atMs),
    },
  };
}
