// Entries tune the router on a whole account over the exchange: what they cost is the venue's word, a proposal in shadow changes no
// order, and a choice in force changes the next one without another round trip.
// Proves: app/telemetry/tune-router.ts, domain/telemetry/entry-outcomes.ts, domain/telemetry/choice-evidence.ts
import { beforeEach, describe, expect, it } from "vitest";
import { dec } from "#domain/decimal.ts";
import type { AccountConfig } from "#domain/documents/config.ts";
import type { Group } from "#domain/documents/group.ts";
import type { Order } from "#domain/documents/order.ts";
import { paths } from "#domain/documents/paths.ts";
import type { AutotuneMode, EntryChoice, Tuning } from "#domain/documents/tuning.ts";
import { type ChoiceSums, TAKING } from "#domain/telemetry/choice-evidence.ts";
import type { RouterTelemetry } from "#domain/telemetry/router-telemetry.ts";
import { encode } from "#functions/app/documents/codec.ts";
import { executeIntent } from "#functions/app/execution/execute-intent.ts";
import { followUpAccount } from "#functions/app/reconcile/follow-up.ts";
import { reconcileAccount } from "#functions/app/reconcile/reconcile-account.ts";
import { PLAIN_CONFIG, plainStrategy } from "#test/support/config.ts";
import { ACCOUNT, createWorld, givenIntent, messageOf, profile, type World } from "#test/support/world.ts";

const MINUTE_MS = 60_000;
const SETTLED_MINUTES = 13;
const SYMBOL = "BTCUSDT";

function configOf(mode: AutotuneMode, of: Partial<AccountConfig["router"]> = {}): Partial<AccountConfig> {
  return {
    strategies: {
      trend: plainStrategy("trend", { orderNotionalUsd: "1000", entryRouting: "maker" }),
      taking: plainStrategy("taking", { orderNotionalUsd: "1000", entryRouting: "market" }),
    },
    workingLimitMs: 60_000,
    router: { ...PLAIN_CONFIG.router, ...of, autotune: { mode, maxOffsetTicks: 3 } },
  };
}

let world: World;
beforeEach(async () => {
  world = await createWorld({ config: configOf("shadow") });
});

const router = () => world.read<RouterTelemetry>(paths.telemetry(ACCOUNT, "router"));
const tuning = () => world.read<Tuning>(paths.telemetry(ACCOUNT, "tuning"));
const sumsOf = (firstStep: EntryChoice["firstStep"], source: ChoiceSums["source"]) =>
  router()
    ?.evidence.find(({ symbol }) => symbol === SYMBOL)
    ?.choices.find((each) => each.firstStep === firstStep && each.source === source);

async function enter(strategyId = "trend", deps = world.instance("executor")): Promise<void> {
  await executeIntent(deps, messageOf(world, givenIntent(world, { symbol: SYMBOL, strategyId })));
}

async function leave(): Promise<void> {
  const close = givenIntent(world, { symbol: SYMBOL, action: "close", side: null });
  await executeIntent(world.instance("executor"), messageOf(world, close));
}

async function minutes(count: number, deps = world.instance("reconcile")): Promise<void> {
  for (let minute = 0; minute < count; minute += 1) {
    await world.clock.advance(MINUTE_MS);
    await world.tickNav();
    await followUpAccount(world.instance("followUp"), ACCOUNT);
    await reconcileAccount(deps, profile);
  }
}

/** Cost of the entry by the engine's own trades, against the reference that is stored with it. */
function costAtVenue(): number {
  const [group] = world.under<Group>(paths.groups(ACCOUNT));
  const leg = group?.legs[0];
  const referenceUsd = Number(leg?.route?.referenceUsd);
  const { trades } = world.exchange.engine.state;
  const paidUsd = trades.reduce((sum, { quoteUsdE8 }) => sum + Math.abs(Number(quoteUsdE8)) / 1e8, 0);
  const feesUsd = trades.reduce((sum, { commissionUsdE8 }) => sum + Number(commissionUsdE8) / 1e8, 0);
  const planUsd = referenceUsd * Number(leg?.qtyBase);
  return (10_000 * (paidUsd + feesUsd - planUsd)) / planUsd;
}

describe("an entry that is over", () => {
  it("by a route counts once, all its orders together, and as if it had been taken", async () => {
    await enter();
    await minutes(SETTLED_MINUTES);
    const own = sumsOf("maker", "measured");
    expect(own).toMatchObject({ entries: 1, filled: "1" });
    expect(Number(own?.cost)).toBeCloseTo(costAtVenue(), 3);
    expect(router()?.openEntries).toEqual([]);
    await minutes(10, world.instance("another"));
    expect(sumsOf("maker", "measured")).toEqual(own);
  });

  it("by taking counts too, and as if it had rested where the price has come to it", async () => {
    await enter("taking");
    await minutes(SETTLED_MINUTES);
    const own = sumsOf("market", "measured");
    expect(own).toMatchObject({ entries: 1, filled: "1", rested: "0" });
    expect(Number(own?.cost)).toBeCloseTo(costAtVenue(), 3);
    expect(sumsOf("maker", "replayed")).toMatchObject({ entries: 1 });
  });

  it("by an exit of its strategy says nothing about its choice", async () => {
    world.exchange.admin("pause", {});
    await enter();
    await leave();
    await minutes(SETTLED_MINUTES);
    expect(sumsOf("maker", "measured")).toBeUndefined();
    expect(router()?.openEntries).toEqual([]);
  });
});

