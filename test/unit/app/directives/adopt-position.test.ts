// A position of the venue is adopted as the venue has it, or not at all: quantity and entry price of one answer that another
// agrees with, a slot, exits that rest; its profit counts from the entry that the venue names, and no trade of before is its.
// Proves: domain/command/adopt-position.ts, app/directives/decide-directive.ts, domain/settlement/own-reckoning.ts
import { beforeEach, describe, expect, it } from "vitest";
import type { Command, CommandRequest } from "#domain/documents/command.ts";
import type { ExitPlan } from "#domain/documents/exit-plan.ts";
import { paths } from "#domain/documents/paths.ts";
import { followUpAccount } from "#functions/app/reconcile/follow-up.ts";
import { orderByHand } from "#test/support/by-hand.ts";
import { type CommandPost, createCommandPost } from "#test/support/commands.ts";
import { flattenOrdered } from "#test/support/ordered-flatten.ts";
import { createStopAccount, NO_EXITS, STOP_CONFIG, type StopAccount } from "#test/support/stop-account.ts";
import { ACCOUNT, profile } from "#test/support/world.ts";

const MINUTE_MS = 60_000;
/** The minutes in which a group that has ended is settled. */
const SETTLING_MINUTES = 5;
let at: StopAccount;
let desk: CommandPost;
beforeEach(async () => await begin());

async function begin(config: Parameters<typeof createStopAccount>[0] = STOP_CONFIG): Promise<void> {
  at = await createStopAccount(config);
  desk = createCommandPost(at.world);
  at.world.exchange.admin("pause");
}

const group = () => at.groups()[0];
const commandAt = (id: string): Command | null => at.world.read<Command>(paths.command(ACCOUNT, id));
const byHand = (side: "BUY" | "SELL", quantity: string) =>
  orderByHand(at.world, { symbol: "BTCUSDT", side, type: "MARKET", quantity });
const ADOPT: CommandRequest = {
  kind: "adopt_position",
  symbol: "BTCUSDT",
  side: "long",
  qtyBase: "0.05",
  plan: null,
};
const plan = (changes: Partial<ExitPlan>): ExitPlan => ({ ...NO_EXITS, ...changes });

async function held() {
  const positions = await (await at.world.instance("look").venueFor(profile)).fetchPositions();
  return positions.find(({ symbol }) => symbol === "BTCUSDT");
}

async function adopt(request: CommandRequest = ADOPT): Promise<Command | null> {
  const { body } = await desk.order(request);
  await desk.confirm(body.commandId ?? "");
  await at.followUp();
  return commandAt(body.commandId ?? "");
}

/** By hand in two parts at different prices, long before it is adopted. */
async function holdByHand(): Promise<void> {
  byHand("BUY", "0.02");
  at.movePrice(1.01);
  byHand("BUY", "0.03");
  at.pass(MINUTE_MS);
  await at.world.tickNav();
}

