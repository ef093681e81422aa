// Documents for people that cannot be stored: past the configured silence nobody sees what the account does, and it
// trades no more until an operator says so. Pure.
import type { AccountConfig } from "#domain/documents/config.ts";
import type { ControlState } from "#domain/documents/control.ts";
import type { CIRCUITS, WordOf } from "#domain/documents/words.ts";

/** `accounts/{a}/telemetry/publisher`: the health ping; a dead man's switch asks for its age. */
export interface PublisherPing {
  readonly accountId: string;
  readonly pingedAtMs: number;
  readonly circuit: WordOf<typeof CIRCUITS>;
  readonly failures: number;
  readonly lastError: string | null;
  readonly failingSinceMs: number | null;
}

export const TELEMETRY_ACTOR = "publisher";

/** The field after a commit that did (`shown`), did not (`unshown`) or need not (`silent`) store what people see. */
export function failingSince(
  before: number | null,
  outcome: "shown" | "unshown" | "silent",
  nowMs: number,
): number | null {
  if (outcome === "shown") return null;
  return outcome === "unshown" ? (before ?? nowMs) : before;
}

/** What has not got through, and since when. */
export interface Silence {
  readonly what: string;
  readonly sinceMs: number;
}

/** The control document halted; null while it need not be. A halt that only an operator ends is kept as it is. */
export function haltedBySilence(
  control: ControlState,
  { maxTelemetrySilenceMs }: AccountConfig,
  { what, sinceMs }: Silence,
  nowMs: number,
): ControlState | null {
  if (nowMs - sinceMs <= maxTelemetrySilenceMs) return null;
  const { state, resumeAtMs } = control.tradingState;
  if (state === "HALTED" && resumeAtMs === null) return null;
  return {
    ...control,
    tradingState: {
      state: "HALTED",
      cause: "telemetry",
      resumeAtMs: null,
      actor: TELEMETRY_ACTOR,
      reason: `${what} for ${Math.round((nowMs - sinceMs) / 1_000)} s`,
      atMs: nowMs,
    },
  };
}
