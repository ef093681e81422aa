// Exits are stronger than entries: an exit beats an older entry, waits for a brake to end, turns a position round in two
// steps, touches no other strategy's position, and never ends unnoticed. On the matching engine's own positions.
// Proves: app/execution/exit-alerts.ts, app/execution/stored-intent.ts, app/execution/wait-in-inbox.ts
import { beforeEach, describe, expect, it } from "vitest";
import type { ControlState } from "#domain/documents/control.ts";
import type { Order } from "#domain/documents/order.ts";
import { paths } from "#domain/documents/paths.ts";
import type { Alert } from "#domain/documents/records.ts";
import type { Intent, Receipt, StoredIntent } from "#domain/documents/signal.ts";
import { EXIT_VALID_MS } from "#domain/risk/freshness.ts";
import { undecidedCount } from "#domain/watchdog/stale-rules.ts";
import { executeIntent } from "#functions/app/execution/execute-intent.ts";
import { followUpAccount } from "#functions/app/reconcile/follow-up.ts";
import { reconcileAccount } from "#functions/app/reconcile/reconcile-account.ts";
import { latchWith } from "#test/support/factories.ts";
import {
  ACCOUNT,
  createWorld,
  givenIntent,
  type Instance,
  messageOf,
  profile,
  type World,
} from "#test/support/world.ts";

const CLOSE = { action: "close", side: null } as const;
const ORDER_POST = { method: "POST", path: "/fapi/v1/order" } as const;

let world: World;
beforeEach(async () => {
  world = await createWorld();
  world.exchange.admin("pause");
});

const pass = (durationMs: number): void => world.clock.setMs(world.clock.nowMs() + durationMs);
const control = () => world.read<ControlState>(paths.control(ACCOUNT));
const orders = () => world.under<Order>(paths.orders(ACCOUNT));
const receiptOf = ({ signalId }: Intent) => world.read<Receipt>(paths.receipt(ACCOUNT, signalId));
const storedOf = ({ intentId }: Intent) => world.read<StoredIntent>(paths.intent(ACCOUNT, intentId));
const codesOf = (intent: Intent) => storedOf(intent)?.denials.map(({ code }) => code) ?? [];
const alertsOf = (code: string) =>
  world.under<Alert>(`accounts/${ACCOUNT}/alerts`).filter((each) => each.code === code);
const exitPosts = () => orders().filter(({ request }) => request.reduceOnly).length;

/** Signed quantity that the matching engine holds. */
function heldLots(symbol = "BTCUSDT"): number {
  let lots = 0;
  for (const trade of world.exchange.engine.state.trades)
    if (trade.symbol === symbol) lots += trade.side === "BUY" ? trade.lots : -trade.lots;
  return lots;
}

async function decide(overrides: Partial<Intent> = {}, instance: Instance = world.instance("executor")) {
  const intent = givenIntent(world, overrides);
  await executeIntent(instance, messageOf(world, intent));
  return intent;
}

/** Time goes on as deployed: tasks when they are due, NAV and reconcile every minute. */
async function goOn(minutes: number): Promise<void> {
  const untilMs = world.clock.nowMs() + minutes * 60_000;
  let minuteMs = world.clock.nowMs() + 60_000;
  while (world.clock.nowMs() < untilMs) {
    const dueMs = Math.min(...world.tasks.pending.map(({ runAtMs }) => runAtMs), minuteMs, untilMs);
    world.clock.setMs(Math.max(world.clock.nowMs(), dueMs));
    for (const task of world.tasks.takeDue(world.clock.nowMs()))
      await followUpAccount(world.instance("followUp"), String(task.payload.accountId));
    if (world.clock.nowMs() < minuteMs) continue;
    minuteMs += 60_000;
    await world.tickNav();
    await reconcileAccount(world.instance("schedules"), profile).catch((error: unknown) => {
      if (!(error instanceof Error) || error.name !== "VenueError") throw error;
    });
  }
}

function halt(state: "HALTED" | "ACTIVE"): void {
  const latch = latchWith({ state, atMs: world.clock.nowMs() });
  world.documents.seed(
    paths.control(ACCOUNT),
    JSON.parse(JSON.stringify({ ...control(), tradingState: latch })),
  );
}

