// A watchdog that is never blind in silence: losses are judged whenever the account answers, of one moment and without
// any price; what cannot be seen at all is closed at its limit, whichever instance looks; and a day of one fault is told
// of a few times.
// Proves: app/watchdog/look-at-venue.ts, domain/watchdog/sight.ts, domain/watchdog/episodes.ts
import { beforeEach, describe, expect, it } from "vitest";
import type { ControlState } from "#domain/documents/control.ts";
import { paths } from "#domain/documents/paths.ts";
import type { Alert } from "#domain/documents/records.ts";
import { executeIntent } from "#functions/app/execution/execute-intent.ts";
import { followUpAccount } from "#functions/app/reconcile/follow-up.ts";
import { watchOneAccount } from "#functions/app/watchdog/watch-every-account.ts";
import type { WatchdogDeps } from "#functions/app/watchdog/watchdog-deps.ts";
import { DocumentRefusedError } from "#ports/documents.ts";
import { freshList } from "#test/support/account-list.ts";
import { orderByHand } from "#test/support/by-hand.ts";
import { PLAIN_CONFIG } from "#test/support/config.ts";
import { ACCOUNT, createWorld, givenIntent, messageOf, profile, type World } from "#test/support/world.ts";

const LOOK_MS = 15_000;
const LIMIT_LOOKS = 180_000 / LOOK_MS;
const LARGE = { kind: "notionalUsd", notionalUsd: "40000" } as const;
const ROOM = { maxOrderNotionalUsd: "50000", maxSymbolExposureUsd: "90000", maxGrossExposureUsd: "90000" };
const PRICES = "/fapi/v1/ticker/bookTicker";
const ACCOUNTS = "/fapi/v3/account";
const POSITIONS = "/fapi/v3/positionRisk";
let world: World;

const control = (): ControlState => world.read<ControlState>(paths.control(ACCOUNT)) as ControlState;
const alerts = (): readonly Alert[] => world.under<Alert>(paths.alerts(ACCOUNT));
const codes = (): readonly string[] => alerts().map(({ code }) => code);
const held = async (): Promise<readonly string[]> => {
  const venue = await world.instance("look").venueFor(profile);
  return (await venue.fetchPositions()).map(({ symbol }) => symbol);
};

async function begin(watchdog: object = {}): Promise<void> {
  world = await createWorld({ config: { ...ROOM, watchdog: { ...PLAIN_CONFIG.watchdog, ...watchdog } } });
  world.exchange.admin("pause");
}
beforeEach(() => begin());

async function open(symbol = "BTCUSDT"): Promise<void> {
  await executeIntent(
    world.instance("executor"),
    messageOf(world, givenIntent(world, { symbol, size: LARGE })),
  );
}

let steps = 0;
/** Prices go up and down by a hair: they are of now, and no loss. */
function pass(durationMs: number): void {
  steps += 1;
  world.clock.setMs(world.clock.nowMs() + durationMs);
  world.exchange.admin("jump", { percent: steps % 2 === 0 ? 0.01 : -0.01, symbol: "BTCUSDT" });
}

function startSession(stopLossNavUsd: string): void {
  const session = { startedBy: "ada", startedAtMs: world.clock.nowMs(), horizonAtMs: null, stopLossNavUsd };
  world.documents.seed(paths.control(ACCOUNT), { ...control(), session } as never);
}

/** Warm: one instance for all looks. Cold: a new one for each. */
function instance(name = "watchdog"): WatchdogDeps {
  const accountList = freshList(world);
  return { ...world.instance(name), accountList };
}

/** Looks with every other schedule at work beside them. */
async function watch(looks: number, deps: () => WatchdogDeps = instance): Promise<void> {
  for (let count = 0; count < looks; count += 1) {
    pass(LOOK_MS);
    if (count % 4 === 0) {
      await world.tickNav();
      // A pass that meets a venue which does not answer ends, and comes again.
      await Promise.allSettled([world.instance("reconcile").duties.reconcileEveryAccount()]);
    }
    await watchOneAccount(deps(), ACCOUNT);
    for (const { queue } of world.tasks.takeDue(world.clock.nowMs()))
      if (queue === "followUp") await followUpAccount(world.instance("followUp"), ACCOUNT);
  }
}

function breakPaths(...broken: readonly string[]): void {
  for (const path of broken)
    world.exchange.addFault({
      effect: { kind: "httpError", when: "before", status: 503, body: "down" },
      match: { path: `^${path}$` },
    });
}

