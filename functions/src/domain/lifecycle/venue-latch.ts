// The latch of a refusal that stands for the whole account: entries stop at the first one, and exits go on. Only an
// operator ends it, when the cause has been mended at the venue.
import type { ControlState } from "#domain/documents/control.ts";

export const VENUE_ACTOR = "venue";

/** Null when trading is held back already: the sterner state and its reason stay. */
export function reducedByVenue(control: ControlState, reason: string, nowMs: number): ControlState | null {
  if (control.tradingState.state !== "ACTIVE") return null;
  return {
    ...control,
    tradingState: {
      state: "REDUCING",
      cause: "venue",
      resumeAtMs: null,
      actor: VENUE_ACTOR,
      reason,
      atMs: nowMs,
    },
  };
}
