// From ended orders to whole entries: what one entry of a route cost in the end, all its orders together, and what it would have
// cost begun the other way, as far as its own touch and the price a minute later tell. Pure.
import { Decimal, type DecimalString, dec, decimalString } from "#domain/decimal.ts";
import type { EntryLeg } from "#domain/documents/group.ts";
import type { EntryChoice } from "#domain/documents/tuning.ts";
import type { OrderSide } from "#domain/documents/words.ts";
import type { EndedOrder, OrderMetrics } from "./order-metrics.ts";

const BPS_PER_UNIT = 10_000;
/** As those of a figure in basis points (order-metrics.ts), and two more, so that a sum of hundreds stays exact to one of them. */
const PLACES = 4;

/** An entry of which an order has ended, and the entry itself has not, as far as is counted. */
export interface OpenEntry {
  readonly intentId: string;
  readonly symbol: string;
  readonly side: OrderSide;
  readonly choice: EntryChoice;
  readonly referenceUsd: DecimalString;
  readonly boundUsd: DecimalString;
  /** Its own side of the touch that it was decided on; null where that is not known. */
  readonly ownTouchUsd: DecimalString | null;
  readonly filledBase: DecimalString;
  readonly paidUsd: DecimalString;
  readonly restedBase: DecimalString;
  readonly restedUsd: DecimalString;
  readonly feeUsd: DecimalString;
  /** After its last fill. */
  readonly priceAfter1MinuteUsd: DecimalString | null;
  /** A figure of one of its orders is missing: it counts for nothing. */
  readonly isUnknown: boolean;
}

/** One entry that is over. Costs are bps of the whole plan at its reference, worse is positive. */
export interface EntrySample {
  readonly symbol: string;
  readonly choice: EntryChoice;
  readonly referenceUsd: DecimalString;
  readonly costBps: Decimal;
  /** Shares of the plan, of one. */
  readonly filled: Decimal;
  readonly rested: Decimal;
  /** Of the orders that rested, of the whole plan too. */
  readonly restedCostBps: Decimal;
  readonly entry: OpenEntry;
}

/** Measured fees of the symbol in bps; null: none has been paid yet. */
export interface FeeRates {
  readonly makerBps: Decimal | null;
  readonly takerBps: Decimal | null;
}

/** The entry with one more of its orders; null for an order that begins none, such as a late word about one that was counted. */
export function withEntryOrder(
  known: OpenEntry | undefined,
  { order, leg }: EndedOrder,
  metrics: OrderMetrics,
): OpenEntry | null {
  const route = leg?.route ?? null;
  if (route === null || order.request.reduceOnly) return null;
  const isFirst = route.steps[0]?.clientOrderId === order.request.clientOrderId;
  if (known === undefined && !isFirst) return null;
  const { touch } = order.basis;
  const { symbol, side } = order.request;
  const begun: OpenEntry = known ?? {
    intentId: route.intentId,
    symbol,
    side,
    choice: { firstStep: route.choice.firstStep, offsetTicks: route.choice.offsetTicks },
    referenceUsd: route.referenceUsd,
    boundUsd: route.boundUsd,
    ownTouchUsd: touch === null ? null : side === "buy" ? touch.bidUsd : touch.askUsd,
    filledBase: "0",
    paidUsd: "0",
    restedBase: "0",
    restedUsd: "0",
    feeUsd: "0",
    priceAfter1MinuteUsd: null,
    isUnknown: false,
  };
  if (dec(metrics.filledBase).isZero()) return begun;
  return withFill(begun, metrics, order.request.timeInForce === "GTX");
}

