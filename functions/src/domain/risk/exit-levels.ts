// Prices of an exit plan's levels, once an entry price is known, and the stop that an entry would have. A plan counts from
// the average entry; here that is the price which the entry would get.
import { Decimal, dec } from "#domain/decimal.ts";
import type { AccountConfig } from "#domain/documents/config.ts";
import type { ExitPlan, StopLevel, TakeProfitLevel } from "#domain/documents/exit-plan.ts";
import type { Intent } from "#domain/documents/signal.ts";
import type { Side } from "#domain/documents/words.ts";

const BPS_PER_UNIT = 10_000;

/** The plan of an entry: the signal's own, whole, else the strategy's; null: neither has one. */
export function plannedExits(intent: Intent, { strategies }: AccountConfig): ExitPlan | null {
  return intent.exits ?? strategies[intent.strategyId]?.exits ?? null;
}

/** Against the position; zero or less for a level that cannot be. */
export function stopPriceUsd(level: StopLevel, side: Side, entryUsd: Decimal): Decimal {
  return levelPriceUsd(level, entryUsd, side === "long" ? -1 : 1);
}

/** In the position's favour. `riskUsd` is the distance of the plan's own stop; null where it has none. */
export function takeProfitPriceUsd(
  level: TakeProfitLevel,
  side: Side,
  entryUsd: Decimal,
  riskUsd: Decimal | null,
): Decimal | null {
  const sign = side === "long" ? 1 : -1;
  if (level.kind !== "riskMultiple") return levelPriceUsd(level, entryUsd, sign);
  return riskUsd === null ? null : entryUsd.plus(riskUsd.mul(dec(level.riskMultiple)).mul(sign));
}

/** Above the entry for 1, below it for -1; a price that was named stays where it is. */
function levelPriceUsd(level: StopLevel, entryUsd: Decimal, sign: 1 | -1): Decimal {
  switch (level.kind) {
    case "priceUsd":
      return dec(level.priceUsd);
    case "bps":
      return entryUsd.mul(BPS_PER_UNIT + sign * level.bps).div(BPS_PER_UNIT);
    case "distanceUsd":
      return entryUsd.plus(dec(level.distanceUsd).mul(sign));
  }
}

/**
 * Distance from the entry price to the stop that fires first: the plan's, or the account's own, which lies beneath every
 * plan. Null without either; zero or less for a stop on the wrong side.
 */
export function stopDistanceUsd(intent: Intent, config: AccountConfig, entryUsd: Decimal): Decimal | null {
  if (intent.side === null) return null;
  const { side } = intent;
  const stop = plannedExits(intent, config)?.stop ?? null;
  const { protectiveStopBps } = config.watchdog;
  const levels: readonly StopLevel[] = [
    ...(stop === null ? [] : [stop]),
    ...(protectiveStopBps === null ? [] : [{ kind: "bps", bps: protectiveStopBps } as const]),
  ];
  const distances = levels.map((level) => {
    const atUsd = stopPriceUsd(level, side, entryUsd);
    return side === "long" ? entryUsd.minus(atUsd) : atUsd.minus(entryUsd);
  });
  return distances.length === 0 ? null : Decimal.min(...distances);
}