describe("an exit that overtakes its entry", () => {
  it("wins: the entry that was signalled before it is denied and nothing is held", async () => {
    const entry = givenIntent(world);
    pass(2_000);
    const exit = await decide(CLOSE);
    await executeIntent(world.instance("executor"), messageOf(world, entry));
    expect(codesOf(exit)).toEqual(["POSITION_NOT_OPEN"]);
    expect(codesOf(entry)).toEqual(["SUPERSEDED"]);
    expect(heldLots()).toBe(0);
  });

  it("within one second of a sender that writes whole seconds, the later to arrive is the newer", async () => {
    const signalledAtMs = world.clock.nowMs();
    const early = givenIntent(world, { signalledAtMs });
    pass(200);
    const exit = givenIntent(world, { ...CLOSE, signalledAtMs });
    pass(200);
    const late = givenIntent(world, { signalledAtMs });
    await executeIntent(world.instance("executor"), messageOf(world, exit));
    await executeIntent(world.instance("executor"), messageOf(world, early));
    await executeIntent(world.instance("executor"), messageOf(world, late));
    expect(codesOf(early)).toEqual(["SUPERSEDED"]);
    expect(codesOf(late)).toEqual([]);
    expect(heldLots()).toBeGreaterThan(0);
  });

  it("supersedes only entries of its own strategy and symbol, and only of the side that it leaves", async () => {
    const others = [
      { strategyId: "patient", symbol: "ETHUSDT" },
      { symbol: "SOLUSDT" },
      { side: "short" } as const,
    ];
    const entries = others.map((each) => givenIntent(world, each));
    pass(1_000);
    await decide({ ...CLOSE, side: "long" });
    for (const entry of entries) await executeIntent(world.instance("executor"), messageOf(world, entry));
    expect(entries.map(codesOf)).toEqual([[], [], []]);
  });

  it("is remembered when it had something to close: an older entry does not open it again", async () => {
    await decide();
    const older = givenIntent(world);
    pass(1_000);
    await decide(CLOSE);
    await executeIntent(world.instance("executor"), messageOf(world, older));
    expect(codesOf(older)).toEqual(["SUPERSEDED"]);
    expect(heldLots()).toBe(0);
  });
});

describe("an exit that is older than the entry which opened the position", () => {
  it("meant another position: it is denied, and told", async () => {
    const exit = givenIntent(world, CLOSE);
    pass(1_000);
    await decide();
    await executeIntent(world.instance("executor"), messageOf(world, exit));
    expect(codesOf(exit)).toEqual(["SUPERSEDED"]);
    expect(heldLots()).toBeGreaterThan(0);
    expect(alertsOf("EXIT_DENIED")).toMatchObject([{ severity: "warning" }]);
  });

  it("however late it comes, one that is newer than the entry is carried out", async () => {
    await decide();
    pass(1_000);
    const signalledAtMs = world.clock.nowMs();
    pass(30 * 60_000);
    const exit = await decide({ ...CLOSE, signalledAtMs, expiresAtMs: signalledAtMs + 120_000 });
    expect(codesOf(exit)).toEqual([]);
    expect(heldLots()).toBe(0);
  });
});

describe("an exit that meets a ban of the venue", () => {
  it("waits, goes out when the ban ends, and the ban and the waiting are told once", async () => {
    await decide();
    world.exchange.admin("ban", { seconds: 300 });
    await world.tickNav();
    const exit = await decide(CLOSE);
    expect(receiptOf(exit)).toMatchObject({ status: "WAITING", denials: [{ code: "VENUE_BANNED" }] });
    await decide(CLOSE);
    expect(heldLots()).toBeGreaterThan(0);
    await goOn(7);
    expect(heldLots()).toBe(0);
    expect(receiptOf(exit)).toMatchObject({ status: "ORDERED", denials: [] });
    expect(alertsOf("VENUE_BAN")).toHaveLength(1);
    expect(alertsOf("EXIT_WAITS")).toHaveLength(1);
    expect(control()?.inbox).toMatchObject({ storedCount: 2, takenCount: 2 });
  });

  it("also when its own order is the first to meet the ban", async () => {
    await decide();
    world.exchange.admin("ban", { seconds: 300 });
    await decide(CLOSE);
    await goOn(8);
    expect(heldLots()).toBe(0);
    expect(alertsOf("VENUE_BAN")).toHaveLength(1);
  });

  it("holds back nothing behind it", async () => {
    await decide();
    halt("HALTED");
    await decide(CLOSE);
    const behind = await decide({ symbol: "ETHUSDT" });
    expect(codesOf(behind)).toEqual(["TRADING_HALTED"]);
    expect(control()?.lease.holderId).toBeNull();
  });
});

