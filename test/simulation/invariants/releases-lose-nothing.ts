// Rule 4, brakes outlive processes (docs/RULES.md), for documents while two releases run side by side: no instance takes
// back the version of a document, or drops what only the later release knows.
import type { DocumentData } from "#ports/documents.ts";
import type { Change, Evidence, Invariant } from "./invariant.ts";

export const releasesLoseNothing: Invariant = {
  rule: 4,
  name: "releasesLoseNothing",
  says: "While two releases run side by side, no commit lowers a document's version or drops a field that only the later release knows, and no document that is only newer is called unusable.",
  watch(evidence) {
    /** Accounts whose documents somebody wrote by hand, perhaps beyond any reading. */
    const byHand = new Set<string>();
    return {
      landed({ process, stored, changes }) {
        if (stored === undefined) return;
        if (process === null) return noteByHand(stored, byHand);
        for (const change of stored) checkKept(evidence, process.id, change);
        for (const change of changes)
          if (!byHand.has(change.accountId ?? "")) checkTold(evidence, process.id, change);
      },
    };
  },
};

const CALLED_UNUSABLE: ReadonlySet<string> = new Set([
  "CONTROL_UNUSABLE",
  "CONFIG_UNUSABLE",
  "PROFILE_UNUSABLE",
  "PEAK_REBUILT",
]);

function noteByHand(stored: readonly Change[], byHand: Set<string>): void {
  for (const { before, accountId } of stored)
    if (before !== null && accountId !== null) byHand.add(accountId);
}

function checkTold(evidence: Evidence, who: string, { accountId, before, after }: Change): void {
  if (accountId === null || before !== null || typeof after?.code !== "string") return;
  if (CALLED_UNUSABLE.has(after.code))
    evidence.fail(`${who} says ${after.code} of ${accountId}, whose documents are whole`);
}

function checkKept(evidence: Evidence, who: string, { path, before, after }: Change): undefined {
  if (before === null || after === null) return;
  if (versionIn(after) < versionIn(before))
    return evidence.fail(`${who} took ${path} back from version ${versionIn(before)} to ${versionIn(after)}`);
  const was = writesIn(before);
  const is = writesIn(after);
  if (was !== null && (is === null || is < was))
    evidence.fail(`${who} dropped from ${path} what only the later release knows`);
}

function versionIn({ schema }: DocumentData): number {
  return schema === undefined ? 1 : Number((schema as DocumentData).version);
}

function writesIn({ next }: DocumentData): number | null {
  return next === undefined ? null : Number((next as DocumentData).writes);
}