describe("the session's stop-loss", () => {
  it.each([
    ["the price endpoint is down", () => breakPaths(PRICES)],
    [
      "the prices are frozen",
      () => void world.exchange.addFault({ effect: { kind: "stale" }, match: { path: PRICES } }),
    ],
    [
      "a coin without a market lies in the wallet",
      () => void world.exchange.admin("deposit", { asset: "FDUSD", qty: "0.01" }),
    ],
    [
      "income is refused",
      () => {
        world.exchange.admin("income", { incomeType: "FUNDING_FEE", lossUsd: "1" });
        const effect = { kind: "venueError", when: "before", status: 400, code: -1100, msg: "no" } as const;
        world.exchange.addFault({ effect, match: { path: ".*income" } });
      },
    ],
  ])("is judged at the next looks, and everything is flat, while %s", async (_case, fault) => {
    await open();
    await watch(2);
    startSession("95000");
    fault();
    await watch(5);
    expect(control().flatten).toBeNull();
    expect(await held()).toEqual(["BTCUSDT"]);
    world.exchange.admin("jump", { percent: -30, symbol: "BTCUSDT" });
    await watch(4);
    world.exchange.clearFaults();
    expect(await held()).toEqual([]);
    expect(control().tradingState).toMatchObject({ state: "HALTED", cause: "session" });
  });

  it("is judged on wallet and positions of one moment: a close between two reads is no loss counted twice", async () => {
    await open();
    await open("ETHUSDT");
    pass(60_000);
    world.exchange.admin("jump", { percent: -10, symbol: "BTCUSDT" });
    pass(60_000);
    await world.tickNav();
    const nav = world.read<{ navUsd: string }>(paths.nav(ACCOUNT));
    startSession(String(Math.round(Number(nav?.navUsd) - 2_000)));
    const deps = instance();
    const closeBtc = async (): Promise<void> => {
      const venue = await world.instance("hand").venueFor(profile);
      const position = (await venue.fetchPositions()).find(({ symbol }) => symbol === "BTCUSDT");
      if (position === undefined) return;
      const { qtyBase: quantity } = position;
      orderByHand(world, { symbol: "BTCUSDT", side: "SELL", type: "MARKET", quantity, reduceOnly: "true" });
    };
    /** Whatever is asked of the account first, the position is closed right after it. */
    const venueFor: WatchdogDeps["venueFor"] = async (of) => {
      const venue = await deps.venueFor(of);
      const andClose = async <T>(answer: Promise<T>): Promise<T> => {
        const given = await answer;
        await closeBtc();
        return given;
      };
      return {
        ...venue,
        fetchPositions: () => andClose(venue.fetchPositions()),
        fetchAccount: () => andClose(venue.fetchAccount()),
      };
    };
    pass(LOOK_MS);
    await watchOneAccount({ ...deps, venueFor }, ACCOUNT);
    expect(await held()).toEqual(["ETHUSDT"]);
    expect(control()).toMatchObject({ tradingState: { state: "ACTIVE" }, flatten: null });
  });
});

describe("a group's stop-loss", () => {
  it("closes the group while the price endpoint is down", async () => {
    await begin({ groupStopLossBps: 500 });
    await open();
    await watch(2);
    breakPaths(PRICES);
    world.exchange.admin("jump", { percent: -8, symbol: "BTCUSDT" });
    await watch(2);
    expect(await held()).toEqual([]);
    expect(control().tradingState.state).toBe("REDUCING");
  });
});

