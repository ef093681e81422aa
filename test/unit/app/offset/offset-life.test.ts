// A loser and its winners at the exchange: a plan begins by itself, closes winners and then the loser, survives the death of
// its process at any order, and never begins or goes on where it must not. The sums are the matching engine's.
// Proves: app/offset/start-offset.ts, app/offset/continue-offset.ts, app/offset/tell-offset.ts, app/offset-facts/read-facts.ts
import { beforeEach, describe, expect, it } from "vitest";
import type { ControlState } from "#domain/documents/control.ts";
import type { Group } from "#domain/documents/group.ts";
import type { Order } from "#domain/documents/order.ts";
import { paths } from "#domain/documents/paths.ts";
import type { Alert, JournalEntry } from "#domain/documents/records.ts";
import { executeIntent } from "#functions/app/execution/execute-intent.ts";
import { followUpAccount } from "#functions/app/reconcile/follow-up.ts";
import { reconcileAccount } from "#functions/app/reconcile/reconcile-account.ts";
import { raiseAlert } from "#functions/app/telling/alert.ts";
import { watchOneAccount } from "#functions/app/watchdog/watch-every-account.ts";
import type { Venue } from "#ports/venue.ts";
import { freshList } from "#test/support/account-list.ts";
import { createCommandPost, deliverCommands } from "#test/support/commands.ts";
import { OFFSET } from "#test/support/offset-ground.ts";
import {
  ACCOUNT,
  createWorld,
  givenIntent,
  type Instance,
  messageOf,
  profile,
  type World,
} from "#test/support/world.ts";

/** The engine's taker fee is 5 basis points; its books are a few wide. */
const CONFIG = { ...OFFSET, minLossBps: 200, feeBps: 5, slippageBps: 20 };
const LOSER = "BTCUSDT";
const WINNER = "ETHUSDT";

let world: World;
beforeEach(async () => {
  world = await createWorld({ config: { offset: CONFIG } });
  world.exchange.admin("pause");
});

const control = (): ControlState => world.read<ControlState>(paths.control(ACCOUNT)) as ControlState;
const groups = (): readonly Group[] => world.under<Group>(paths.groups(ACCOUNT));
const groupOf = (symbol: string): Group | undefined => groups().find((each) => each.symbol === symbol);
const alerts = (): readonly string[] => world.under<Alert>(paths.alerts(ACCOUNT)).map(({ code }) => code);
const journal = (): readonly string[] =>
  world
    .under<JournalEntry>(`accounts/${ACCOUNT}/journal`)
    .toSorted((a, b) => a.seq - b.seq)
    .map(({ kind }) => kind)
    .filter((kind) => kind.startsWith("OFFSET"));
const closes = (): readonly string[] =>
  world
    .under<Order>(paths.orders(ACCOUNT))
    .filter(({ request }) => request.reduceOnly)
    .map(({ request }) => request.symbol)
    .toSorted();

const heldAtVenue = (symbol: string): number => {
  const lots = [...world.exchange.engine.state.accounts.values()].map(
    ({ positions }) => positions.get(symbol)?.lots ?? 0,
  );
  return Math.max(...lots) * (world.exchange.engine.specs.get(symbol)?.lotBase ?? 0);
};

async function open(symbol: string): Promise<void> {
  await executeIntent(world.instance("executor"), messageOf(world, givenIntent(world, { symbol })));
}

function movePrice(symbol: string, share: number): void {
  const midUsd = world.exchange.engine.state.symbols.get(symbol)?.midUsd ?? 0;
  world.exchange.admin("price", { symbol, priceUsd: midUsd * share });
}

/** A minute of schedules without reconcile. */
async function minute(): Promise<void> {
  world.clock.setMs(world.clock.nowMs() + 60_000);
  await world.tickNav();
  const watchdog = { ...world.instance("watchdog"), accountList: freshList(world) };
  await watchOneAccount(watchdog, ACCOUNT);
}
const reconcile = (deps: Instance = world.instance("reconcile")) => reconcileAccount(deps, profile);

/** One position loses five percent, the other earns ten. */
async function openPair(): Promise<void> {
  await open(LOSER);
  await open(WINNER);
  movePrice(LOSER, 0.95);
  movePrice(WINNER, 1.1);
  await minute();
}

