// An account with stops at its venue, for tests of them: what the books say, what the venue has, and how time passes.
import { expect } from "vitest";
import type { AccountConfig } from "#domain/documents/config.ts";
import type { ControlState } from "#domain/documents/control.ts";
import type { ExitPlan } from "#domain/documents/exit-plan.ts";
import type { Group } from "#domain/documents/group.ts";
import type { Market, Universe } from "#domain/documents/market.ts";
import { paths } from "#domain/documents/paths.ts";
import type { Alert, JournalEntry } from "#domain/documents/records.ts";
import type { Intent } from "#domain/documents/signal.ts";
import { encode } from "#functions/app/documents/codec.ts";
import { executeIntent } from "#functions/app/execution/execute-intent.ts";
import { followUpAccount } from "#functions/app/reconcile/follow-up.ts";
import { reconcileAccount } from "#functions/app/reconcile/reconcile-account.ts";
import type { FaultEffect } from "#local/exchange/faults/fault.ts";
import { PLAIN_CONFIG } from "./config.ts";
import { ACCOUNT, createWorld, givenIntent, type Instance, messageOf, profile, type World } from "./world.ts";

/** Five percent. */
const STOP_BPS = 500;
/** Past the send deadline and the margin after it, so that an absence counts. */
export const LOST_MS = 7_000;
/** Past the smallest distance of two absences, and past what a position list may lag. */
export const NEXT_LOOK_MS = 6_000;

/** Remembers closed trades for an hour, and locks nothing. */
const stoplossGuard = {
  lookbackMs: 3_600_000,
  tradeLimit: 9,
  stopDurationMs: 60_000,
  requiredProfitBps: 0,
  onlyPerSymbol: false,
  onlyPerSide: false,
};
export const STOP_CONFIG = {
  protections: { ...PLAIN_CONFIG.protections, stoplossGuard },
  watchdog: { ...PLAIN_CONFIG.watchdog, protectiveStopBps: STOP_BPS },
};

export const NO_EXITS: ExitPlan = {
  stop: null,
  takeProfits: [],
  breakEvenAfter: null,
  trailing: null,
  timeLimitMs: null,
};

interface StopAtVenue {
  readonly clientAlgoId: string;
  readonly side: string;
  readonly quantity: string;
  readonly orderType: string;
  readonly triggerPrice: string;
  readonly algoStatus: string;
}

export type StopAccount = Awaited<ReturnType<typeof createStopAccount>>;

export async function createStopAccount(config: Partial<AccountConfig> = STOP_CONFIG) {
  const world: World = await createWorld({ config });
  const executor: Instance = world.instance("executor");
  const groups = () => world.under<Group>(paths.groups(ACCOUNT));
  const control = () => world.read<ControlState>(paths.control(ACCOUNT));
  const venueStops = () => (world.exchange.dump() as { algoOrders: readonly StopAtVenue[] }).algoOrders;
  const resting = () => venueStops().filter(({ algoStatus }) => algoStatus === "NEW");
  return {
    world,
    executor,
    groups,
    control,
    venueStops,
    resting,
    alerts: () => world.under<Alert>(`accounts/${ACCOUNT}/alerts`).map(({ code }) => code),
    journal: () => world.under<JournalEntry>(`accounts/${ACCOUNT}/journal`).map(({ kind }) => kind),
    stopPosts: () => world.requests.filter((request) => request === "POST /fapi/v1/algoOrder").length,
    act: (overrides: Partial<Intent> = {}) =>
      executeIntent(executor, messageOf(world, givenIntent(world, overrides))),
    reconcile: () => reconcileAccount(world.instance("reconcile"), profile),
    followUp: () => followUpAccount(world.instance("followUp"), ACCOUNT),
    pass: (durationMs: number) => world.clock.setMs(world.clock.nowMs() + durationMs),
    /** Strikes the next requests about stops. */
    fault: (effect: FaultEffect, method: string, count = 1) =>
      world.exchange.addFault({ effect, match: { method, path: "/fapi/v1/algoOrder" }, count }),
    /** Gives the open group a plan, as if it had been made with it. */
    async plan(changes: Partial<ExitPlan>) {
      const [group] = groups();
      const plan: ExitPlan = { ...NO_EXITS, ...changes };
      const { accountId, groupId } = group ?? { accountId: ACCOUNT, groupId: "" };
      await world.documents.commit([
        { op: "update", path: paths.group(accountId, groupId), changes: { plan: encode(plan) } },
        // Books in memory are of the version before.
        { op: "update", path: paths.control(ACCOUNT), changes: { updatedAtMs: world.clock.nowMs() } },
      ]);
    },
    movePrice(share: number) {
      const midUsd = world.exchange.engine.state.symbols.get("BTCUSDT")?.midUsd ?? 0;
      world.exchange.admin("price", { symbol: "BTCUSDT", priceUsd: midUsd * share });
    },
    market(): Market {
      const market = world.read<Universe>(paths.universe("binance-usdm"))?.markets.BTCUSDT;
      if (market === undefined) throw new Error("The universe lacks BTCUSDT");
      return market;
    },
    async halt() {
      const state = { ...control()?.tradingState, state: "HALTED" };
      const changes = { tradingState: state };
      await world.documents.commit([{ op: "update", path: paths.control(ACCOUNT), changes }]);
    },
    /** The venue's stops are exactly one for each open group: its size, its id, its trigger. */
    expectInStep() {
      const open = groups().filter(({ qtyBase }) => qtyBase !== "0");
      expect(resting().map(({ clientAlgoId, quantity }) => [clientAlgoId, Number(quantity)])).toEqual(
        open.map(({ stop, qtyBase }) => [stop?.clientStopId, Number(qtyBase)]),
      );
      for (const { stop, qtyBase } of open) expect(stop).toMatchObject({ status: "RESTING", qtyBase });
      expect(control()?.stopsToCancel).toEqual({});
    },
  };
}
