// Applies an account's stored commands, in sequence, without the lease. Each takes effect once: the change,
// its outcome, its journal entry and its reply are one batch, under the version of the control document and
// of the command. Never waits for the holder of the lease: the holder meets the change at its next commit.

import type { Books, ExecutionDeps } from "#app/books";
import { commitBooks, loadBooks } from "#app/books";
import { commandEndWrites } from "#app/directives";
import { commitDecision, RACES } from "#app/documents";
import { scheduleFollowUp } from "#app/execution";
import { type AlertCondition, alertWrites } from "#app/telling";
import type { AppliedCommand } from "#domain/command/applied.ts";
import { applyCommand } from "#domain/command/apply-command.ts";
import { type Command, onlyTightens } from "#domain/documents/command.ts";
import type { ControlState } from "#domain/documents/control.ts";
import { paths } from "#domain/documents/paths.ts";
import type { DocumentWrite } from "#ports/documents.ts";
import {
  nextCommands,
  noneWaits,
  type Surroundings,
  surroundingsOf,
  type WaitingCommand,
} from "./next-commands.ts";

/** Commands that ended in a call, as they are stored then, by id. */
export type EndedCommands = ReadonlyMap<string, Command>;

/** Returns when nothing waits any more. Throws DocumentError, TaskError, UnknownAccountError. */
export async function applyCommands(deps: ExecutionDeps, accountId: string): Promise<EndedCommands> {
  const ended = new Map<string, Command>();
  await commitDecision(deps, RACES.account, {
    subject: `Account ${accountId}`,
    attempt: async () => {
      const books = await applyWaiting(deps, await loadBooks(deps, accountId), ended);
      // Also when this call applied nothing: the one that did may have ended before it could wake anybody.
      if (books.control.flatten !== null || books.control.directives.length > 0)
        await scheduleFollowUp(deps, accountId, 0);
    },
  });
  return ended;
}

/** All that waits, one commit each. Contention is thrown: the sequence goes on with fresh books. */
async function applyWaiting(deps: ExecutionDeps, given: Books, ended: Map<string, Command>): Promise<Books> {
  let books = given;
  while (!noneWaits(books.control)) {
    const waiting = await nextCommands(deps.documents, books.control);
    if (waiting.length === 0) {
      const { commands } = books.control;
      deps.logger.error("Commands are counted that are not there", { accountId: books.accountId, commands });
      return books;
    }
    for (const each of waiting) {
      const applied = await applyOne(deps, books, each);
      books = applied.books;
      if (applied.ended !== null) ended.set(applied.ended.commandId, applied.ended);
    }
  }
  return books;
}

interface Applied {
  readonly books: Books;
  /** Null where the command had ended before, or cannot be read. */
  readonly ended: Command | null;
}

async function applyOne(deps: ExecutionDeps, books: Books, waiting: WaitingCommand): Promise<Applied> {
  const { command } = waiting;
  const nowMs = deps.clock.nowMs();
  if (command === null) return { books: await passOver(deps, books, waiting, nowMs), ended: null };
  const around = await surroundingsOf(deps.documents, books.control, command);
  const { control, config, nav, peak } = books;
  const applied: AppliedCommand =
    command.status === "STORED"
      ? applyCommand(command, { control, config, nav, peak, ...around, nowMs })
      : { control, status: "REFUSED", outcome: "It had ended before", activates: null, acknowledges: null };
  const ended =
    command.status === "STORED" && applied.status !== "TAKEN"
      ? { ...command, status: applied.status, outcome: applied.outcome, endedAtMs: nowMs }
      : null;
  const changesState = applied.control.tradingState !== control.tradingState || applied.activates !== null;
  const next = await commitBooks(deps, books, {
    kind: `COMMAND_${applied.status}`,
    subject: command.commandId,
    actor: command.actor,
    control: taken(applied.control, waiting.sequence),
    ...(applied.activates === null ? {} : { config: applied.activates }),
    ...(applied.leftQueue === undefined ? {} : { leftQueue: applied.leftQueue }),
    showsOnOverview: changesState,
    also: ended === null ? [] : outcomeWrites(waiting, ended, { ...applied, ...around }, nowMs),
  });
  deps.logger.info(ended === null ? "A command was taken" : "A command ended", {
    accountId: books.accountId,
    commandId: command.commandId,
    kind: command.request.kind,
    status: applied.status,
    outcome: applied.outcome,
  });
  return { books: next, ended };
}

/** The last sequence taken; what it jumps over has ended. */
function taken(control: ControlState, sequence: number): ControlState {
  const storedCount = Math.max(control.commands.storedCount, sequence);
  return { ...control, commands: { storedCount, takenCount: sequence } };
}

function outcomeWrites(
  waiting: WaitingCommand,
  command: Command,
  applied: AppliedCommand & Pick<Surroundings, "alertVersion">,
  nowMs: number,
): readonly DocumentWrite[] {
  const { status, outcome, acknowledges, alertVersion } = applied;
  const { accountId, actor, request } = command;
  const writes = [...commandEndWrites(waiting, command, nowMs)];
  if (acknowledges !== null) {
    writes.push({
      op: "update",
      path: paths.alert(accountId, acknowledges),
      changes: { acknowledgedAtMs: nowMs, acknowledgedBy: actor },
      ...(alertVersion === null ? {} : { version: alertVersion }),
    });
  }
  if (status === "EXPIRED" && onlyTightens(request.kind)) {
    writes.push(...alertWrites(expiredAlert(command, outcome), nowMs));
  }
  return writes;
}

function expiredAlert({ accountId, commandId, request, actor }: Command, outcome: string): AlertCondition {
  return {
    accountId,
    severity: "critical",
    code: "COMMAND_EXPIRED",
    message: `${request.kind} by ${actor} was not applied in time: trading is looser than it was meant to be. ${outcome}`,
    remedy: `Look at the account, and post ${request.kind} again if it is still wanted`,
    dedupeKey: commandId,
  };
}

/** An unusable document must not stand before a `stop`. */
async function passOver(
  deps: ExecutionDeps,
  books: Books,
  { path, version, sequence, fault }: WaitingCommand,
  nowMs: number,
): Promise<Books> {
  const outcome = `It cannot be read: ${fault}`;
  const alert: AlertCondition = {
    accountId: books.accountId,
    severity: "critical",
    code: "COMMAND_UNUSABLE",
    message: `Command ${sequence} was passed over, because its document cannot be read. ${fault}`,
    remedy: "Post it again; find out who changed the document",
    dedupeKey: path,
  };
  deps.logger.error(alert.message, { alert: alert.code, accountId: books.accountId, path });
  return await commitBooks(deps, books, {
    kind: "COMMAND_REFUSED",
    subject: path.slice(path.lastIndexOf("/") + 1),
    actor: "ballast",
    control: taken(books.control, sequence),
    also: [
      { op: "update", path, changes: { status: "REFUSED", outcome, endedAtMs: nowMs }, version },
      ...alertWrites(alert, nowMs),
    ],
  });
}
