// The account's settings at the venue are read by reconcile, compared with the config, and told once: against the local
// exchange, with the settings changed there by hand.
// Proves: schemas/venue-settings.ts
import { describe, expect, it } from "vitest";
import type { ControlState } from "#domain/documents/control.ts";
import { paths } from "#domain/documents/paths.ts";
import type { Alert } from "#domain/documents/records.ts";
import type { Receipt } from "#domain/documents/signal.ts";
import type { VenueSettingsRecord } from "#domain/documents/venue-settings.ts";
import { executeIntent } from "#functions/app/execution/execute-intent.ts";
import { keepVenueSettings } from "#functions/app/venue-account/keep-venue-settings.ts";
import { seedConfig } from "#local/stack/seed-config.ts";
import { ACCOUNT, createWorld, givenIntent, messageOf, profile, type World } from "#test/support/world.ts";

const MINUTE_MS = 60_000;
const { venueAccount } = seedConfig("test", "trend", 1_767_000_000_000);
const PATH = "/fapi/v1/accountConfig$";

const settled = (): Promise<World> => createWorld({ config: { venueAccount } });

async function pass(world: World, minutes: number): Promise<void> {
  const reconcile = world.instance("reconcile");
  for (let minute = 0; minute < minutes; minute += 1) {
    await world.clock.advance(MINUTE_MS);
    world.exchange.advanceTo(world.clock.nowMs());
    await world.tickNav();
    await reconcile.duties.reconcileEveryAccount();
  }
}

const record = (world: World) => world.read<VenueSettingsRecord>(paths.venueSettings(ACCOUNT));
const alerts = (world: World, code: string) =>
  world.under<Alert>(paths.alerts(ACCOUNT)).filter((alert) => alert.code === code);

async function openNow(world: World, symbol = "BTCUSDT"): Promise<Receipt | null> {
  const intent = givenIntent(world, { symbol });
  await executeIntent(world.instance("executor"), messageOf(world, intent));
  return world.read<Receipt>(paths.receipt(ACCOUNT, intent.signalId));
}

const settingsRead = (world: World) =>
  world.requests.filter((request) => request.includes("accountConfig")).length;

