// The best price since the entry, on which a trailing stop stands. It only ever improves, and is stored only when the stop
// moves by a share of its distance that is worth two requests and two writes. Pure.

import { type Decimal, dec, decimalString } from "#domain/decimal.ts";
import type { Group } from "#domain/documents/group.ts";
import type { TopOfBook } from "#domain/documents/market.ts";
import { isGroupEnded } from "#domain/lifecycle/group-lifecycle.ts";

const BPS = 10_000;
/**
 * Part of the trailing distance by which the price has to improve before the stop follows. A tenth leaves at most that much
 * of the distance unfollowed, and bounds the moves: ten for each whole distance that the price goes.
 */
const STEP_SHARE = 0.1;

export type Tops = Readonly<Record<string, TopOfBook>>;

/** Whether its stop follows the price at all, so that prices are worth asking for. */
export function trails({ plan, status, averageEntryUsd }: Group): boolean {
  return plan !== null && plan.trailing !== null && averageEntryUsd !== null && !isGroupEnded(status);
}

/** The group with the price at which it could be left now, where that is better by a step; else the same group. */
export function withBestPrice(group: Group, tops: Tops): Group {
  const trailing = group.plan?.trailing ?? null;
  const top = tops[group.symbol];
  if (trailing === null || top === undefined || !trails(group)) return group;
  const priceUsd = dec(group.side === "long" ? top.bidUsd : top.askUsd);
  const best = group.bestPriceUsd === null ? null : dec(group.bestPriceUsd);
  const from = best ?? dec(group.averageEntryUsd ?? "0");
  const leastBps = best === null ? trailing.activationBps : trailing.distanceBps * STEP_SHARE;
  const improvedBy = improvement(group, from, priceUsd);
  if (improvedBy.lt(from.mul(leastBps).div(BPS)) || improvedBy.isNegative()) return group;
  return { ...group, bestPriceUsd: decimalString(priceUsd) };
}

function improvement({ side }: Group, from: Decimal, priceUsd: Decimal): Decimal {
  return side === "long" ? priceUsd.minus(from) : from.minus(priceUsd);
}
