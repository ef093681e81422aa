// Commands on a position over a whole account: each takes effect once, by the holder of the lease, whatever dies between; a
// close takes at most its share, past entries that rest; and no other command waits for them.
// Proves: app/directives/carry-out-directives.ts, app/directives/command-end.ts, app/execution/clear-entries.ts
import { beforeEach, describe, expect, it } from "vitest";
import type { Command, CommandRequest } from "#domain/documents/command.ts";
import { paths } from "#domain/documents/paths.ts";
import { followUpAccount } from "#functions/app/reconcile/follow-up.ts";
import { type CommandPost, createCommandPost } from "#test/support/commands.ts";
import {
  createStopAccount,
  NEXT_LOOK_MS,
  STOP_CONFIG,
  type StopAccount,
} from "#test/support/stop-account.ts";
import { ACCOUNT, configWith } from "#test/support/world.ts";

/** Of BTCUSDT: a share is rounded down to it. */
const STEP_BASE = 0.001;

let at: StopAccount;
let desk: CommandPost;
beforeEach(async () => {
  at = await createStopAccount();
  desk = createCommandPost(at.world);
  await at.act();
});

const group = () => at.groups()[0];
const heldBase = () => Number(group()?.qtyBase ?? "0");
const atVenue = () => {
  const { state, specs } = at.world.exchange.engine;
  const lots = [...state.accounts.values()].map(({ positions }) => positions.get("BTCUSDT")?.lots ?? 0);
  return Math.max(...lots) * (specs.get("BTCUSDT")?.lotBase ?? 0);
};
const commandAt = (commandId = ""): Command | null =>
  at.world.read<Command>(paths.command(ACCOUNT, commandId));
const groupId = () => group()?.groupId ?? "";

async function order(request: CommandRequest): Promise<string> {
  const { body } = await desk.order(request);
  if (body.status === "UNCONFIRMED") await desk.confirm(body.commandId ?? "");
  return body.commandId ?? "";
}

const share = (shareBps: number): CommandRequest => ({
  kind: "close_position",
  groupId: groupId(),
  shareBps,
});

describe("a close by command", () => {
  it("takes its share once, says so, and leaves stop and books with the rest", async () => {
    const before = heldBase();
    const id = await order(share(2_500));
    expect(commandAt(id)).toMatchObject({ status: "STORED", outcome: null });
    expect(at.control()).toMatchObject({ directives: [id], commands: { storedCount: 1, takenCount: 1 } });
    await at.followUp();
    await at.followUp();
    expect(commandAt(id)).toMatchObject({ status: "DONE", denial: null });
    expect(at.control()?.directives).toEqual([]);
    at.pass(NEXT_LOOK_MS);
    await at.reconcile();
    const taken = before - atVenue();
    expect(taken).toBeLessThanOrEqual(before * 0.25 + 1e-9);
    expect(taken).toBeGreaterThan(before * 0.25 - STEP_BASE);
    expect(heldBase()).toBeCloseTo(atVenue(), 9);
    expect(group()).toMatchObject({ status: "ACTIVE", closing: null });
    at.expectInStep();
  });

  it("of all ends the group under the operator's name, and frees its place", async () => {
    await order(share(10_000));
    await at.followUp();
    expect(atVenue()).toBe(0);
    expect(group()).toMatchObject({ status: "CLOSED", qtyBase: "0", exitReason: "operator" });
    expect(at.control()).toMatchObject({ slots: {}, directives: [], closings: [] });
  });

  it("is carried out by the minute's pass when no task came", async () => {
    const id = await order(share(10_000));
    at.pass(60_000);
    await at.reconcile();
    expect([atVenue(), commandAt(id)?.status]).toEqual([0, "DONE"]);
  });

  it("takes effect once when the process dies between its commit and the order", async () => {
    const before = heldBase();
    const id = await order(share(5_000));
    const dying = at.world.instance("dying");
    const deps = {
      ...dying,
      venueFor: async (...of: Parameters<typeof dying.venueFor>) => ({
        ...(await dying.venueFor(...of)),
        createOrder: () => Promise.reject(new Error("killed")),
      }),
    };
    await followUpAccount(deps, ACCOUNT).catch(() => undefined);
    expect(commandAt(id)?.status).toBe("DONE");
    expect(atVenue()).toBeCloseTo(before, 9);
    for (let minute = 0; minute < 8; minute += 1) {
      at.pass(60_000);
      await at.reconcile();
    }
    expect(atVenue()).toBeCloseTo(before / 2, 3);
    expect(at.journal().filter((kind) => kind === "DIRECTIVE_DONE")).toHaveLength(1);
  });

  it("clears an entry that rests, and closes no more than its share of what is held", async () => {
    const { trend } = configWith().strategies;
    if (trend === undefined) throw new Error("The config lacks its strategy");
    const strategies = { trend: { ...trend, entryRouting: "postOnly" as const } };
    at = await createStopAccount({ ...STOP_CONFIG, strategies });
    desk = createCommandPost(at.world);
    await at.act();
    at.movePrice(0.999);
    at.pass(NEXT_LOOK_MS);
    await at.reconcile();
    const before = heldBase();
    expect(before).toBeGreaterThan(0);
    await at.world.tickNav();
    await at.act({ intentId: "i".repeat(32), signalId: "s".repeat(32) });
    expect(Object.values(at.control()?.reservations ?? {})).toMatchObject([{ reduceOnly: false }]);
    await order(share(5_000));
    await at.followUp();
    expect(at.control()?.reservations).toEqual({});
    expect(atVenue()).toBeCloseTo(before / 2, 3);
  });

  it("that came too late has no effect", async () => {
    const id = await order(share(10_000));
    at.pass(6 * 60_000);
    await at.followUp();
    expect(commandAt(id)).toMatchObject({ status: "EXPIRED" });
    expect(atVenue()).toBeGreaterThan(0);
  });

  it("under a halt is refused as data, and a stop behind it does not wait", async () => {
    const id = await order(share(5_000));
    const { body } = await desk.order({ kind: "stop" });
    expect(body.status).toBe("DONE");
    await at.followUp();
    expect(commandAt(id)).toMatchObject({ status: "REFUSED", denial: { code: "TRADING_HALTED" } });
    expect(atVenue()).toBeGreaterThan(0);
  });

  it("is told to a person when its document is gone, and has no effect", async () => {
    const id = await order(share(5_000));
    await at.world.documents.commit([{ op: "delete", path: paths.command(ACCOUNT, id) }]);
    await at.followUp();
    expect(at.control()?.directives).toEqual([]);
    expect(at.alerts()).toContain("COMMAND_UNUSABLE");
    expect(group()?.closing).toBeNull();
  });
});

