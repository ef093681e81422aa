// The next step of an offset plan: close a part, wait, or end. Winners come before the loser, and the loser only goes while what
// the winners realised covers what closing it may cost at most. Decided anew before each order, from the books alone, so that
// any instance goes on where the last one stopped. Pure.

import { closableQty } from "#domain/decide/closing.ts";
import { type Decimal, dec, decimalString } from "#domain/decimal.ts";
import type { Group } from "#domain/documents/group.ts";
import { clientOrderId, offsetCloseId } from "#domain/documents/ids.ts";
import type { Touch } from "#domain/documents/market.ts";
import type { OffsetEnd, OffsetLeg, OffsetPlan, OffsetRefusal } from "#domain/documents/offset.ts";
import { type OffsetGround, refusal, refusalsOfAccount } from "./ground.ts";
import { closingPrice, isRefusal, realizedNet, type ValuedGroup, valueGroup } from "./value-group.ts";

const BPS_PER_UNIT = 10_000;

export type OffsetStep =
  | {
      readonly kind: "close";
      readonly leg: OffsetLeg;
      readonly group: Group;
      readonly qtyBase: string;
      /** The worst price that the order takes. */
      readonly limitUsd: string;
      readonly touch: Touch;
    }
  /** Nothing can be decided now; the plan's time goes on. */
  | { readonly kind: "wait"; readonly refusals: readonly OffsetRefusal[] }
  | { readonly kind: "end"; readonly end: OffsetEnd; readonly detail: string };

/** A leg with its group as the books have it, and the part of it that is open still. */
interface OpenLeg {
  readonly leg: OffsetLeg;
  readonly group: Group;
  /** Null: no order can bring it nearer to its target. */
  readonly openBase: string | null;
}

/** `ground.groups` holds every group of the plan, also one that has ended. */
export function nextOffsetStep(plan: OffsetPlan, ground: OffsetGround): OffsetStep {
  const legs = [...plan.winners, plan.loser];
  const open = legs.flatMap((leg) => openLeg(ground, leg));
  const lost = legs.find(({ groupId }) => ground.groups[groupId] === undefined);
  if (lost !== undefined) return ended("GROUP_CHANGED", `the group of ${lost.symbol} cannot be read`);
  const isClosed = open.every(({ openBase }) => openBase === null);
  return isClosed
    ? endOfClosed(plan, ground, open)
    : (endOf(plan, ground, open) ?? stepOf(plan, ground, open));
}

/** Everything is closed. It went as planned if the plan closed the loser, and the sum is no loss. */
function endOfClosed(plan: OffsetPlan, ground: OffsetGround, open: readonly OpenLeg[]): OffsetStep {
  const { accountId } = ground.control;
  const loser = open.find(({ leg }) => leg.groupId === plan.loser.groupId);
  if (loser === undefined || !hasOwnOrder(accountId, plan, loser.group)) return loserGone(plan);
  const refusals = unknownCosts(open);
  if (refusals.length > 0)
    return ground.nowMs > plan.expiresAtMs
      ? ended("EXPIRED", "the price of a fill is not known")
      : { kind: "wait", refusals };
  const sumUsd = realizedUsd(plan, open);
  const text = `the sum is ${usd(sumUsd)} USD after fees`;
  return ended(sumUsd.isNegative() ? "COVER_GONE" : "DONE", text);
}

/** Whether the plan has sent an order for the group. */
function hasOwnOrder(accountId: string, plan: OffsetPlan, group: Group): boolean {
  return ownOrderIds(accountId, plan, group).length > 0;
}

/** Orders of the plan for the group, in the order in which they were sent. */
export function ownOrderIds(
  accountId: string,
  { offsetId }: OffsetPlan,
  { groupId, orderIds }: Group,
): readonly string[] {
  const causeId = offsetCloseId(offsetId, groupId);
  const possible = orderIds.map((_id, step) => clientOrderId(accountId, causeId, step));
  return possible.filter((id) => orderIds.includes(id));
}

function loserGone({ loser }: OffsetPlan): OffsetStep {
  return ended("LOSER_GONE", `${loser.symbol} was closed by something else`);
}

function usd(amount: Decimal): string {
  return amount.toDecimalPlaces(2).toFixed(2);
}

function ended(end: OffsetEnd, detail: string): OffsetStep {
  return { kind: "end", end, detail };
}

function openLeg({ groups, markets }: OffsetGround, leg: OffsetLeg): readonly OpenLeg[] {
  const group = groups[leg.groupId];
  if (group === undefined) return [];
  const left = dec(group.qtyBase).minus(dec(leg.targetBase));
  const market = markets[leg.symbol];
  // Without its market nothing is closed, and nothing is called done.
  const openBase =
    !left.isPositive() || left.isZero()
      ? null
      : market === undefined
        ? decimalString(left)
        : closableQty(decimalString(left), market, true);
  return [{ leg, group, openBase }];
}

