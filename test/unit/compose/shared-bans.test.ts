// A ban of our address is met once: by the process that asked, and by no other account or process that has read of it. Knowing
// it costs no write for a request, and the store's failure keeps nothing from its work.
import { beforeEach, describe, expect, it } from "vitest";
import type { AccountProfile } from "#domain/documents/account.ts";
import type { ControlState } from "#domain/documents/control.ts";
import { paths } from "#domain/documents/paths.ts";
import { VENUE_IDS } from "#domain/documents/words.ts";
import { createSharedBans, type SharedBans } from "#functions/compose/shared-bans.ts";
import { DocumentUnavailableError } from "#ports/documents.ts";
import type { AccountsMark } from "#schemas/config.ts";
import { createFakeClock } from "#test/support/memory/clock.ts";
import { createMemoryDocuments } from "#test/support/memory/documents.ts";
import { createMemoryLogger } from "#test/support/memory/logger.ts";
import { ACCOUNT, createWorld, type Instance, profile, type World } from "#test/support/world.ts";

const MINUTE_MS = 60_000;
const BAN_MS = 300_000;
const OTHER = "other";

describe.each(VENUE_IDS)("a ban at %s", (venue) => {
  let world: World;
  const asks = async (duty: () => Promise<void>): Promise<number> => {
    const before = world.requests.length;
    await duty().catch(() => undefined);
    return world.requests.length - before;
  };
  const bannedUntilMs = (accountId: string) =>
    world.read<ControlState>(paths.control(accountId))?.throttles.venueBannedUntilMs ?? 0;

  beforeEach(async () => {
    world = await createWorld({ venue });
    const stored = world.documents.dump();
    for (const path of [paths.account, paths.config, paths.control]) {
      const text = JSON.stringify(stored[path(ACCOUNT)]).replaceAll(`"${ACCOUNT}"`, `"${OTHER}"`);
      world.documents.seed(path(OTHER), JSON.parse(text));
    }
    await world.clock.advance(MINUTE_MS);
  });

  it("is met once by the accounts of one process, and latched for each of them", async () => {
    const nav = world.instance("nav");
    await nav.duties.writeEveryNav();
    await world.clock.advance(MINUTE_MS);
    world.exchange.admin("ban", { seconds: BAN_MS / 1_000 });
    // Both ask at the same moment; from the first answer on no request follows.
    expect(await asks(nav.duties.writeEveryNav)).toBeLessThanOrEqual(2);
    expect(await asks(nav.duties.writeEveryNav)).toBe(0);
    for (const accountId of [ACCOUNT, OTHER])
      expect(bannedUntilMs(accountId)).toBeGreaterThan(world.clock.nowMs());
  });

  it("is not met by another process that reads the mark in its minute", async () => {
    const [first, second]: Instance[] = [world.instance("nav"), world.instance("reconcile")];
    if (first === undefined || second === undefined) throw new Error("There are two");
    await second.duties.reconcileEveryAccount();
    await world.clock.advance(MINUTE_MS);
    world.exchange.admin("ban", { seconds: BAN_MS / 1_000 });
    await first.duties.writeEveryNav().catch(() => undefined);
    expect(world.read<AccountsMark>(paths.accountsMark)?.bans).toEqual({
      [`${venue}/paper`]: bannedUntilMs(ACCOUNT),
    });
    expect(await asks(second.duties.reconcileEveryAccount)).toBe(0);
    // And it is over when it is over.
    await world.clock.advance(bannedUntilMs(ACCOUNT) - world.clock.nowMs());
    expect(await asks(second.duties.reconcileEveryAccount)).toBeGreaterThan(0);
  });
});

function oneProcess() {
  const clock = createFakeClock();
  const documents = createMemoryDocuments(clock);
  let isAway = false;
  let writes = 0;
  const process = (): SharedBans =>
    createSharedBans({
      documents: {
        ...documents,
        getAll: (asked) => documents.getAll(asked),
        commit: async (given) => {
          if (isAway) throw new DocumentUnavailableError("The store is away", null);
          writes += 1;
          return await documents.commit(given);
        },
      },
      clock,
      logger: createMemoryLogger(),
      memory: { known: {}, unstored: {} },
    });
  return {
    clock,
    documents,
    process,
    writes: () => writes,
    setAway: (away: boolean) => {
      isAway = away;
    },
    stored: () => documents.dump()[paths.accountsMark] as unknown as AccountsMark | undefined,
  };
}

const live: AccountProfile = { ...profile, mode: "live" };

describe("the mark of a ban", () => {
  it("is written once for a ban, by whichever process met it, and not for a shorter one", async () => {
    const { clock, process, writes } = oneProcess();
    const [first, second] = [process(), process()];
    const untilMs = clock.nowMs() + BAN_MS;
    for (let times = 0; times < 5; times += 1) {
      first.of(profile).met(untilMs);
      await first.store();
    }
    second.of(profile).met(untilMs - 1);
    await second.store();
    expect(writes()).toBe(1);
  });

  it("keeps the date of the list and the bans of other venues, and forgets those that are over", async () => {
    const { clock, documents, process, stored } = oneProcess();
    const nowMs = clock.nowMs();
    const bans = { "bybit-linear/paper": nowMs + 1, "bybit-linear/live": nowMs };
    documents.seed(paths.accountsMark, { changedAtMs: nowMs - 7, bans });
    const bansOfOne = process();
    bansOfOne.of(live).met(nowMs + BAN_MS);
    await bansOfOne.store();
    expect(stored()).toMatchObject({
      changedAtMs: nowMs - 7,
      bans: { "bybit-linear/paper": nowMs + 1, "binance-usdm/live": nowMs + BAN_MS },
    });
    expect(Object.keys(stored()?.bans ?? {})).toHaveLength(2);
  });

  it("concerns accounts of its mode alone, whose host it is", () => {
    const { clock, process } = oneProcess();
    const bans = process();
    bans.learn({ changedAtMs: 1, bans: { "binance-usdm/live": clock.nowMs() + BAN_MS } });
    expect([bans.of(live).untilMs(), bans.of(profile).untilMs()]).toEqual([clock.nowMs() + BAN_MS, 0]);
  });

  it("is tried again after a store that was away, which stops nothing", async () => {
    const { clock, process, setAway, writes } = oneProcess();
    const bans = process();
    bans.of(profile).met(clock.nowMs() + BAN_MS);
    setAway(true);
    await expect(bans.store()).resolves.toBeUndefined();
    setAway(false);
    await bans.store();
    expect(writes()).toBe(1);
  });

  it("is left alone where it cannot be read", async () => {
    const { clock, documents, process, writes } = oneProcess();
    documents.seed(paths.accountsMark, { changedAtMs: "yesterday" });
    const bans = process();
    bans.of(profile).met(clock.nowMs() + BAN_MS);
    await bans.store();
    expect(writes()).toBe(0);
  });
});