describe("the plan by command", () => {
  const stops = () => at.resting().filter(({ orderType }) => orderType === "STOP_MARKET");
  const levels = () => at.resting().filter(({ orderType }) => orderType === "TAKE_PROFIT_MARKET");
  const bps = (value: number, shareBps: number) => ({
    level: { kind: "bps", bps: value } as const,
    shareBps,
  });

  it("moves the stop at the venue, new before old", async () => {
    const [before] = stops();
    const entryUsd = Number(group()?.averageEntryUsd);
    const priceUsd = String(Math.round(entryUsd * 0.98));
    await order({ kind: "move_stop", groupId: groupId(), stop: { kind: "priceUsd", priceUsd } });
    await at.followUp();
    const [after] = stops();
    expect(stops()).toHaveLength(1);
    expect(after?.clientAlgoId).not.toBe(before?.clientAlgoId);
    expect(Number(after?.triggerPrice)).toBe(Number(priceUsd));
    at.expectInStep();
  });

  it("refuses a stop beyond the market, with both prices, and leaves the old one", async () => {
    const [before] = stops();
    const priceUsd = String(Math.round(Number(group()?.averageEntryUsd) * 1.02));
    const id = await order({ kind: "move_stop", groupId: groupId(), stop: { kind: "priceUsd", priceUsd } });
    await at.followUp();
    expect(commandAt(id)).toMatchObject({
      status: "REFUSED",
      denial: { code: "EXIT_PLAN_INVALID", actual: priceUsd, unit: "usd" },
    });
    expect(stops()).toEqual([before]);
  });

  it("replaces a ladder and cancels a level of it, never more together than is held", async () => {
    const set = (...takeProfits: ReturnType<typeof bps>[]) =>
      order({ kind: "set_take_profits", groupId: groupId(), takeProfits });
    await set(bps(100, 5_000), bps(200, 5_000));
    await at.followUp();
    expect(levels()).toHaveLength(2);
    await set(bps(150, 2_500), bps(250, 2_500), bps(350, 5_000));
    await at.followUp();
    at.pass(NEXT_LOOK_MS);
    await at.reconcile();
    expect(levels()).toHaveLength(3);
    const total = levels().reduce((sum, { quantity }) => sum + Number(quantity), 0);
    expect(total).toBeCloseTo(heldBase(), 9);
    await order({ kind: "cancel_exit", groupId: groupId(), leg: { kind: "takeProfit", level: 2 } });
    await at.followUp();
    at.pass(NEXT_LOOK_MS);
    await at.reconcile();
    expect(levels()).toHaveLength(2);
  });
});
