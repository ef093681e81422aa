// What people are shown never keeps the books from being stored, and never fails in silence: an alert at once, a halt
// past the limit, and trading does not come back by itself.
// Proves: app/telling/state-publisher.ts, app/silence/, domain/telling/telemetry-silence.ts
import { beforeEach, describe, expect, it } from "vitest";
import type { ControlState } from "#domain/documents/control.ts";
import type { Group } from "#domain/documents/group.ts";
import { paths } from "#domain/documents/paths.ts";
import type { Alert, JournalEntry } from "#domain/documents/records.ts";
import type { Overview } from "#domain/documents/views.ts";
import type { PublisherPing } from "#domain/telling/telemetry-silence.ts";
import { executeIntent } from "#functions/app/execution/execute-intent.ts";
import { reconcileAccount } from "#functions/app/reconcile/reconcile-account.ts";
import { checkPublishersAlive } from "#functions/app/silence/publisher-alive.ts";
import { BusError } from "#ports/bus.ts";
import { DocumentRefusedError } from "#ports/documents.ts";
import { publisherPingSchema } from "#schemas/records.ts";
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
const LIMIT_MINUTES = 10;

let world: World;
let reconciler: Instance;
beforeEach(async () => {
  world = await createWorld();
  reconciler = world.instance("reconcile");
});

/** The store takes no document of this kind any more. */
function refuse(isRefused: (path: string) => boolean): void {
  world.documents.interceptor = {
    async before(call) {
      if (call.kind === "commit" && call.writes.some(({ path }) => isRefused(path)))
        throw new DocumentRefusedError("exceeds the maximum size", null);
    },
  };
}
const isForPeople = (path: string): boolean =>
  path.includes("/views/") || path.endsWith("/telemetry/publisher");

async function minutes(count: number): Promise<void> {
  for (let minute = 0; minute < count; minute += 1) {
    await world.clock.advance(MINUTE_MS);
    await world.tickNav();
    await reconcileAccount(reconciler, profile);
  }
}

const trade = (symbol = "BTCUSDT") =>
  executeIntent(world.instance("executor"), messageOf(world, givenIntent(world, { symbol })));
const control = () => world.read<ControlState>(paths.control(ACCOUNT));
const codes = () => world.under<Alert>(paths.alerts(ACCOUNT)).map(({ code }) => code);
const kinds = () => world.under<JournalEntry>(`accounts/${ACCOUNT}/journal`).map(({ kind }) => kind);

