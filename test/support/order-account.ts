// An account whose orders meet incidents of the venue, for tests of what becomes of them: how time passes, what the
// venue's look-ups say meanwhile, and what stands in books and matching engine.
import type { AccountConfig } from "#domain/documents/config.ts";
import type { ControlState } from "#domain/documents/control.ts";
import type { Group } from "#domain/documents/group.ts";
import type { Order } from "#domain/documents/order.ts";
import { paths } from "#domain/documents/paths.ts";
import type { Alert } from "#domain/documents/records.ts";
import type { Intent } from "#domain/documents/signal.ts";
import { executeIntent } from "#functions/app/execution/execute-intent.ts";
import { followUpAccount } from "#functions/app/reconcile/follow-up.ts";
import { reconcileAccount } from "#functions/app/reconcile/reconcile-account.ts";
import type { FaultEffect } from "#local/exchange/faults/fault.ts";
import { ACCOUNT, createWorld, givenIntent, messageOf, profile, type World } from "./world.ts";

const MINUTE_MS = 60_000;
const STEP_MS = 1_000;

/** The answer of a look-up that does not know the order. */
const NOT_KNOWN: FaultEffect = {
  kind: "venueError",
  when: "before",
  status: 400,
  code: -2013,
  msg: "Order does not exist.",
};

export type OrderAccount = Awaited<ReturnType<typeof createOrderAccount>>;

export async function createOrderAccount(config: Partial<AccountConfig> = {}) {
  const world: World = await createWorld({ config });
  world.exchange.admin("pause");
  let nextMinuteMs = world.clock.nowMs() + MINUTE_MS;
  const worker = world.instance("followUp");
  const fault = (method: string, path: string, effect: FaultEffect, count?: number): number =>
    world.exchange.addFault({ effect, match: { method, path }, ...(count === undefined ? {} : { count }) })
      .id;
  return {
    world,
    worker,
    orders: () => world.under<Order>(paths.orders(ACCOUNT)).toSorted((a, b) => a.createdAtMs - b.createdAtMs),
    groups: () => world.under<Group>(paths.groups(ACCOUNT)),
    control: () => world.read<ControlState>(paths.control(ACCOUNT)) as ControlState,
    alerts: () => world.under<Alert>(paths.alerts(ACCOUNT)),
    codes: () => world.under<Alert>(paths.alerts(ACCOUNT)).map(({ code }) => code),
    posts: () => world.requests.filter((request) => request === "POST /fapi/v1/order").length,
    async positions() {
      return await (await worker.venueFor(profile)).fetchPositions();
    },
    async decide(overrides: Partial<Intent> = {}): Promise<void> {
      const intent = givenIntent(world, overrides);
      await executeIntent(world.instance("executor"), messageOf(world, intent));
    },
    fault,
    /** The answer to the next order is lost after the venue took it, or the order before it arrives. */
    loseNext: (when: "after" | "before") => fault("POST", "/fapi/v1/order", { kind: "reset", when }, 1),
    refuseNext: (code: number, msg: string, count = 1) =>
      fault("POST", "/fapi/v1/order", { kind: "venueError", when: "before", status: 400, code, msg }, count),
    /** An order to buy at the touch now rests far from it. */
    priceRises: () => void world.exchange.admin("jump", { percent: 10, symbol: "BTCUSDT" }),
    /** The look-up by id denies every order until `end`. */
    denyLookUps(): { readonly end: () => void } {
      const id = fault("GET", "/fapi/v1/order", NOT_KNOWN);
      return { end: () => world.exchange.clearFaults(id) };
    },
    /** A read endpoint goes on with what it has answered last, until `end`. */
    freeze(path: string): { readonly end: () => void } {
      const id = fault("GET", path, { kind: "stale" });
      return { end: () => world.exchange.clearFaults(id) };
    },
    /** Time passes with every task that comes due, and with NAV and reconcile every minute. */
    async pass(durationMs: number): Promise<void> {
      const endMs = world.clock.nowMs() + durationMs;
      while (world.clock.nowMs() < endMs) {
        world.clock.setMs(Math.min(endMs, world.clock.nowMs() + STEP_MS));
        for (const { queue, payload } of world.tasks.takeDue(world.clock.nowMs()))
          if (queue === "followUp") await followUpAccount(worker, String(payload.accountId));
        if (world.clock.nowMs() < nextMinuteMs) continue;
        nextMinuteMs += MINUTE_MS;
        await world.tickNav();
        await reconcileAccount(world.instance("reconcile"), profile).catch(() => undefined);
      }
    },
  };
}
