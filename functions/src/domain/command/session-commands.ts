// A session's horizon and stop-loss: set when it is armed, and changed while it runs. Both must be on the
// right side at that moment: a horizon ahead, a stop-loss below NAV. A stale NAV refuses a stop-loss.

import { type DecimalString, dec } from "#domain/decimal.ts";
import type { CommandRequest } from "#domain/documents/command.ts";
import type { Session } from "#domain/documents/control.ts";
import { type AppliedCommand, type CommandContext, done, type RequestOf, refused, utc } from "./applied.ts";

/** A horizon nearer than this would be met before the next look at it. */
const MIN_HORIZON_MS = 60_000;

/** Why this horizon cannot be armed, in words; null when it can. */
export function horizonFault(horizonAtMs: number | null, nowMs: number): string | null {
  if (horizonAtMs === null || horizonAtMs >= nowMs + MIN_HORIZON_MS) return null;
  return `The horizon ${utc(horizonAtMs)} is less than a minute ahead, or past`;
}

export function stopLossFault(stopLossNavUsd: DecimalString | null, context: CommandContext): string | null {
  if (stopLossNavUsd === null) return null;
  const { nav, config, nowMs } = context;
  if (nav === null || nav.navUsd === null || nav.asOfMs === null) {
    return "There is no NAV to compare the stop-loss with; wait for the NAV schedule";
  }
  const ageMs = nowMs - nav.asOfMs;
  if (nav.stale || ageMs > config.maxNavAgeMs) {
    return `NAV is stale (${ageMs} ms old, at most ${config.maxNavAgeMs} ms); the stop-loss cannot be compared with it`;
  }
  if (dec(stopLossNavUsd).lt(dec(nav.navUsd))) return null;
  return `The stop-loss ${stopLossNavUsd} USD is not below NAV, ${nav.navUsd} USD`;
}

export function setHorizon(request: RequestOf<"set_horizon">, context: CommandContext): AppliedCommand {
  const { horizonAtMs } = request;
  const { session } = context.control;
  if (session === null) return notArmed(request, context);
  const fault = horizonFault(horizonAtMs, context.nowMs);
  if (fault !== null) return refused(context, fault);
  const before = session.horizonAtMs === null ? "none" : utc(session.horizonAtMs);
  const words = horizonAtMs === null ? "No horizon any more" : `Horizon ${utc(horizonAtMs)}`;
  return withSession(context, { ...session, horizonAtMs }, `${words} (before: ${before})`);
}

export function setStopLoss(request: RequestOf<"set_stoploss">, context: CommandContext): AppliedCommand {
  const { stopLossNavUsd } = request;
  const { session } = context.control;
  if (session === null) return notArmed(request, context);
  const fault = stopLossFault(stopLossNavUsd, context);
  if (fault !== null) return refused(context, fault);
  const before = session.stopLossNavUsd === null ? "none" : `${session.stopLossNavUsd} USD`;
  const words =
    stopLossNavUsd === null ? "No session stop-loss any more" : `Session stop-loss ${stopLossNavUsd} USD`;
  return withSession(context, { ...session, stopLossNavUsd }, `${words} (before: ${before})`);
}

function withSession(context: CommandContext, session: Session, outcome: string): AppliedCommand {
  return done({ ...context.control, session }, outcome);
}

function notArmed({ kind }: CommandRequest, context: CommandContext): AppliedCommand {
  return refused(context, `${kind} needs a session, and none is armed; start one`);
}
