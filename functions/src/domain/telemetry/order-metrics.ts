// How one ended order went: its prices, cost, waits, and the market after it. Made of what is stored of it, its own trades and
// the prices of the minutes after its last fill. A figure that is not known is null and never a zero. Pure.
import { type Decimal, type DecimalString, dec, decimalString } from "#domain/decimal.ts";
import type { EntryLeg } from "#domain/documents/group.ts";
import { isFromSignal, type Order } from "#domain/documents/order.ts";
import type { MinutePrice, Trade } from "#domain/documents/trade.ts";
import type { LIQUIDITIES, OrderSide, WordOf } from "#domain/documents/words.ts";
import { minuteOf, valuedFees } from "#domain/settlement/group-accounts.ts";

const BPS_PER_UNIT = 10_000;
/** Places of a figure in basis points: a hundredth of one is below every venue's fee step. */
const BPS_PLACES = 2;
/** The two looks at the market after the last fill. */
export const FIRST_LOOK_MS = 60_000;
export const SECOND_LOOK_MS = 300_000;

/** In ms; null where a stage was not passed, or where two clocks contradict each other. */
export interface Latencies {
  /** From the alert's arrival. Of an entry that waited for a place of the pool with that wait; null for a later order of a route. */
  readonly toDecided: number | null;
  readonly toSent: number | null;
  /** To the venue's first answer. */
  readonly toAccepted: number | null;
  /** Until the books had the last fill. */
  readonly toFilled: number | null;
}

/** One order, as `telemetry/router` keeps the newest of them. */
export interface OrderMetrics {
  readonly clientOrderId: string;
  readonly symbol: string;
  readonly strategyId: string;
  readonly side: OrderSide;
  readonly reduceOnly: boolean;
  readonly status: Order["status"];
  /** The venue refused it because it would have taken: a step of a route, no fault. */
  readonly wouldTake: boolean;
  /** Price that an order which takes would have got when the plan, or else this order, was decided. */
  readonly referenceUsd: DecimalString | null;
  readonly limitUsd: DecimalString | null;
  readonly filledBase: DecimalString;
  /** Null while unfilled, and where no price of the fills is known. */
  readonly notionalUsd: DecimalString | null;
  /** Null where not all trades, or not the price of the fee's coin, are known. */
  readonly feeUsd: DecimalString | null;
  readonly liquidity: WordOf<typeof LIQUIDITIES> | null;
  /** Part of the notional value that rested before it filled; null as `liquidity`. */
  readonly makerUsd: DecimalString | null;
  /** The bounded order that a route has after others. */
  readonly isFallback: boolean;
  /** It was withdrawn so that the next one could follow the touch. */
  readonly isRepegged: boolean;
  readonly latencyMs: Latencies;
  /** Last price of the minute that a look falls into. */
  readonly priceAfter1MinuteUsd: DecimalString | null;
  readonly priceAfter5MinutesUsd: DecimalString | null;
  readonly lastFillAtMs: number | null;
  readonly endedAtMs: number;
}

/** An order as the journal has it at its end, and its leg with the route, where it is an entry of one. */
export interface EndedOrder {
  readonly order: Order;
  readonly leg: EntryLeg | null;
  readonly endedAtMs: number;
}

export interface MetricsGround {
  /** Of the symbol; others than the order's own are left out here. */
  readonly trades: readonly Trade[];
  /** By asset of a fee. */
  readonly coinPrices: ReadonlyMap<string, readonly MinutePrice[]>;
  /** Of the order's symbol. */
  readonly minutes: readonly MinutePrice[];
}

/** Nothing is known beside the order itself. */
export const NO_GROUND: MetricsGround = { trades: [], coinPrices: new Map(), minutes: [] };

export function isFilledAtAll({ filledQtyBase }: Order): boolean {
  return !dec(filledQtyBase).isZero();
}

/** The order's trades where they are all that it filled; null while the venue's list lags behind. */
export function wholeTrades(order: Order, trades: readonly Trade[]): readonly Trade[] | null {
  const own = trades.filter(({ venueOrderId }) => venueOrderId === order.venueOrderId);
  return sum(own.map(({ qtyBase }) => dec(qtyBase))).eq(dec(order.filledQtyBase)) ? own : null;
}

export function metricsOf({ order, leg, endedAtMs }: EndedOrder, ground: MetricsGround): OrderMetrics {
  const { request, strategyId, status, rejection } = order;
  const route = leg?.route ?? null;
  const place = route?.steps.findIndex((step) => step.clientOrderId === request.clientOrderId) ?? -1;
  const trades = isFilledAtAll(order) ? wholeTrades(order, ground.trades) : null;
  const lastFillAtMs = lastFillOf(order, trades);
  return {
    clientOrderId: request.clientOrderId,
    symbol: request.symbol,
    strategyId,
    side: request.side,
    reduceOnly: request.reduceOnly,
    status,
    wouldTake: status === "REJECTED" && rejection?.reason === "wouldTake",
    referenceUsd: route?.referenceUsd ?? takingUsd(order),
    limitUsd: request.priceUsd,
    filledBase: order.filledQtyBase,
    notionalUsd: notionalOf(order, trades),
    ...costsOf(trades, ground),
    isFallback: request.timeInForce === "IOC" && (place > 0 || isOfExitRoute(order)),
    isRepegged: place >= 0 && isWithdrawn(order) && route?.cancelling === "repeg",
    latencyMs: latenciesOf(order, { isFirst: place <= 0 && leg?.kind !== "dca" }),
    priceAfter1MinuteUsd: priceAfter(lastFillAtMs, FIRST_LOOK_MS, ground.minutes),
    priceAfter5MinutesUsd: priceAfter(lastFillAtMs, SECOND_LOOK_MS, ground.minutes),
    lastFillAtMs,
    endedAtMs,
  };
}

