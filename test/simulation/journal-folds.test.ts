// The journal is held against books that an earlier release left: the present shape may add to them, and lose nothing.
import { describe, expect, it } from "vitest";
import { paths } from "#domain/documents/paths.ts";
import type { DocumentData } from "#ports/documents.ts";
import type { Change, Evidence, Landed } from "./invariants/invariant.ts";
import { journalFoldsToTheBooks } from "./invariants/journal-folds.ts";

const CONTROL = paths.control("a1");
const LEFT = { accountId: "a1", slots: { g1: { symbol: "BTCUSDT" } }, reservations: {} };
const PRESENT = { schema: { version: 2, since: "0.3.0" }, groundLostCount: 1 };

function change(path: string, after: DocumentData): Change {
  return { path, accountId: "a1", before: null, after };
}

function journalled(seq: number, image: DocumentData): Change {
  return change(paths.journal("a1", seq), { accountId: "a1", seq, images: { [CONTROL]: image } });
}

/** Faults that the invariant finds where these documents were there, and these commits land. */
function faults(found: readonly Change[], commits: readonly (readonly Change[])[]): readonly string[] {
  const told: string[] = [];
  const fail = (message: string): undefined => void told.push(message);
  const watch = journalFoldsToTheBooks.watch({ fail } as Partial<Evidence> as Evidence);
  watch.found?.(found);
  for (const changes of commits) watch.landed?.({ changes } as Partial<Landed> as Landed);
  return told;
}

describe("books that an earlier release left", () => {
  const found = [journalled(1, LEFT), change(CONTROL, LEFT)];
  const { reservations: _lost, ...less } = LEFT;

  it.each([
    ["may be stored with new fields", { ...LEFT, ...PRESENT, dust: {} }, 0],
    ["lose no field", { ...less, ...PRESENT, dust: {} }, 1],
    ["are changed in no field", { ...LEFT, ...PRESENT, slots: {} }, 1],
    ["get no new field without a new shape", { ...LEFT, dust: {} }, 1],
  ])("%s", (_says, stored, count) => {
    expect(faults(found, [[change(CONTROL, stored)]])).toHaveLength(count);
  });

  it("are compared whole again from the next journalled commit on", () => {
    const next = { ...LEFT, schema: PRESENT.schema, dust: {} };
    const commit = [journalled(2, next), change(CONTROL, next)];
    expect(faults(found, [commit])).toEqual([]);
    expect(faults(found, [commit, [change(CONTROL, { ...next, more: 1 })]])).toHaveLength(1);
  });
});
