// An ordered flatten: how one is set and how it ends. Ordering one halts trading in the same change; a second
// order leaves one that is under way as it is. Acting on it is app/flatten.
import type { ControlState, LatchCause, TradingStateLatch } from "#domain/documents/control.ts";

/**
 * A flatten that was not carried on for this long has lost its worker: longer than one bounded step and the slowest
 * venue call in it, shorter than a lease.
 */
export const FLATTEN_QUIET_MS = 25_000;

export interface FlattenWish {
  /** Never used before for this account (see `flattenId` in ids.ts): the closing orders' ids are derived from it. */
  readonly flattenId: string;
  readonly orderedBy: string;
  readonly reason: string;
  readonly cause: LatchCause;
}

/**
 * The control document with everything ordered to be closed: halted for good, the session over. One that is ordered
 * already stays as it is, with its steps.
 */
export function orderFlatten(control: ControlState, wish: FlattenWish, nowMs: number): ControlState {
  const { flattenId, orderedBy, reason } = wish;
  return {
    ...control,
    tradingState: haltedBy(control.tradingState, wish, nowMs),
    // A session whose horizon or stop-loss was met would order the next flatten at the first position after a resume.
    session: null,
    flatten: control.flatten ?? {
      flattenId,
      orderedBy,
      reason,
      orderedAtMs: nowMs,
      step: 0,
      lastTriedAtMs: null,
    },
  };
}

/** Halted until an operator ends it. A drawdown's halt is not replaced: ending it takes more than ending others. */
function haltedBy(current: TradingStateLatch, wish: FlattenWish, nowMs: number): TradingStateLatch {
  const { orderedBy, reason, cause } = wish;
  if (current.state === "HALTED" && current.cause === "drawdown") return { ...current, resumeAtMs: null };
  return { state: "HALTED", cause, resumeAtMs: null, actor: orderedBy, reason, atMs: nowMs };
}

/**
 * Whether the flatten may take the lease from its holder. Entries have stopped by then, so the first to carry
 * the flatten on takes the lease at once, because the holder may be dead; a later one waits until the worker
 * has been quiet for FLATTEN_QUIET_MS.
 */
export function mayTakeOver(control: ControlState, nowMs: number): boolean {
  if (control.flatten === null) return false;
  const { lastTriedAtMs } = control.flatten;
  return lastTriedAtMs === null || nowMs - lastTriedAtMs > FLATTEN_QUIET_MS;
}
