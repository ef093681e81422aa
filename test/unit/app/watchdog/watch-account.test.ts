// Guarantees of the watchdog on a whole account: it sees by itself the faults that other parts cannot report,
// acts under any holder's lease, leaves a trail of alerts, and reads the store only for an account that holds
// something.
// Proves: app/watchdog/, schemas/watchdog.ts
import { beforeEach, describe, expect, it } from "vitest";
import type { ControlState } from "#domain/documents/control.ts";
import type { Group } from "#domain/documents/group.ts";
import { paths } from "#domain/documents/paths.ts";
import type { Alert, JournalEntry } from "#domain/documents/records.ts";
import type { WatchdogRecord } from "#domain/watchdog/view.ts";
import { executeIntent } from "#functions/app/execution/execute-intent.ts";
import { followUpAccount } from "#functions/app/reconcile/follow-up.ts";
import { reconcileAccount } from "#functions/app/reconcile/reconcile-account.ts";
import { watchEveryAccount, watchOneAccount } from "#functions/app/watchdog/watch-every-account.ts";
import type { WatchdogDeps } from "#functions/app/watchdog/watchdog-deps.ts";
import { freshList } from "#test/support/account-list.ts";
import { PLAIN_CONFIG } from "#test/support/config.ts";
import { ACCOUNT, createWorld, givenIntent, messageOf, profile, type World } from "#test/support/world.ts";

const LOOK_MS = 15_000;
let world: World;
let watchdog: WatchdogDeps & { counts: { reads: number; writes: number } };

async function begin(options: Parameters<typeof createWorld>[0] = {}): Promise<void> {
  world = await createWorld(options);
  const accountList = freshList(world);
  watchdog = { ...world.instance("watchdog"), accountList };
}
beforeEach(() => begin());

const control = (): ControlState => world.read<ControlState>(paths.control(ACCOUNT)) as ControlState;
const record = (): WatchdogRecord | null => world.read(paths.telemetry(ACCOUNT, "watchdog"));
const groups = (): readonly Group[] => world.under<Group>(paths.groups(ACCOUNT));
const alerts = (): readonly string[] => world.under<Alert>(paths.alerts(ACCOUNT)).map(({ code }) => code);
const kinds = (): readonly string[] =>
  world.under<JournalEntry>(`accounts/${ACCOUNT}/journal`).map(({ kind }) => kind);
const heldAtVenue = async (): Promise<number> =>
  (await (await watchdog.venueFor(profile)).fetchPositions()).length;

async function open(symbol = "BTCUSDT"): Promise<void> {
  await executeIntent(world.instance("executor"), messageOf(world, givenIntent(world, { symbol })));
}

function pass(durationMs: number): void {
  world.clock.setMs(world.clock.nowMs() + durationMs);
}

/** Other schedules at work, and a look every interval, for a while. */
async function watch(looks: number, others: { nav: boolean; reconcile: boolean }): Promise<void> {
  for (let count = 0; count < looks; count++) {
    pass(LOOK_MS);
    if (others.nav) await world.tickNav();
    if (others.reconcile) await reconcileAccount(world.instance("reconcile"), profile);
    await watchOneAccount(watchdog, ACCOUNT);
    for (const { queue } of world.tasks.takeDue(world.clock.nowMs()))
      if (queue === "followUp") await followUpAccount(world.instance("followUp"), ACCOUNT);
  }
}

describe("an account that holds nothing", () => {
  it("costs a heartbeat in one minute of five, of which the first in a process reads the record, and no other read", async () => {
    await watchEveryAccount(watchdog);
    const before = { ...watchdog.counts };
    for (let minute = 0; minute < 5; minute++) {
      pass(60_000);
      await watchEveryAccount(watchdog);
    }
    expect(watchdog.counts.reads - before.reads).toBe(1);
    expect(watchdog.counts.writes - before.writes).toBeLessThanOrEqual(1);
    expect(record()).toMatchObject({ exposedSinceMs: null });
    expect(world.tasks.pending.filter(({ queue }) => queue === "watchdog")).toEqual([]);
  });
});