/** Why a plan of which something is still open has lost its ground; null while it stands. */
function endOf(plan: OffsetPlan, ground: OffsetGround, open: readonly OpenLeg[]): OffsetStep | null {
  const rest = open.filter(({ openBase }) => openBase !== null);
  const { control, config, nowMs } = ground;
  const { state } = control.tradingState;
  if (state !== "ACTIVE" || control.flatten !== null)
    return ended("STATE_CHANGED", control.flatten === null ? `trading is ${state}` : "a flatten was ordered");
  if (config.offset === null) return ended("SWITCHED_OFF", "the config has no offset any more");
  if (nowMs > plan.expiresAtMs) return ended("EXPIRED", `it was valid for ${validForMs(plan)} ms`);
  const grown = rest.find(({ leg, group }) => !dec(group.enteredBase).eq(dec(leg.enteredBase)));
  if (grown !== undefined) return ended("GROUP_CHANGED", `${grown.leg.symbol} was added to`);
  const loserIsOpen = rest.some(({ leg }) => leg.groupId === plan.loser.groupId);
  return loserIsOpen ? null : loserGone(plan);
}

function validForMs({ startedAtMs, expiresAtMs }: OffsetPlan): number {
  return expiresAtMs - startedAtMs;
}

function stepOf(plan: OffsetPlan, ground: OffsetGround, open: readonly OpenLeg[]): OffsetStep {
  const rest = open.filter(({ openBase }) => openBase !== null);
  const values = rest.map(({ group }) => valueGroup(ground, group, plan));
  const refusals = [...refusalsOfAccount(ground), ...values.filter(isRefusal), ...unknownCosts(open)];
  if (refusals.length > 0) return { kind: "wait", refusals };
  const valued = values.filter((each): each is ValuedGroup => !isRefusal(each));
  const moved = rest.find(({ leg }) => hasMoved(plan, leg, ground.touches[leg.symbol]));
  if (moved !== undefined) return ended("PRICE_MOVED", movedText(plan, moved.leg, ground));
  const sumUsd = realizedUsd(plan, open).plus(stillToComeUsd(rest, valued));
  if (sumUsd.isNegative()) return ended("COVER_GONE", `the sum would be ${usd(sumUsd)} USD at worst`);
  const [next] = rest;
  const [value] = valued;
  const touch = next === undefined ? undefined : ground.touches[next.leg.symbol];
  if (next?.openBase == null || value === undefined || touch === undefined)
    return { kind: "wait", refusals: [] };
  const limitUsd = decimalString(value.limitUsd);
  return { kind: "close", leg: next.leg, group: next.group, qtyBase: next.openBase, limitUsd, touch };
}

/** A fill without its price leaves the sum unknown until the venue's trades are read. */
function unknownCosts(open: readonly OpenLeg[]): readonly OffsetRefusal[] {
  return open
    .filter(({ group, openBase }) => openBase === null && group.costEstimated)
    .map(({ leg }) => refusal("COST_UNKNOWN", { groupId: leg.groupId }));
}

/** Net of what the groups of the plan have realised since it was made. */
export function realizedSince({ feeBps }: OffsetPlan, leg: OffsetLeg, group: Group): Decimal {
  const realized = dec(group.realizedPnlUsd).minus(dec(leg.realizedBeforeUsd));
  const closedBase = dec(leg.heldBase).minus(dec(group.qtyBase));
  if (group.averageEntryUsd === null) return realized;
  return realizedNet(leg.side, dec(group.averageEntryUsd).mul(closedBase), realized, feeBps);
}

function realizedUsd(plan: OffsetPlan, open: readonly OpenLeg[]): Decimal {
  return open.reduce((sum, { leg, group }) => sum.plus(realizedSince(plan, leg, group)), dec("0"));
}

/** At least, at the limits of now. */
function stillToComeUsd(rest: readonly OpenLeg[], valued: readonly ValuedGroup[]): Decimal {
  return rest.reduce((sum, { openBase }, place) => {
    const netPerUnitUsd = valued[place]?.netPerUnitUsd;
    return openBase === null || netPerUnitUsd === undefined
      ? sum
      : sum.plus(netPerUnitUsd.mul(dec(openBase)));
  }, dec("0"));
}

/** Against the leg, since the plan was made. */
function moveBps({ side, priceUsd }: OffsetLeg, touch: Touch): Decimal {
  const planned = dec(priceUsd);
  const moved = dec(closingPrice(side, touch)).minus(planned).div(planned).mul(BPS_PER_UNIT);
  return side === "long" ? moved.neg() : moved;
}

function hasMoved({ maxPriceMoveBps }: OffsetPlan, leg: OffsetLeg, touch: Touch | undefined): boolean {
  return touch !== undefined && moveBps(leg, touch).gt(maxPriceMoveBps);
}

function movedText({ maxPriceMoveBps }: OffsetPlan, leg: OffsetLeg, { touches }: OffsetGround): string {
  const touch = touches[leg.symbol];
  const moved = touch === undefined ? "" : moveBps(leg, touch).floor().toFixed();
  return `${leg.symbol} moved ${moved} bps against it, limit ${maxPriceMoveBps}`;
}
