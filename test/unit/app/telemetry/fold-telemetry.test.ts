// How orders went is counted from the journal: to the last unit what the venue booked, each order once, whichever process counts
// and however often; and nothing of it holds up a pass.
// Proves: app/telemetry/
import { beforeEach, describe, expect, it } from "vitest";
import { dec, decimalString } from "#domain/decimal.ts";
import type { ControlState } from "#domain/documents/control.ts";
import type { Order } from "#domain/documents/order.ts";
import { paths } from "#domain/documents/paths.ts";
import type { Alert, JournalEntry } from "#domain/documents/records.ts";
import type { Intent } from "#domain/documents/signal.ts";
import type { ExecutionHealth } from "#domain/telemetry/execution-health.ts";
import { totalOf } from "#domain/telemetry/execution-health.ts";
import type { RouterTelemetry } from "#domain/telemetry/router-telemetry.ts";
import { executeIntent } from "#functions/app/execution/execute-intent.ts";
import { reconcileAccount } from "#functions/app/reconcile/reconcile-account.ts";
import { DocumentUnavailableError } from "#ports/documents.ts";
import { VenueError } from "#ports/venue.ts";
import {
  ACCOUNT,
  createWorld,
  givenIntent,
  type Instance,
  messageOf,
  profile,
  type World,
} from "#test/support/world.ts";

const MINUTE_MS = 60_000;
const E8 = dec("0.00000001");

let world: World;
let reconciler: Instance;
beforeEach(async () => {
  world = await createWorld();
  reconciler = world.instance("reconcile");
});

const router = () => world.read<RouterTelemetry>(paths.telemetry(ACCOUNT, "router"));
const health = () => world.read<ExecutionHealth>(paths.telemetry(ACCOUNT, "execution"));
const control = () => world.read<ControlState>(paths.control(ACCOUNT)) as ControlState;
const codes = () => world.under<Alert>(paths.alerts(ACCOUNT)).map(({ code }) => code);
const send = (wanted: Partial<Intent> = {}, deps: Instance = world.instance("executor")) =>
  executeIntent(deps, messageOf(world, givenIntent(world, wanted)));
const close = () => send({ action: "close", side: null });

async function minutes(count: number, deps: Instance = reconciler): Promise<void> {
  for (let minute = 0; minute < count; minute += 1) {
    await world.clock.advance(MINUTE_MS);
    await world.tickNav();
    await reconcileAccount(deps, profile);
  }
}

/** The matching engine's own sums over the account's trades of a symbol. */
function atVenue(symbol = "BTCUSDT") {
  const { trades } = world.exchange.engine.state;
  const own = trades.filter((trade) => trade.symbol === symbol);
  const sum = (amounts: readonly bigint[]) =>
    decimalString(dec(String(amounts.reduce((total, amount) => total + amount, 0n))).mul(E8));
  return {
    notionalUsd: sum(own.map(({ quoteUsdE8 }) => quoteUsdE8)),
    feesUsd: sum(own.map(({ commissionUsdE8 }) => commissionUsdE8)),
  };
}

const rowOf = (symbol = "BTCUSDT", strategyId = "trend") =>
  router()?.rows.find((row) => row.symbol === symbol && row.strategyId === strategyId)?.sums;

/** Long enough for the market after a fill to be known, and for the account's minute of five to come. */
const SETTLED_MINUTES = 13;

