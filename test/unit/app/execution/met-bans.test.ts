// A ban that a mere reading meets, of NAV or of the watchdog, holds for everybody: latched once, also when many readings
// meet it, and for nothing when it is latched already.
import { beforeEach, describe, expect, it } from "vitest";
import type { ControlState } from "#domain/documents/control.ts";
import type { Nav } from "#domain/documents/nav.ts";
import { paths } from "#domain/documents/paths.ts";
import type { JournalEntry } from "#domain/documents/records.ts";
import type { StoredIntent } from "#domain/documents/signal.ts";
import { executeIntent } from "#functions/app/execution/execute-intent.ts";
import { writeNav } from "#functions/app/nav/write-nav.ts";
import { watchOneAccount } from "#functions/app/watchdog/watch-every-account.ts";
import { freshList } from "#test/support/account-list.ts";
import { ACCOUNT, createWorld, givenIntent, messageOf, profile, type World } from "#test/support/world.ts";

const BAN_S = 300;
const LOOK_MS = 15_000;

let world: World;
let bannedAtMs: number;
beforeEach(async () => {
  world = await createWorld();
});

const control = () => world.read<ControlState>(paths.control(ACCOUNT));
const latchings = () =>
  world
    .under<JournalEntry>(`accounts/${ACCOUNT}/journal`)
    .filter(({ kind }) => kind === "VENUE_BAN_LATCHED")
    .map(({ actor }) => actor);
const passes = (durationMs: number) => world.clock.setMs(world.clock.nowMs() + durationMs);

function ban(): void {
  bannedAtMs = world.clock.nowMs();
  world.exchange.admin("ban", { seconds: BAN_S });
}

function reader(name: "nav" | "watchdog") {
  const instance = world.instance(name);
  if (name === "nav") return { counts: instance.counts, read: () => writeNav(instance, profile) };
  const accountList = freshList(world);
  const deps = { ...instance, accountList };
  return { counts: instance.counts, read: () => watchOneAccount(deps, ACCOUNT) };
}

async function codesOfEntry(): Promise<readonly string[]> {
  const intent = givenIntent(world);
  await executeIntent(world.instance("executor"), messageOf(world, intent));
  const stored = world.read<StoredIntent>(paths.intent(ACCOUNT, intent.intentId));
  return stored?.denials.map(({ code }) => code) ?? [];
}

describe.each(["nav", "watchdog"] as const)("a ban that %s meets", (name) => {
  it("is latched until its end, and refuses entries of every instance", async () => {
    const { read } = reader(name);
    ban();
    await read();
    expect(control()?.throttles.venueBannedUntilMs).toBeGreaterThanOrEqual(bannedAtMs + BAN_S * 1_000);
    expect(latchings()).toEqual([name]);
    expect(await codesOfEntry()).toContain("VENUE_BANNED");
  });

  it("is latched once, however often it is met", async () => {
    const { read } = reader(name);
    ban();
    for (let looks = 0; looks < 12; looks++) {
      passes(LOOK_MS);
      await read();
    }
    expect(latchings()).toEqual([name]);
  });

  it("costs no write when somebody else has latched it", async () => {
    ban();
    await reader(name === "nav" ? "watchdog" : "nav").read();
    const before = control();
    const { read } = reader(name);
    await read();
    await read();
    // A NAV that turned stale over it is lost ground, which is counted once.
    const lostCount = name === "nav" ? 1 : 0;
    expect(control()).toEqual({ ...before, groundLostCount: (before?.groundLostCount ?? 0) + lostCount });
  });

  it("is latched by the next reading when the store failed", async () => {
    const { read } = reader(name);
    ban();
    world.documents.interceptor = {
      async before(call) {
        if (call.kind !== "commit" || !call.writes.some(({ path }) => path === paths.control(ACCOUNT)))
          return;
        world.documents.interceptor = null;
        throw new Error("the store failed");
      },
    };
    await expect(read()).rejects.toThrow("the store failed");
    expect(latchings()).toEqual([]);
    passes(LOOK_MS);
    await read();
    expect(latchings()).toEqual([name]);
  });
});

describe("a ban that NAV meets", () => {
  it("costs it no read of the books from the second minute on", async () => {
    const { read, counts } = reader("nav");
    await read();
    ban();
    passes(60_000);
    await read();
    const before = counts.reads;
    passes(60_000);
    await read();
    expect(counts.reads - before).toBeLessThanOrEqual(1);
  });

  it("is latched after the NAV was stored, which a failure does not take back", async () => {
    const { read } = reader("nav");
    ban();
    passes(60_000);
    world.documents.seed(paths.control(ACCOUNT), { accountId: ACCOUNT });
    await expect(read()).rejects.toThrow("control/state is unusable");
    expect(world.read<Nav>(paths.nav(ACCOUNT))).toMatchObject({
      stale: true,
      checkedAtMs: world.clock.nowMs(),
    });
  });
});
