// Who may command what, and who may read which documents: one table. The commands function decides by it, the security
// rules are tested against it cell by cell, and docs/roles.md is written from it.
import type { CommandKind } from "#domain/documents/command.ts";
import type { StoredKind } from "#domain/documents/kinds.ts";
import type { COMMAND_ROLES, WordOf } from "#domain/documents/words.ts";

export type CommandRole = WordOf<typeof COMMAND_ROLES>;

/** `given`: where the machine's entry lists the command. */
type Power = "yes" | "given" | "no";
type Powers = Readonly<Record<CommandRole, Power>>;

/** After a drawdown, letting entries through again overrules a loss limit. */
export type CommandRow =
  | CommandKind
  | "start after a drawdown"
  | "resume after a drawdown"
  | "compare configs";

// biome-ignore format: a table is read by its columns
export const COMMAND_TABLE: Readonly<Record<CommandRow, Powers>> = {
  //                                operator   trader   machine   viewer
  stop:                      powers("yes",     "yes",   "given",  "no"),
  pause:                     powers("yes",     "yes",   "given",  "no"),
  flatten:                   powers("yes",     "yes",   "given",  "no"),
  start:                     powers("yes",     "yes",   "given",  "no"),
  "start after a drawdown":  powers("yes",     "no",    "no",     "no"),
  resume:                    powers("yes",     "yes",   "given",  "no"),
  "resume after a drawdown": powers("yes",     "no",    "no",     "no"),
  set_stoploss:              powers("yes",     "yes",   "given",  "no"),
  set_horizon:               powers("yes",     "yes",   "given",  "no"),
  clear_cooldown:            powers("yes",     "yes",   "given",  "no"),
  ack_alert:                 powers("yes",     "yes",   "given",  "no"),
  drop_queued:               powers("yes",     "yes",   "given",  "no"),
  promote_queued:            powers("yes",     "yes",   "given",  "no"),
  close_position:            powers("yes",     "yes",   "given",  "no"),
  move_stop:                 powers("yes",     "yes",   "given",  "no"),
  set_take_profits:          powers("yes",     "yes",   "given",  "no"),
  cancel_exit:               powers("yes",     "yes",   "given",  "no"),
  adopt_position:            powers("yes",     "yes",   "given",  "no"),
  preview_offset:            powers("yes",     "yes",   "given",  "no"),
  start_offset:              powers("yes",     "yes",   "given",  "no"),
  set_config:                powers("yes",     "no",    "no",     "no"),
  "compare configs":         powers("yes",     "yes",   "no",     "no"),
};

/** A machine whose entry lists none: what makes trading stricter. */
export const COMMANDS_OF_A_MACHINE: readonly CommandKind[] = ["stop", "pause", "flatten"];

/** Every command that can be posted. */
export const COMMAND_KINDS: readonly CommandKind[] = (Object.keys(COMMAND_TABLE) as CommandRow[]).filter(
  (row): row is CommandKind => !row.includes(" "),
);

/**
 * A person has to have signed in this recently before a command that lets more trading through: a session that was left
 * open, or a token that was copied, loosens nothing. Stopping, pausing and flattening never ask.
 */
export const SIGN_IN_FRESH_MS = 15 * 60_000;

/** A sender of commands, as far as it was proved. */
export interface Commander {
  readonly role: CommandRole;
  readonly accounts: "all" | readonly string[];
  /** Commands that a machine's entry lists; empty for people. */
  readonly given: readonly CommandKind[];
}

export function mayCommand(
  { role, accounts, given }: Commander,
  row: CommandRow,
  accountId: string,
): boolean {
  if (accounts !== "all" && !accounts.includes(accountId)) return false;
  const power = COMMAND_TABLE[row][role];
  return power === "yes" || (power === "given" && given.some((kind) => kind === row));
}

/** Whether there is any command that the sender may give the account. */
export function mayCommandAny(commander: Commander, accountId: string): boolean {
  return COMMAND_KINDS.some((kind) => mayCommand(commander, kind, accountId));
}

/**
 * account: operators, and people whose claims list the account. anyClaim: all users that have a role of ours, or any account.
 * operator: operators. none: no client.
 */
export type Readers = "account" | "anyClaim" | "operator" | "none";

/** Readers of each kind of document. No client writes any. */
export const READER_TABLE: Readonly<Record<StoredKind, Readers>> = {
  environment: "anyClaim",
  accountsMark: "none",
  universe: "anyClaim",
  account: "account",
  control: "account",
  nav: "account",
  peak: "account",
  venueSettings: "account",
  commandSequence: "account",
  config: "account",
  receipt: "account",
  intent: "account",
  order: "account",
  group: "account",
  command: "account",
  outboxItem: "account",
  publisherPing: "account",
  reconcileBeat: "account",
  watchdogRecord: "account",
  routerTelemetry: "account",
  routerTuning: "account",
  executionHealth: "account",
  alert: "account",
  journal: "account",
  navSeries: "account",
  overview: "account",
  sealedKeys: "none",
  hook: "none",
  quarantined: "operator",
  deadLetter: "operator",
  delivery: "none",
};

function powers(operator: Power, trader: Power, machine: Power, viewer: Power): Powers {
  return { operator, trader, machine, viewer };
}
