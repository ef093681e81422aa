// Rule 10, the journal is the books (docs/RULES.md): the journal tells how the books came to be.
import { isDeepStrictEqual } from "node:util";
import { paths } from "#domain/documents/paths.ts";
import type { JournalEntry } from "#domain/documents/records.ts";
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
    /** Control documents whose last image was there before the run: it may be of an earlier release. */
    const foundControls = new Set<string>();
    return {
      found(documents) {
        const entries = documents
          .filter(({ path }) => path.includes("/journal/"))
          .map(({ after }) => after as unknown as JournalEntry)
          .toSorted((a, b) => a.seq - b.seq);
        for (const { accountId, seq, images } of entries) {
          lastSeq.set(accountId, seq);
          for (const [changed, image] of Object.entries(images)) {
            folded.set(changed, image);
            if (isControl(changed)) foundControls.add(changed);
          }
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
          for (const [changed, image] of Object.entries(entry.images)) {
            folded.set(changed, image);
            foundControls.delete(changed);
          }
        }
        for (const { path, after } of changes) {
          if (!JOURNALLED.test(path)) continue;
          const image = folded.get(path);
          compare(evidence, path, image, foundControls.has(path) ? fieldsOf(image, after) : after);
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

function isControl(path: string): boolean {
  return path.endsWith("/control/state");
}

/**
 * Of the stored document the fields that its image has, where they are of two releases: lost ground is counted in a document
 * of whatever release, in the present shape and without an image. A step adds to the fields that were there, and no more.
 */
function fieldsOf(image: unknown, stored: DocumentData | null): DocumentData | null {
  const { schema, ...fields } = (image ?? {}) as DocumentData;
  if (stored === null || isDeepStrictEqual(schema, stored.schema)) return stored;
  return Object.fromEntries(Object.entries(stored).filter(([field]) => field in fields));
}

function compare(evidence: Evidence, path: string, image: unknown, stored: DocumentData | null): undefined {
  if (image === undefined && isControl(path)) return; // not journalled yet: as it was set up
  if (!isDeepStrictEqual(comparable(image), comparable(stored)))
    evidence.fail(`${path} is not what the journal says`);
}

/** Leaves out what is outside the journal: stamp and TTL, and the counts of inbox, commands and lost ground that storing raises. */
function comparable(document: unknown): unknown {
  if (typeof document !== "object" || document === null) return document;
  const {
    schema: _stamp,
    expireAt: _ttl,
    inbox,
    commands,
    groundLostCount: _lost,
    ...rest
  } = document as DocumentData;
  if (typeof inbox !== "object" || inbox === null) return rest;
  if (typeof commands !== "object" || commands === null) return rest;
  return { ...rest, inbox: { ...inbox, storedCount: 0 }, commands: { ...commands, storedCount: 0 } };
}
