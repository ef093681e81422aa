// Puts a command in sequence. Its number, the command and the count on the control document are stored in one
// batch before the sender is answered; each number is given to one command of the account.

import {
  commitDecision,
  decode,
  decodeRequired,
  encode,
  encodeWithTtl,
  RACES,
  RETENTION_MS,
  UnusableDocumentError,
} from "#app/documents";
import type { AccountProfile } from "#domain/documents/account.ts";
import type { Command } from "#domain/documents/command.ts";
import type { ConfirmationConfig } from "#domain/documents/config.ts";
import { paths } from "#domain/documents/paths.ts";
import type { Clock } from "#ports/clock.ts";
import type { DocumentPort, DocumentSnapshot, DocumentWrite } from "#ports/documents.ts";
import type { Identity } from "#ports/identity.ts";
import { commandCounterSchema, commandSchema } from "#schemas/command.ts";
import { accountConfigSchema, accountProfileSchema } from "#schemas/config.ts";

export interface StoreDeps {
  readonly documents: DocumentPort;
  readonly clock: Clock;
  readonly identity: Identity;
}

/** The documents that storing a command is decided on. */
export interface CommandInbox {
  readonly profile: AccountProfile;
  readonly command: Command | null;
  readonly commandSnapshot: DocumentSnapshot;
  readonly counter: DocumentSnapshot;
  readonly lastSequence: number;
  /** Null where the config cannot be read: the person who mends it may be alone. Throws NewerDocumentError. */
  readonly confirmation: () => ConfirmationConfig | null;
}

/**
 * The decision on the command, as `decide` sees the inbox. `put` with sequence 0 stores it out of sequence.
 */
export interface Wish<T> {
  /** Null to store nothing. */
  readonly put: Command | null;
  readonly result: T;
}

/**
 * Decides on what is stored and stores it, again on fresher documents when somebody came between. Null for an account
 * that does not exist. Throws DocumentError, UnusableDocumentError.
 */
export async function storeCommand<T>(
  deps: StoreDeps,
  accountId: string,
  commandId: string,
  decide: (inbox: CommandInbox) => Wish<T>,
): Promise<T | null> {
  return await commitDecision(deps, RACES.sequence, {
    subject: `The command sequence of ${accountId}`,
    attempt: async () => {
      const inbox = await readInbox(deps, accountId, commandId);
      if (inbox === null) return null;
      const wish = decide(inbox);
      if (wish.put !== null) await deps.documents.commit(writesOf(inbox, wish.put));
      return wish.result;
    },
  });
}

async function readInbox(
  { documents }: StoreDeps,
  accountId: string,
  commandId: string,
): Promise<CommandInbox | null> {
  const [profile, control, counter, commandSnapshot, config] = await documents.getAll([
    paths.account(accountId),
    paths.control(accountId),
    paths.commandSequence(accountId),
    paths.command(accountId, commandId),
    paths.config(accountId),
  ]);
  if (!profile || !control || !counter || !commandSnapshot || !config) {
    throw new Error("The store answered with fewer documents than were asked for");
  }
  if (profile.data === null || control.data === null) return null;
  const counted = decode(commandCounterSchema, counter)?.lastSequence ?? 0;
  return {
    profile: decodeRequired(accountProfileSchema, profile),
    command: decode(commandSchema, commandSnapshot),
    commandSnapshot,
    counter,
    // Should one of the two have been lost, the other keeps numbers from being given twice.
    lastSequence: Math.max(counted, storedCountOf(control)),
    confirmation: () => confirmationOf(config),
  };
}

function confirmationOf(config: DocumentSnapshot): ConfirmationConfig | null {
  try {
    return decode(accountConfigSchema, config)?.confirmation ?? null;
  } catch (error) {
    if (error instanceof UnusableDocumentError) return null;
    throw error;
  }
}

/** Not by its schema: a command must be storable while the control document waits to be mended. */
function storedCountOf({ data }: DocumentSnapshot): number {
  const commands = data?.commands;
  if (typeof commands !== "object" || commands === null || !("storedCount" in commands)) return 0;
  return typeof commands.storedCount === "number" ? commands.storedCount : 0;
}

function writesOf({ counter, commandSnapshot }: CommandInbox, command: Command): readonly DocumentWrite[] {
  const { accountId } = command;
  const data = encodeWithTtl(command, command.receivedAtMs, RETENTION_MS.commands);
  const { path, version } = commandSnapshot;
  const stored: DocumentWrite =
    version === null ? { op: "create", path, data } : { op: "set", path, data, version };
  if (command.sequence === 0) return [stored];
  const count = encode({ lastSequence: command.sequence });
  return [
    counter.version === null
      ? { op: "create", path: counter.path, data: count }
      : { op: "set", path: counter.path, data: count, version: counter.version },
    stored,
    {
      op: "update",
      path: paths.control(accountId),
      changes: { "commands.storedCount": { incrementBy: 1 } },
    },
  ];
}
