// The worth of one open position for an offset: its profit at the touch, and what closing a unit of it brings at least, at the
// limit of the order and after the fee. Sells are valued at the bid, buys at the ask. Pure.

import { boundedPrice } from "#domain/decide/closing.ts";
import { type Decimal, dec, decimalString, floorToStep } from "#domain/decimal.ts";
import type { Group } from "#domain/documents/group.ts";
import type { Market, Touch } from "#domain/documents/market.ts";
import type { OffsetRefusal, OffsetRow } from "#domain/documents/offset.ts";
import type { Side } from "#domain/documents/words.ts";
import { type OffsetGround, refusal } from "./ground.ts";

const BPS_PER_UNIT = 10_000;

/** The venue's fee, and how far from the touch a close may go. */
export interface Costs {
  readonly feeBps: number;
  readonly slippageBps: number;
}

export interface ValuedGroup {
  readonly group: Group;
  readonly market: Market;
  /** Of the quantity that orders can close: on the venue's step. */
  readonly closableBase: Decimal;
  readonly priceUsd: Decimal;
  readonly limitUsd: Decimal;
  readonly costUsd: Decimal;
  /** At the touch, before fees, of all that is held. */
  readonly profitUsd: Decimal;
  /** At least, for each unit that is closed; negative for a loser. */
  readonly netPerUnitUsd: Decimal;
}

/** Positive where a price above the entry is a profit. */
function direction(side: Side): 1 | -1 {
  return side === "long" ? 1 : -1;
}

/** The price at which a close of that side trades. */
export function closingPrice(side: Side, touch: Touch): string {
  return side === "long" ? touch.bidUsd : touch.askUsd;
}

/** Brought by closing a unit at the price, after the fee on what is traded. */
export function netPerUnit(side: Side, entryUsd: Decimal, priceUsd: Decimal, feeBps: number): Decimal {
  const gain = priceUsd.minus(entryUsd).mul(direction(side));
  return gain.minus(priceUsd.mul(feeBps).div(BPS_PER_UNIT));
}

/** Net of what a part of a position realised: its fills were worth its cost, plus the gain of a long or less that of a short. */
export function realizedNet(side: Side, costUsd: Decimal, realizedUsd: Decimal, feeBps: number): Decimal {
  const turnoverUsd = costUsd.plus(realizedUsd.mul(direction(side)));
  return realizedUsd.minus(turnoverUsd.mul(feeBps).div(BPS_PER_UNIT));
}

/** The position valued, or the first reason why it has no part in an offset. */
export function valueGroup(ground: OffsetGround, group: Group, costs: Costs): ValuedGroup | OffsetRefusal {
  const { groupId, symbol, side, averageEntryUsd } = group;
  const { config, nowMs } = ground;
  const market = ground.markets[symbol];
  const touch = ground.touches[symbol];
  const fault = faultOf(ground, group);
  if (fault !== null) return fault;
  if (averageEntryUsd === null || group.costEstimated) return refusal("COST_UNKNOWN", { groupId });
  if (market === undefined) return refusal("MARKET_UNKNOWN", { groupId, actual: symbol, unit: "symbol" });
  if (touch === undefined) return refusal("TOUCH_MISSING", { groupId, actual: symbol, unit: "symbol" });
  const staleMs = staleBy(touch, { askedMs: config.maxTouchAgeMs, bookMs: config.maxMarkAgeMs }, nowMs);
  if (staleMs !== null) return refusal("TOUCH_STALE", { groupId, ...staleMs, unit: "ms" });
  const held = dec(group.qtyBase);
  const closableBase = floorToStep(held, dec(market.stepSizeBase));
  const limit = market.minQtyBase;
  if (closableBase.isZero() || closableBase.lt(dec(limit)))
    return refusal("QUANTITY_BELOW_MINIMUM", { groupId, limit, actual: group.qtyBase, unit: "base" });
  const entry = dec(averageEntryUsd);
  const priceUsd = dec(closingPrice(side, touch));
  const limitUsd = dec(boundedPrice(side, touch, costs.slippageBps, market));
  return {
    group,
    market,
    closableBase,
    priceUsd,
    limitUsd,
    costUsd: entry.mul(held),
    profitUsd: priceUsd.minus(entry).mul(direction(side)).mul(held),
    netPerUnitUsd: netPerUnit(side, entry, limitUsd, costs.feeBps),
  };
}

export function isRefusal(value: ValuedGroup | OffsetRefusal): value is OffsetRefusal {
  return "code" in value;
}

/** Something else moves it: it is opening, being reduced or closed, or an order of it may still fill. */
function faultOf({ control }: OffsetGround, { groupId, status, closing }: Group): OffsetRefusal | null {
  if (Object.values(control.reservations).some((live) => live.groupId === groupId))
    return refusal("ORDER_IN_FLIGHT", { groupId });
  if (status === "ACTIVE" && closing === null) return null;
  const actual = closing === null ? status : "REDUCING";
  return refusal("GROUP_NOT_ACTIVE", { groupId, limit: "ACTIVE", actual, unit: "state" });
}

function staleBy(
  { askedAtMs, asOfMs }: Touch,
  { askedMs, bookMs }: { readonly askedMs: number; readonly bookMs: number },
  nowMs: number,
): { readonly limit: string; readonly actual: string } | null {
  if (nowMs - askedAtMs > askedMs) return { limit: String(askedMs), actual: String(nowMs - askedAtMs) };
  return nowMs - asOfMs > bookMs ? { limit: String(bookMs), actual: String(nowMs - asOfMs) } : null;
}

/** Loss of its cost, exact; negative in profit. */
export function lossShare({ profitUsd, costUsd }: ValuedGroup): Decimal {
  return profitUsd.neg().div(costUsd);
}

export function rowOf(valued: ValuedGroup): OffsetRow {
  const { group, priceUsd, limitUsd, profitUsd } = valued;
  const { groupId, symbol, side, qtyBase, averageEntryUsd } = group;
  return {
    groupId,
    symbol,
    side,
    heldBase: qtyBase,
    averageEntryUsd: averageEntryUsd ?? decimalString(valued.costUsd.div(dec(qtyBase))),
    priceUsd: decimalString(priceUsd),
    limitUsd: decimalString(limitUsd),
    profitUsd: decimalString(profitUsd),
    profitBps: lossShare(valued).neg().mul(BPS_PER_UNIT).floor().toNumber(),
  };
}