/** Realised profit less fees of all closes, by the exchange. */
function sumUsd(): number {
  const { trades, orders } = world.exchange.engine.state;
  const closing = trades.filter(({ orderId }) => orders.get(orderId)?.reduceOnly === true);
  const sumE8 = closing.reduce((sum, each) => sum + each.realizedUsdE8 - each.commissionUsdE8, 0n);
  return Number(sumE8) / 1e8;
}

function expectDone(): void {
  expect(control().offset).toBeNull();
  expect(groupOf(LOSER)).toMatchObject({ status: "CLOSED", qtyBase: "0", exitReason: "offset" });
  expect(groupOf(WINNER)?.status).toBe("ACTIVE");
  expect(sumUsd()).toBeGreaterThanOrEqual(0);
  expect(alerts()).toContain("OFFSET_DONE");
}

describe("a loser that a winner pays for", () => {
  it("is closed by the minute's reconcile, after the winner's part", async () => {
    await openPair();
    await reconcile();
    expectDone();
    expect(journal()).toEqual([
      "OFFSET_PLANNED",
      "OFFSET_ORDER_STORED",
      "OFFSET_ORDER_STORED",
      "OFFSET_DONE",
    ]);
    // No more than the loss and its costs: the winner keeps the rest.
    expect(Number(groupOf(WINNER)?.qtyBase)).toBeGreaterThan(0);
    expect(sumUsd()).toBeLessThan(5);
  });

  it("is left alone where the config does not ask for it", async () => {
    world = await createWorld();
    world.exchange.admin("pause");
    await openPair();
    await reconcile();
    expect(closes()).toEqual([]);
  });

  it("is closed by an instance that has known the account for long, since the NAV is read anew", async () => {
    const deps = world.instance("reconcile");
    await open(LOSER);
    await open(WINNER);
    for (let quiet = 0; quiet < 4; quiet += 1) {
      await minute();
      await reconcile(deps);
    }
    movePrice(LOSER, 0.95);
    movePrice(WINNER, 1.1);
    await minute();
    await reconcile(deps);
    expectDone();
  });

  it("costs the NAV while there is none: one read a minute, and no request, more than without an offset", async () => {
    const costs = async (): Promise<readonly [requests: readonly unknown[], reads: number]> => {
      world.exchange.admin("pause");
      await open(LOSER);
      await open(WINNER);
      const deps = world.instance("reconcile");
      await minute();
      await reconcile(deps);
      await minute();
      world.requests.length = 0;
      const before = { ...deps.counts };
      await reconcile(deps);
      return [world.requests.toSorted(), deps.counts.reads - before.reads];
    };
    const [requests, reads] = await costs();
    world = await createWorld();
    expect(await costs()).toEqual([requests, reads - 1]);
  });
});

type Never = readonly [name: string, before: () => Promise<void>];
const NEVER: readonly Never[] = [
  ["while a critical alert is open", () => openAlert()],
  ["while the watchdog has not looked", () => forgetWatchdog()],
  ["on a stale NAV", () => staleNav()],
  ["in REDUCING", () => latch("REDUCING")],
];

async function openAlert(): Promise<void> {
  await raiseAlert(world.instance("test"), {
    accountId: ACCOUNT,
    severity: "critical",
    code: "TEST",
    message: "Something is wrong",
    remedy: "Look",
    dedupeKey: "1",
  });
}

async function forgetWatchdog(): Promise<void> {
  await world.documents.commit([{ op: "delete", path: paths.telemetry(ACCOUNT, "watchdog") }]);
}

async function staleNav(): Promise<void> {
  await world.documents.commit([{ op: "update", path: paths.nav(ACCOUNT), changes: { stale: true } }]);
}

async function latch(state: string): Promise<void> {
  const tradingState = { ...control().tradingState, state };
  await world.documents.commit([{ op: "update", path: paths.control(ACCOUNT), changes: { tradingState } }]);
}

describe("no plan begins", () => {
  it.each(NEVER)("%s", async (_name, before) => {
    await openPair();
    await before();
    await reconcile();
    expect(closes()).toEqual([]);
    expect(journal()).toEqual([]);
  });
});