describe("what was found while something was held", () => {
  it("is no sign of the look before once the account has been flat", async () => {
    await open();
    pass(LOOK_MS);
    await watchEveryAccount(watchdog);
    const path = paths.telemetry(ACCOUNT, "watchdog");
    const found = { code: "NAV_MISSED", subject: "", message: "late", calls: "stale", source: "nav" };
    const changes = { verdict: "reduce", findings: [found] };
    await world.documents.commit([{ op: "update", path, changes }]);
    watchdog = {
      ...watchdog,
      venueFor: async (of) => ({
        ...(await world.instance("flat").venueFor(of)),
        fetchAccount: async () => ({
          walletUsd: "100000",
          others: [],
          positions: [],
          asOfMs: world.clock.nowMs(),
        }),
      }),
    };
    for (let minute = 0; minute < 5; minute++) {
      pass(60_000);
      await watchEveryAccount(watchdog);
    }
    expect(record()).toMatchObject({ exposedSinceMs: null, verdict: "none", findings: [] });
  });
});

describe("an account that holds something", () => {
  it("is looked at every interval inside the minute", async () => {
    await open();
    const startMs = world.clock.nowMs();
    await watchEveryAccount(watchdog);
    const looks = world.tasks.pending.filter(({ queue }) => queue === "watchdog");
    expect(looks.map(({ runAtMs }) => runAtMs - startMs)).toEqual([15_000, 30_000, 45_000]);
    expect(record()).toMatchObject({ verdict: "none", exposedSinceMs: expect.any(Number) });
  });

  it("is left alone while everything is well", async () => {
    await open();
    await watch(20, { nav: true, reconcile: true });
    expect(control().tradingState.state).toBe("ACTIVE");
    expect(alerts()).toEqual([]);
  });

  it("is judged as of when the look began: a look that stands still makes no other source silent", async () => {
    await open();
    await watch(2, { nav: true, reconcile: true });
    pass(1_000);
    await world.tickNav();
    const { venueFor } = watchdog;
    const venueForSlow: typeof venueFor = async (of) => {
      const venue = await venueFor(of);
      const fetchTopOfBook: typeof venue.fetchTopOfBook = async (symbols) => {
        const quotes = await venue.fetchTopOfBook(symbols);
        pass(600_000);
        return quotes;
      };
      return { ...venue, fetchTopOfBook };
    };
    await watchOneAccount({ ...watchdog, venueFor: venueForSlow }, ACCOUNT);
    expect(record()).toMatchObject({ verdict: "none", findings: [] });
    expect(control().tradingState.state).toBe("ACTIVE");
  });

  /** A look during which somebody else changes the trading state. */
  async function lookWhile(change: () => Promise<unknown>): Promise<void> {
    const { venueFor } = watchdog;
    const venueForSlow: typeof venueFor = async (of) => {
      const venue = await venueFor(of);
      const fetchTopOfBook: typeof venue.fetchTopOfBook = async (symbols) => {
        const quotes = await venue.fetchTopOfBook(symbols);
        await change();
        return quotes;
      };
      return { ...venue, fetchTopOfBook };
    };
    await watchOneAccount({ ...watchdog, venueFor: venueForSlow }, ACCOUNT);
  }
  const latched = (state: string, cause: string): Promise<unknown> => {
    pass(1);
    const tradingState = { ...control().tradingState, state, cause, atMs: world.clock.nowMs() } as never;
    return world.documents.commit([
      { op: "update", path: paths.control(ACCOUNT), changes: { tradingState } },
    ]);
  };

  it("is not reduced by an old sign over an operator who has resumed since, and is by the next look", async () => {
    await open();
    pass(300_000);
    await lookWhile(() => latched("ACTIVE", "operator"));
    expect(record()).toMatchObject({ verdict: "reduce" });
    expect(control().tradingState).toMatchObject({ state: "ACTIVE", cause: "operator" });
    await watch(1, { nav: false, reconcile: false });
    expect(control().tradingState).toMatchObject({ state: "REDUCING", cause: "watchdog" });
  });

  it.each([
    ["resumed", null, "ACTIVE"],
    ["left reduced where another look has latched it anew", "watchdog", "REDUCING"],
  ])("that was healthy for long enough is %s", async (_what, cause, state) => {
    await open();
    await watch(1, { nav: true, reconcile: true });
    await latched("REDUCING", "watchdog");
    const path = paths.telemetry(ACCOUNT, "watchdog");
    await world.documents.commit([{ op: "update", path, changes: { healthyLooks: 10 } }]);
    pass(LOOK_MS);
    await world.tickNav();
    await lookWhile(async () => (cause === null ? undefined : await latched("REDUCING", cause)));
    expect(control().tradingState.state).toBe(state);
  });

  it("is flattened at the horizon, whatever the executor does", async () => {
    await open();
    const session = {
      startedBy: "ada",
      startedAtMs: world.clock.nowMs(),
      horizonAtMs: world.clock.nowMs() + 20_000,
      stopLossNavUsd: null,
    };
    const lease = { holderId: "dead", fence: 9, expiresAtMs: world.clock.nowMs() + 60_000 };
    world.documents.seed(paths.control(ACCOUNT), { ...control(), session, lease } as never);
    await watch(1, { nav: false, reconcile: false });
    expect(await heldAtVenue()).toBe(1);
    await watch(3, { nav: false, reconcile: false });
    expect(await heldAtVenue()).toBe(0);
    expect(control()).toMatchObject({ tradingState: { state: "HALTED", cause: "session" }, session: null });
    expect(alerts()).toEqual(expect.arrayContaining(["WATCHDOG_FLATTENS", "FLATTEN_DONE"]));
  });

  it("is flattened at the session's stop-loss by prices that the watchdog read itself", async () => {
    await open();
    const session = {
      startedBy: "ada",
      startedAtMs: world.clock.nowMs(),
      horizonAtMs: null,
      stopLossNavUsd: "99900",
    };
    world.documents.seed(paths.control(ACCOUNT), { ...control(), session } as never);
    world.exchange.admin("jump", { symbol: "BTCUSDT", percent: -25 });
    await watch(3, { nav: false, reconcile: false });
    expect(await heldAtVenue()).toBe(0);
    expect(alerts()).toContain("WATCHDOG_FLATTENS");
  });

  it("is only reduced when prices are frozen, and flattened when the scheduler falls silent too", async () => {
    await open();
    await watch(2, { nav: true, reconcile: true });
    world.exchange.addFault({ effect: { kind: "stale" }, match: { path: "/fapi/v1/ticker/bookTicker" } });
    await watch(16, { nav: true, reconcile: true });
    expect(control().tradingState.state).toBe("REDUCING");
    expect(await heldAtVenue()).toBe(1);
    expect(alerts()).toEqual(
      expect.arrayContaining(["WATCHDOG_MARKET_DATA_STALE", "WATCHDOG_QUOTES_FROZEN", "WATCHDOG_REDUCES"]),
    );
    await watch(16, { nav: false, reconcile: true });
    expect(await heldAtVenue()).toBe(0);
    expect(control().tradingState).toMatchObject({ state: "HALTED", cause: "watchdog" });
    expect(alerts()).toEqual(expect.arrayContaining(["WATCHDOG_FLATTENS", "FLATTEN_DONE"]));
  });

  it("is told of a clock that differs from the venue's, once, and nothing is done", async () => {
    await open();
    world.exchange.addFault({ effect: { kind: "clockSkew", skewMs: 1_500 } });
    await watch(3, { nav: true, reconcile: true });
    expect(alerts().filter((code) => code === "WATCHDOG_CLOCK_DRIFT")).toHaveLength(1);
    expect(control().tradingState.state).toBe("ACTIVE");
    expect(await heldAtVenue()).toBe(1);
  });

  it("is only reduced when NAV alone is silent, and comes back by itself", async () => {
    await open();
    await watch(20, { nav: false, reconcile: true });
    expect(control().tradingState).toMatchObject({ state: "REDUCING", cause: "watchdog" });
    expect(await heldAtVenue()).toBe(1);
    await watch(6, { nav: true, reconcile: true });
    expect(control().tradingState.state).toBe("ACTIVE");
    expect(alerts()).toContain("WATCHDOG_RESUMES");
  });

  it("is only reduced when NAV and reconcile are silent together: one scheduler runs both", async () => {
    await open();
    await watch(20, { nav: false, reconcile: false });
    expect(await heldAtVenue()).toBe(1);
    expect(control().tradingState).toMatchObject({ state: "REDUCING", cause: "watchdog" });
    expect(alerts()).toEqual(
      expect.arrayContaining(["WATCHDOG_NAV_MISSED", "WATCHDOG_RECONCILE_MISSED", "WATCHDOG_REDUCES"]),
    );
  });
});