const hundred = (choice: EntryChoice, costBps: number): ChoiceSums => ({
  ...choice,
  source: choice.firstStep === "market" ? "replayed" : "measured",
  entries: 100,
  cost: String(100 * costBps),
  squares: String(100 * (costBps ** 2 + 1)),
  filled: "100",
  rested: "70",
  restedCost: "100",
  updatedAtMs: world.clock.nowMs(),
});

/** As a hundred entries before had left it. */
function withHistory(telemetry: RouterTelemetry): void {
  const evidence = telemetry.evidence.map((each) => ({
    ...each,
    choices: [hundred({ firstStep: "maker", offsetTicks: 0 }, 12), hundred(TAKING, 5)],
  }));
  world.documents.seed(paths.telemetry(ACCOUNT, "router"), encode({ ...telemetry, evidence }));
}

describe("a hundred entries that cost more than taking", () => {
  it("make a proposal, stored once with its reasons, and no order changes", async () => {
    await enter();
    await minutes(SETTLED_MINUTES);
    expect(tuning()).toBeNull();
    withHistory(router() as RouterTelemetry);
    await leave();
    await minutes(SETTLED_MINUTES, world.instance("late"));
    expect(tuning()).toMatchObject({
      symbols: [{ symbol: SYMBOL, inForce: null, proposed: { choice: TAKING } }],
      history: [{ kind: "proposed", evidence: { source: "replayed", restedBps: 7_000 } }],
    });
    expect(router()?.evidence[0]?.shadow).toMatchObject({ firstStep: "market", entries: 0 });
  });
});

const inForce = (choice: EntryChoice): Tuning => {
  const cost = { entries: 60, costBps: "3.1", halfWidthBps: "0.6" };
  const evidence = {
    present: cost,
    other: cost,
    source: "measured",
    filledBps: 9_900,
    restedBps: 6_800,
  } as const;
  const standing = { choice, evidence, sinceMs: world.clock.nowMs() };
  const symbols = ["BTCUSDT", "ETHUSDT", "SOLUSDT"].map((symbol) => ({
    symbol,
    proposed: null,
    inForce: standing,
    movedAtMs: world.clock.nowMs(),
  }));
  return { accountId: ACCOUNT, symbols, history: [], updatedAtMs: world.clock.nowMs() };
};

async function worldWith(mode: AutotuneMode, choice: EntryChoice): Promise<void> {
  world = await createWorld({ config: configOf(mode) });
  world.exchange.admin("pause", {});
  await world.tickNav();
  world.documents.seed(paths.telemetry(ACCOUNT, "tuning"), encode(inForce(choice)));
}

const entries = () => world.under<Order>(paths.orders(ACCOUNT)).filter(({ request }) => !request.reduceOnly);
const choices = () => world.under<Group>(paths.groups(ACCOUNT)).map(({ legs }) => legs[0]?.route?.choice);

describe("a choice in force", () => {
  it("decides the first order, and stands on it with its reasons", async () => {
    await worldWith("on", TAKING);
    await enter();
    expect(entries().map(({ request }) => request.timeInForce)).toEqual(["IOC"]);
    expect(choices()).toMatchObject([{ ...TAKING, by: "tuning", evidence: { present: { entries: 60 } } }]);
  });

  it.each(["off", "shadow"] as const)("changes no order where autotune is %s", async (mode) => {
    await worldWith(mode, TAKING);
    await enter();
    expect(entries().map(({ request }) => request.timeInForce)).toEqual(["GTX"]);
    expect(choices()).toMatchObject([{ firstStep: "maker", by: "config", evidence: null }]);
  });

  it("that cannot be read leaves entries to the config", async () => {
    await worldWith("on", TAKING);
    world.documents.seed(paths.telemetry(ACCOUNT, "tuning"), { accountId: ACCOUNT, symbols: "all" });
    await enter();
    expect(choices()).toMatchObject([{ firstStep: "maker", by: "config" }]);
  });

  it("costs a warm entry no round trip: two, one of them before its order", async () => {
    await worldWith("on", { firstStep: "maker", offsetTicks: 2 });
    const executor = world.instance("executor");
    await executeIntent(executor, messageOf(world, givenIntent(world, { symbol: "ETHUSDT" })));
    const calls: string[] = [];
    world.documents.interceptor = {
      async before(call) {
        calls.push(call.kind);
      },
    };
    await executeIntent(executor, messageOf(world, givenIntent(world, { symbol: "SOLUSDT" })));
    expect(calls).toEqual(["commit", "commit"]);
    expect(choices()).toMatchObject([{ by: "tuning" }, { by: "tuning" }]);
    expect(dec(entries()[0]?.request.priceUsd ?? "0").isZero()).toBe(false);
  });
});