/** Positive: bought dearer, or sold cheaper, than at the reference. */
export function slippageBps(metrics: OrderMetrics): number | null {
  const { referenceUsd, notionalUsd, filledBase, side } = metrics;
  if (referenceUsd === null || notionalUsd === null) return null;
  const wanted = dec(referenceUsd).mul(dec(filledBase));
  return bpsOf(signed(side, dec(notionalUsd).minus(wanted)), wanted);
}

export function feeBps({ feeUsd, notionalUsd }: OrderMetrics): number | null {
  return feeUsd === null || notionalUsd === null ? null : bpsOf(dec(feeUsd), dec(notionalUsd));
}

/** Positive: the price fell after a buy, or rose after a sell. */
export function adverseBps(metrics: OrderMetrics, priceAfterUsd: DecimalString | null): number | null {
  const { notionalUsd, filledBase, side } = metrics;
  if (notionalUsd === null || priceAfterUsd === null) return null;
  const after = dec(priceAfterUsd).mul(dec(filledBase));
  return bpsOf(signed(side, dec(notionalUsd).minus(after)), dec(notionalUsd));
}

/** Null over nothing: there is no rate then. */
export function bpsOf(part: Decimal, whole: Decimal): number | null {
  if (whole.isZero()) return null;
  return part.mul(BPS_PER_UNIT).div(whole).toDecimalPlaces(BPS_PLACES).toNumber();
}

/** A cost of a buy counts as it is, one of a sell the other way round. */
export function signed(side: OrderSide, amount: Decimal): Decimal {
  return side === "buy" ? amount : amount.neg();
}

function sum(amounts: readonly Decimal[]): Decimal {
  return amounts.reduce((total, amount) => total.plus(amount), dec("0"));
}

function takingUsd({ basis, request }: Order): DecimalString | null {
  const quote = basis.touch ?? basis.mark;
  if (quote === null) return null;
  return request.side === "buy" ? quote.askUsd : quote.bidUsd;
}

function notionalIn(trades: readonly Trade[]): Decimal {
  return sum(trades.map(({ qtyBase, priceUsd }) => dec(qtyBase).mul(dec(priceUsd))));
}

/** By the trades to the last unit; before they are all known by the order's own average. */
function notionalOf(order: Order, trades: readonly Trade[] | null): DecimalString | null {
  if (trades !== null) return decimalString(notionalIn(trades));
  if (!isFilledAtAll(order) || order.averagePriceUsd === null) return null;
  return decimalString(dec(order.averagePriceUsd).mul(dec(order.filledQtyBase)));
}

type Costs = Pick<OrderMetrics, "feeUsd" | "liquidity" | "makerUsd">;

function costsOf(trades: readonly Trade[] | null, { coinPrices }: MetricsGround): Costs {
  if (trades === null) return { feeUsd: null, liquidity: null, makerUsd: null };
  const feeUsd = valuedFees(trades, coinPrices);
  const rested = trades.filter(({ isMaker }) => isMaker);
  const isAll = rested.length === trades.length;
  return {
    feeUsd: feeUsd === null ? null : decimalString(feeUsd),
    liquidity: rested.length === 0 ? "taker" : isAll ? "maker" : "mixed",
    makerUsd: decimalString(notionalIn(rested)),
  };
}

/** No other exit by a signal or an operator has a price: a flatten and an offset have reasons of their own. */
function isOfExitRoute({ request, exitReason }: Order): boolean {
  return request.reduceOnly && (exitReason === "signal" || exitReason === "operator");
}

function isWithdrawn({ status }: Order): boolean {
  return status === "CANCELED" || status === "EXPIRED";
}

/** The venue's time of its last trade; where they are not all known, when the books had the fill. */
function lastFillOf(order: Order, trades: readonly Trade[] | null): number | null {
  if (!isFilledAtAll(order)) return null;
  if (trades !== null) return Math.max(...trades.map(({ atMs }) => atMs));
  return order.filledAtMs ?? order.updatedAtMs;
}

function latenciesOf(order: Order, { isFirst }: { readonly isFirst: boolean }): Latencies {
  const { basis, signalReceivedAtMs, sentAtMs, acknowledgedAtMs, filledAtMs, sends, step } = order;
  // Of an order that was sent again only the last send's time is kept.
  const sentOnceMs = sends === 1 ? sentAtMs : null;
  const isOfAlert = isFirst && step === 0 && isFromSignal(order);
  return {
    toDecided: isOfAlert ? between(signalReceivedAtMs, basis.decidedAtMs) : null,
    toSent: between(basis.decidedAtMs, sentOnceMs),
    toAccepted: between(sentOnceMs, acknowledgedAtMs),
    toFilled: between(acknowledgedAtMs, filledAtMs),
  };
}

function between(fromMs: number | null, toMs: number | null): number | null {
  if (fromMs === null || toMs === null || toMs < fromMs) return null;
  return toMs - fromMs;
}

/** The close of the minute that the look falls into, so at most a minute after it. */
function priceAfter(
  lastFillAtMs: number | null,
  lookMs: number,
  minutes: readonly MinutePrice[],
): DecimalString | null {
  if (lastFillAtMs === null) return null;
  const wantedMs = minuteOf(lastFillAtMs + lookMs);
  return minutes.find(({ openMs }) => openMs === wantedMs)?.closeUsd ?? null;
}
