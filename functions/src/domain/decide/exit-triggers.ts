// The prices at which a group's exits are to trigger: of the stop the nearest of floor, plan, break-even and trailing
// distance; of each take-profit its level of the plan. All are on the tick, rounded so that rounding never costs more.

import { ceilToStep, Decimal as Dec, type Decimal, dec, floorToStep } from "#domain/decimal.ts";
import type { StopLevel, TakeProfitLevel } from "#domain/documents/exit-plan.ts";
import type { Group } from "#domain/documents/group.ts";
import type { Market } from "#domain/documents/market.ts";
import { stopPriceUsd, takeProfitPriceUsd } from "#domain/risk/exit-levels.ts";
import { levelsTaken } from "./ladder.ts";

const BPS = 10_000;

type Held = Pick<Group, "side"> & { readonly entryUsd: Decimal };

/** Null while nothing asks for a stop, or no entry is known to measure from. */
export function stopTriggerUsd(group: Group, floorBps: number | null, market: Market): Decimal | null {
  if (group.averageEntryUsd === null) return null;
  const held = { side: group.side, entryUsd: dec(group.averageEntryUsd) };
  const { stop = null } = group.plan ?? {};
  const wanted = [
    ...(floorBps === null ? [] : [againstUsd(held, { kind: "bps", bps: floorBps }, market)]),
    ...(stop === null ? [] : [againstUsd(held, stop, market)]),
    ...breakEvenUsd(group, held, market),
    ...trailingUsd(group, held, market),
  ];
  if (wanted.length === 0) return null;
  return group.side === "long" ? Dec.max(...wanted) : Dec.min(...wanted);
}

/** Whether config or plan ever asks for a stop under this group. */
export function asksForStop({ plan }: Group, floorBps: number | null): boolean {
  if (floorBps !== null) return true;
  return plan !== null && (plan.stop !== null || plan.breakEvenAfter !== null || plan.trailing !== null);
}

/** Null for a multiple of a risk that no stop of the plan defines. */
export function takeProfitTriggerUsd(group: Group, level: TakeProfitLevel, market: Market): Decimal | null {
  if (group.averageEntryUsd === null) return null;
  const held = { side: group.side, entryUsd: dec(group.averageEntryUsd) };
  const stop = group.plan?.stop ?? null;
  const riskUsd =
    stop === null ? null : stopPriceUsd(stop, held.side, held.entryUsd).minus(held.entryUsd).abs();
  const priceUsd = takeProfitPriceUsd(level, held.side, held.entryUsd, riskUsd);
  return priceUsd === null ? null : onTick(held, priceUsd, market);
}

/**
 * A millionth of a tick is what rounding leaves of an average of many fills: without this a price that is on a tick would go
 * to the next one.
 */
const TICK_PLACES = 6;

/** Always in the position's favour: a stop nearer to the entry, a take-profit further from it. */
function onTick({ side }: Pick<Held, "side">, priceUsd: Decimal, { tickSizeUsd }: Market): Decimal {
  const tick = dec(tickSizeUsd);
  const ticks = priceUsd.div(tick).toDecimalPlaces(TICK_PLACES);
  return Dec.max(side === "long" ? ticks.ceil() : ticks.floor(), 1).mul(tick);
}

/** The entry moved by a distance; a positive one is in the position's favour. */
function moved({ side, entryUsd }: Held, awayUsd: Decimal): Decimal {
  return side === "long" ? entryUsd.plus(awayUsd) : entryUsd.minus(awayUsd);
}

/**
 * Where the distance is less than what is left to the next tick, that tick: at the entry itself every stop would fire at
 * once. A price that was named is not moved.
 */
function againstUsd(held: Held, level: StopLevel, market: Market): Decimal {
  const wanted = onTick(held, stopPriceUsd(level, held.side, held.entryUsd), market);
  if (level.kind === "priceUsd") return wanted;
  const tick = dec(market.tickSizeUsd);
  if (held.side === "short") return Dec.max(wanted, floorToStep(held.entryUsd, tick).plus(tick));
  return Dec.max(Dec.min(wanted, ceilToStep(held.entryUsd, tick).minus(tick)), tick);
}

/** The average entry without fees: what was paid is known for sure only when the venue's trades have been read. */
function breakEvenUsd(group: Group, held: Held, market: Market): readonly Decimal[] {
  const after = group.plan?.breakEvenAfter ?? null;
  if (after === null || levelsTaken(group, market) < after) return [];
  return [onTick(held, held.entryUsd, market)];
}

function trailingUsd({ plan, bestPriceUsd }: Group, held: Held, market: Market): readonly Decimal[] {
  const { trailing = null } = plan ?? {};
  if (trailing === null) return [];
  // The entry itself is the least that was seen: an entry that is added may average to better than the best price since.
  const seen = bestPriceUsd === null ? held.entryUsd : dec(bestPriceUsd);
  const best = held.side === "long" ? Dec.max(seen, held.entryUsd) : Dec.min(seen, held.entryUsd);
  const activation = moved(held, held.entryUsd.mul(trailing.activationBps).div(BPS));
  const isActive = held.side === "long" ? best.gte(activation) : best.lte(activation);
  if (!isActive) return [];
  const share = held.side === "long" ? BPS - trailing.distanceBps : BPS + trailing.distanceBps;
  return [onTick(held, best.mul(share).div(BPS), market)];
}
