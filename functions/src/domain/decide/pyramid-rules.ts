// Whether an alert may add to its open group now: by how many it has added already, and by how far the price has gone in the
// position's favour since the last entry. Both limits come with the alert, or from its strategy's config. Pure.
import { type Decimal, dec, decimalString } from "#domain/decimal.ts";
import type { AccountConfig } from "#domain/documents/config.ts";
import type { Denial } from "#domain/documents/denial.ts";
import type { EntryLeg, Group } from "#domain/documents/group.ts";
import type { Touch } from "#domain/documents/market.ts";
import type { Intent } from "#domain/documents/signal.ts";
import type { Side } from "#domain/documents/words.ts";
import { denial } from "#domain/risk/context.ts";
import { plannedEntries } from "#domain/risk/entry-ladder.ts";
import { takenPriceUsd } from "#domain/risk/queued.ts";

const BPS_PER_UNIT = 10_000;
/** As fine as a venue's finest price. */
const SHOWN_DECIMALS = 8;

/** Empty for an entry that opens a group, and where no plan limits pyramids. */
export function pyramidDenials(
  intent: Intent,
  config: AccountConfig,
  group: Group | null,
  touch: Touch | null,
): readonly Denial[] {
  const plan = plannedEntries(intent, config)?.pyramid ?? null;
  if (group === null || plan === null || intent.side === null) return [];
  const made = group.legs.filter((leg) => leg.kind === "pyramid" && !isOfNothing(leg)).length;
  const tooMany =
    made < plan.maxEntries
      ? []
      : [
          denial("PYRAMID_LIMIT_REACHED", {
            limit: String(plan.maxEntries),
            actual: String(made + 1),
            unit: "entries",
            subject: intent.symbol,
          }),
        ];
  if (touch === null || plan.minDistanceBps === 0) return tooMany;
  return [...tooMany, ...tooNear(intent.side, lastEntryUsd(group), plan.minDistanceBps, touch)];
}

/** It took a place of none: an order that ended without a fill. */
function isOfNothing({ status, filledBase }: EntryLeg): boolean {
  return status === "ENDED" && dec(filledBase).isZero();
}

/** Of entries that filled, or may yet; the average where a release before 0.3.0 kept none. */
function lastEntryUsd({ legs, averageEntryUsd }: Group): Decimal | null {
  const sent = legs.filter((leg) => leg.clientOrderId !== null && !isOfNothing(leg));
  const last = sent.toSorted((one, other) => sentBefore(one, other)).at(-1);
  if (last !== undefined) return dec(last.averagePriceUsd ?? last.priceUsd);
  return averageEntryUsd === null ? null : dec(averageEntryUsd);
}

/** Legs of one kind are sent by place; a safety entry and a pyramid by when they last moved. */
function sentBefore(one: EntryLeg, other: EntryLeg): number {
  return one.kind === other.kind ? one.place - other.place : one.updatedAtMs - other.updatedAtMs;
}

function tooNear(
  side: Side,
  lastUsd: Decimal | null,
  minDistanceBps: number,
  touch: Touch,
): readonly Denial[] {
  if (lastUsd === null) return [];
  const sign = side === "long" ? 1 : -1;
  const leastUsd = lastUsd.mul(BPS_PER_UNIT + sign * minDistanceBps).div(BPS_PER_UNIT);
  const priceUsd = dec(takenPriceUsd(touch, side));
  if (side === "long" ? priceUsd.gte(leastUsd) : priceUsd.lte(leastUsd)) return [];
  return [
    denial("PYRAMID_TOO_NEAR", {
      limit: decimalString(leastUsd.toDecimalPlaces(SHOWN_DECIMALS)),
      actual: decimalString(priceUsd),
      unit: "usd",
      subject: touch.symbol,
    }),
  ];
}
