// Rule 10, the journal is the books (docs/RULES.md): the journal tells how the books came to be.
import { isDeepStrictEqual } from "node:util";
import { kindOf } from "#domain/documents/kinds.ts";
import { paths } from "#domain/documents/paths.ts";
import type { JournalEntry } from "#domain/documents/records.ts";
import { KNOWLEDGE, stampIn, stampOf, upgraded } from "#domain/documents/versions.ts";
import type { DocumentData } from "#ports/documents.ts";
import type { Evidence, Invariant } from "./invariant.ts";

/** Documents that only journalled commits may change; of the control document, all but the counts of what was stored. */
const JOURNALLED = /\/(orders|groups)\/|\/control\/state$/;

export const journalFoldsToTheBooks: Invariant = {
  rule: 10,
  name: "journalFoldsToTheBooks",
  says: "Folding the journal's images, in order and without a gap, gives the orders, groups and control documents.",
  watch(evidence) {
    const folded = new Map<string, unknown>();
    const lastSeq = new Map<string, number>();
    return {
      found(documents) {
        const entries = documents
          .filter(({ path }) => path.includes("/journal/"))
          .map(({ after }) => after as unknown as JournalEntry)
          .toSorted((a, b) => a.seq - b.seq);
        for (const { accountId, seq, images } of entries) {
          lastSeq.set(accountId, seq);
          for (const [changed, image] of Object.entries(images)) folded.set(changed, image);
        }
        for (const { path, after } of documents)
          if (JOURNALLED.test(path)) compare(evidence, path, folded.get(path), after);
      },
      landed({ changes }) {
        for (const { path, accountId, after } of changes) {
          if (accountId === null || after === null || !path.includes("/journal/")) continue;
          const entry = after as unknown as JournalEntry;
          const expected = (lastSeq.get(accountId) ?? 0) + 1;
          if (entry.seq !== expected)
            evidence.fail(`journal entry ${entry.seq} of ${accountId} follows ${expected - 1}`);
          lastSeq.set(accountId, entry.seq);
          for (const [changed, image] of Object.entries(entry.images)) folded.set(changed, image);
        }
        for (const { path, after } of changes) {
          if (JOURNALLED.test(path)) compare(evidence, path, folded.get(path), after);
        }
      },
      healed() {
        for (const { profile } of evidence.setup.accounts) foldAll(evidence, profile.accountId);
      },
    };
  },
};

/** The whole journal as it is stored, folded anew. */
function foldAll(evidence: Evidence, accountId: string): void {
  const folded: Record<string, unknown> = {};
  for (const [, { images }] of evidence.below<JournalEntry>(`accounts/${accountId}/journal/`))
    Object.assign(folded, images);
  const books = [
    ...evidence.below<DocumentData>(`${paths.orders(accountId)}/`),
    ...evidence.below<DocumentData>(`${paths.groups(accountId)}/`),
  ];
  for (const [path, stored] of books) compare(evidence, path, folded[path], stored);
}

function compare(evidence: Evidence, path: string, image: unknown, stored: DocumentData | null): undefined {
  if (image === undefined && path.endsWith("/control/state")) return; // not journalled yet: as it was set up
  if (!isDeepStrictEqual(comparable(path, image), comparable(path, stored)))
    evidence.fail(`${path} is not what the journal says`);
}

/**
 * In the shape of this release, as every reader takes it: lost ground is counted in a document of whatever release, and has
 * no image. Leaves out what is outside the journal: stamp and TTL, and the counts of inbox, commands and lost ground that
 * storing raises.
 */
function comparable(path: string, document: unknown): unknown {
  if (typeof document !== "object" || document === null) return document;
  const {
    schema: _stamp,
    expireAt: _ttl,
    inbox,
    commands,
    groundLostCount: _lost,
    ...rest
  } = presentShape(path, document as DocumentData);
  if (typeof inbox !== "object" || inbox === null) return rest;
  if (typeof commands !== "object" || commands === null) return rest;
  return { ...rest, inbox: { ...inbox, storedCount: 0 }, commands: { ...commands, storedCount: 0 } };
}

function presentShape(path: string, data: DocumentData): DocumentData {
  const kind = kindOf(path);
  const { version } = stampIn(data);
  if (kind === null || version >= stampOf(KNOWLEDGE, kind).version) return data;
  return upgraded(KNOWLEDGE, kind, { version, path, shape: data }) as DocumentData;
}
