// Books that were lost or broken come back as the journal tells them, nothing that waits is forgotten, and the rebuild
// is itself journalled: folding the journal still gives the documents.
// Proves: schemas/books.ts, schemas/basis.ts, schemas/documents.ts, domain/books/journal.ts, domain/documents/
import { beforeEach, describe, expect, it } from "vitest";
import { EMPTY_FOLD, foldJournal } from "#domain/books/journal.ts";
import type { ControlState } from "#domain/documents/control.ts";
import { paths } from "#domain/documents/paths.ts";
import type { JournalEntry } from "#domain/documents/records.ts";
import { executeIntent } from "#functions/app/execution/execute-intent.ts";
import { planRebuild } from "#functions/app/rebuild/rebuild-state.ts";
import { ACCOUNT, createWorld, givenIntent, messageOf, type World } from "#test/support/world.ts";

let world: World;
beforeEach(async () => {
  world = await createWorld();
  for (const symbol of ["BTCUSDT", "ETHUSDT"]) {
    await executeIntent(world.instance("executor"), messageOf(world, givenIntent(world, { symbol })));
  }
});

const control = () => world.read<ControlState>(paths.control(ACCOUNT));
const tool = () => world.instance("tool");
const plan = () => planRebuild(tool(), ACCOUNT, "test");
const groupPath = (): string => paths.group(ACCOUNT, Object.keys(control()?.slots ?? {})[0] ?? "");

async function mend(): Promise<void> {
  await tool().documents.commit((await plan()).writes);
}

describe("the books and the journal", () => {
  it("agree when nothing is wrong, and then nothing is written", async () => {
    expect(await plan()).toMatchObject({ differing: [], writes: [] });
  });

  it.each([
    ["a lost group", () => world.documents.commit([{ op: "delete", path: groupPath() }]), "missing"],
    ["a broken group", async () => world.documents.seed(groupPath(), { junk: true }), "unreadable"],
    [
      "a group that was changed by hand",
      () => world.documents.commit([{ op: "update", path: groupPath(), changes: { qtyBase: "9" } }]),
      "different",
    ],
  ])("%s comes back as it was", async (_what, hurt, why) => {
    const path = groupPath();
    const { expireAt: _ttl, ...before } = world.read<Record<string, unknown>>(path) ?? {};
    await hurt();
    expect((await plan()).differing).toEqual([{ path, why }]);
    await mend();
    const { expireAt: _newTtl, ...after } = world.read<Record<string, unknown>>(path) ?? {};
    expect(after).toEqual(before);
    expect((await plan()).differing).toEqual([]);
  });

  it("a lost control document comes back with its slots, brakes and what waits, and is journalled", async () => {
    const before = control();
    const waiting = { intentId: "i1", accountId: ACCOUNT, status: "INBOX" };
    world.documents.seed(paths.intent(ACCOUNT, "i1"), waiting);
    world.documents.seed(paths.commandSequence(ACCOUNT), { lastSequence: 3 });
    await world.documents.commit([{ op: "delete", path: paths.control(ACCOUNT) }]);
    await mend();
    const after = control();
    expect(after).toMatchObject({
      slots: before?.slots,
      throttles: before?.throttles,
      tradingState: before?.tradingState,
      inbox: { storedCount: (before?.inbox.takenCount ?? 0) + 1, takenCount: before?.inbox.takenCount },
      commands: { storedCount: 3 },
      journalSeq: (before?.journalSeq ?? 0) + 1,
    });
    const entries = world.under<JournalEntry>(`accounts/${ACCOUNT}/journal`);
    expect(entries.at(-1)?.kind).toBe("STATE_REBUILT");
    expect(foldJournal(EMPTY_FOLD, entries).images[paths.control(ACCOUNT)]).toEqual(after);
  });

  it("a journal with a hole is not taken for the whole story", async () => {
    await world.documents.commit([{ op: "delete", path: paths.journal(ACCOUNT, 2) }]);
    await expect(plan()).rejects.toThrow("The journal has no entry 2");
  });

  it("an account without a journal is left alone", async () => {
    await expect(planRebuild(world, "nobody", "test")).rejects.toThrow("no journal");
  });
});
