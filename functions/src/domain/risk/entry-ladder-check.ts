// Whether every safety entry of a base can be placed: by the venue's limits and the account's own of one order, and before the
// position's stop. The first that cannot be refuses the base: a ladder is whole, or it is not begun.
import { type Decimal as Amount, Decimal, dec, decimalString } from "#domain/decimal.ts";
import type { AccountConfig } from "#domain/documents/config.ts";
import type { Denial } from "#domain/documents/denial.ts";
import type { StopLevel } from "#domain/documents/exit-plan.ts";
import type { Market } from "#domain/documents/market.ts";
import type { Side } from "#domain/documents/words.ts";
import { denial, type RiskCheck, type SizedEntry } from "./context.ts";
import type { LadderStep } from "./entry-ladder.ts";
import { plannedExits, stopPriceUsd } from "./exit-levels.ts";

/**
 * Part of its own price by which a safety entry's market may have gone on when it is looked at, a minute later at most: its
 * value is held against the venue's minimum at that price. One percent is what the most volatile pairs make in a minute.
 */
const GAP_SHARE = "0.01";

/** Every safety entry by the limits of one order. */
export const ladderPlaceable: RiskCheck = ({ entry, market, config, intent }) => {
  if (entry === null || entry.ladder === null || market === null) return null;
  const limits: readonly Limit[] = [...limitsOfVenue(market), orderLimit(config)];
  for (const step of entry.ladder.steps) {
    const over = limits.find(({ breaks }) => breaks(step));
    if (over === undefined) continue;
    const { code, limit, unit, actual } = over;
    return denial(code, { limit, actual: decimalString(actual(step)), unit, subject: intent.symbol });
  }
  return null;
};

interface Limit extends Pick<Denial, "code" | "limit" | "unit"> {
  readonly breaks: (step: LadderStep) => boolean;
  readonly actual: (step: LadderStep) => Amount;
}

function limitsOfVenue({ minQtyBase, maxMarketQtyBase, minNotionalUsd }: Market): readonly Limit[] {
  const leastUsd = ({ notionalUsd }: LadderStep) => notionalUsd.mul(dec("1").minus(GAP_SHARE));
  const qty = ({ qtyBase }: LadderStep) => qtyBase;
  return [
    {
      code: "QUANTITY_BELOW_MINIMUM",
      limit: minQtyBase,
      unit: "base",
      breaks: ({ qtyBase }) => qtyBase.isZero() || qtyBase.lt(dec(minQtyBase)),
      actual: qty,
    },
    {
      code: "QUANTITY_EXCEEDS_MAXIMUM",
      limit: maxMarketQtyBase,
      unit: "base",
      breaks: ({ qtyBase }) => qtyBase.gt(dec(maxMarketQtyBase)),
      actual: qty,
    },
    {
      code: "NOTIONAL_BELOW_MINIMUM",
      limit: minNotionalUsd,
      unit: "usd",
      breaks: (step) => leastUsd(step).lt(dec(minNotionalUsd)),
      actual: leastUsd,
    },
  ];
}

function orderLimit({ maxOrderNotionalUsd }: AccountConfig): Limit {
  return {
    code: "NOTIONAL_EXCEEDS_MAX_PER_ORDER",
    limit: maxOrderNotionalUsd,
    unit: "usd",
    breaks: ({ notionalUsd }) => notionalUsd.gt(dec(maxOrderNotionalUsd)),
    actual: ({ notionalUsd }) => notionalUsd,
  };
}

/** A stop that fires before a safety entry's price leaves that entry without a position to add to. */
export const ladderBeforeStop: RiskCheck = ({ entry, intent, config }) => {
  if (entry === null || entry.ladder === null || intent.side === null) return null;
  const { protectiveStopBps } = config.watchdog;
  const planned = plannedExits(intent, config)?.stop ?? null;
  const stops: readonly StopLevel[] = [
    ...(planned === null ? [] : [planned]),
    ...(protectiveStopBps === null ? [] : [{ kind: "bps", bps: protectiveStopBps } as const]),
  ];
  const beyond = stopBeyond(entry, intent.side, stops);
  if (beyond === null) return null;
  return denial("ENTRY_LEG_BEYOND_STOP", {
    limit: decimalString(beyond.stopUsd.toDecimalPlaces(8)),
    actual: decimalString(beyond.priceUsd),
    unit: "usd",
    subject: intent.symbol,
  });
};

/** Stops count from the average entry, which each step moves. */
function stopBeyond(
  { qtyBase, notionalUsd, ladder }: SizedEntry,
  side: Side,
  stops: readonly StopLevel[],
): { readonly stopUsd: Amount; readonly priceUsd: Amount } | null {
  let [qty, costUsd] = [qtyBase, notionalUsd];
  for (const step of ladder?.steps ?? []) {
    if (stops.length === 0 || qty.isZero()) return null;
    const averageUsd = costUsd.div(qty);
    const prices = stops.map((stop) => stopPriceUsd(stop, side, averageUsd));
    const stopUsd = side === "long" ? Decimal.max(...prices) : Decimal.min(...prices);
    const isReached = side === "long" ? step.priceUsd.gt(stopUsd) : step.priceUsd.lt(stopUsd);
    if (!isReached) return { stopUsd, priceUsd: step.priceUsd };
    [qty, costUsd] = [qty.plus(step.qtyBase), costUsd.plus(step.notionalUsd)];
  }
  return null;
}
