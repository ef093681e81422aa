// The decision on a safety entry whose price is reached: with every check of an entry, on a touch that was read for it, and on
// the room that was kept for it. An exit that its strategy has made since the base withdraws it. Pure.
import { withSlot } from "#domain/books/bookkeeping.ts";
import { dec, decimalString } from "#domain/decimal.ts";
import { decisionBasis } from "#domain/documents/basis.ts";
import type { ControlState } from "#domain/documents/control.ts";
import type { Denial } from "#domain/documents/denial.ts";
import type { EntryLeg, Group } from "#domain/documents/group.ts";
import { clientOrderId, legIntentId } from "#domain/documents/ids.ts";
import type { Market, Touch } from "#domain/documents/market.ts";
import { isInPlan } from "#domain/documents/offset.ts";
import type { Intent } from "#domain/documents/signal.ts";
import { withLegEvent } from "#domain/lifecycle/leg-lifecycle.ts";
import type { SizedEntry } from "#domain/risk/context.ts";
import { supersededBy } from "#domain/risk/supersession.ts";
import { touchOf } from "#domain/risk/touch-answer.ts";
import type { DecisionGround } from "./decide-intent.ts";
import { isReached, nextSafetyEntry, withLegRefused, withLegSent } from "./entry-legs.ts";
import { denialsOfLeg, intentOfLeg } from "./leg-entry.ts";
import { newRoute } from "./new-route.ts";
import { type OrderCause, type PlacedOrder, placeOrder } from "./place-order.ts";
import { choiceOf } from "./route-choice.ts";
import { routeEntry } from "./routing.ts";
import { pricesAt, sizedAt } from "./sizing.ts";

export type LegDecision =
  | ({ readonly kind: "place" } & PlacedOrder)
  /** With the group that says so; `isNews` where the reasons are others than before. */
  | {
      readonly kind: "refuse";
      readonly group: Group;
      readonly leg: EntryLeg;
      readonly denials: readonly Denial[];
      readonly isNews: boolean;
    }
  /** An exit is newer: none of the legs that wait is sent any more. */
  | { readonly kind: "withdraw"; readonly group: Group; readonly control: ControlState }
  /** Its price is not reached, or not known, or another entry of the group is on its way. */
  | { readonly kind: "wait" };

const WAIT = { kind: "wait" } as const;

/** `control` of the ground carries the lease under which the order is stored and sent. */
export function decideLeg(ground: DecisionGround, group: Group, nowMs: number): LegDecision {
  const { control, config, universe } = ground;
  const leg = nextSafetyEntry(group);
  // An entry into a position that an offset closes or shrinks would end the offset's plan half-way.
  if (leg === null || isInPlan(control.offset, group.groupId)) return WAIT;
  if (supersededBy(control, asOfBase(control, group)) !== null) {
    const left = withLegEvent(group, "withdrawn", nowMs);
    return { kind: "withdraw", group: left, control: { ...control, slots: withSlot(control.slots, left) } };
  }
  const touch = touchOf(ground.touch);
  const market = universe?.markets[group.symbol] ?? null;
  if (touch === null || market === null || !isReached(group, leg, touch)) return WAIT;
  const intentId = legIntentId(group.accountId, group.groupId, leg.place);
  // Not from a signal (see `isFromSignal`): there is no receipt to complete.
  const intent = intentOfLeg(group, { intentId, signalId: intentId }, dec(leg.qtyBase), nowMs);
  const entry = sizedAt({ ...pricesAt(intent, config, market, touch), fitted: null }, dec(leg.qtyBase));
  const denials = denialsOfLeg(ground, group, { leg, intent, market, entry }, nowMs);
  const routing = config.strategies[group.strategyId]?.entryRouting;
  if (denials.length > 0 || routing === undefined) {
    const refusedFor = denials.map(({ code }) => code);
    const isNews = refusedFor.join() !== leg.refusedFor.join();
    return { kind: "refuse", group: withLegRefused(group, leg, refusedFor, nowMs), leg, denials, isNews };
  }
  return placed(ground, { group, leg, intent, entry, market, touch, routing }, nowMs);
}

interface ReadyLeg {
  readonly group: Group;
  readonly leg: EntryLeg;
  readonly intent: Intent;
  readonly entry: SizedEntry;
  readonly market: Market;
  readonly touch: Touch;
  readonly routing: Parameters<typeof routeEntry>[1]["routing"];
}

function placed(
  { control, config, nav, peak, tuning }: DecisionGround,
  { group, leg, intent, entry, market, touch, routing }: ReadyLeg,
  nowMs: number,
): LegDecision {
  const id = clientOrderId(group.accountId, intent.intentId, 0);
  const choice = choiceOf(routing, group.symbol, config, tuning ?? null);
  const { router } = config;
  const wanted = { side: group.side, qtyBase: entry.qtyBase, routing, choice, router };
  const request = routeEntry(id, wanted, market, touch);
  const cause: OrderCause = {
    intentId: intent.intentId,
    signalId: intent.signalId,
    strategyId: group.strategyId,
    step: 0,
    exitReason: null,
    signalReceivedAtMs: nowMs,
    intentExpiresAtMs: intent.expiresAtMs,
  };
  const mark = nav?.marks[group.symbol] ?? null;
  const basis = decisionBasis(config.version, { nav, peak, touch, mark, fitted: null }, nowMs);
  const { intentId, signalId } = intent;
  // As old as the signal that opened the group, so that an exit of since then ends its route, too.
  const { signalledAtMs, receivedAtMs } = asOfBase(control, group);
  const { side } = group;
  const origin = { intentId, signalId, signalledAtMs, receivedAtMs, step: 0, side, routing, choice };
  const route = newRoute(origin, config, { request, market, touch, nowMs });
  const sent = withLegSent(group, leg, { clientOrderId: id, route }, nowMs);
  const notionalUsd = decimalString(entry.notionalUsd);
  return {
    kind: "place",
    ...placeOrder(control, { request, cause, group: sent, notionalUsd, basis }, nowMs),
  };
}

/** As old as the signal that opened the group: an exit after that is newer than every leg. */
function asOfBase(
  { newestSignals }: ControlState,
  { strategyId, symbol, side, openedAtMs }: Group,
): Parameters<typeof supersededBy>[1] {
  const entered = newestSignals[`${strategyId}/${symbol}/${side}`]?.entered ?? null;
  const moment = entered ?? { signalledAtMs: openedAtMs, receivedAtMs: openedAtMs };
  return { strategyId, symbol, side, ...moment };
}
