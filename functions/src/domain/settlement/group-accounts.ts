// A group's accounts from all of its trades and incomes: the same input gives the same accounts, so a trade counts once,
// however often and by however many processes it is read. Pure.

import { signedBase } from "#domain/books/dust.ts";
import { type Decimal, dec, decimalString } from "#domain/decimal.ts";
import type { Group, GroupAccounts } from "#domain/documents/group.ts";
import type { Income } from "#domain/documents/income.ts";
import type { MinutePrice, Trade } from "#domain/documents/trade.ts";
import { isGroupEnded } from "#domain/lifecycle/group-lifecycle.ts";
import { SETTLEMENT_ASSET } from "#domain/nav/coins.ts";
import { realizedUsdOf, venueRealizedUsd } from "./own-reckoning.ts";
import type { Walk } from "./walk-trades.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
/** Funding is charged on a full hour, up to fifteen seconds late by the venue's word; four times that. */
const FUNDING_MARGIN_MS = 60_000;
/** After its time an income may not be listed yet for as long as this; the same as NAV waits for one. */
export const INCOME_SETTLE_MS = 180_000;

/** Filled quantity of the group's orders as the books have it, by the venue's order id. */
export type FilledOrders = ReadonlyMap<string, string>;

export interface AccountsGround {
  readonly walk: Walk;
  readonly orders: FilledOrders;
  /** Incomes of the symbol since the group opened; null: not read. */
  readonly incomes: readonly Income[] | null;
  /** By asset. */
  readonly prices: ReadonlyMap<string, readonly MinutePrice[]>;
  readonly nowMs: number;
}

export function groupAccounts(group: Group, ground: AccountsGround): GroupAccounts {
  const { walk, incomes, nowMs } = ground;
  const fees = feesOf(walk.trades);
  const feesUsd = valuedFees(walk.trades, ground.prices);
  const funding = fundingOf(group, walk, incomes, nowMs);
  const hasAllTrades = isComplete(group, walk, ground.orders);
  const isWhole = hasAllTrades && feesUsd !== null && funding !== null;
  return {
    realizedUsd: decimalString(
      hasAllTrades ? realizedUsdOf(group, walk.trades) : venueRealizedUsd(walk.trades),
    ),
    feesByAsset: fees,
    feesUsd: feesUsd === null ? null : decimalString(feesUsd),
    fundingUsd: funding === null ? null : decimalString(funding.usd),
    otherUsd: decimalString(funding?.otherUsd ?? dec("0")),
    tradeCount: walk.trades.length,
    asOfMs: nowMs,
    settled: isGroupEnded(group.status) && isWhole && (funding?.isFinal ?? false),
  };
}

/** Whether the trades are all that the books know of: each order's fills, and the quantity that is held. */
export function isComplete(group: Group, { trades, positionBase }: Walk, orders: FilledOrders): boolean {
  if (!positionBase.eq(signedBase(group.side, group.qtyBase))) return false;
  return [...orders].every(([venueOrderId, filledBase]) =>
    sum(trades.flatMap((trade) => (trade.venueOrderId === venueOrderId ? [trade.qtyBase] : []))).eq(
      dec(filledBase),
    ),
  );
}

function sum(amounts: readonly string[]): Decimal {
  return amounts.reduce((total, amount) => total.plus(dec(amount)), dec("0"));
}

function feesOf(trades: readonly Trade[]): Readonly<Record<string, string>> {
  const assets = [...new Set(trades.map(({ feeAsset }) => feeAsset))].toSorted();
  const total = (asset: string) =>
    sum(trades.flatMap(({ feeAsset, fee }) => (feeAsset === asset ? [fee] : [])));
  return Object.fromEntries(assets.map((asset) => [asset, decimalString(total(asset))]));
}

/** The minute of a trade. */
export function minuteOf(atMs: number): number {
  return Math.floor(atMs / MINUTE_MS) * MINUTE_MS;
}

/** Null while a coin's price at one of the trades is not known: it is never guessed, and never counted as zero. */
export function valuedFees(trades: readonly Trade[], prices: AccountsGround["prices"]): Decimal | null {
  let total = dec("0");
  for (const { fee, feeAsset, atMs } of trades) {
    if (feeAsset === SETTLEMENT_ASSET || dec(fee).isZero()) {
      total = total.plus(dec(fee));
      continue;
    }
    const price = prices.get(feeAsset)?.find(({ openMs }) => openMs === minuteOf(atMs));
    if (price === undefined) return null;
    total = total.plus(dec(fee).mul(dec(price.closeUsd)));
  }
  return total;
}

/** When the group held something, by the venue's clock; null before its first trade. */
function heldBetween(group: Group, { trades }: Walk, nowMs: number): { fromMs: number; toMs: number } | null {
  if (trades.length === 0) return null;
  const times = trades.map(({ atMs }) => atMs);
  // An adopted position has no first trade of its own: it pays and is paid from then on.
  const fromMs = group.adoptedEntryUsd === null ? Math.min(...times) : group.openedAtMs;
  return { fromMs, toMs: heldUntilMs(group, Math.max(...times), nowMs) };
}

/** The last trade ends what is held whole. A rest is held until the group is called ended, and paid for until then. */
function heldUntilMs({ status, endedAtMs }: Group, lastTradeMs: number, nowMs: number): number {
  if (!isGroupEnded(status)) return nowMs;
  return status === "CLOSED_WITH_DUST" ? Math.max(lastTradeMs, endedAtMs ?? lastTradeMs) : lastTradeMs;
}

/** Whether a time of funding, or a forced close, falls into the group's life: otherwise there is no income to read. */
export function needsIncomes(group: Group, walk: Walk, nowMs: number): boolean {
  const held = heldBetween(group, walk, nowMs);
  if (held === null) return false;
  const hour = (atMs: number) => Math.floor(atMs / HOUR_MS);
  return walk.hasOutside || hour(held.toMs + FUNDING_MARGIN_MS) > hour(held.fromMs - FUNDING_MARGIN_MS);
}

interface Funding {
  readonly usd: Decimal;
  readonly otherUsd: Decimal;
  /** No later income can belong to it. */
  readonly isFinal: boolean;
}

function fundingOf(
  group: Group,
  walk: Walk,
  incomes: readonly Income[] | null,
  nowMs: number,
): Funding | null {
  const held = heldBetween(group, walk, nowMs);
  if (held === null || !needsIncomes(group, walk, nowMs))
    return { usd: dec("0"), otherUsd: dec("0"), isFinal: true };
  if (incomes === null) return null;
  const during = incomes.filter(
    ({ atMs, asset }) => asset === SETTLEMENT_ASSET && atMs >= held.fromMs && atMs <= held.toMs,
  );
  const of = (kind: Income["kind"], sinceMs: number) =>
    sum(during.flatMap((each) => (each.kind === kind && each.atMs >= sinceMs ? [each.amount] : [])));
  // Funding of the very moment of the first trade was charged on what was held before it: nothing.
  const usd = of("fundingFee", held.fromMs + 1);
  // They come with a forced close: of a position by hand beside the group they are that one's. One of somebody else's part of the
  // position may be of the group's very last moment.
  const otherUsd = walk.hasForced ? of("other", held.fromMs) : dec("0");
  return { usd, otherUsd, isFinal: nowMs - held.toMs >= INCOME_SETTLE_MS };
}