describe("an overview that the store refuses", () => {
  it("does not keep an order from being sent and booked, and raises an alert", async () => {
    refuse((path) => path.includes("/views/"));
    await trade();
    expect(world.venueOrders()).toMatchObject([{ status: "FILLED" }]);
    expect(Object.keys(control()?.slots ?? {})).toHaveLength(1);
    expect(kinds()).toContain("ORDER_FILLED");
    expect(control()?.telemetryFailingSinceMs).not.toBeNull();
    expect(codes()).toContain("TELEMETRY_FAILING");
  });

  it("halts trading past the limit, whoever restarts, and not before", async () => {
    refuse(isForPeople);
    await trade();
    await minutes(LIMIT_MINUTES);
    expect(control()?.tradingState.state).toBe("ACTIVE");
    reconciler = world.instance("reconcile");
    await minutes(1);
    expect(control()?.tradingState).toMatchObject({ state: "HALTED", cause: "telemetry", resumeAtMs: null });
    expect(codes()).toContain("TELEMETRY_HALT");
    await trade("ETHUSDT");
    expect(world.venueOrders()).toHaveLength(1);
  });

  it("halts in the very commit that finds the silence too long: no process can die in between", async () => {
    refuse(isForPeople);
    await trade();
    await minutes(LIMIT_MINUTES);
    const tries = () => kinds().filter((kind) => kind === "TELEMETRY_TRIED").length;
    const before = tries();
    await minutes(1);
    expect(tries()).toBe(before);
    expect(kinds()).toContain("TRADING_HALTED");
  });

  it("is shown again when the store takes it, and the halt stays until an operator ends it", async () => {
    refuse(isForPeople);
    await trade();
    await minutes(LIMIT_MINUTES + 1);
    world.documents.interceptor = null;
    await minutes(2);
    expect(control()).toMatchObject({ telemetryFailingSinceMs: null, tradingState: { state: "HALTED" } });
    expect(world.read<Overview>(paths.overview(ACCOUNT))?.tradingState.state).toBe("HALTED");
    expect(world.read<PublisherPing>(paths.telemetry(ACCOUNT, "publisher"))?.circuit).toBe("CLOSED");
  });

  it("shows what happened meanwhile once it is taken, whichever instance stores it", async () => {
    await trade("ETHUSDT");
    refuse(isForPeople);
    await trade();
    const other = world.instance("executor");
    world.documents.interceptor = null;
    await minutes(2);
    await executeIntent(other, messageOf(world, givenIntent(world, { symbol: "SOLUSDT" })));
    const shown = world.read<Overview>(paths.overview(ACCOUNT));
    const open = world.under<Group>(paths.groups(ACCOUNT)).map(({ groupId }) => groupId);
    expect(shown?.groups.map(({ groupId }) => groupId).toSorted()).toEqual(open.toSorted());
    expect(open).toHaveLength(3);
    expect(shown?.orders.every(({ status }) => status === "FILLED")).toBe(true);
  });

  it("that comes back in time halts nothing", async () => {
    refuse(isForPeople);
    await trade();
    await minutes(3);
    world.documents.interceptor = null;
    await minutes(LIMIT_MINUTES + 1);
    expect(control()).toMatchObject({ telemetryFailingSinceMs: null, tradingState: { state: "ACTIVE" } });
  });
});

describe("the publisher's health ping", () => {
  it("is of its schema, and comes in one minute of five while nothing is held", async () => {
    await minutes(1);
    const pings = new Set<number>();
    for (let minute = 0; minute < 10; minute += 1) {
      await minutes(1);
      const ping = world.read<PublisherPing>(paths.telemetry(ACCOUNT, "publisher"));
      pings.add(publisherPingSchema.parse(ping).pingedAtMs);
    }
    expect(pings.size).toBeLessThanOrEqual(3);
  });

  it("that no longer comes is noticed by another function", async () => {
    await minutes(6);
    await world.clock.advance(LIMIT_MINUTES * MINUTE_MS);
    await checkPublishersAlive(world);
    expect(codes()).toEqual(["PUBLISHER_SILENT"]);
  });

  it("that comes raises nothing, and looking for it costs one read for all accounts", async () => {
    const sweep = world.instance("telemetry");
    for (let minute = 0; minute < 12; minute += 1) {
      await minutes(1);
      await checkPublishersAlive(sweep);
    }
    expect(codes()).toEqual([]);
    expect(sweep.counts.reads).toBe(12);
  });
});

describe("a bus that takes nothing", () => {
  const failing = () => ({
    ...reconciler,
    bus: {
      async publish() {
        throw new BusError("no answer");
      },
    },
  });

  it("does not keep the books from being reconciled, is alerted, and past the limit halts trading", async () => {
    givenIntent(world);
    for (let minute = 0; minute < LIMIT_MINUTES + 5; minute += 1) {
      await world.clock.advance(MINUTE_MS);
      await world.tickNav();
      await reconcileAccount(failing(), profile);
      if (minute < LIMIT_MINUTES - 1) expect(control()?.tradingState.state).toBe("ACTIVE");
    }
    expect(codes()).toEqual(expect.arrayContaining(["BUS_FAILING", "TELEMETRY_HALT"]));
    expect(control()?.tradingState).toMatchObject({ state: "HALTED", cause: "telemetry" });
  });
});