/** A process that dies at one of its orders, before or after the venue has it. */
function dyingAt(order: number, when: "before" | "after"): Instance {
  const instance = world.instance("dying");
  let count = 0;
  return {
    ...instance,
    venueFor: async (of) => {
      const venue = await instance.venueFor(of);
      const createOrder: Venue["createOrder"] = async (...wanted) => {
        const isStruck = count === order;
        count += 1;
        if (isStruck && when === "before") throw new Error("killed");
        const taken = await venue.createOrder(...wanted);
        if (isStruck) throw new Error("killed");
        return taken;
      };
      return { ...venue, createOrder };
    },
  };
}

/** Follow-ups and reconciles of other processes, until the plan has ended. */
async function recover(): Promise<void> {
  for (let pass = 0; pass < 60 && control().offset !== null; pass += 1) {
    world.clock.setMs(world.clock.nowMs() + 5_000);
    await followUpAccount(world.instance("followUp"), ACCOUNT);
  }
}

describe("a process that dies", () => {
  it.each([
    [0, "after"],
    [1, "after"],
  ] as const)("at order %i, %s the venue has it, leaves a plan that another ends", async (order, when) => {
    await openPair();
    await reconcile(dyingAt(order, when)).catch(() => undefined);
    expect(control().offset).not.toBeNull();
    await recover();
    expectDone();
    expect(closes()).toEqual([LOSER, WINNER].toSorted());
  });

  it.each([0, 1])(
    "before its order %i reached the venue ends the plan in time, never half in silence",
    async (order) => {
      await openPair();
      await reconcile(dyingAt(order, "before")).catch(() => undefined);
      await recover();
      expect(control().offset).toBeNull();
      const isPaid = groupOf(LOSER)?.status === "CLOSED";
      expect(isPaid ? sumUsd() >= 0 : alerts().some((code) => code.startsWith("OFFSET_"))).toBe(true);
      if (!isPaid) expect(groupOf(LOSER)?.qtyBase).not.toBe("0");
    },
  );
});

/** The price moves once the winner's order is at the venue. */
function movingAfterFirst(share: number): Instance {
  const instance = world.instance("moving");
  return {
    ...instance,
    venueFor: async (of) => {
      const venue = await instance.venueFor(of);
      const createOrder: Venue["createOrder"] = async (request, options) => {
        const taken = await venue.createOrder(request, options);
        if (request.symbol === WINNER) movePrice(LOSER, share);
        return taken;
      };
      return { ...venue, createOrder };
    },
  };
}

/** Two safety entries, far below every price of these tests. */
const LADDER = {
  dca: { safetyOrders: 2, deviationBps: 2_000, stepScale: "1", firstSizeBps: 10_000, volumeScale: "1" },
  pyramid: null,
};

describe("a loser with safety entries that wait", () => {
  const openLadder = async (poolRule: "notAsked" | "fullSuffices"): Promise<void> => {
    world = await createWorld({ config: { offset: { ...CONFIG, poolRule }, maxOpenGroups: 2 } });
    world.exchange.admin("pause");
    const intent = givenIntent(world, { symbol: LOSER, entries: LADDER });
    await executeIntent(world.instance("executor"), messageOf(world, intent));
    await open(WINNER);
    movePrice(LOSER, 0.95);
    movePrice(WINNER, 1.1);
    await minute();
  };
  const legs = () =>
    groupOf(LOSER)
      ?.legs.filter(({ kind }) => kind === "dca")
      .map(({ status }) => status);
  const roomUsd = () => control().slots[groupOf(LOSER)?.groupId ?? ""]?.legsUsd;

  it("is left alone: not all of its entries have filled", async () => {
    await openLadder("notAsked");
    await reconcile();
    expect([closes(), legs()]).toEqual([[], ["WAITING", "WAITING"]]);
  });

  it("loses them, and their room, in the commit that stores its close", async () => {
    await openLadder("fullSuffices");
    expect(Number(roomUsd())).toBeGreaterThan(0);
    await reconcile(dyingAt(1, "before")).catch(() => undefined);
    expect(groupOf(LOSER)?.status).toBe("REDUCING");
    expect([legs(), roomUsd()]).toEqual([["WITHDRAWN", "WITHDRAWN"], undefined]);
  });
});