describe("settings of an account at its venue", () => {
  it("are known before the first hour, and read once in it", async () => {
    const world = await settled();
    expect(record(world)).toMatchObject({
      error: null,
      told: null,
      settings: { positionMode: "oneWay", symbols: { BTCUSDT: { marginType: "cross", leverage: 20 } } },
    });
    await pass(world, 61);
    expect(settingsRead(world)).toBe(1);
    expect(alerts(world, "VENUE_SETTINGS_DIFFER")).toEqual([]);
    expect((await openNow(world))?.status).toBe("ORDERED");
  });

  it.each<[string, Readonly<Record<string, boolean>>, string]>([
    ["hedge mode, while nothing is held", { dualSidePosition: true }, "position mode"],
    ["multi-assets mode", { multiAssetsMargin: true }, "multi-assets mode"],
    ["fees in BNB", { feeBurn: true }, "fees in the venue's coin"],
    ["a key that may withdraw", { keyMayWithdraw: true }, "withdrawing with the key"],
    ["a key that may not trade", { keyMayTrade: false }, "trading with the key"],
  ])(
    "that a person changed to %s stop entries within the hour, with one alert, and close nothing",
    async (_what, changes, setting) => {
      const world = await settled();
      expect((await openNow(world))?.status).toBe("ORDERED");
      world.exchange.admin("settings", changes);
      await pass(world, 75);
      expect(alerts(world, "VENUE_SETTINGS_DIFFER")).toMatchObject([
        {
          severity: "critical",
          message: expect.stringContaining(setting),
          remedy: expect.stringMatching(/.{20}/),
        },
      ]);
      const receipt = await openNow(world, "ETHUSDT");
      expect(receipt?.denials).toMatchObject([{ code: "VENUE_SETTING_DIFFERS", subject: setting }]);
      const { accounts } = world.exchange.dump() as {
        accounts: readonly { positions: readonly unknown[] }[];
      };
      expect(accounts[0]?.positions).toHaveLength(1);
    },
  );

  it("of one symbol stop entries in that symbol alone, until they are mended", async () => {
    const world = await settled();
    world.exchange.admin("symbolSettings", { symbol: "ETHUSDT", leverage: 50 });
    await pass(world, 61);
    expect((await openNow(world, "ETHUSDT"))?.denials).toMatchObject([
      { code: "VENUE_SETTING_DIFFERS", limit: "20x", actual: "50x", subject: "ETHUSDT leverage" },
    ]);
    expect((await openNow(world, "BTCUSDT"))?.status).toBe("ORDERED");
    expect(alerts(world, "VENUE_SETTINGS_DIFFER")[0]?.message).toContain("No entries in ETHUSDT");
    world.exchange.admin("symbolSettings", { symbol: "ETHUSDT", leverage: 20 });
    await pass(world, 7);
    expect((await openNow(world, "ETHUSDT"))?.status).toBe("ORDERED");
  });

  it("that differ again after they were mended are told again", async () => {
    const world = await settled();
    for (const multiAssetsMargin of [true, false, true]) {
      world.exchange.admin("settings", { multiAssetsMargin });
      await pass(world, 61);
    }
    expect(alerts(world, "VENUE_SETTINGS_DIFFER")).toHaveLength(2);
  });

  it("that a pass read before another one are not stored over the later reading", async () => {
    const world = await settled();
    // It is due with the next pass.
    await pass(world, 59);
    await world.clock.advance(MINUTE_MS);
    world.exchange.advanceTo(world.clock.nowMs());
    const control = world.read<ControlState>(paths.control(ACCOUNT)) as ControlState;
    const [slow, other] = [world.instance("slow"), world.instance("other")];
    const venueFor: typeof slow.venueFor = async (of) => {
      const venue = await slow.venueFor(of);
      const fetchSettings: typeof venue.fetchSettings = async (symbols) => {
        const before = await venue.fetchSettings(symbols);
        world.exchange.admin("settings", { multiAssetsMargin: true });
        world.clock.setMs(world.clock.nowMs() + 1_000);
        await keepVenueSettings(other, profile, control);
        return before;
      };
      return { ...venue, fetchSettings };
    };
    await keepVenueSettings({ ...slow, venueFor }, profile, control);
    expect(record(world)?.told?.text).toContain("multi-assets mode");
    expect((await openNow(world))?.denials).toMatchObject([{ code: "VENUE_SETTING_DIFFERS" }]);
  });

  it("that cannot be read keep their last word until it is too old; then entries stop, with an alert an hour", async () => {
    const world = await settled();
    const before = record(world)?.settings;
    world.exchange.addFault({
      match: { path: PATH },
      effect: { kind: "httpError", when: "before", status: 500, body: "" },
    });
    await pass(world, 70);
    expect(record(world)).toMatchObject({ settings: before, error: expect.stringContaining("500") });
    expect((await openNow(world))?.status).toBe("ORDERED");
    await pass(world, 120);
    expect((await openNow(world))?.denials).toMatchObject([{ code: "VENUE_SETTINGS_UNKNOWN", unit: "ms" }]);
    expect(alerts(world, "VENUE_SETTINGS_UNKNOWN").length).toBeGreaterThanOrEqual(1);
    world.exchange.clearFaults();
    await pass(world, 3);
    expect((await openNow(world, "SOLUSDT"))?.status).toBe("ORDERED");
  });

  it.each<[string, () => [string, object], string]>([
    [
      "the account may not trade",
      () => ["settings", { canTrade: false }],
      "/sapi/v1/account/apiRestrictions$",
    ],
    [
      "a symbol has another leverage",
      () => ["symbolSettings", { symbol: "ETHUSDT", leverage: 50 }],
      "/fapi/v1/leverageBracket$",
    ],
  ])(
    "stop entries by the answer that says %s, although another one is missing",
    async (_what, change, silent) => {
      const world = await settled();
      const before = record(world)?.settings?.asOfMs;
      world.exchange.admin(...change());
      world.exchange.addFault({
        effect: { kind: "httpError", when: "before", status: 500, body: "" },
        match: { path: silent },
      });
      await pass(world, 61);
      expect(record(world)).toMatchObject({ error: expect.any(String), settings: { asOfMs: before } });
      expect((await openNow(world, "ETHUSDT"))?.denials).toMatchObject([{ code: "VENUE_SETTING_DIFFERS" }]);
      expect(alerts(world, "VENUE_SETTINGS_DIFFER")).toHaveLength(1);
    },
  );

  it("are read anew when their document is broken, and missing ones refuse until then", async () => {
    const world = await settled();
    world.documents.seed(paths.venueSettings(ACCOUNT), { broken: true });
    expect((await openNow(world))?.denials).toMatchObject([{ code: "VENUE_SETTINGS_UNKNOWN", actual: null }]);
    await pass(world, 1);
    expect((await openNow(world))?.status).toBe("ORDERED");
  });

  it("are noticed also while the venue's positions of hedge mode are refused", async () => {
    const world = await settled();
    world.exchange.admin("settings", { dualSidePosition: true });
    world.exchange.addFault({
      match: { path: "/fapi/v3/positionRisk$" },
      effect: { kind: "venueError", when: "before", status: 400, code: -4061, msg: "as refused" },
    });
    for (let minute = 0; minute < 61; minute += 1)
      await expect(pass(world, 1)).rejects.toThrow("accounts failed");
    expect(alerts(world, "VENUE_SETTINGS_DIFFER")).toHaveLength(1);
  });
});