function withFill(entry: OpenEntry, metrics: OrderMetrics, rests: boolean): OpenEntry {
  const { filledBase, notionalUsd, feeUsd, priceAfter1MinuteUsd } = metrics;
  if (notionalUsd === null || feeUsd === null) return { ...entry, isUnknown: true };
  const plus = (one: DecimalString, other: DecimalString) => decimalString(dec(one).plus(dec(other)));
  return {
    ...entry,
    filledBase: plus(entry.filledBase, filledBase),
    paidUsd: plus(entry.paidUsd, notionalUsd),
    feeUsd: plus(entry.feeUsd, feeUsd),
    restedBase: rests ? plus(entry.restedBase, filledBase) : entry.restedBase,
    restedUsd: rests ? plus(entry.restedUsd, plus(notionalUsd, costOf(entry, feeUsd))) : entry.restedUsd,
    priceAfter1MinuteUsd,
  };
}

/** A fee makes a buy dearer, and a sell smaller. */
function costOf({ side }: OpenEntry, feeUsd: DecimalString): DecimalString {
  return side === "buy" ? feeUsd : decimalString(dec(feeUsd).neg());
}

/** Nothing of it is sent any more. */
export function isOver({ status }: EntryLeg): boolean {
  return status === "FILLED" || status === "ENDED";
}

/**
 * The sample of an entry whose leg is over; null where a figure is missing. What it leaves unfilled counts at its bound: the
 * price went there at least, or it would have been taken.
 */
export function sampleOf(entry: OpenEntry, leg: EntryLeg): EntrySample | null {
  const [reference, planned] = [dec(entry.referenceUsd), dec(leg.qtyBase)];
  const planUsd = reference.mul(planned);
  if (entry.isUnknown || planUsd.isZero()) return null;
  const filled = Decimal.min(dec(entry.filledBase), planned);
  const sign = entry.side === "buy" ? 1 : -1;
  const missing = planned.minus(filled).mul(dec(entry.boundUsd).minus(reference).abs());
  const slippage = dec(entry.paidUsd)
    .minus(reference.mul(dec(entry.filledBase)))
    .mul(sign);
  const rested = dec(entry.restedUsd)
    .minus(reference.mul(dec(entry.restedBase)))
    .mul(sign);
  const bps = (usd: Decimal) => usd.mul(BPS_PER_UNIT).div(planUsd).toDecimalPlaces(PLACES);
  const share = (base: Decimal) => base.div(planned).toDecimalPlaces(PLACES);
  return {
    symbol: entry.symbol,
    choice: entry.choice,
    referenceUsd: entry.referenceUsd,
    costBps: bps(slippage.plus(dec(entry.feeUsd)).plus(missing)),
    filled: share(filled),
    rested: share(Decimal.min(dec(entry.restedBase), planned)),
    restedCostBps: bps(rested),
    entry,
  };
}

/**
 * Cost of the same entry begun the other way. Taken at once it costs the reference and the fee, for an order that its best
 * level holds. One that rested would have filled if the price a minute later has come to it, and else would have taken at
 * that price, within the bound: a look of less than its minute would have filled more. Null where that is not known.
 */
export function replayedBps(sample: EntrySample, { makerBps, takerBps }: FeeRates): Decimal | null {
  const { entry, choice } = sample;
  if (takerBps === null) return null;
  if (choice.firstStep === "maker") return takerBps;
  const { priceAfter1MinuteUsd, ownTouchUsd, side } = entry;
  if (priceAfter1MinuteUsd === null || ownTouchUsd === null) return null;
  const sign = side === "buy" ? 1 : -1;
  const [reference, after, own] = [dec(entry.referenceUsd), dec(priceAfter1MinuteUsd), dec(ownTouchUsd)];
  const away = (price: Decimal) =>
    price.minus(reference).mul(sign).mul(BPS_PER_UNIT).div(reference).toDecimalPlaces(PLACES);
  // Without a fee of resting that was ever paid, the dearer one stands in.
  if (after.minus(own).mul(sign).lte(0)) return away(own).plus(makerBps ?? takerBps);
  return Decimal.min(away(after), away(dec(entry.boundUsd))).plus(takerBps);
}
