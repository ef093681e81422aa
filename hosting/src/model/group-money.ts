// The money of a group: what it has made, in USD, percent and multiples of its risk, what it cost, and the price at which it
// comes out even after costs. Open groups count at the mark. What is not known stays null, with its reason. Pure.

import { stopTriggerUsd } from "#domain/decide/exit-triggers.ts";
import { type Decimal, dec, decimalString } from "#domain/decimal.ts";
import type { Group } from "#domain/documents/group.ts";
import { bpsOf } from "./basis-points.ts";
import { UNFILTERED } from "./unfiltered-market.ts";

/** Accounts of a group that did not move are read once an hour, three minutes after it; a quarter of an hour more is late. */
const ACCOUNTS_LATE_AFTER_MS = 75 * 60_000;

export interface GroupMoney {
  /** Realised and unrealised, after fees and funding where both are known. Null: a mark is missing. */
  readonly profitUsd: string | null;
  /** Fees or funding are not known: the profit is before them. */
  readonly isBeforeFees: boolean;
  /** Of all that was entered, in basis points. */
  readonly profitBps: number | null;
  /** In multiples of the risk that the plan's stop defines; null without one. */
  readonly profitR: string | null;
  readonly realizedUsd: string;
  readonly unrealizedUsd: string | null;
  readonly feesUsd: string | null;
  readonly fundingUsd: string | null;
  readonly accountsAsOfMs: number | null;
  readonly accountsAreLate: boolean;
  readonly breakEvenUsd: string | null;
  readonly breakEvenReason: string;
}

/** The risk that the plan's stop leaves on all that was entered; null without such a stop, or without a known entry. */
function riskUsd(group: Group): Decimal | null {
  const { plan, averageEntryUsd, enteredBase } = group;
  if (plan === null || plan.stop === null || averageEntryUsd === null) return null;
  const alone = { ...group, plan: { ...plan, breakEvenAfter: null, trailing: null } };
  const stop = stopTriggerUsd(alone, null, UNFILTERED);
  if (stop === null) return null;
  const risk = stop.minus(dec(averageEntryUsd)).abs().mul(dec(enteredBase));
  return risk.isZero() ? null : risk;
}

function unrealizedOf({ averageEntryUsd, qtyBase, side }: Group, markUsd: string | null): Decimal | null {
  const qty = dec(qtyBase);
  if (qty.isZero()) return qty;
  if (averageEntryUsd === null || markUsd === null) return null;
  return dec(markUsd)
    .minus(dec(averageEntryUsd))
    .mul(qty)
    .mul(side === "long" ? 1 : -1);
}

/** Fees and funding so far as one cost, and other incomes; null while one is not known. */
function costOf({ accounts }: Group): Decimal | null {
  if (accounts === null || accounts.feesUsd === null || accounts.fundingUsd === null) return null;
  return dec(accounts.feesUsd).minus(dec(accounts.fundingUsd)).minus(dec(accounts.otherUsd));
}

/** Value of everything that was traded: entries, and what was closed of them at cost and with its profit. */
function tradedUsd({ entryNotionalUsd, averageEntryUsd, qtyBase, realizedPnlUsd, side }: Group): Decimal {
  const entered = dec(entryNotionalUsd);
  const closedAtCost = entered.minus(dec(averageEntryUsd ?? "0").mul(dec(qtyBase)));
  return entered.plus(closedAtCost).plus(dec(realizedPnlUsd).mul(side === "long" ? 1 : -1));
}

type BreakEven = Pick<GroupMoney, "breakEvenUsd" | "breakEvenReason">;

/** The price at which closing all that is open leaves nothing, if the close costs the share that was paid so far. */
function breakEvenOf(group: Group, cost: Decimal | null): BreakEven {
  const unknown = (breakEvenReason: string): BreakEven => ({ breakEvenUsd: null, breakEvenReason });
  const { accounts, averageEntryUsd, realizedPnlUsd, side } = group;
  const qty = dec(group.qtyBase);
  if (averageEntryUsd === null || qty.isZero()) return unknown("nothing is open yet");
  if (cost === null || accounts === null || accounts.feesUsd === null)
    return unknown("the venue’s fees and funding of it are not read yet");
  const traded = tradedUsd(group);
  if (!dec(group.carriedBase).isZero() || traded.lte(0))
    return unknown("part of it was taken over from the venue, at a price that is not known");
  const rate = dec(accounts.feesUsd).div(traded);
  const sign = side === "long" ? 1 : -1;
  const value = dec(averageEntryUsd).mul(qty).minus(dec(realizedPnlUsd).minus(cost).mul(sign));
  const price = value.div(qty.mul(rate.mul(-sign).plus(1)));
  if (!price.gt(0)) return unknown("what was realised covers the costs at any price");
  return {
    breakEvenUsd: decimalString(price.toDecimalPlaces(12)),
    breakEvenReason: "with the fees of closing at the rate paid so far",
  };
}

/** `markUsd` null: no mark is known. */
export function groupMoney(group: Group, markUsd: string | null, nowMs: number): GroupMoney {
  const { accounts, entryNotionalUsd, realizedPnlUsd } = group;
  const unrealized = unrealizedOf(group, markUsd);
  const cost = costOf(group);
  const gross = unrealized === null ? null : unrealized.plus(dec(realizedPnlUsd));
  const profit = gross === null ? null : gross.minus(cost ?? 0);
  const entered = dec(entryNotionalUsd);
  const risk = riskUsd(group);
  return {
    profitUsd: profit === null ? null : decimalString(profit),
    isBeforeFees: cost === null,
    profitBps: profit === null || !entered.gt(0) ? null : bpsOf(profit.div(entered)),
    profitR: profit === null || risk === null ? null : decimalString(profit.div(risk).toDecimalPlaces(4)),
    realizedUsd: realizedPnlUsd,
    unrealizedUsd: unrealized === null ? null : decimalString(unrealized),
    feesUsd: accounts?.feesUsd ?? null,
    fundingUsd: accounts?.fundingUsd ?? null,
    accountsAsOfMs: accounts?.asOfMs ?? null,
    accountsAreLate: accounts !== null && nowMs - accounts.asOfMs > ACCOUNTS_LATE_AFTER_MS,
    ...breakEvenOf(group, cost),
  };
}
