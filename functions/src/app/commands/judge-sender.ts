// Whether this sender may give this command: by role, and for a command that lets more trading through also by how and when
// the person signed in. Stopping, pausing and flattening ask for the role alone.
import { mayCommand, SIGN_IN_FRESH_MS } from "#domain/command/role-table.ts";
import type { Command, CommandKind } from "#domain/documents/command.ts";
import type { ConfirmationConfig } from "#domain/documents/config.ts";
import { LOOSENING_COMMANDS } from "#domain/documents/words.ts";
import { type Caller, MACHINE_PREFIX } from "./authenticate-caller.ts";
import {
  type CommandAnswer,
  commandNotAllowed,
  secondFactorNeeded,
  secondPersonNeeded,
  signInAgain,
} from "./command-answer.ts";

export interface SenderGround {
  readonly accountId: string;
  /** Asked only where the command lets more through; null where the config cannot be read. */
  readonly confirmation: () => ConfirmationConfig | null;
  readonly nowMs: number;
}

/** The refusal; null where the sender may. */
export function senderFault(
  { commander, signIn }: Caller,
  kind: CommandKind,
  { accountId, confirmation, nowMs }: SenderGround,
): CommandAnswer | null {
  if (!mayCommand(commander, kind, accountId)) return commandNotAllowed(kind);
  if (!loosens(kind)) return null;
  if (signIn !== null && nowMs - signIn.atMs > SIGN_IN_FRESH_MS) return signInAgain(kind);
  const needsFactor = confirmation()?.withSecondFactor.some((each) => each === kind) ?? false;
  return needsFactor && signIn?.hasSecondFactor !== true ? secondFactorNeeded(kind) : null;
}

/** The refusal of a confirmation; null where the sender may confirm. Two people are two signed-in users. */
export function confirmerFault(caller: Caller, command: Command, ground: SenderGround): CommandAnswer | null {
  const { request, actor } = command;
  const fault = senderFault(caller, request.kind, ground);
  if (fault !== null || !loosens(request.kind)) return fault;
  const needsSecond = ground.confirmation()?.bySecondPerson.some((each) => each === request.kind) ?? false;
  const isSecond = caller.signIn !== null && caller.actor !== actor && !isMachine(actor);
  return needsSecond && !isSecond ? secondPersonNeeded(command) : null;
}

function loosens(kind: CommandKind): boolean {
  return LOOSENING_COMMANDS.some((each) => each === kind);
}

function isMachine(actor: string): boolean {
  return actor.startsWith(MACHINE_PREFIX);
}
