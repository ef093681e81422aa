// Brakes live in the documents: set in the commit of what caused them, obeyed by an instance that has just started.
import { describe, expect, it } from "vitest";
import type { ProtectionsConfig } from "#domain/documents/config.ts";
import type { ControlState } from "#domain/documents/control.ts";
import type { Order } from "#domain/documents/order.ts";
import { paths } from "#domain/documents/paths.ts";
import type { JournalEntry } from "#domain/documents/records.ts";
import type { Intent, StoredIntent } from "#domain/documents/signal.ts";
import { executeIntent } from "#functions/app/execution/execute-intent.ts";
import { followUpAccount } from "#functions/app/reconcile/follow-up.ts";
import { reconcileAccount } from "#functions/app/reconcile/reconcile-account.ts";
import { NO_PROTECTIONS } from "#test/support/config.ts";
import {
  ACCOUNT,
  createWorld,
  givenIntent,
  messageOf,
  profile,
  type World,
  type WorldOptions,
} from "#test/support/world.ts";

const MINUTE_MS = 60_000;

function worldWith(protections: Partial<ProtectionsConfig>, options: WorldOptions = {}): Promise<World> {
  return createWorld({ ...options, config: { protections: { ...NO_PROTECTIONS, ...protections } } });
}

const controlOf = (world: World) => {
  const control = world.read<ControlState>(paths.control(ACCOUNT));
  if (control === null) throw new Error("The control document is gone");
  return control;
};

/** Decided by an instance that has never seen the account; what it was denied for, empty when it was ordered. */
async function decideFresh(world: World, overrides: Partial<Intent> = {}) {
  const intent = givenIntent(world, overrides);
  await executeIntent(world.instance("executor"), messageOf(world, intent));
  const stored = world.read<StoredIntent>(paths.intent(ACCOUNT, intent.intentId));
  return { stored, codes: stored?.denials.map(({ code }) => code) ?? [] };
}

/** The commits in which this part of the control document changed, by what they did. */
function changesOf(world: World, part: (control: ControlState) => unknown): readonly string[] {
  const entries = world.under<JournalEntry>(`accounts/${ACCOUNT}/journal`).toSorted((a, b) => a.seq - b.seq);
  const images = entries.map(({ kind, images: all }) => ({
    kind,
    text: JSON.stringify(part(all[paths.control(ACCOUNT)] as unknown as ControlState)),
  }));
  return images
    .filter(({ text }, place) => place > 0 && text !== images[place - 1]?.text)
    .map(({ kind }) => kind);
}

describe("an error burst", () => {
  it("locks in the commit of the failure that fills it, and holds for the next instance until its end", async () => {
    const world = await worldWith({
      errorBurst: { windowMs: MINUTE_MS, limit: 2, stopDurationMs: 5 * MINUTE_MS },
    });
    const refusal = {
      kind: "venueError",
      when: "before",
      status: 400,
      code: -2019,
      msg: "Margin is insufficient.",
    } as const;
    world.exchange.addFault({ effect: refusal, match: { method: "POST", path: "/fapi/v1/order" }, count: 2 });
    expect((await decideFresh(world)).codes).toEqual([]);
    expect((await decideFresh(world, { symbol: "ETHUSDT" })).codes).toEqual([]);
    expect(controlOf(world).throttles.errorAtMs).toHaveLength(2);
    expect(changesOf(world, ({ protections }) => protections.locks)).toEqual(["ORDER_REJECTED"]);
    const { stored, codes } = await decideFresh(world, { symbol: "SOLUSDT" });
    expect(codes).toEqual(["ERROR_BURST"]);
    expect(stored?.denials).toMatchObject([{ actual: String(5 * MINUTE_MS), unit: "ms" }]);
    world.clock.setMs(world.clock.nowMs() + 5 * MINUTE_MS);
    await world.tickNav();
    expect((await decideFresh(world)).codes).toEqual([]);
  });
});