describe("an exit under a halt", () => {
  it("waits until trading resumes, and survives every instance", async () => {
    await decide();
    halt("HALTED");
    const exit = await decide(CLOSE);
    await goOn(5);
    expect(heldLots()).toBeGreaterThan(0);
    expect(storedOf(exit)?.status).toBe("INBOX");
    halt("ACTIVE");
    await goOn(2);
    expect(heldLots()).toBe(0);
    expect(storedOf(exit)?.status).toBe("DECIDED");
  });

  it("is no sign of a dead executor while the brake is on; an intent that was not looked at is one", async () => {
    await decide();
    halt("HALTED");
    await decide(CLOSE);
    const now = control();
    if (now === null) throw new Error("The control document is gone");
    expect(undecidedCount(now, world.clock.nowMs())).toBe(0);
    const inbox = { ...now.inbox, storedCount: now.inbox.storedCount + 1 };
    expect(undecidedCount({ ...now, inbox }, world.clock.nowMs())).toBe(1);
    const resumed = { ...now, tradingState: latchWith({ state: "ACTIVE" }) };
    expect(undecidedCount(resumed, world.clock.nowMs())).toBe(1);
  });

  it("dies in the end, and a critical alert says which, why, and what is still held", async () => {
    await decide();
    halt("HALTED");
    const exit = await decide(CLOSE);
    expect(alertsOf("EXIT_DENIED")).toEqual([]);
    pass(EXIT_VALID_MS + 1);
    await world.tickNav();
    await reconcileAccount(world.instance("schedules"), profile);
    expect(codesOf(exit)).toEqual(["TRADING_HALTED", "INTENT_EXPIRED"]);
    const [alert] = alertsOf("EXIT_DENIED");
    expect(alert).toMatchObject({ severity: "critical" });
    expect(alert?.message).toMatch(
      /close of BTCUSDT by trend.*INTENT_EXPIRED.*Still held: long 0\.\d+ BTCUSDT/,
    );
  });

  it("is refused and told when a hundred wait already: a sender gone astray must not crowd out the others", async () => {
    await decide();
    halt("HALTED");
    const first = control();
    world.documents.seed(
      paths.control(ACCOUNT),
      JSON.parse(JSON.stringify({ ...first, inbox: { storedCount: 100, takenCount: 0 } })),
    );
    const exit = await decide(CLOSE);
    expect(codesOf(exit)).toEqual(["TRADING_HALTED"]);
    expect(alertsOf("EXIT_DENIED")).toMatchObject([{ severity: "critical" }]);
  });
});

describe("an exit that finds another exit in flight", () => {
  it("waits for its fate, and takes what that one leaves", async () => {
    await decide();
    world.exchange.addFault({ effect: { kind: "reset", when: "before" }, match: ORDER_POST, count: 1 });
    await decide({ action: "reduce", side: null, reduceBps: 10_000, expiresAtMs: world.clock.nowMs() + 1 });
    const exit = await decide(CLOSE);
    expect(storedOf(exit)).toMatchObject({ status: "INBOX", denials: [{ code: "ORDER_IN_FLIGHT" }] });
    await goOn(3);
    expect(heldLots()).toBe(0);
    expect(storedOf(exit)?.status).not.toBe("INBOX");
  });
});

describe("an exit that the venue refuses", () => {
  it("reaches a person, with the venue's reason and what is still held", async () => {
    await decide();
    const effect = {
      kind: "venueError",
      when: "before",
      status: 400,
      code: -2022,
      msg: "ReduceOnly Order is rejected.",
    } as const;
    world.exchange.addFault({ effect, match: ORDER_POST, count: 1 });
    await decide(CLOSE);
    const [alert] = alertsOf("EXIT_ORDER_FAILED");
    expect(alert).toMatchObject({
      severity: "critical",
      remedy: expect.stringMatching(/^Compare the position at the venue with the page\. Close the position/),
    });
    expect(alert?.message).toMatch(
      /REJECTED.*nothing that it would reduce.*-2022: .*Still held: long 0\.\d+ BTCUSDT/,
    );
  });
});