describe("an operator's partial close that meets a plan", () => {
  const closeShare = async (symbol: string, shareBps: number): Promise<void> => {
    const desk = createCommandPost(world);
    const groupId = groupOf(symbol)?.groupId ?? "";
    const { body } = await desk.order({ kind: "close_position", groupId, shareBps });
    await desk.confirm(body.commandId ?? "");
    await deliverCommands(world, world.instance("commandExecutor"));
  };

  it.each([
    [WINNER, 5_000],
    [WINNER, 10_000],
    [LOSER, 5_000],
    [LOSER, 10_000],
  ])(
    "of %s, %i bps: both count, nothing is closed twice, and the plan ends told",
    async (symbol, shareBps) => {
      await openPair();
      await reconcile(dyingAt(0, "after")).catch(() => undefined);
      await closeShare(symbol, shareBps);
      await recover();
      await reconcile();
      expect(control().offset).toBeNull();
      expect(alerts().some((code) => code.startsWith("OFFSET_"))).toBe(true);
      for (const each of [LOSER, WINNER]) {
        expect(heldAtVenue(each)).toBeGreaterThanOrEqual(0);
        expect(heldAtVenue(each)).toBeCloseTo(Number(groupOf(each)?.qtyBase ?? 0), 9);
      }
      if (groupOf(LOSER)?.exitReason === "offset") expect(sumUsd()).toBeGreaterThanOrEqual(0);
    },
  );
});

describe("a plan that loses its ground between winner and loser", () => {
  it("leaves the loser, ends, and asks for a person", async () => {
    await openPair();
    await reconcile(movingAfterFirst(0.97));
    expect(closes()).toEqual([WINNER]);
    expect(control().offset).toBeNull();
    expect(alerts()).toContain("OFFSET_HALF_DONE");
    expect(groupOf(LOSER)?.status).toBe("ACTIVE");
  });

  it("asks for a person, too, where the venue's word on a winner's order is missing", async () => {
    await openPair();
    const heldBase = heldAtVenue(WINNER);
    const ofOrders = { path: "/fapi/v1/order" };
    const lost = {
      effect: { kind: "reset", when: "after" },
      match: { ...ofOrders, method: "POST" },
    } as const;
    world.exchange.addFault({ ...lost, count: 1 });
    for (const method of ["GET", "DELETE"])
      world.exchange.addFault({ effect: { kind: "reset", when: "before" }, match: { ...ofOrders, method } });
    await reconcile();
    await latch("REDUCING");
    await recover();
    expect(control().offset).toBeNull();
    expect(heldAtVenue(WINNER)).toBeLessThan(heldBase);
    const alert = world.under<Alert>(paths.alerts(ACCOUNT)).find(({ code }) => code === "OFFSET_HALF_DONE");
    expect(alert).toMatchObject({ severity: "critical" });
    expect(alert?.message).toContain(`What its last order in ${WINNER} came to is not known yet`);
  });

  it("begins no other until that alert is acknowledged", async () => {
    await openPair();
    await reconcile(movingAfterFirst(0.97));
    movePrice(WINNER, 1.2);
    await minute();
    await reconcile();
    expect(closes()).toEqual([WINNER]);
    const alert = world.under<Alert>(paths.alerts(ACCOUNT)).find(({ code }) => code === "OFFSET_HALF_DONE");
    const path = paths.alert(ACCOUNT, alert?.alertId ?? "");
    const changes = { acknowledgedAtMs: world.clock.nowMs(), acknowledgedBy: "ada" };
    await world.documents.commit([{ op: "update", path, changes }]);
    await minute();
    await reconcile();
    expect(closes()).toEqual([LOSER, WINNER, WINNER].toSorted());
  });

  it("sends nothing more once a flatten is ordered", async () => {
    await openPair();
    await reconcile(dyingAt(0, "after")).catch(() => undefined);
    await latch("HALTED");
    await recover();
    expect(closes()).toEqual([WINNER]);
    expect(control().offset).toBeNull();
    expect(alerts()).toContain("OFFSET_HALF_DONE");
  });
});
