// Commands about the offset over a whole account: a preview changes nothing and tells all it found; a start begins a plan once, and
// only where the minute would begin one too.
// Proves: app/directives/carry-out-offset.ts, app/offset-facts/find-offset.ts, domain/offset/offset-outcome.ts
import { beforeEach, describe, expect, it } from "vitest";
import type { Command, CommandRequest } from "#domain/documents/command.ts";
import type { ControlState } from "#domain/documents/control.ts";
import type { Group } from "#domain/documents/group.ts";
import type { Order } from "#domain/documents/order.ts";
import { paths } from "#domain/documents/paths.ts";
import { executeIntent } from "#functions/app/execution/execute-intent.ts";
import { followUpAccount } from "#functions/app/reconcile/follow-up.ts";
import { raiseAlert } from "#functions/app/telling/alert.ts";
import { watchOneAccount } from "#functions/app/watchdog/watch-every-account.ts";
import { freshList } from "#test/support/account-list.ts";
import { type CommandPost, createCommandPost } from "#test/support/commands.ts";
import { OFFSET } from "#test/support/offset-ground.ts";
import { ACCOUNT, createWorld, givenIntent, messageOf, type World } from "#test/support/world.ts";

const CONFIG = { ...OFFSET, minLossBps: 200, feeBps: 5, slippageBps: 20 };
const LOSER = "BTCUSDT";
const WINNER = "ETHUSDT";

let world: World;
let desk: CommandPost;
beforeEach(async () => {
  await begin({ offset: CONFIG });
});

async function begin(config: object): Promise<void> {
  world = await createWorld({ config });
  desk = createCommandPost(world);
  world.exchange.admin("pause");
  for (const symbol of [LOSER, WINNER])
    await executeIntent(world.instance("executor"), messageOf(world, givenIntent(world, { symbol })));
  movePrice(LOSER, 0.95);
  movePrice(WINNER, 1.1);
  world.clock.setMs(world.clock.nowMs() + 60_000);
  await world.tickNav();
  await watchOneAccount({ ...world.instance("watchdog"), accountList: freshList(world) }, ACCOUNT);
}

function movePrice(symbol: string, share: number): void {
  const midUsd = world.exchange.engine.state.symbols.get(symbol)?.midUsd ?? 0;
  world.exchange.admin("price", { symbol, priceUsd: midUsd * share });
}

const control = (): ControlState => world.read<ControlState>(paths.control(ACCOUNT)) as ControlState;
const closes = (): number =>
  world.under<Order>(paths.orders(ACCOUNT)).filter(({ request }) => request.reduceOnly).length;
const groupOf = (symbol: string): Group | undefined =>
  world.under<Group>(paths.groups(ACCOUNT)).find((each) => each.symbol === symbol);
const followUp = (): Promise<void> => followUpAccount(world.instance("followUp"), ACCOUNT);

/** Posted, confirmed where that is asked for, and carried out by the follow-up that it wakes. */
async function order(request: CommandRequest): Promise<Command> {
  const { body } = await desk.order(request);
  if (body.status === "UNCONFIRMED") await desk.confirm(body.commandId ?? "");
  await followUp();
  return world.read<Command>(paths.command(ACCOUNT, body.commandId ?? "")) as Command;
}

const codesOf = ({ offset }: Command): readonly string[] => offset?.refusals.map(({ code }) => code) ?? [];