describe("an exit of what is too little for an order", () => {
  it.each([
    ["0.0004", "long 0.0004"],
    ["-0.0004", "short 0.0004"],
  ])("says that a rest of %s is still held", async (restBase, held) => {
    const dust = { BTCUSDT: restBase };
    world.documents.seed(paths.control(ACCOUNT), JSON.parse(JSON.stringify({ ...control(), dust })));
    expect(codesOf(await decide(CLOSE))).toEqual(["POSITION_NOT_OPEN"]);
    expect(alertsOf("EXIT_DENIED")).toMatchObject([{ severity: "warning" }]);
    expect(alertsOf("EXIT_DENIED")[0]?.message).toContain(held);
  });
});

describe("a reversal", () => {
  it("closes, then opens the other side, as two orders of one intent", async () => {
    await decide();
    const long = heldLots();
    pass(1_000);
    const reversal = await decide({ side: "short" });
    expect(heldLots()).toBeLessThan(0);
    const own = orders().filter(({ intentId }) => intentId === reversal.intentId);
    expect(own.map(({ step, request }) => [step, request.side, request.reduceOnly]).sort()).toEqual([
      [0, "sell", true],
      [1, "sell", false],
    ]);
    expect(Math.abs(heldLots())).toBeLessThan(long * 1.5);
    expect(receiptOf(reversal)).toMatchObject({ status: "ORDERED", denials: [] });
    expect(storedOf(reversal)).toMatchObject({ status: "DECIDED", step: 2 });
    expect(control()?.lease.holderId).toBeNull();
    expect(control()?.inbox).toMatchObject({ storedCount: 1, takenCount: 1 });
  });

  it("closes whatever the entry's checks say; the entry's reasons stand on the receipt, and people are told", async () => {
    await decide();
    pass(1_000);
    const reversal = await decide({ side: "short", size: { kind: "notionalUsd", notionalUsd: "6000" } });
    expect(heldLots()).toBe(0);
    expect(receiptOf(reversal)).toMatchObject({
      status: "ORDERED",
      denials: [{ code: "NOTIONAL_EXCEEDS_MAX_PER_ORDER" }],
    });
    expect(alertsOf("REVERSAL_CUT_SHORT")).toMatchObject([{ severity: "warning" }]);
  });

  it("whose entry comes too late ends flat, and told", async () => {
    await decide();
    pass(1_000);
    world.exchange.addFault({ effect: { kind: "reset", when: "before" }, match: ORDER_POST, count: 1 });
    const reversal = await decide({ side: "short", expiresAtMs: world.clock.nowMs() + 1_000 });
    await goOn(3);
    expect(heldLots()).toBe(0);
    expect(codesOf(reversal)).toEqual(["INTENT_EXPIRED"]);
    expect(alertsOf("REVERSAL_CUT_SHORT")).toHaveLength(1);
  });

  it("killed between its steps is closed once its absence is proven, and its entry is refused for its age", async () => {
    await decide();
    pass(1_000);
    const dying: Instance = {
      ...world.instance("executor"),
      venueFor: () => Promise.reject(new Error("killed")),
    };
    const reversal = givenIntent(world, { side: "short", expiresAtMs: world.clock.nowMs() + 300_000 });
    await expect(executeIntent(dying, messageOf(world, reversal))).rejects.toThrow("killed");
    // The close is sent again once its absence is proven, which takes two minutes.
    await goOn(4);
    expect(heldLots()).toBe(0);
    // Its entry has become too old meanwhile, and that is told.
    expect(storedOf(reversal)).toMatchObject({ step: 1 });
    expect(world.under<{ code: string }>(`accounts/${ACCOUNT}/alerts`).map(({ code }) => code)).toContain(
      "REVERSAL_CUT_SHORT",
    );
  });

  it("is one order a step however often it is delivered", async () => {
    await decide();
    pass(1_000);
    const reversal = givenIntent(world, { side: "short" });
    const instances = [world.instance("a"), world.instance("b"), world.instance("c")];
    const deliveries = Array.from({ length: 9 }, (_, place) => instances[place % 3] ?? world.instance("d"));
    await Promise.all(deliveries.map((each) => executeIntent(each, messageOf(world, reversal))));
    await goOn(1);
    expect(orders()).toHaveLength(3);
    expect(heldLots()).toBeLessThan(0);
  });

  it("sends no entry before the venue holds nothing", async () => {
    await decide();
    pass(1_000);
    world.exchange.addFault({ effect: { kind: "reset", when: "after" }, match: ORDER_POST, count: 1 });
    const reversal = await decide({ side: "short" });
    expect(orders().filter(({ intentId }) => intentId === reversal.intentId)).toHaveLength(1);
    await goOn(1);
    expect(heldLots()).toBeLessThan(0);
  });

  it("that a refusing venue keeps from closing gives up after three orders, and says what is held", async () => {
    await decide();
    pass(1_000);
    const effect = {
      kind: "venueError",
      when: "before",
      status: 400,
      code: -2022,
      msg: "ReduceOnly Order is rejected.",
    } as const;
    world.exchange.addFault({ effect, match: ORDER_POST, count: 20 });
    const reversal = await decide({ side: "short" });
    await goOn(1);
    // Its own; the wish to close goes on under ids of its own.
    const own = world
      .under<Order>(paths.orders(ACCOUNT))
      .filter(({ intentId, request }) => intentId === reversal.intentId && request.reduceOnly);
    expect(own).toHaveLength(3);
    expect(exitPosts()).toBeGreaterThan(3);
    expect(codesOf(reversal)).toContain("OPPOSITE_POSITION_OPEN");
    expect(alertsOf("REVERSAL_CUT_SHORT")).toMatchObject([{ severity: "critical" }]);
    expect(heldLots()).toBeGreaterThan(0);
  });

  it("under a halt waits like any exit", async () => {
    await decide();
    pass(1_000);
    halt("HALTED");
    const reversal = await decide({ side: "short" });
    expect(receiptOf(reversal)?.status).toBe("WAITING");
    await goOn(4);
    halt("ACTIVE");
    await goOn(2);
    expect(heldLots()).toBe(0);
    expect(codesOf(reversal)).toEqual(["INTENT_EXPIRED"]);
  });

  it("is not made by an older entry of the other side", async () => {
    const older = givenIntent(world, { side: "short" });
    pass(1_000);
    await decide();
    await executeIntent(world.instance("executor"), messageOf(world, older));
    expect(codesOf(older)).toContain("SUPERSEDED");
    expect(heldLots()).toBeGreaterThan(0);
  });
});

