// Posting a command and confirming one. The same post is one command, a dangerous command takes effect only after a
// person has typed the account's name, and the answer says the effect where there was time for it.

import { isSameJson } from "#domain/config/same-json.ts";
import {
  CONFIRMATION_WINDOW_MS,
  type Command,
  NEEDS_CONFIRMATION,
  validForMs,
} from "#domain/documents/command.ts";
import { commandId } from "#domain/documents/ids.ts";
import type { PostedCommand, PostedConfirmation } from "#schemas/command.ts";
import { type ApplyDeps, applyNow } from "./apply-now.ts";
import type { Caller } from "./authenticate-caller.ts";
import {
  accepted,
  accountUnknown,
  type CommandAnswer,
  commandUnknown,
  confirmationNeeded,
  duplicate,
  expired,
  keyReused,
  nameMismatch,
  withEnd,
} from "./command-answer.ts";
import { confirmerFault, senderFault } from "./judge-sender.ts";
import { type StoreDeps, storeCommand, type Wish } from "./store-command.ts";

/** The answer, and the command that is in sequence now and has yet to take effect. */
interface Taken {
  readonly answer: CommandAnswer;
  readonly waits: Command | null;
}

export type TakeDeps = StoreDeps & ApplyDeps;

/** The id under which this post is stored: a repetition under the same key finds the first. */
export function commandIdOf(deps: StoreDeps, caller: Caller, accountId: string, key: string | null): string {
  return commandId(accountId, caller.actor, caller.signedKey ?? key ?? deps.identity.newId());
}

/** Throws DocumentError, UnusableDocumentError. */
export async function takeCommand(
  deps: TakeDeps,
  caller: Caller,
  posted: PostedCommand,
  id: string,
): Promise<CommandAnswer> {
  const { accountId, request, reason } = posted;
  const receivedAtMs = deps.clock.nowMs();
  const needsConfirmation = NEEDS_CONFIRMATION.has(request.kind);
  const waitsMs = needsConfirmation ? CONFIRMATION_WINDOW_MS : validForMs(request.kind);
  const taken = await storeCommand<Taken>(deps, accountId, id, (inbox) => {
    const { command: before, lastSequence, confirmation } = inbox;
    const ground = { accountId, confirmation, nowMs: receivedAtMs };
    const fault = senderFault(caller, request.kind, ground);
    if (fault !== null) return { put: null, result: { answer: fault, waits: null } };
    if (before !== null) return repeated(before, posted);
    const command: Command = {
      commandId: id,
      accountId,
      sequence: needsConfirmation ? 0 : lastSequence + 1,
      request,
      reason,
      actor: caller.actor,
      confirmedBy: null,
      byOperator: caller.commander.role === "operator",
      status: needsConfirmation ? "UNCONFIRMED" : "STORED",
      receivedAtMs,
      expiresAtMs: receivedAtMs + waitsMs,
      outcome: null,
      denial: null,
      offset: null,
      endedAtMs: null,
    };
    const result = needsConfirmation
      ? { answer: confirmationNeeded(command), waits: null }
      : { answer: accepted(command), waits: command };
    return { put: command, result };
  });
  return await takeEffect(deps, accountId, taken);
}

/** Throws DocumentError, UnusableDocumentError. */
export async function confirmCommand(
  deps: TakeDeps,
  caller: Caller,
  { accountId, commandId: id, accountName }: PostedConfirmation,
): Promise<CommandAnswer> {
  const nowMs = deps.clock.nowMs();
  const taken = await storeCommand<Taken>(deps, accountId, id, (inbox) => {
    const { profile, command, lastSequence, confirmation } = inbox;
    if (command === null) return { put: null, result: { answer: commandUnknown(), waits: null } };
    const fault = confirmerFault(caller, command, { accountId, confirmation, nowMs });
    if (fault !== null) return { put: null, result: { answer: fault, waits: null } };
    if (command.status !== "UNCONFIRMED") return { put: null, result: again(command) };
    if (nowMs > command.expiresAtMs) return { put: null, result: { answer: expired(command), waits: null } };
    if (accountName !== profile.name) return { put: null, result: { answer: nameMismatch(), waits: null } };
    const confirmed: Command = {
      ...command,
      sequence: lastSequence + 1,
      status: "STORED",
      confirmedBy: caller.actor,
      byOperator: command.byOperator || caller.commander.role === "operator",
      expiresAtMs: nowMs + validForMs(command.request.kind),
    };
    return { put: confirmed, result: { answer: accepted(confirmed), waits: confirmed } };
  });
  return await takeEffect(deps, accountId, taken);
}

function repeated(before: Command, posted: PostedCommand): Wish<Taken> {
  const isSame = before.reason === posted.reason && isSameJson(before.request, posted.request);
  if (!isSame) return { put: null, result: { answer: keyReused(before), waits: null } };
  const unconfirmed = before.status === "UNCONFIRMED";
  return {
    put: null,
    result: unconfirmed ? { answer: confirmationNeeded(before), waits: null } : again(before),
  };
}

/** One that still waits is applied now: its first request may have died before. */
function again(command: Command): Taken {
  return { answer: duplicate(command), waits: command.status === "STORED" ? command : null };
}

async function takeEffect(deps: TakeDeps, accountId: string, taken: Taken | null): Promise<CommandAnswer> {
  if (taken === null) return accountUnknown(accountId);
  return taken.waits === null ? taken.answer : withEnd(taken.answer, await applyNow(deps, taken.waits));
}
