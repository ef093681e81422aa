// The venue under one life of a position: a price that moves, what rests there, and every trade that it made. Counts whole
// lots. Knows nothing of plans: it takes what it is sent, fires what the price passes, and keeps everything reduce-only.
import type { Income } from "#domain/documents/income.ts";
import type { Trade } from "#domain/documents/trade.ts";
import type { ExitKind } from "#domain/documents/words.ts";
import { Exact, type Terms } from "./plain-ledger.ts";

export interface RestingOrder {
  readonly id: string;
  readonly kind: ExitKind;
  readonly lots: number;
  readonly triggerUsd: string;
}

export interface LifeVenue {
  readonly terms: Terms;
  readonly resting: Map<string, RestingOrder>;
  readonly trades: Trade[];
  readonly incomes: Income[];
  /** Of trades whose order was not the account's. */
  readonly outside: Set<string>;
  ticks: number;
  heldLots: number;
  averageUsd: Exact;
  nowMs: number;
}

export interface Firing {
  readonly order: RestingOrder;
  readonly lots: number;
  readonly priceUsd: string;
  readonly place: number;
}

const HOUR_MS = 3_600_000;
/** Funding of an hour is charged so late, at most. */
const LATE_MS = 15_000;
/** Places of the venue's amounts of money. */
const PLACES = 8;
const FEE_SHARE = "0.0004";

export function openVenue(terms: Terms, ticks: number, nowMs: number): LifeVenue {
  const lists = { resting: new Map(), trades: [], incomes: [], outside: new Set<string>() };
  return { terms, ...lists, ticks, heldLots: 0, averageUsd: new Exact(0), nowMs };
}

export function priceAt({ terms }: LifeVenue, ticks: number): string {
  return new Exact(ticks).mul(terms.tickUsd).toFixed();
}

export function quantityOf({ lotBase }: Terms, lots: number): string {
  return new Exact(lots).mul(lotBase).toFixed();
}

/** Whether an exit would fire at once. */
export function isBeyond(
  venue: LifeVenue,
  { kind, triggerUsd }: Pick<RestingOrder, "kind" | "triggerUsd">,
): boolean {
  const price = new Exact(priceAt(venue, venue.ticks));
  const above = (kind === "stop") !== (venue.terms.side === "long");
  return above ? price.gte(triggerUsd) : price.lte(triggerUsd);
}

/** One trade, at `ticks`; its place among all trades. */
export function trade(
  venue: LifeVenue,
  {
    isEntry,
    lots,
    ticks,
    venueOrderId,
  }: { isEntry: boolean; lots: number; ticks: number; venueOrderId: string },
): number {
  const { terms, heldLots, averageUsd } = venue;
  const priceUsd = priceAt(venue, ticks);
  const sign = terms.side === "long" ? 1 : -1;
  const qtyBase = quantityOf(terms, lots);
  const gain = new Exact(priceUsd).minus(averageUsd).mul(qtyBase).mul(sign);
  if (isEntry)
    venue.averageUsd = averageUsd
      .mul(heldLots)
      .plus(new Exact(priceUsd).mul(lots))
      .div(heldLots + lots);
  venue.heldLots = isEntry ? heldLots + lots : heldLots - lots;
  venue.nowMs += 1;
  const place = venue.trades.length;
  venue.trades.push({
    tradeId: String(place),
    venueOrderId,
    symbol: "BTCUSDT",
    side: isEntry === (terms.side === "long") ? "buy" : "sell",
    qtyBase,
    priceUsd,
    fee: new Exact(priceUsd).mul(qtyBase).mul(FEE_SHARE).toDecimalPlaces(PLACES).toFixed(),
    feeAsset: "USDT",
    realizedPnlUsd: isEntry ? "0" : gain.toDecimalPlaces(PLACES).toFixed(),
    isMaker: false,
    atMs: venue.nowMs,
  });
  return place;
}

/** Time goes on; on each full hour somebody pays for holding, up to fifteen seconds late. */
export function pass(venue: LifeVenue, durationMs: number, fundingUsd: string): void {
  const untilMs = venue.nowMs + durationMs;
  const sinceHourMs = untilMs % HOUR_MS;
  // Never into those fifteen seconds: what is charged then is charged on what is held then.
  const endMs = sinceHourMs <= LATE_MS ? untilMs + LATE_MS + 1 : untilMs;
  let hourMs = (Math.floor(venue.nowMs / HOUR_MS) + 1) * HOUR_MS;
  for (; hourMs <= endMs; hourMs += HOUR_MS) {
    if (venue.heldLots === 0) continue;
    const { incomes } = venue;
    incomes.push({
      incomeId: `funding-${incomes.length}`,
      kind: "fundingFee",
      asset: "USDT",
      amount: fundingUsd,
      symbol: "BTCUSDT",
      atMs: hourMs + (incomes.length % 2) * LATE_MS,
    });
  }
  venue.nowMs = endMs;
}

/**
 * The price goes to `ticks`. Each order that it passes fires where it stands, the nearest first; `permille` of it finds
 * somebody, the rest ends there. One that finds nothing held ends.
 */
export function move(venue: LifeVenue, ticks: number, permille: number): readonly Firing[] {
  const from = new Exact(priceAt(venue, venue.ticks));
  venue.ticks = ticks;
  const passed = [...venue.resting.values()]
    .filter((order) => isBeyond(venue, order))
    .toSorted((a, b) => from.minus(a.triggerUsd).abs().cmp(from.minus(b.triggerUsd).abs()));
  return passed.map((order) => {
    venue.resting.delete(order.id);
    const found = Math.ceil((order.lots * permille) / 1_000);
    const lots = Math.min(found, venue.heldLots);
    const at = new Exact(order.triggerUsd).div(venue.terms.tickUsd).toNumber();
    const place =
      lots === 0 ? -1 : trade(venue, { isEntry: false, lots, ticks: at, venueOrderId: `of-${order.id}` });
    return { order, lots, priceUsd: order.triggerUsd, place };
  });
}