describe("a look that another one overtook", () => {
  /** A watchdog whose look asks for prices, and gets them after `meanwhile`. */
  function slowly(meanwhile: () => Promise<void>): WatchdogDeps {
    const { venueFor } = watchdog;
    const venueForSlow: typeof venueFor = async (of) => {
      const venue = await venueFor(of);
      const fetchTopOfBook: typeof venue.fetchTopOfBook = async (symbols) => {
        const quotes = await venue.fetchTopOfBook(symbols);
        await meanwhile();
        return quotes;
      };
      return { ...venue, fetchTopOfBook };
    };
    return { ...watchdog, venueFor: venueForSlow };
  }

  /** Reduced for one silence, and at the next look there is a second one. */
  async function beforeTheSecondCause(): Promise<void> {
    let isReduced = false;
    for (let looks = 0; looks < 20 && !isReduced; looks++) {
      await watch(1, { nav: false, reconcile: true });
      isReduced = control().tradingState.state === "REDUCING";
    }
    expect(isReduced).toBe(true);
    world.exchange.addFault({ effect: { kind: "stale" }, match: { path: "/fapi/v1/ticker/bookTicker" } });
    await watch(1, { nav: false, reconcile: true });
    pass(PLAIN_CONFIG.watchdog.maxMarketDataAgeMs + LOOK_MS);
  }

  it("orders no flatten on what it judged before everything was closed", async () => {
    await open();
    await beforeTheSecondCause();
    const slow = slowly(() => watch(4, { nav: false, reconcile: false }));
    await watchOneAccount(slow, ACCOUNT);
    expect(await heldAtVenue()).toBe(0);
    expect(control().flatten).toBeNull();
    expect(kinds().filter((kind) => kind === "FLATTEN_ORDERED")).toHaveLength(1);
  });

  it.each([null, "running"])("orders no flatten for a silence that ended, session %s", async (running) => {
    await open();
    const startedAtMs = world.clock.nowMs();
    const session = { startedBy: "ada", startedAtMs, horizonAtMs: null, stopLossNavUsd: null };
    if (running !== null) world.documents.seed(paths.control(ACCOUNT), { ...control(), session } as never);
    await beforeTheSecondCause();
    const atMs = world.clock.nowMs();
    const slow = slowly(async () => {
      const tradingState = { ...control().tradingState, state: "ACTIVE", reason: "well again", atMs };
      world.documents.seed(paths.control(ACCOUNT), { ...control(), tradingState } as never);
    });
    await watchOneAccount(slow, ACCOUNT);
    expect(kinds()).not.toContain("FLATTEN_ORDERED");
    await watchOneAccount(watchdog, ACCOUNT);
    expect(control().tradingState.state).toBe("REDUCING");
  });

  it("orders no flatten for a horizon that was moved since", async () => {
    await open();
    const startedAtMs = world.clock.nowMs();
    const horizonAtMs = startedAtMs + 1_000;
    const session = { startedBy: "ada", startedAtMs, horizonAtMs, stopLossNavUsd: null };
    world.documents.seed(paths.control(ACCOUNT), { ...control(), session } as never);
    pass(LOOK_MS);
    const slow = slowly(async () => {
      const moved = { ...session, horizonAtMs: horizonAtMs + 3_600_000 };
      world.documents.seed(paths.control(ACCOUNT), { ...control(), session: moved } as never);
    });
    await watchOneAccount(slow, ACCOUNT);
    expect(kinds()).not.toContain("FLATTEN_ORDERED");
  });
});

