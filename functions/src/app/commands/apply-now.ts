// A command takes effect in the request that brings it: what waits for the account is applied before the sender is
// answered, without the lease and without a second function's start. When that fails or takes long, a message wakes the
// applier as before; the reconcile schedule finds the command in any case. Must not lose the answer over either.

import type { ExecutionDeps } from "#app/books";
import { UnknownAccountError } from "#app/books";
import { NewerDocumentError, UnusableDocumentError } from "#app/documents";
import type { Command } from "#domain/documents/command.ts";
import { type Deadline, DeadlineExceededError } from "#ports/deadline.ts";
import { DocumentError } from "#ports/documents.ts";
import { TaskError } from "#ports/tasks.ts";
import { applyCommands } from "./apply-commands.ts";
import { type PublishDeps, publishCommand } from "./publish-command.ts";

/**
 * Half a dozen round trips, and a few lost races with a busy holder, take well under a second. A sender whose
 * store is slower is answered that the command is in sequence.
 */
const APPLY_LIMIT_MS = 4_000;

export type ApplyDeps = ExecutionDeps & PublishDeps & { readonly deadline: Deadline };

/** The command as it ended, or as it was given while it waits. Its wake-up is then published. */
export async function applyNow(deps: ApplyDeps, command: Command): Promise<Command> {
  const { accountId, commandId } = command;
  try {
    const applying = applyCommands(deps, accountId);
    const ended = await deps.deadline.within(applying, APPLY_LIMIT_MS);
    const mine = ended.get(commandId);
    if (mine !== undefined) return mine;
  } catch (error) {
    if (!isOfTheStore(error)) throw error;
    deps.logger.warn("A command could not be applied in its request", {
      accountId,
      commandId,
      cause: error.message,
    });
  }
  await publishCommand(deps, command);
  return command;
}

/** The command is stored: whatever is wrong with books or store, the applier meets it and tells. */
function isOfTheStore(error: unknown): error is Error {
  return (
    error instanceof DocumentError ||
    error instanceof DeadlineExceededError ||
    error instanceof NewerDocumentError ||
    error instanceof TaskError ||
    error instanceof UnknownAccountError ||
    error instanceof UnusableDocumentError
  );
}