describe("a cooldown", () => {
  it("begins in the commit that ends the group, refuses the re-entry of any instance, and ends", async () => {
    const world = await worldWith({ cooldownPeriod: { stopDurationMs: 2 * MINUTE_MS } });
    await decideFresh(world);
    await decideFresh(world, { action: "close", side: null });
    expect(controlOf(world).slots).toEqual({});
    expect(changesOf(world, ({ protections }) => protections.locks)).toEqual(["ORDER_FILLED"]);
    world.clock.setMs(world.clock.nowMs() + 1_000);
    expect((await decideFresh(world)).codes).toEqual(["PROTECTION_COOLDOWN_PERIOD"]);
    expect((await decideFresh(world, { symbol: "ETHUSDT" })).codes).toEqual([]);
    world.clock.setMs(world.clock.nowMs() + 2 * MINUTE_MS - 1_000);
    await world.tickNav();
    expect((await decideFresh(world)).codes).toEqual([]);
  });

  it("begins also when it was the venue that closed the position", async () => {
    const world = await worldWith({ cooldownPeriod: { stopDurationMs: 2 * MINUTE_MS } });
    await decideFresh(world);
    const [order] = world.under<Order>(paths.orders(ACCOUNT));
    if (order === undefined) throw new Error("Nothing was ordered");
    const { venue, market } = await byHand(world);
    const { symbol, qtyBase } = order.request;
    const request = {
      ...order.request,
      clientOrderId: "by-hand",
      symbol,
      side: "sell",
      qtyBase,
      type: "market",
      priceUsd: null,
      timeInForce: null,
      reduceOnly: true,
    } as const;
    await venue.createOrder(request, { market, sendDeadlineMs: world.clock.nowMs() + 5_000 });
    world.clock.setMs(world.clock.nowMs() + 10_000);
    await reconcileAccount(world.instance("schedules"), profile);
    expect(controlOf(world).protections.locks).toMatchObject([{ protection: "CooldownPeriod", symbol }]);
    expect((await decideFresh(world)).codes).toEqual(["PROTECTION_COOLDOWN_PERIOD"]);
  });
});

async function byHand(world: World) {
  const venue = await world.instance("hand").venueFor(profile);
  const market = (await venue.fetchMarkets()).find(({ symbol }) => symbol === "BTCUSDT");
  if (market === undefined) throw new Error("The exchange lists no BTCUSDT");
  return { venue, market };
}

describe("a veto", () => {
  it("is stored with its denial and holds for the next instance, without being extended by asking", async () => {
    const world = await worldWith({ vetoCooldownMs: MINUTE_MS });
    const tooLarge = { size: { kind: "notionalUsd", notionalUsd: "6000" } } as const;
    const { stored } = await decideFresh(world, tooLarge);
    expect(stored).toMatchObject({
      status: "DENIED",
      denials: [{ code: "NOTIONAL_EXCEEDS_MAX_PER_ORDER" }],
      basis: { configVersion: 1, nav: { stale: false }, peak: { drawdownBps: 0 }, mark: {} },
    });
    const vetoes = controlOf(world).throttles.vetoedUntilMs;
    const images = { [paths.control(ACCOUNT)]: { throttles: { vetoedUntilMs: vetoes } } };
    expect(world.under<JournalEntry>(`accounts/${ACCOUNT}/journal`)).toMatchObject([
      { kind: "INTENT_DENIED", images },
    ]);
    expect(Object.keys(vetoes)).toEqual(["trend/BTCUSDT"]);
    world.clock.setMs(world.clock.nowMs() + 1_000);
    expect((await decideFresh(world)).codes).toEqual(["VETO_COOLDOWN"]);
    expect(controlOf(world).throttles.vetoedUntilMs).toEqual(vetoes);
    expect((await decideFresh(world, { strategyId: "patient" })).codes).toEqual([]);
    await decideFresh(world, { strategyId: "patient", action: "close", side: null });
    world.clock.setMs(world.clock.nowMs() + MINUTE_MS);
    expect((await decideFresh(world, { side: "long" })).codes).toEqual([]);
  });
});

describe("a venue's ban", () => {
  it("that a look-up meets is latched for every instance, and refuses entries until it ends", async () => {
    const world = await worldWith({});
    await decideFresh(world, { strategyId: "patient" });
    expect(Object.keys(controlOf(world).reservations)).toHaveLength(1);
    world.exchange.admin("ban", { seconds: 90 });
    const bannedAtMs = world.clock.nowMs();
    await followUpAccount(world.instance("followUp"), ACCOUNT);
    expect(controlOf(world).throttles.venueBannedUntilMs).toBeGreaterThanOrEqual(bannedAtMs + 90_000);
    expect(changesOf(world, ({ throttles }) => throttles.venueBannedUntilMs)).toEqual(["VENUE_BAN_LATCHED"]);
    expect((await decideFresh(world, { symbol: "ETHUSDT" })).codes).toEqual(["VENUE_BANNED"]);
  });

  it("that reconcile meets is latched before it gives up", async () => {
    const world = await worldWith({});
    await decideFresh(world);
    world.exchange.admin("ban", { seconds: 90 });
    await expect(reconcileAccount(world.instance("schedules"), profile)).rejects.toMatchObject({
      kind: "banned",
    });
    expect((await decideFresh(world)).codes).toEqual(["VENUE_BANNED"]);
  });
});