describe("an adopted position", () => {
  it("is a group with the venue's quantity and entry, a slot and its exits at the venue", async () => {
    await holdByHand();
    const position = await held();
    const takeProfits = [{ level: { kind: "bps", bps: 500 }, shareBps: 10_000 } as const];
    const ended = await adopt({ ...ADOPT, plan: plan({ takeProfits }) } as CommandRequest);
    expect(ended).toMatchObject({ status: "DONE", denial: null });
    expect(group()).toMatchObject({ status: "ACTIVE", qtyBase: "0.05", strategyId: "adopted" });
    expect(Number(group()?.averageEntryUsd)).toBeCloseTo(Number(position?.entryPriceUsd), 3);
    expect(Object.keys(at.control()?.slots ?? {})).toEqual([group()?.groupId]);
    await at.reconcile();
    expect(at.resting().map(({ orderType, quantity }) => [orderType, Number(quantity)])).toEqual([
      ["STOP_MARKET", 0.05],
      ["TAKE_PROFIT_MARKET", 0.05],
    ]);
    expect(at.alerts()).not.toContain("POSITION_ADJUSTED");
  });

  it("counts from the venue's entry: profit, fees and entry are those of its own trades alone", async () => {
    await holdByHand();
    await adopt();
    const before = at.world.exchange.engine.state.trades.length;
    const groupId = group()?.groupId ?? "";
    at.movePrice(1.02);
    const { body } = await desk.order({ kind: "close_position", groupId, shareBps: 10_000 });
    await desk.confirm(body.commandId ?? "");
    for (let minute = 0; minute < SETTLING_MINUTES; minute += 1) {
      at.pass(MINUTE_MS);
      await at.reconcile();
    }
    const own = at.world.exchange.engine.state.trades.slice(before);
    const sum = (amounts: readonly bigint[]) =>
      Number(amounts.reduce((total, each) => total + each, 0n)) / 1e8;
    const { accounts, adoptedEntryUsd, entryNotionalUsd, realizedPnlUsd, status } = group() ?? {};
    expect([status, accounts?.settled, accounts?.tradeCount]).toEqual(["CLOSED", true, own.length]);
    expect(Number(accounts?.realizedUsd)).toBe(sum(own.map(({ realizedUsdE8 }) => realizedUsdE8)));
    expect(Number(accounts?.feesUsd)).toBe(sum(own.map(({ commissionUsdE8 }) => commissionUsdE8)));
    expect(Number(entryNotionalUsd)).toBeCloseTo(0.05 * Number(adoptedEntryUsd), 6);
    expect(Number(realizedPnlUsd)).toBeCloseTo(Number(accounts?.realizedUsd), 3);
  });

  it("keeps its entry price when a hand takes a part of it, and books that part's profit by it", async () => {
    await holdByHand();
    await adopt();
    const adopted = Number(group()?.adoptedEntryUsd);
    byHand("SELL", "0.01");
    at.pass(MINUTE_MS);
    for (let minute = 0; minute < 3; minute += 1) {
      at.pass(MINUTE_MS);
      await at.reconcile();
    }
    expect(Number(group()?.qtyBase)).toBeCloseTo(0.04, 9);
    expect(Number(group()?.averageEntryUsd)).toBeCloseTo(adopted, 3);
    const [last] = at.world.exchange.engine.state.trades.slice(-1);
    const venueUsd = Number(last?.realizedUsdE8 ?? 0n) / 1e8;
    expect(Math.abs(venueUsd)).toBeGreaterThan(0.1);
    expect(Number(group()?.realizedPnlUsd)).toBeCloseTo(venueUsd, 3);
  });

  it("is adopted once, when the process dies right after its commit", async () => {
    await holdByHand();
    const { body } = await desk.order(ADOPT);
    await desk.confirm(body.commandId ?? "");
    const dying = at.world.instance("dying");
    const deps = {
      ...dying,
      venueFor: async (...of: Parameters<typeof dying.venueFor>) => ({
        ...(await dying.venueFor(...of)),
        createStop: () => Promise.reject(new Error("killed")),
      }),
    };
    await followUpAccount(deps, ACCOUNT).catch(() => undefined);
    for (let minute = 0; minute < SETTLING_MINUTES; minute += 1) {
      at.pass(MINUTE_MS);
      await at.reconcile();
    }
    expect(at.groups()).toHaveLength(1);
    expect(at.journal().filter((kind) => kind === "DIRECTIVE_DONE")).toHaveLength(1);
    at.expectInStep();
  });
});

describe("an adoption is refused", () => {
  const codeOf = (command: Command | null) => [command?.status, command?.denial?.code];

  it.each([
    ["of another quantity than the venue holds", { ...ADOPT, qtyBase: "0.06" }, "POSITION_DIFFERS"],
    ["of the other side", { ...ADOPT, side: "short" }, "POSITION_DIFFERS"],
    ["of a symbol that is not held", { ...ADOPT, symbol: "ETHUSDT" }, "POSITION_NOT_OPEN"],
    [
      "with a stop on the wrong side of the market",
      { ...ADOPT, plan: plan({ stop: { kind: "priceUsd", priceUsd: "999999" } }) },
      "EXIT_PLAN_INVALID",
    ],
  ] as const)("%s", async (_, request, code) => {
    await holdByHand();
    expect(codeOf(await adopt(request as CommandRequest))).toEqual(["REFUSED", code]);
    expect([at.groups(), at.control()?.slots]).toEqual([[], {}]);
  });

  it("of a symbol that a group holds", async () => {
    await at.act();
    expect(codeOf(await adopt())).toEqual(["REFUSED", "SYMBOL_HELD_BY_STRATEGY"]);
    expect(at.groups()).toHaveLength(1);
  });

  it("where no place is free", async () => {
    await begin({ ...STOP_CONFIG, maxOpenGroups: 1 });
    await at.act({ symbol: "ETHUSDT" });
    await holdByHand();
    expect(codeOf(await adopt())).toEqual(["REFUSED", "POOL_FULL"]);
  });

  it("where the account's own stop has been passed: it would be closed at once", async () => {
    await holdByHand();
    at.movePrice(0.9);
    expect(codeOf(await adopt())).toEqual(["REFUSED", "EXIT_PLAN_INVALID"]);
  });

  it("where two answers of the venue differ: one of them is stale", async () => {
    await holdByHand();
    const { body } = await desk.order(ADOPT);
    await desk.confirm(body.commandId ?? "");
    const look = at.world.instance("stale");
    const deps = {
      ...look,
      venueFor: async (...of: Parameters<typeof look.venueFor>) => ({
        ...(await look.venueFor(...of)),
        fetchPositions: async () => [],
      }),
    };
    await followUpAccount(deps, ACCOUNT);
    expect(codeOf(commandAt(body.commandId ?? ""))).toEqual(["REFUSED", "POSITION_DIFFERS"]);
  });

  it("during a flatten, which takes the position into the books itself", async () => {
    await holdByHand();
    const { body } = await desk.order(ADOPT);
    await desk.confirm(body.commandId ?? "");
    await flattenOrdered(at.world, at.world.instance("ordering"));
    await at.followUp();
    expect(codeOf(commandAt(body.commandId ?? ""))).toEqual(["REFUSED", "TRADING_HALTED"]);
  });
});