describe("orders that ended", () => {
  it("are in the sums to the last unit as the venue booked them, with the market after their fills", async () => {
    await send();
    await close();
    await minutes(SETTLED_MINUTES);
    const { notionalUsd, feesUsd } = atVenue();
    expect(rowOf()).toMatchObject({
      orders: 2,
      filled: 2,
      rejected: 0,
      notionalUsd,
      takerUsd: notionalUsd,
      makerUsd: "0",
      fees: { usd: feesUsd, ofUsd: notionalUsd },
      adverse1Minute: { ofUsd: notionalUsd },
      adverse5Minutes: { ofUsd: notionalUsd },
    });
    // A regular user's fee for taking.
    const fees = dec(feesUsd).div(dec(notionalUsd)).mul(10_000).toNumber();
    expect(fees).toBeCloseTo(5, 3);
    expect(router()?.newest.map(({ liquidity, reduceOnly }) => [liquidity, reduceOnly])).toEqual([
      ["taker", false],
      ["taker", true],
    ]);
  });

  it("are not counted before the market after their fills is known", async () => {
    await send();
    await minutes(5);
    expect(router()?.newest ?? []).toEqual([]);
    expect(totalOf(health() as ExecutionHealth)).toMatchObject({ orders: 1, rejections: 0 });
  });

  it("stand by symbol and strategy", async () => {
    await send();
    await send({ symbol: "ETHUSDT" });
    await send({ symbol: "SOLUSDT", strategyId: "patient" });
    await minutes(SETTLED_MINUTES + 5);
    const rows = router()?.rows.map(({ symbol, strategyId, sums }) => [symbol, strategyId, sums.orders]);
    expect(rows?.toSorted()).toEqual([
      ["BTCUSDT", "trend", 1],
      ["ETHUSDT", "trend", 1],
      ["SOLUSDT", "patient", 1],
    ]);
  });

  it("count once, whichever process counts and however often", async () => {
    await send();
    await minutes(SETTLED_MINUTES);
    const before = router();
    expect(before?.newest).toHaveLength(1);
    for (const name of ["one", "another"]) await minutes(5, world.instance(name));
    expect(router()).toEqual(before);
    await close();
    const [one, other] = [world.instance("left"), world.instance("right")];
    for (let minute = 0; minute < SETTLED_MINUTES; minute += 1) {
      await world.clock.advance(MINUTE_MS);
      await world.tickNav();
      await Promise.all([reconcileAccount(one, profile), reconcileAccount(other, profile)]);
    }
    expect(rowOf()).toMatchObject({ orders: 2, notionalUsd: atVenue().notionalUsd });
  });

  it("are counted by a new process whose pass has read no books", async () => {
    await send();
    await minutes(6);
    const late = world.instance("late");
    const read: string[] = [];
    world.documents.interceptor = {
      async after(call) {
        if (call.kind === "getAll") read.push(...call.paths);
      },
    };
    await world.clock.advance(4 * MINUTE_MS);
    for (let minute = 0; minute < 5; minute += 1) {
      await world.clock.advance(MINUTE_MS);
      await world.tickNav();
      late.cache.clear();
      await reconcileAccount(late, profile);
    }
    expect(read).toContain(paths.universe("binance-usdm"));
    expect(rowOf()).toMatchObject({ orders: 1, fees: { usd: atVenue().feesUsd } });
  });

  it("of an account that has never traded cost nothing", async () => {
    const before = world.requests.length;
    await minutes(5);
    expect([router(), health()]).toEqual([null, null]);
    expect(world.requests.slice(before).filter((each) => /userTrades|klines/.test(each))).toEqual([]);
  });
});

describe("an entry of the journal that is gone", () => {
  it("is counted as lost, and holds up none after it", async () => {
    await send();
    const entries = world.under<JournalEntry>(`accounts/${ACCOUNT}/journal`);
    const filled = entries.find(({ kind }) => kind === "ORDER_FILLED");
    await world.documents.commit([{ op: "delete", path: paths.journal(ACCOUNT, filled?.seq ?? 0) }]);
    await close();
    await minutes(SETTLED_MINUTES);
    expect(router()).toMatchObject({ lostEntries: 1, newest: [{ reduceOnly: true }] });
    expect(health()).toMatchObject({ lostEntries: 1 });
  });
});

