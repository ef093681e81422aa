// The stop that should rest at the venue for a group, and the next step towards it. Every step is stored
// before it is sent, and sent once. A stop that guards nothing is remembered until it is known to be
// withdrawn. Must not ask whether trading is halted: a floor stays under a position in every state.

import { isGroupSetAside } from "#domain/books/set-aside.ts";
import {
  ceilToStep,
  Decimal as Dec,
  type Decimal,
  dec,
  decimalString,
  floorToStep,
} from "#domain/decimal.ts";
import type { ControlState, StopToCancel } from "#domain/documents/control.ts";
import type { Group, ProtectiveStop } from "#domain/documents/group.ts";
import { clientStopId } from "#domain/documents/ids.ts";
import type { Market } from "#domain/documents/market.ts";
import type { OrderSide } from "#domain/documents/words.ts";
import { isGroupEnded } from "#domain/lifecycle/group-lifecycle.ts";
import { SEND_WINDOW_MS } from "./place-order.ts";

const BPS = 10_000;
/** The venue's word for a stop whose trigger the price has passed: it would fire at once. */
export const BEYOND_STOP_CODE = "-2021";

export interface WantedStop {
  readonly side: OrderSide;
  readonly qtyBase: string;
  readonly triggerPriceUsd: string;
}

/**
 * Null when the config asks for no stop, or when the group's quantity is below the venue's smallest order.
 */
export function wantedStop(group: Group, stopBps: number | null, market: Market): WantedStop | null {
  if (stopBps === null || isGroupEnded(group.status) || group.averageEntryUsd === null) return null;
  // One market order closes at most this much; the stop guards a larger position up to it.
  const guarded = Dec.min(dec(group.qtyBase), dec(market.maxMarketQtyBase));
  const qtyBase = floorToStep(guarded, dec(market.stepSizeBase));
  if (qtyBase.lt(dec(market.minQtyBase))) return null;
  return {
    side: closingSide(group),
    qtyBase: decimalString(qtyBase),
    triggerPriceUsd: decimalString(trigger(group, dec(group.averageEntryUsd), stopBps, market)),
  };
}

/**
 * Rounded to the tick towards the entry, so that rounding never lets more be lost than configured. Where the distance
 * is less than what is left to the next tick, that tick: at the entry itself every stop would fire at once.
 */
function trigger(group: Group, entryUsd: Decimal, stopBps: number, market: Market): Decimal {
  const tick = dec(market.tickSizeUsd);
  if (group.side === "long") {
    const nearest = ceilToStep(entryUsd, tick).minus(tick);
    const wanted = ceilToStep(entryUsd.mul(BPS - stopBps).div(BPS), tick);
    return Dec.max(Dec.min(wanted, nearest), tick);
  }
  const nearest = floorToStep(entryUsd, tick).plus(tick);
  return Dec.max(floorToStep(entryUsd.mul(BPS + stopBps).div(BPS), tick), nearest);
}

export function closingSide(group: Group): OrderSide {
  return group.side === "long" ? "sell" : "buy";
}

/** The group's stop as long as it may be at the venue. */
export function liveStop(group: Group): ProtectiveStop | null {
  return group.stop === null || group.stop.status === "GONE" ? null : group.stop;
}

/** Whether the price had passed the stop before it could rest: the group is to be closed, not guarded. */
export function isBeyondStop({ status, stop }: Group): boolean {
  return !isGroupEnded(status) && stop?.status === "GONE" && stop.refusal?.code === BEYOND_STOP_CODE;
}

export interface StopBooks {
  readonly group: Group;
  readonly control: ControlState;
}

export interface StopRules {
  readonly accountId: string;
  readonly stopBps: number | null;
  /** Null when unknown: then an open group's stop stays as it is. */
  readonly market: Market | null;
  readonly nowMs: number;
}

/**
 * The books with the stop that the group should have; the same objects when the present one fits. A new stop is the
 * next step and is to be sent once this is stored; the old one is remembered for withdrawal, which comes after. While
 * everything is being flattened, an open group keeps what it has.
 */
export function planStop(before: StopBooks, rules: StopRules): StopBooks {
  const { group, control } = before;
  const ended = isGroupEnded(group.status);
  if (!ended && (rules.market === null || control.flatten !== null || isBeyondStop(group))) return before;
  const wanted = ended || rules.market === null ? null : wantedStop(group, rules.stopBps, rules.market);
  const live = liveStop(group);
  if (live === null ? wanted === null : wanted !== null && fits(live, wanted)) return before;
  const stopsToCancel = live === null ? control.stopsToCancel : withStopToCancel(control, group, live);
  const stop = wanted === null ? gone(live, rules.nowMs) : nextStop(group, wanted, rules);
  return { group: { ...group, stop }, control: { ...control, stopsToCancel } };
}

/** A stop's commit, to be acted on once it has landed. */
export interface StopsToActOn {
  readonly groupId: string;
  /** The stop that was planned; null when one was only left behind. */
  readonly plannedId: string | null;
}

/** Null when planning changed nothing. */
export function stopsToActOn(before: Group, planned: Group): StopsToActOn | null {
  if (planned.stop === before.stop) return null;
  const plannedId = planned.stop?.status === "SENDING" ? planned.stop.clientStopId : null;
  return { groupId: planned.groupId, plannedId };
}

function fits(stop: ProtectiveStop, wanted: WantedStop): boolean {
  const sameQty = dec(stop.qtyBase).eq(dec(wanted.qtyBase));
  return sameQty && dec(stop.triggerPriceUsd).eq(dec(wanted.triggerPriceUsd));
}

function nextStop(group: Group, wanted: WantedStop, { accountId, nowMs }: StopRules): ProtectiveStop {
  const step = group.stop === null ? 0 : group.stop.step + 1;
  return {
    clientStopId: clientStopId(accountId, group.groupId, step),
    step,
    status: "SENDING",
    qtyBase: wanted.qtyBase,
    triggerPriceUsd: wanted.triggerPriceUsd,
    sendDeadlineMs: nowMs + SEND_WINDOW_MS,
    absences: { count: 0, lastAtMs: null },
    refusal: null,
    updatedAtMs: nowMs,
  };
}

function gone(stop: ProtectiveStop | null, atMs: number): ProtectiveStop | null {
  return stop === null ? null : { ...stop, status: "GONE", updatedAtMs: atMs };
}

export function withStopToCancel(
  control: ControlState,
  { groupId, symbol }: Pick<Group, "groupId" | "symbol">,
  {
    clientStopId: id,
    sendDeadlineMs,
    absences,
  }: Pick<ProtectiveStop, "clientStopId"> & Pick<StopToCancel, "sendDeadlineMs" | "absences">,
): ControlState["stopsToCancel"] {
  return { ...control.stopsToCancel, [id]: { groupId, symbol, sendDeadlineMs, absences } };
}

/**
 * Stops whose withdrawal is due: of groups that have ended, of those that want none, and those whose successor rests.
 * One that is being replaced stays until then, so that there always is a floor, and so does one of a group that is set aside.
 */
export function dueWithdrawals(
  control: ControlState,
  groups: Readonly<Record<string, Group>>,
  stopBps: number | null,
): readonly string[] {
  return Object.entries(control.stopsToCancel)
    .filter(([, { groupId }]) => {
      if (isGroupSetAside({ control, groups }, groupId)) return false;
      const group = groups[groupId];
      return group === undefined || stopBps === null || group.stop?.status === "RESTING";
    })
    .map(([id]) => id);
}