describe("a preview of the offset", () => {
  it("names loser, winners and figures, and closes nothing", async () => {
    const ended = await order({ kind: "preview_offset" });
    expect(ended).toMatchObject({ status: "DONE", denial: null });
    expect(ended.outcome).toContain(`then the loser`);
    const { plan, rows } = ended.offset ?? { plan: null, rows: [] };
    expect([plan?.loser.symbol, plan?.winners.map(({ symbol }) => symbol)]).toEqual([LOSER, [WINNER]]);
    expect(rows.map(({ symbol }) => symbol).toSorted()).toEqual([LOSER, WINNER].toSorted());
    expect([control().offset, closes()]).toEqual([null, 0]);
  });

  it("tells every reason against one, with its figure", async () => {
    movePrice(LOSER, 1.04);
    await raiseAlert(world.instance("test"), {
      accountId: ACCOUNT,
      severity: "critical",
      code: "TEST",
      message: "Something is wrong",
      remedy: "Look",
      dedupeKey: "1",
    });
    const ended = await order({ kind: "preview_offset" });
    expect(ended.status).toBe("DONE");
    expect(codesOf(ended)).toEqual(["ALERT_OPEN", "LOSS_BELOW_THRESHOLD", "NO_LOSER"]);
    expect(ended.outcome).toMatch(
      /^No offset now: ALERT_OPEN \(TEST code\); LOSS_BELOW_THRESHOLD of BTCUSDT/,
    );
  });

  it("of an account without an offset says so", async () => {
    await begin({});
    expect(codesOf(await order({ kind: "preview_offset" }))).toEqual(["OFFSET_OFF"]);
  });

  it("is refused while the venue gives no prices", async () => {
    world.exchange.addFault({
      effect: { kind: "reset", when: "before" },
      match: { path: "/fapi/v1/ticker/bookTicker" },
    });
    const ended = await order({ kind: "preview_offset" });
    expect([ended.status, ended.offset]).toEqual(["REFUSED", null]);
  });
});

describe("an offset that is started by command", () => {
  it("asks for confirmation, and without it has no effect", async () => {
    const { body } = await desk.order({ kind: "start_offset" });
    await followUp();
    expect([body.status, control().offset, closes()]).toEqual(["UNCONFIRMED", null, 0]);
  });

  it("closes winner and loser without waiting for the minute, and once", async () => {
    const ended = await order({ kind: "start_offset" });
    expect(ended).toMatchObject({ status: "DONE", offset: { plan: { startedBy: ended.actor } } });
    for (let pass = 0; pass < 5 && control().offset !== null; pass += 1) {
      world.clock.setMs(world.clock.nowMs() + 5_000);
      await followUp();
    }
    expect(control().offset).toBeNull();
    expect(groupOf(LOSER)).toMatchObject({ status: "CLOSED", exitReason: "offset" });
    expect([groupOf(WINNER)?.status, closes()]).toEqual(["ACTIVE", 2]);
  });

  it.each([
    ["a loss below the threshold", () => movePrice(LOSER, 1.04), "LOSS_BELOW_THRESHOLD"],
    ["REDUCING", () => latch("REDUCING"), "TRADING_STATE_NOT_ACTIVE"],
    ["a stale NAV", () => staleNav(), "NAV_STALE"],
  ])("is refused under %s, as the minute's own would be", async (_name, before, code) => {
    await before();
    const ended = await order({ kind: "start_offset" });
    expect(ended.status).toBe("REFUSED");
    expect(codesOf(ended)).toContain(code);
    expect([control().offset, control().directives, closes()]).toEqual([null, [], 0]);
  });

  it("is refused while a plan is under way", async () => {
    world.exchange.addFault({
      effect: { kind: "reset", when: "after" },
      match: { method: "POST", path: "^/fapi/v1/order$" },
    });
    await order({ kind: "start_offset" });
    const { offset } = control();
    expect(offset).not.toBeNull();
    const again = await order({ kind: "start_offset" });
    expect(again.status).toBe("REFUSED");
    expect(codesOf(again)).toContain("OFFSET_UNDER_WAY");
    expect(control().offset).toEqual(offset);
  });
});

async function latch(state: string): Promise<void> {
  const tradingState = { ...control().tradingState, state };
  await world.documents.commit([{ op: "update", path: paths.control(ACCOUNT), changes: { tradingState } }]);
}

async function staleNav(): Promise<void> {
  await world.documents.commit([{ op: "update", path: paths.nav(ACCOUNT), changes: { stale: true } }]);
}
