// How much each level of a plan's ladder is to take now. What take-profits took fills the ladder from its nearest level,
// in whatever order they fired; what is open is given out from the nearest level too, so that together they never exceed
// it. A level below the venue's smallest order goes into the next one. Pure.

import { Decimal as Dec, type Decimal, dec, decimalString, floorToStep } from "#domain/decimal.ts";
import type { Group } from "#domain/documents/group.ts";
import type { Market } from "#domain/documents/market.ts";

const BPS = 10_000;
const NONE = dec("0");

export interface LadderStep {
  readonly level: number;
  readonly qtyBase: string;
}

export interface Ladder {
  readonly steps: readonly LadderStep[];
  /** Levels whose share is too small for an order of its own. */
  readonly merged: readonly number[];
}

/** Share of each level; the last one takes what rounding left, where the shares are the whole. */
function sharesBase({ plan, enteredBase }: Group, market: Market): readonly Decimal[] {
  const levels = plan?.takeProfits ?? [];
  const entered = dec(enteredBase);
  const step = dec(market.stepSizeBase);
  const shares = levels.map(({ shareBps }) => floorToStep(entered.mul(shareBps).div(BPS), step));
  const isWhole = levels.reduce((sum, { shareBps }) => sum + shareBps, 0) === BPS;
  if (!isWhole) return shares;
  const others = shares.slice(0, -1);
  return [...others, floorToStep(entered, step).minus(sum(others))];
}

function sum(amounts: readonly Decimal[]): Decimal {
  return amounts.reduce((total, each) => total.plus(each), NONE);
}

/** Levels, counted from the nearest, whose whole share has been taken. */
export function levelsTaken(group: Group, market: Market): number {
  const taken = dec(group.takenBase);
  let up = NONE;
  let levels = 0;
  for (const share of sharesBase(group, market)) {
    up = up.plus(share);
    if (taken.lt(up) || taken.isZero()) break;
    levels += 1;
  }
  return levels;
}

/** The whole shares of so many levels, counted from the nearest. */
export function sharesTakenBase(group: Group, levels: number, market: Market): Decimal {
  return sum(sharesBase(group, market).slice(0, levels));
}

/** Open quantity that no wish to shrink has claimed. */
function availableBase({ qtyBase, closing }: Group, market: Market): Decimal {
  const held = dec(qtyBase);
  const left = closing === null ? held : Dec.min(held, dec(closing.targetBase));
  return floorToStep(left, dec(market.stepSizeBase));
}

export function ladderOf(group: Group, market: Market): Ladder {
  const least = dec(market.minQtyBase);
  const most = floorToStep(dec(market.maxMarketQtyBase), dec(market.stepSizeBase));
  const steps: { level: number; qty: Decimal }[] = [];
  const merged: number[] = [];
  let taken = dec(group.takenBase);
  let available = availableBase(group, market);
  let carried = NONE;
  for (const [level, share] of sharesBase(group, market).entries()) {
    const already = Dec.min(taken, share);
    taken = taken.minus(already);
    const wanted = Dec.min(share.minus(already).plus(carried), available);
    if (wanted.lt(least)) {
      if (wanted.gt(0) || share.isZero()) merged.push(level);
      carried = wanted;
      continue;
    }
    // Beyond the venue's largest order it waits for its turn, and is no further level's meanwhile.
    steps.push({ level, qty: Dec.min(wanted, most) });
    available = available.minus(wanted);
    carried = NONE;
  }
  const last = steps.at(-1);
  // After the last level there is none to go into but the one before.
  if (last !== undefined) last.qty = Dec.min(last.qty.plus(Dec.min(carried, available)), most);
  return { steps: steps.map(({ level, qty }) => ({ level, qtyBase: decimalString(qty) })), merged };
}
