// Carries out the commands on positions that wait for the holder: group, exits, outcome, reply and journal entry in one
// commit, under the version of the control document that still lists the command. So each takes effect once, and a process
// that dies before leaves it for the next turn. Must only be called under the lease.

import type { Books, ExecutionDeps } from "#app/books";
import { commitBooks } from "#app/books";
import { decode, UnusableDocumentError } from "#app/documents";
import { actOnStops } from "#app/stops";
import { type AlertCondition, alertWrites } from "#app/telling";
import { withClosings, withSlot } from "#domain/books/bookkeeping.ts";
import { withDustOf } from "#domain/books/dust.ts";
import { acquireLease } from "#domain/books/lease.ts";
import { utc } from "#domain/command/applied.ts";
import type { PositionDecision } from "#domain/command/position-decision.ts";
import { exitsToActOn, planExits } from "#domain/decide/plan-exits.ts";
import { dec } from "#domain/decimal.ts";
import { type Command, isOffsetRequest, isPositionRequest } from "#domain/documents/command.ts";
import type { ControlState } from "#domain/documents/control.ts";
import type { Group } from "#domain/documents/group.ts";
import { paths } from "#domain/documents/paths.ts";
import type { DocumentSnapshot } from "#ports/documents.ts";
import { commandSchema } from "#schemas/command.ts";
import { carryOutOffset } from "./carry-out-offset.ts";
import { commandEndWrites } from "./command-end.ts";
import { decideDirective } from "./decide-directive.ts";

/** Books after all that waited, as far as this turn could read and carry it out. */
export async function carryOutDirectives(deps: ExecutionDeps, given: Books, actor: string): Promise<Books> {
  const { accountId, control } = given;
  if (control.directives.length === 0) return given;
  const snapshots = await deps.documents.getAll(control.directives.map((id) => paths.command(accountId, id)));
  let books = given;
  for (const [place, commandId] of control.directives.entries()) {
    const snapshot = snapshots[place];
    if (snapshot === undefined)
      throw new Error("The store answered with fewer documents than were asked for");
    books = await carryOutOne(deps, books, { commandId, snapshot }, actor);
  }
  return books;
}

interface Stored {
  readonly commandId: string;
  readonly snapshot: DocumentSnapshot;
}

async function carryOutOne(deps: ExecutionDeps, given: Books, stored: Stored, actor: string): Promise<Books> {
  // A later release's command waits for an instance of that release.
  if (stored.snapshot.newer !== undefined) return given;
  const command = readable(stored.snapshot);
  if (command === null || command.status !== "STORED") return await passOver(deps, given, stored);
  const { request } = command;
  const isLate = deps.clock.nowMs() > command.expiresAtMs;
  if (isOffsetRequest(request) && !isLate) {
    const at = { path: stored.snapshot.path, version: stored.snapshot.version ?? "" };
    return await carryOutOffset(deps, given, { at, command, request }, actor);
  }
  if (!isPositionRequest(request) && !isOffsetRequest(request)) return await passOver(deps, given, stored);
  const { books, decision } =
    isLate || !isPositionRequest(request)
      ? { books: given, decision: null }
      : await decideDirective(deps, given, command, request);
  return await commitEnd(deps, books, { stored, command, decision }, actor);
}

function readable(snapshot: DocumentSnapshot): Command | null {
  try {
    return decode(commandSchema, snapshot);
  } catch (error) {
    if (!(error instanceof UnusableDocumentError)) throw error;
    return null;
  }
}

interface End {
  readonly stored: Stored;
  readonly command: Command;
  /** Null: it came too late. */
  readonly decision: PositionDecision | null;
}

async function commitEnd(
  deps: ExecutionDeps,
  books: Books,
  { stored: { commandId, snapshot }, command, decision }: End,
  actor: string,
): Promise<Books> {
  const nowMs = deps.clock.nowMs();
  const ended = endedCommand(command, decision, nowMs);
  const group = decision?.kind === "changed" ? decision.group : null;
  const after = group === null ? null : planned(books, group, nowMs);
  const before = group === null ? null : (books.groups[group.groupId] ?? group);
  const acts = before === null || after === null ? null : exitsToActOn(before, after.group);
  const control = after?.control ?? books.control;
  const next = await commitBooks(deps, books, {
    kind: `DIRECTIVE_${ended.status}`,
    subject: commandId,
    actor: command.actor,
    control: {
      ...without(control, commandId),
      lease: acquireLease(control.lease, deps.holderId, nowMs),
    },
    ...(after === null ? {} : { group: after.group, showsOnOverview: true }),
    also: commandEndWrites({ path: snapshot.path, version: snapshot.version ?? "" }, ended, nowMs),
  });
  const { accountId, status, outcome, request } = ended;
  deps.logger.info("A command on a position ended", {
    accountId,
    commandId,
    kind: request.kind,
    status,
    outcome,
  });
  return acts === null ? next : await actOnStops(deps, next, [acts], { actor, mayRelease: false });
}

function endedCommand(command: Command, decision: PositionDecision | null, nowMs: number): Command {
  const ended = { ...command, endedAtMs: nowMs };
  if (decision === null)
    return {
      ...ended,
      status: "EXPIRED",
      outcome: `Not carried out: it was valid until ${utc(command.expiresAtMs)}`,
    };
  const { outcome } = decision;
  return decision.kind === "changed"
    ? { ...ended, status: "DONE", outcome }
    : { ...ended, status: "REFUSED", outcome, denial: decision.denial };
}

/** With the exits that follow from the change: what a close claims is no level's any more. */
function planned(
  { accountId, config, control, universe }: Books,
  group: Group,
  nowMs: number,
): { readonly group: Group; readonly control: ControlState } {
  const market = universe?.markets[group.symbol] ?? null;
  const rules = { accountId, stopBps: config.watchdog.protectiveStopBps, market, nowMs };
  const listed = { ...control, closings: withClosings(control.closings, group) };
  const isNew = control.slots[group.groupId] === undefined;
  return planExits({ group, control: isNew ? withAdopted(listed, group) : listed }, rules);
}

/** An adopted position takes a slot, and brings the dust of its symbol with it. */
function withAdopted(control: ControlState, group: Group): ControlState {
  const dust = withDustOf(control.dust, group.symbol, dec("0"));
  return { ...control, slots: withSlot(control.slots, group), dust };
}

function without(control: ControlState, commandId: string): ControlState {
  return { ...control, directives: control.directives.filter((id) => id !== commandId) };
}

/** Changed or removed by hand since it was taken: it has no effect, and a person is told. */
async function passOver(deps: ExecutionDeps, books: Books, { commandId, snapshot }: Stored): Promise<Books> {
  const nowMs = deps.clock.nowMs();
  const { path, version } = snapshot;
  const outcome = "Its document was changed, or cannot be read";
  const alert: AlertCondition = {
    accountId: books.accountId,
    severity: "critical",
    code: "COMMAND_UNUSABLE",
    message: `A command on a position was passed over, because its document cannot be used (${path})`,
    remedy: "Post it again; find out who changed the document",
    dedupeKey: path,
  };
  deps.logger.error(alert.message, { alert: alert.code, accountId: books.accountId, path });
  return await commitBooks(deps, books, {
    kind: "DIRECTIVE_REFUSED",
    subject: commandId,
    actor: "ballast",
    control: without(books.control, commandId),
    also: [
      ...(version === null
        ? []
        : ([
            { op: "update", path, changes: { status: "REFUSED", outcome, endedAtMs: nowMs }, version },
          ] as const)),
      ...alertWrites(alert, nowMs),
    ],
  });
}