describe("a single group", () => {
  const limited = (watchdogLimits: object) => ({
    config: { watchdog: { ...PLAIN_CONFIG.watchdog, ...watchdogLimits } },
  });

  it("is closed at its stop-loss, the others stay", async () => {
    await begin(limited({ groupStopLossBps: 500 }));
    await open("BTCUSDT");
    await open("ETHUSDT");
    world.exchange.admin("jump", { symbol: "BTCUSDT", percent: -8 });
    await watch(2, { nav: true, reconcile: true });
    const ended = groups().filter(({ endedAtMs }) => endedAtMs !== null);
    expect(ended).toMatchObject([{ symbol: "BTCUSDT", status: "CLOSED", exitReason: "watchdog" }]);
    expect(await heldAtVenue()).toBe(1);
    expect(control()).toMatchObject({ tradingState: { state: "ACTIVE" }, lease: { holderId: null } });
  });

  it("is closed at its time limit", async () => {
    await begin(limited({ groupTimeLimitMs: 40_000 }));
    await open();
    await watch(2, { nav: true, reconcile: true });
    expect(await heldAtVenue()).toBe(1);
    await watch(1, { nav: true, reconcile: true });
    expect(await heldAtVenue()).toBe(0);
    expect(groups()).toMatchObject([{ status: "CLOSED", exitReason: "watchdog" }]);
  });
});

