// Commands that latch the trading state. Pausing leaves a halt as it is, a flatten under way refuses
// resuming, and an operator who overrules a drawdown's grade gives a reason (docs/decisions/0022, 0035).
import type { Command } from "#domain/documents/command.ts";
import { flattenId } from "#domain/documents/ids.ts";
import { orderFlatten } from "#domain/lifecycle/ordered-flatten.ts";
import { flattensAgainAtBps } from "#domain/risk/grade.ts";
import {
  type AppliedCommand,
  type CommandContext,
  done,
  latchedBy,
  type RequestOf,
  refused,
  utc,
} from "./applied.ts";
import { horizonFault, stopLossFault } from "./session-commands.ts";

/** After a drawdown: a sentence, not a word. */
export const MIN_DRAWDOWN_REASON_CHARACTERS = 20;

export function start(
  command: Command,
  request: RequestOf<"start">,
  context: CommandContext,
): AppliedCommand {
  const { control, nowMs } = context;
  const { horizonAtMs, stopLossNavUsd } = request;
  if (control.session !== null) {
    const since = `${utc(control.session.startedAtMs)} by ${control.session.startedBy}`;
    return refused(context, `A session is armed since ${since}; change it, or stop it first`);
  }
  const fault =
    entriesFault(command, context) ??
    horizonFault(horizonAtMs, nowMs) ??
    stopLossFault(stopLossNavUsd, context);
  if (fault !== null) return refused(context, fault);
  const session = { startedBy: command.actor, startedAtMs: nowMs, horizonAtMs, stopLossNavUsd };
  const limits = [
    horizonAtMs === null ? "no horizon" : `horizon ${utc(horizonAtMs)}`,
    stopLossNavUsd === null ? "no session stop-loss" : `session stop-loss ${stopLossNavUsd} USD`,
  ];
  const tradingState = latchedBy(command, "ACTIVE", nowMs);
  const outcome = `Armed and ACTIVE: ${limits.join(", ")}${acknowledgedWords(context)}`;
  return done({ ...acknowledged(context), session, tradingState }, outcome);
}

/** Also over a running flatten, which goes on: it only ever shrinks what is held. */
export function stop(command: Command, context: CommandContext): AppliedCommand {
  const { control, nowMs } = context;
  const before = control.tradingState;
  // A drawdown's halt stays one: ending it takes more than ending an operator's.
  const cause = before.state === "HALTED" && before.cause === "drawdown" ? "drawdown" : "operator";
  const tradingState = latchedBy(command, "HALTED", nowMs, cause);
  const flattening = control.flatten === null ? "positions stay as they are" : "the ordered flatten goes on";
  return done({ ...control, tradingState, session: null }, `HALTED, session ended; ${flattening}`);
}

export function pause(command: Command, context: CommandContext): AppliedCommand {
  const { control, nowMs } = context;
  if (control.tradingState.state === "HALTED") {
    return refused(context, "Trading is HALTED, which is stricter than a pause; nothing was changed");
  }
  return done(
    { ...control, tradingState: latchedBy(command, "REDUCING", nowMs) },
    "REDUCING: only what shrinks exposure",
  );
}

export function resume(command: Command, context: CommandContext): AppliedCommand {
  const { control, nowMs } = context;
  const before = control.tradingState;
  if (before.state === "ACTIVE") return done(control, `ACTIVE already, since ${utc(before.atMs)}`);
  const fault = entriesFault(command, context);
  if (fault !== null) return refused(context, fault);
  return done(
    { ...acknowledged(context), tradingState: latchedBy(command, "ACTIVE", nowMs) },
    `ACTIVE again, ${before.state} before (${before.cause}: ${before.reason})${acknowledgedWords(context)}`,
  );
}

export function flatten(command: Command, context: CommandContext): AppliedCommand {
  const { control, nowMs } = context;
  const { actor, reason } = command;
  const id = flattenId(command.accountId, control.journalSeq);
  const wish = { flattenId: id, orderedBy: actor, reason, cause: "operator" } as const;
  const outcome =
    control.flatten === null
      ? "HALTED; everything is being cancelled and closed"
      : `HALTED; a flatten ordered by ${control.flatten.orderedBy} is under way already and goes on`;
  return done(orderFlatten(control, wish, nowMs), outcome);
}

/** Why entries may not be let through again by this command; null when they may. */
function entriesFault({ reason, byOperator }: Command, context: CommandContext): string | null {
  const { control } = context;
  if (control.flatten !== null) {
    return `The flatten ordered by ${control.flatten.orderedBy} has not ended; wait until nothing is held`;
  }
  if (!hasDrawdown(context)) return null;
  if (!byOperator) return "After a drawdown an operator has to post this command, or to confirm it";
  if (reason.trim().length >= MIN_DRAWDOWN_REASON_CHARACTERS) return null;
  return `After a drawdown a reason of ${MIN_DRAWDOWN_REASON_CHARACTERS} characters or more is needed: what has changed?`;
}

/** No grade stands behind `FLATTEN`, so the next flatten counts from the drawdown at which this one is resumed. */
function acknowledged({ control, peak }: CommandContext): CommandContext["control"] {
  if (control.drawdownGrade !== "FLATTEN") return control;
  return { ...control, drawdownAcknowledgedBps: peak?.drawdownBps ?? null };
}

/** By the config in force, which may have other thresholds than the one that took the grade. */
function acknowledgedWords(context: CommandContext): string {
  const { control, config, peak } = context;
  if (!hasDrawdown(context)) return "";
  const words = `; drawdown grade ${control.drawdownGrade} acknowledged`;
  if (control.drawdownGrade !== "FLATTEN" || peak === null) return words;
  const nextBps = flattensAgainAtBps(peak.drawdownBps, config.drawdown);
  const next =
    nextBps === null ? "no drawdown flattens any more" : `the next flatten comes at ${nextBps} bps`;
  return `${words} at ${peak.drawdownBps} bps, ${next}`;
}

/** A drawdown caused the latch, or a grade that limits trading is still there. */
function hasDrawdown({ control }: CommandContext): boolean {
  const { state, cause } = control.tradingState;
  const isGraded = control.drawdownGrade !== "NONE" && control.drawdownGrade !== "WARN";
  return isGraded || (cause === "drawdown" && state !== "ACTIVE");
}
