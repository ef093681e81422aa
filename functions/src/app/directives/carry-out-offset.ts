// A command about the account's offset: what one would close now, or that one begins now. Decided like the minute's own, with
// every condition and gate of it; all that was found goes into the command's document. Must only be called under the lease.

import type { Books, ExecutionDeps } from "#app/books";
import { commitBooks, scheduleFollowUp } from "#app/books";
import { type FoundOffset, findOffset } from "#app/offset-facts";
import { acquireLease } from "#domain/books/lease.ts";
import type { Command, OffsetRequest } from "#domain/documents/command.ts";
import { offsetOutcome } from "#domain/offset/offset-outcome.ts";
import { LiveTradingRefusedError } from "#domain/risk/live-gate.ts";
import type { DocumentVersion } from "#ports/documents.ts";
import { MissingSecretError } from "#ports/secrets.ts";
import { commandEndWrites } from "./command-end.ts";

export interface OffsetOrder {
  readonly at: { readonly path: string; readonly version: DocumentVersion };
  readonly command: Command;
  readonly request: OffsetRequest;
}

export async function carryOutOffset(
  deps: ExecutionDeps,
  given: Books,
  { at, command, request }: OffsetOrder,
  actor: string,
): Promise<Books> {
  const { commandId } = command;
  const { decision, books } = await found(deps, given, command.actor);
  const nowMs = deps.clock.nowMs();
  const plan = request.kind === "start_offset" ? (decision?.plan ?? null) : null;
  const ended: Command = {
    ...command,
    ...offsetOutcome(request.kind, decision),
    offset: decision,
    endedAtMs: nowMs,
  };
  const { control, accountId } = books;
  const next = await commitBooks(deps, books, {
    kind: `DIRECTIVE_${ended.status}`,
    subject: commandId,
    actor: command.actor,
    control: {
      ...control,
      directives: control.directives.filter((id) => id !== commandId),
      offset: plan ?? control.offset,
      lease: acquireLease(control.lease, deps.holderId, nowMs),
    },
    also: commandEndWrites(at, ended, nowMs),
  });
  const { status, outcome } = ended;
  deps.logger.info("A command on the offset ended", { accountId, commandId, status, outcome, actor });
  // A turn of the executor leaves it to the follow-up; others go on with it themselves.
  if (plan !== null) await scheduleFollowUp(deps, accountId, 0);
  return next;
}

/** An account that may not reach its venue, or has no keys for it, is as one whose venue is silent: it tells of itself. */
async function found(deps: ExecutionDeps, given: Books, startedBy: string): Promise<FoundOffset> {
  try {
    return await findOffset(deps, given, startedBy);
  } catch (error) {
    if (!(error instanceof LiveTradingRefusedError || error instanceof MissingSecretError)) throw error;
    deps.logger.warn("The venue may not be asked for an offset", { cause: error.message });
    return { decision: null, books: given };
  }
}