describe("the dead-man alert", () => {
  it("is raised by reconcile when the watchdog of an exposed account is silent", async () => {
    await open();
    for (let minute = 0; minute < 4; minute++) {
      pass(60_000);
      await reconcileAccount(world.instance("reconcile"), profile);
    }
    expect(alerts()).toContain("WATCHDOG_SILENT");
  });

  it("is not raised while it looks", async () => {
    await open();
    for (let minute = 0; minute < 4; minute++) {
      pass(60_000);
      await watchOneAccount(watchdog, ACCOUNT);
      await world.tickNav();
      await reconcileAccount(world.instance("reconcile"), profile);
    }
    expect(alerts()).toEqual([]);
  });
});

describe("a flat account that the watchdog had reduced", () => {
  it("is woken by reconcile until its REDUCING has ended", async () => {
    await open();
    const reduced = { ...control().tradingState, state: "REDUCING", cause: "watchdog" } as const;
    world.documents.seed(paths.control(ACCOUNT), { ...control(), tradingState: reduced } as never);
    await executeIntent(
      world.instance("executor"),
      messageOf(world, givenIntent(world, { action: "close", side: null })),
    );
    for (let minute = 0; minute < 6; minute++) {
      pass(60_000);
      await reconcileAccount(world.instance("reconcile"), profile);
      for (const { queue } of world.tasks.takeDue(world.clock.nowMs()))
        if (queue === "watchdog") await watchOneAccount(watchdog, ACCOUNT);
    }
    expect(control().tradingState.state).toBe("ACTIVE");
  });
});
