// Rule 7, nothing in silence (docs/RULES.md), for commands: an answered command is stored, takes effect once and in
// sequence, and comes to an end.
import type { Command } from "#domain/documents/command.ts";
import type { ControlState } from "#domain/documents/control.ts";
import { outboxId } from "#domain/documents/ids.ts";
import { paths } from "#domain/documents/paths.ts";
import type { Change, Evidence, Invariant, Landed } from "./invariant.ts";

const ENDED: ReadonlySet<string> = new Set(["DONE", "REFUSED", "EXPIRED"]);

export const commandsTakeEffectOnce: Invariant = {
  rule: 7,
  name: "commandsTakeEffectOnce",
  says: "An answered command is stored; commands end once, in sequence, with outcome, reply and count in one commit, those on a position in the commit that takes them off the holder's list; none is left.",
  watch(evidence) {
    const idOfKey = new Map<string, string>();
    return {
      commandAnswered({ key, accountId }, { status, body }) {
        const { commandId, sequence } = body;
        if (status >= 300 || commandId === undefined) return;
        const stored = evidence.read<Command>(paths.command(accountId, commandId));
        if (stored === null)
          return evidence.fail(`${key} was answered ${status} ${body.code}, but is not stored`);
        if (sequence !== undefined && sequence > 0 && stored.sequence !== sequence)
          evidence.fail(`${key} was answered the sequence ${sequence}, and has ${stored.sequence}`);
        if (body.status !== undefined && ENDED.has(body.status) && stored.status !== body.status)
          evidence.fail(`${key} was answered ${body.status}, and is ${stored.status}`);
        const known = idOfKey.get(key) ?? commandId;
        idOfKey.set(key, known);
        if (known !== commandId) evidence.fail(`${key} is two commands, ${known} and ${commandId}`);
      },
      landed(commit) {
        for (const change of commit.changes) {
          if (change.accountId !== null && change.path.startsWith(`${paths.commands(change.accountId)}/`))
            checkCommand(evidence, commit, change, change.accountId);
        }
        checkEffects(evidence, commit);
      },
      healed() {
        for (const { profile } of evidence.setup.accounts) checkEnd(evidence, profile.accountId);
      },
    };
  },
};

function controlIn(commit: Landed, accountId: string): Change | undefined {
  return commit.changes.find(({ path }) => path === paths.control(accountId));
}

function checkCommand(evidence: Evidence, commit: Landed, change: Change, accountId: string): undefined {
  const { path } = change;
  const before = change.before as unknown as Command | null;
  const after = change.after as unknown as Command | null;
  if (after === null) return evidence.fail(`${path} was deleted`);
  if (before !== null && ENDED.has(before.status)) return evidence.fail(`${path} ended twice`);
  const control = controlIn(commit, accountId);
  const was = control?.before as unknown as ControlState | undefined;
  const is = control?.after as unknown as ControlState | undefined;
  if (after.status === "STORED") {
    const others = evidence
      .below<Command>(`${paths.commands(accountId)}/`)
      .filter(([each, { sequence }]) => each !== path && sequence === after.sequence);
    if (others.length > 0) evidence.fail(`${path} has the sequence of ${others[0]?.[0]}`);
    if (is === undefined || was === undefined || is.commands.storedCount !== was.commands.storedCount + 1)
      evidence.fail(`${path} was put in sequence without being counted`);
    return;
  }
  if (!ENDED.has(after.status)) return;
  if (before?.status !== "STORED") return evidence.fail(`${path} ended without having been in sequence`);
  const waited = was?.directives?.includes(after.commandId) ?? false;
  const isLate = is?.directives.includes(after.commandId) ?? false;
  if (isLate) return evidence.fail(`${path} ended, and is listed for the holder still`);
  const isInTurn =
    was?.commands.takenCount === after.sequence - 1 && is?.commands.takenCount === after.sequence;
  if (!waited && !isInTurn)
    evidence.fail(`${path} (${after.sequence}) ended when ${was?.commands.takenCount} had been taken`);
  if (after.endedAtMs === null || after.outcome === null) evidence.fail(`${path} ended without an outcome`);
  if (
    evidence.read(paths.outboxItem(accountId, outboxId(accountId, "commandReply", after.commandId))) === null
  )
    evidence.fail(`${path} ended without a reply`);
}

/** Changes that only a command may make come with one, in the same commit. */
function checkEffects(evidence: Evidence, commit: Landed): void {
  if (commit.process === null) return;
  for (const { path, accountId, before, after } of commit.changes) {
    if (accountId === null || path !== paths.control(accountId) || before === null || after === null)
      continue;
    const was = before as unknown as ControlState;
    const is = after as unknown as ControlState;
    const moved = is.configVersion !== was.configVersion || (was.session === null && is.session !== null);
    if (moved && doneIn(commit, accountId) === null)
      evidence.fail(`${commit.process.id} changed session or config of ${accountId} without a command`);
    if (
      is.commands.takenCount < was.commands.takenCount ||
      is.commands.storedCount < was.commands.storedCount
    )
      evidence.fail(`${commit.process.id} counted the commands of ${accountId} backwards`);
  }
}

/** The command that took effect in a commit. */
export function doneIn(commit: Landed, accountId: string): Command | null {
  const found = commit.changes.find(
    ({ path, after }) => path.startsWith(`${paths.commands(accountId)}/`) && after?.status === "DONE",
  );
  return (found?.after ?? null) as Command | null;
}

function checkEnd(evidence: Evidence, accountId: string): undefined {
  const control = evidence.read<ControlState>(paths.control(accountId));
  if (control === null) return;
  const { storedCount, takenCount } = control.commands;
  if (storedCount !== takenCount)
    evidence.fail(`${storedCount} commands of ${accountId} are stored, ${takenCount} taken`);
  for (const [path, { status, sequence }] of evidence.below<Command>(`${paths.commands(accountId)}/`)) {
    if (sequence > 0 && !ENDED.has(status)) evidence.fail(`${path} (${sequence}) is still ${status}`);
  }
}