describe("two strategies in one symbol", () => {
  it("the symbol is the first one's: an entry of another is denied and names the holder", async () => {
    await decide();
    pass(1_000);
    const same = await decide({ strategyId: "patient" });
    pass(1_000);
    const opposite = await decide({ strategyId: "patient", side: "short" });
    expect(storedOf(same)?.denials).toMatchObject([
      { code: "SYMBOL_HELD_BY_STRATEGY", limit: "trend", actual: "patient", subject: "BTCUSDT" },
    ]);
    expect(codesOf(opposite)).toContain("SYMBOL_HELD_BY_STRATEGY");
    expect(alertsOf("OPPOSITE_SIDE_HELD")).toHaveLength(1);
  });

  it.each(["close", "reduce"] as const)("a %s of another touches nothing, and is told", async (action) => {
    await decide();
    const before = heldLots();
    pass(1_000);
    const exit = await decide({
      strategyId: "patient",
      action,
      side: null,
      reduceBps: action === "reduce" ? 5_000 : null,
    });
    expect(codesOf(exit)).toContain("SYMBOL_HELD_BY_STRATEGY");
    expect(heldLots()).toBe(before);
    expect(alertsOf("EXIT_DENIED")).toMatchObject([{ severity: "warning" }]);
  });

  it("is free again once the first is flat", async () => {
    await decide();
    pass(1_000);
    await decide(CLOSE);
    pass(1_000);
    const next = await decide({ strategyId: "patient" });
    expect(codesOf(next)).toEqual([]);
  });
});