describe("trades that the venue does not list", () => {
  const without = (): Instance => {
    const instance = world.instance("blind");
    return {
      ...instance,
      venueFor: async (of) => ({ ...(await instance.venueFor(of)), fetchFills: async () => [] }),
    };
  };

  it("are waited for, so that no order counts with less than it cost", async () => {
    await send();
    await minutes(SETTLED_MINUTES, without());
    expect(router()?.newest ?? []).toEqual([]);
    await minutes(5);
    expect(rowOf()).toMatchObject({ orders: 1, fees: { usd: atVenue().feesUsd } });
  });

  it("are given up after an hour: the order counts, and its fee is unknown and no zero", async () => {
    await send();
    await minutes(66, without());
    const notionalUsd = router()?.newest[0]?.notionalUsd ?? "0";
    expect(Number(notionalUsd)).toBeCloseTo(Number(atVenue().notionalUsd), 4);
    expect(rowOf()).toMatchObject({
      orders: 1,
      fees: { usd: "0", ofUsd: "0" },
      makerUsd: "0",
      takerUsd: "0",
    });
    expect(router()?.newest).toMatchObject([{ feeUsd: null, liquidity: null }]);
  });
});

describe("a venue that does not answer about trades", () => {
  const silent = (): Instance => {
    const instance = world.instance("silent");
    const fetchFills = async (): Promise<never> => {
      throw new VenueError("retryable", "TIMEOUT", "no answer");
    };
    return { ...instance, venueFor: async (of) => ({ ...(await instance.venueFor(of)), fetchFills }) };
  };

  it("leaves orders for a later run, keeps health, and is told after half an hour", async () => {
    await send();
    const deps = silent();
    await minutes(30, deps);
    expect(router()?.newest ?? []).toEqual([]);
    expect(totalOf(health() as ExecutionHealth).orders).toBe(1);
    expect(codes()).not.toContain("EXECUTION_TELEMETRY_FAILING");
    await minutes(10, deps);
    expect(codes().filter((code) => code === "EXECUTION_TELEMETRY_FAILING")).toHaveLength(1);
    expect(control().tradingState.state).toBe("ACTIVE");
  });
});

describe("a pass that took long", () => {
  it("is followed by health, and by no further question to the venue", async () => {
    await send();
    const instance = world.instance("slow");
    const slow: Instance = {
      ...instance,
      venueFor: async (of) => {
        const venue = await instance.venueFor(of);
        const fetchPositions = async () => {
          world.clock.setMs(world.clock.nowMs() + 21_000);
          return await venue.fetchPositions();
        };
        return { ...venue, fetchPositions };
      },
    };
    await minutes(1);
    const before = world.requests.length;
    await minutes(SETTLED_MINUTES, slow);
    expect(totalOf(health() as ExecutionHealth).orders).toBe(1);
    const asked = world.requests.slice(before).filter((each) => /userTrades|klines/.test(each));
    expect([asked, router()?.newest ?? []]).toEqual([[], []]);
    await minutes(5);
    expect(rowOf()).toMatchObject({ orders: 1 });
  });
});

describe("a store that does not take telemetry", () => {
  it("fails no pass, and nothing is lost or counted twice once it takes it", async () => {
    world.documents.interceptor = {
      async before(call) {
        const isTelemetry = (path: string) => /telemetry\/(router|execution)$/.test(path);
        if (call.kind === "commit" && call.writes.some(({ path }) => isTelemetry(path)))
          throw new DocumentUnavailableError("silent", null);
      },
    };
    await send();
    await minutes(SETTLED_MINUTES);
    expect([router(), health()]).toEqual([null, null]);
    world.documents.interceptor = null;
    await close();
    await minutes(SETTLED_MINUTES);
    expect(rowOf()).toMatchObject({ orders: 2, notionalUsd: atVenue().notionalUsd });
    expect(totalOf(health() as ExecutionHealth).orders).toBe(2);
  });

  it("has documents that nobody can read: they are left alone, and told", async () => {
    await send();
    world.documents.seed(paths.telemetry(ACCOUNT, "router"), { accountId: ACCOUNT });
    await minutes(35);
    expect(router()).toEqual({ accountId: ACCOUNT });
    expect(codes()).toContain("EXECUTION_TELEMETRY_FAILING");
    const orders = world.under<Order>(paths.orders(ACCOUNT));
    expect(orders).toMatchObject([{ status: "FILLED" }]);
  });
});

