// Fates that a policy may order beyond the gate's own: how the venue's wire and engine misbehave.
import type { FaultEffect } from "#local/exchange/faults/fault.ts";
import type { Disturbances } from "../disturbances.ts";
import type { CallPolicy, PortCall, Verdict } from "./gate.ts";
import type { ReadLags } from "./read-lags.ts";

export interface SimVerdict extends Verdict {
  /** For calls to the venue: a fault of the exchange that strikes this request. */
  readonly venueEffect?: FaultEffect;
  /** For a look-up of an order: the venue's read side does not know it yet, if it is younger than this. */
  readonly lagMs?: number;
}

export interface SimPolicy extends CallPolicy<SimVerdict> {
  /** Incidents of look-ups that lag; absent where none can be ordered. */
  readonly lags?: ReadLags;
  /** Whether faults last; absent: they do not end. */
  readonly isStriking?: boolean;
  /** Disturbances by the policy and by the world; absent where no record of them is kept. */
  readonly disturbances?: Disturbances;
}

/** Everything works, and takes as long as it usually does. */
export const USUAL_LATENCY_MS = {
  documents: 4,
  bus: 6,
  tasks: 6,
  venue: 12,
  notifier: 30,
  clock: 0,
} as const;

export const quietPolicy: SimPolicy = {
  decide: (call: PortCall): SimVerdict => {
    const latencyMs = USUAL_LATENCY_MS[call.port];
    return { fate: "done", requestMs: latencyMs, replyMs: latencyMs };
  },
};
