// Input and result of applying a command.
import type { Command, CommandRequest } from "#domain/documents/command.ts";
import type { AccountConfig } from "#domain/documents/config.ts";
import type { ControlState, LatchCause } from "#domain/documents/control.ts";
import type { Nav, Peak } from "#domain/documents/nav.ts";
import type { Alert } from "#domain/documents/records.ts";
import type { LeftQueue } from "#domain/queue/tend-queue.ts";

/** The account at the moment of applying. */
export interface CommandContext {
  readonly control: ControlState;
  readonly config: AccountConfig;
  /** Null when missing or unreadable. */
  readonly nav: Nav | null;
  /** Null when missing or unreadable. */
  readonly peak: Peak | null;
  /** The alert that `ack_alert` names; null for one that does not exist. */
  readonly alert: Alert | null;
  /** A document is where `set_config` would put the next version: it was put there by other means. */
  readonly nextVersionExists: boolean;
  readonly nowMs: number;
}

export interface AppliedCommand {
  /** As before when the command was refused or had expired; the counters are the caller's. */
  readonly control: ControlState;
  /** TAKEN: it waits for the holder of the lease (`control.directives`), and has no outcome yet. */
  readonly status: "DONE" | "REFUSED" | "EXPIRED" | "TAKEN";
  /** The command's effect, or the reason of its refusal, in words. */
  readonly outcome: string;
  /** Config to be stored as current and as its version. */
  readonly activates: AccountConfig | null;
  /** Alert to be marked as seen. */
  readonly acknowledges: string | null;
  /** Entries that it took out of the queue. */
  readonly leftQueue?: readonly LeftQueue[];
}

export type RequestOf<Kind extends CommandRequest["kind"]> = Extract<CommandRequest, { kind: Kind }>;

export function done(
  control: ControlState,
  outcome: string,
  also: Partial<Pick<AppliedCommand, "activates" | "acknowledges" | "leftQueue">> = {},
): AppliedCommand {
  return { control, status: "DONE", outcome, activates: null, acknowledges: null, ...also };
}

export function refused(context: CommandContext, why: string): AppliedCommand {
  const { control } = context;
  return { control, status: "REFUSED", outcome: why, activates: null, acknowledges: null };
}

/** The latch that this command sets: the operator's, until an operator ends it. */
export function latchedBy(
  command: Command,
  state: ControlState["tradingState"]["state"],
  nowMs: number,
  cause: LatchCause = "operator",
): ControlState["tradingState"] {
  return { state, cause, resumeAtMs: null, actor: command.actor, reason: command.reason, atMs: nowMs };
}

export function utc(atMs: number): string {
  return new Date(atMs).toISOString();
}