describe("execution health", () => {
  it("raises an alert when the venue refuses too many orders, and says when that is over", async () => {
    const executor = world.instance("executor");
    const refusing: Instance = {
      ...executor,
      venueFor: async (of) => ({
        ...(await executor.venueFor(of)),
        createOrder: async () => {
          throw new VenueError("rejected", "-4003", "Quantity less than zero");
        },
      }),
    };
    for (let count = 0; count < 9; count += 1) await send({}, refusing);
    for (let count = 0; count < 3; count += 1) await send({}, executor);
    const before = codes();
    await minutes(5);
    const refused = world.under<Order>(paths.orders(ACCOUNT)).filter(({ status }) => status === "REJECTED");
    expect(refused.length).toBeGreaterThan(2);
    expect(before).not.toContain("EXECUTION_REJECTIONS_HIGH");
    expect(codes()).toContain("EXECUTION_REJECTIONS_HIGH");
    expect(Object.keys(health()?.alarms ?? {})).toEqual(["rejectionBps"]);
    await minutes(70);
    expect(codes().filter((code) => code.startsWith("EXECUTION_"))).toEqual([
      "EXECUTION_REJECTIONS_HIGH",
      "EXECUTION_WITHIN_LIMITS",
    ]);
    expect(health()?.alarms).toEqual({});
  });
});

describe("the budget", () => {
  it("is one read for each entry of the journal, two for a new process, and two writes for an alert", async () => {
    await send();
    const isTelemetry = (path: string) => /\/(journal\/\d+|telemetry\/(router|execution))$/.test(path);
    const [read, written]: [string[], string[]] = [[], []];
    world.documents.interceptor = {
      async after(call) {
        if (call.kind === "getAll") read.push(...call.paths.filter(isTelemetry));
        if (call.kind === "commit")
          written.push(
            ...call.writes.flatMap(({ op, path }) => (isTelemetry(path) && op !== "create" ? [] : [path])),
          );
      },
    };
    await minutes(30);
    const own = [paths.telemetry(ACCOUNT, "execution"), paths.telemetry(ACCOUNT, "router")];
    const entries = Array.from({ length: control().journalSeq }, (_, seq) => paths.journal(ACCOUNT, seq + 1));
    expect(read.toSorted()).toEqual([...entries, ...own].toSorted());
    expect(written.filter((path) => own.includes(path)).toSorted()).toEqual(own);
  });

  it("asks the venue twice for each symbol that filled, and not again", async () => {
    await send();
    await send({ symbol: "ETHUSDT" });
    await minutes(1);
    const before = world.requests.length;
    await minutes(30);
    const asked = world.requests.slice(before).filter((each) => /userTrades|klines/.test(each));
    expect(asked.toSorted()).toEqual([
      "GET /fapi/v1/klines",
      "GET /fapi/v1/klines",
      "GET /fapi/v1/userTrades",
      "GET /fapi/v1/userTrades",
    ]);
  });

  it("leaves an account alone, in a new process, whose books have not moved for hours", async () => {
    await send();
    await close();
    await minutes(SETTLED_MINUTES);
    world.clock.setMs(world.clock.nowMs() + 3 * 3_600_000);
    await world.tickNav();
    const read: string[] = [];
    world.documents.interceptor = {
      async after(call) {
        if (call.kind === "getAll") read.push(...call.paths);
      },
    };
    await minutes(6, world.instance("late"));
    expect(read.filter((path) => /telemetry\/(router|execution)$/.test(path))).toEqual([]);
  });
});