describe("what is held and cannot be seen", () => {
  const warm = (): (() => WatchdogDeps) => {
    const one = instance();
    return () => one;
  };
  it.each([
    ["one instance looks all the time", warm],
    ["every look is another instance's first", () => () => instance("cold")],
  ])("is closed at the limit of blindness, and not before: %s", async (_case, looking) => {
    await open();
    const looks = looking();
    await watch(2, looks);
    breakPaths(PRICES, ACCOUNTS);
    await watch(LIMIT_LOOKS, looks);
    expect(await held()).toEqual(["BTCUSDT"]);
    expect(control().tradingState.state).toBe("REDUCING");
    await watch(3, looks);
    expect(await held()).toEqual([]);
    expect(control().tradingState).toMatchObject({ state: "HALTED", cause: "watchdog" });
    expect(codes()).toEqual(expect.arrayContaining(["WATCHDOG_ACCOUNT_SILENT", "WATCHDOG_FLATTENS"]));
  });

  it("is not closed by a look beside which another one saw it", async () => {
    await open();
    await watch(2);
    breakPaths(PRICES, ACCOUNTS);
    await watch(LIMIT_LOOKS);
    const deps = instance("slow");
    const { venueFor } = deps;
    const venueForSlow: WatchdogDeps["venueFor"] = async (of) => {
      const venue = await venueFor(of);
      const fetchTopOfBook: typeof venue.fetchTopOfBook = async (symbols) => {
        world.exchange.clearFaults();
        await watchOneAccount(instance("quick"), ACCOUNT);
        breakPaths(PRICES, ACCOUNTS);
        return await venue.fetchTopOfBook(symbols);
      };
      return { ...venue, fetchTopOfBook };
    };
    pass(2 * LOOK_MS);
    await watchOneAccount({ ...deps, venueFor: venueForSlow }, ACCOUNT);
    expect(control().flatten).toBeNull();
    expect(await held()).toEqual(["BTCUSDT"]);
  });

  it("is closed although each look takes so long that another blind one ends beside it", async () => {
    await open();
    await watch(2);
    breakPaths(PRICES, ACCOUNTS);
    await watch(LIMIT_LOOKS);
    for (let looks = 0; looks < 3; looks += 1) {
      const deps = instance("slow");
      const { venueFor } = deps;
      const overtaken: WatchdogDeps["venueFor"] = async (of) => {
        const venue = await venueFor(of);
        const fetchTopOfBook: typeof venue.fetchTopOfBook = async (symbols) => {
          pass(1_000);
          if (control().flatten === null) await watchOneAccount(instance("also blind"), ACCOUNT);
          return await venue.fetchTopOfBook(symbols);
        };
        return { ...venue, fetchTopOfBook };
      };
      pass(LOOK_MS);
      // The one that overtakes is overtaken as well, by a record that a third has stored.
      const path = paths.telemetry(ACCOUNT, "watchdog");
      const record = world.read<object>(path) ?? {};
      world.documents.seed(path, { ...record, lookedAtMs: world.clock.nowMs() } as never);
      await watchOneAccount({ ...deps, venueFor: overtaken }, ACCOUNT);
    }
    expect(control().tradingState).toMatchObject({ state: "HALTED", cause: "watchdog" });
  });

  it("is closed where account and prices are copies of some earlier moment", async () => {
    await open();
    await watch(2);
    for (const path of [PRICES, ACCOUNTS])
      world.exchange.addFault({ effect: { kind: "stale" }, match: { path: `^${path}$` } });
    await watch(LIMIT_LOOKS + 8);
    expect(await held()).toEqual([]);
    expect(control().tradingState).toMatchObject({ state: "HALTED", cause: "watchdog" });
  });

  it("is closed once the venue answers again, where it was blind past the limit in all it says", async () => {
    await open();
    await watch(2);
    const { id } = world.exchange.addFault({ effect: { kind: "reset", when: "before" } });
    await watch(LIMIT_LOOKS + 4);
    expect(control().flatten).not.toBeNull();
    world.exchange.clearFaults(id);
    await watch(4);
    expect(await held()).toEqual([]);
  });

  it("is not closed for an outage shorter than the limit, and trading comes back", async () => {
    await open();
    await watch(2);
    breakPaths(PRICES, ACCOUNTS, POSITIONS);
    await watch(LIMIT_LOOKS - 1);
    world.exchange.clearFaults();
    await watch(6);
    expect(await held()).toEqual(["BTCUSDT"]);
    expect(control().tradingState.state).toBe("ACTIVE");
  });

  it("is not blind while touch and the other list of positions see it: it is reduced, and judged", async () => {
    await open();
    await watch(2);
    startSession("95000");
    breakPaths(ACCOUNTS);
    await watch(2 * LIMIT_LOOKS);
    expect(await held()).toEqual(["BTCUSDT"]);
    expect(control().tradingState.state).toBe("REDUCING");
    world.exchange.admin("jump", { percent: -30, symbol: "BTCUSDT" });
    await watch(4);
    expect(await held()).toEqual([]);
    expect(control().tradingState).toMatchObject({ state: "HALTED", cause: "session" });
  });
});

describe("a fault that lasts", () => {
  it("is told of once for each sign, however many looks find it, and never ends trading by number", async () => {
    await open();
    await watch(2);
    breakPaths(PRICES);
    await watch(240);
    expect(await held()).toEqual(["BTCUSDT"]);
    expect(control().tradingState.state).toBe("REDUCING");
    const told = codes().filter((code) => code.startsWith("WATCHDOG_"));
    expect(told).toEqual(expect.arrayContaining(["WATCHDOG_MARKET_DATA_STALE", "WATCHDOG_REDUCES"]));
    expect(told).toHaveLength(new Set(told).size);
  });

  it("begins a new telling with a new episode, and none with a flicker", async () => {
    await open();
    await watch(2);
    const told = (): number => codes().filter((code) => code === "WATCHDOG_MARKET_DATA_STALE").length;
    for (let flicker = 0; flicker < 5; flicker += 1) {
      breakPaths(PRICES);
      await watch(1);
      world.exchange.clearFaults();
      await watch(2);
    }
    expect(told()).toBe(1);
    await watch(24);
    breakPaths(PRICES);
    await watch(1);
    expect(told()).toBe(2);
  });

  it("is told at the next look where its alert could not be stored", async () => {
    await open();
    await watch(2);
    breakPaths(PRICES);
    const deps = instance();
    const { documents } = deps;
    const refusing: typeof documents = {
      getAll: (asked) => documents.getAll(asked),
      query: (query) => documents.query(query),
      commit: async (writes) => {
        if (writes.some(({ path }) => path.includes("/alerts/") && writes.length <= 2))
          throw new DocumentRefusedError("the store takes no alert", null);
        return await documents.commit(writes);
      },
    };
    await watch(1, () => ({ ...deps, documents: refusing }));
    expect(codes()).not.toContain("WATCHDOG_MARKET_DATA_STALE");
    await watch(1);
    expect(codes()).toContain("WATCHDOG_MARKET_DATA_STALE");
  });
});
