// From the commit that makes NAV stale, or that finds a setting at the venue to differ, no entry is decided on what an instance
// has in memory.
import { describe, expect, it } from "vitest";
import type { ControlState } from "#domain/documents/control.ts";
import { paths } from "#domain/documents/paths.ts";
import type { Receipt } from "#domain/documents/signal.ts";
import { groundLostWrites } from "#functions/app/books/ground-lost.ts";
import { executeIntent } from "#functions/app/execution/execute-intent.ts";
import { keepVenueSettings } from "#functions/app/venue-account/keep-venue-settings.ts";
import { seedConfig } from "#local/stack/seed-config.ts";
import {
  ACCOUNT,
  createWorld,
  givenIntent,
  type Instance,
  messageOf,
  profile,
  type World,
} from "#test/support/world.ts";

const HOUR_MS = 3_600_000;
const SECOND_MS = 1_000;
const { venueAccount } = seedConfig("test", "trend", 1_767_000_000_000);

const control = (world: World) => world.read<ControlState>(paths.control(ACCOUNT));

async function openOn(world: World, instance: Instance, symbol: string): Promise<Receipt | null> {
  const intent = givenIntent(world, { symbol });
  await executeIntent(instance, messageOf(world, intent));
  return world.read<Receipt>(paths.receipt(ACCOUNT, intent.signalId));
}

/** A world, and an instance whose memory holds books on which it has just traded. */
async function warm(): Promise<{ readonly world: World; readonly executor: Instance }> {
  const world = await createWorld({ config: { venueAccount } });
  const executor = world.instance("executor");
  expect((await openOn(world, executor, "ETHUSDT"))?.status).toBe("ORDERED");
  return { world, executor };
}

async function losesNav(world: World): Promise<void> {
  world.clock.setMs(world.clock.nowMs() + SECOND_MS);
  world.exchange.addFault({
    effect: { kind: "venueError", when: "before", status: 400, code: -1100, msg: "refused" },
    match: { path: ".*/account" },
  });
  await world.tickNav();
}

describe("an instance with books in memory", () => {
  it("denies an entry from the commit on that made NAV stale", async () => {
    const { world, executor } = await warm();
    await losesNav(world);
    const receipt = await openOn(world, executor, "BTCUSDT");
    expect(receipt?.denials).toMatchObject([{ code: "NAV_STALE" }]);
    expect(world.venueOrders()).toHaveLength(1);
  });

  it("denies an entry from the commit on that found a setting to differ, in its symbol alone", async () => {
    const { world, executor } = await warm();
    world.exchange.admin("symbolSettings", { symbol: "BTCUSDT", leverage: 3 });
    world.clock.setMs(world.clock.nowMs() + HOUR_MS);
    world.exchange.advanceTo(world.clock.nowMs());
    await world.tickNav();
    expect((await openOn(world, executor, "ETHUSDT"))?.status).toBe("ORDERED");
    const held = control(world);
    if (held === null) throw new Error("There is no control document");
    await keepVenueSettings(world.instance("reconcile"), profile, held);
    expect((await openOn(world, executor, "BTCUSDT"))?.denials).toMatchObject([
      { code: "VENUE_SETTING_DIFFERS", subject: "BTCUSDT leverage" },
    ]);
    expect((await openOn(world, executor, "SOLUSDT"))?.status).toBe("ORDERED");
  });

  it("goes on without reading while NAV stays as it is, stale or good", async () => {
    const { world } = await warm();
    await losesNav(world);
    const { groundLostCount } = control(world) ?? {};
    world.clock.setMs(world.clock.nowMs() + SECOND_MS);
    await world.tickNav();
    expect(control(world)?.groundLostCount).toBe(groundLostCount);
    world.exchange.clearFaults();
    world.clock.setMs(world.clock.nowMs() + SECOND_MS);
    await world.tickNav();
    expect(control(world)?.groundLostCount).toBe(groundLostCount);
  });
});

describe("the write that tells of lost ground", () => {
  const PATH = paths.control(ACCOUNT);

  it("counts in place, whatever the holder has stored meanwhile", async () => {
    const world = await createWorld();
    await world.instance("executor").duties.executeIntent(messageOf(world, givenIntent(world)));
    const writes = await groundLostWrites(world.instance("nav"), ACCOUNT);
    expect(writes).toEqual([{ op: "update", path: PATH, changes: { groundLostCount: { incrementBy: 1 } } }]);
  });

  it("writes an earlier release's document whole and under its version, since its instances know no such count", async () => {
    const world = await createWorld();
    const { groundLostCount: _none, ...before } = control(world) ?? {};
    world.documents.seed(PATH, before as never);
    const [snapshot] = await world.documents.getAll([PATH]);
    const writes = await groundLostWrites(world.instance("nav"), ACCOUNT);
    expect(writes).toMatchObject([{ op: "set", version: snapshot?.version, data: { groundLostCount: 1 } }]);
  });

  it("is none where there is no control document", async () => {
    expect(await groundLostWrites((await createWorld()).instance("nav"), "nobody")).toEqual([]);
  });
});
