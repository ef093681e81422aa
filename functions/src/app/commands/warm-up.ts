// The functions of the brake are made ready when somebody opens the view that has it. Proving the caller and loading the
// books has loaded and connected everything that a command needs here; a look at the account, which changes
// nothing, wakes the function that carries out a flatten. Stores nothing.

import { type ExecutionDeps, loadBooks, scheduleFollowUp, UnknownAccountError } from "#app/books";
import { UnusableDocumentError } from "#app/documents";
import { TaskError } from "#ports/tasks.ts";
import { accountUnknown, answer, type CommandAnswer } from "./command-answer.ts";

export async function warmUp(deps: ExecutionDeps, accountId: string): Promise<CommandAnswer> {
  try {
    await loadBooks(deps, accountId);
  } catch (error) {
    if (error instanceof UnknownAccountError) return accountUnknown(accountId);
    // A brake has to work over books that cannot be read; its own applier tells of them.
    if (!(error instanceof UnusableDocumentError)) throw error;
  }
  try {
    await scheduleFollowUp(deps, accountId, 0);
  } catch (error) {
    if (!(error instanceof TaskError)) throw error;
    // The flatten's own task is asked for again when there is one.
    deps.logger.warn("The function of flattens could not be woken ahead", {
      accountId,
      cause: error.message,
    });
  }
  return answer(200, { code: "READY", message: "The next command meets functions that are awake" });
}
