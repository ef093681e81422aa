// Reads an account's trades of one symbol since a time, oldest first, page by page. Bounded: trades beyond
// the bound are an error, never a silent gap.
import { z } from "zod";
import type { VenueFill } from "#ports/venue.ts";
import { VenueError } from "#ports/venue.ts";
import { type RawTrade, tradeShape } from "./binance-shapes.ts";
import { read } from "./venue-shapes.ts";

/** The endpoint's largest page. */
const PAGE_SIZE = 1_000;
/** Twenty thousand trades of one symbol between two reconciliations are not trading but a fault. */
const MAX_PAGES = 20;
/** The endpoint takes no wider span of time in one question. */
const WINDOW_MS = 7 * 24 * 3_600_000;
/** The endpoint keeps trades for six months; 180 days stay inside any six. */
const MAX_AGE_MS = 180 * 24 * 3_600_000;

export type TradePage = (query: Readonly<Record<string, string | number>>) => Promise<unknown>;

/**
 * Trades with `time` ≥ `sinceMs`, each with the asset that its fee was taken in. Throws VenueError `rejected`
 * `TOO_MANY_FILLS` beyond 20 pages.
 */
export async function readFills(
  symbol: string,
  sinceMs: number,
  nowMs: number,
  fetchPage: TradePage,
): Promise<readonly VenueFill[]> {
  const trades: RawTrade[] = [];
  const ask: Ask = async (query) =>
    read(z.array(tradeShape), await fetchPage({ symbol, limit: PAGE_SIZE, ...query }), "trades");

  let page = await firstPage(ask, Math.max(sinceMs, nowMs - MAX_AGE_MS), nowMs);
  for (let pages = 1; ; pages += 1) {
    trades.push(...page.trades);
    if (page.isLast) break;
    if (pages >= MAX_PAGES) {
      throw new VenueError(
        "rejected",
        "TOO_MANY_FILLS",
        `${symbol} has over ${MAX_PAGES * PAGE_SIZE} trades since ${new Date(sinceMs).toISOString()}: ask from later`,
      );
    }
    // By id from here on: ids are unique and have no time windows.
    const next = await ask({ fromId: nextId(page.trades) });
    page = { trades: next, isLast: next.length < PAGE_SIZE };
  }
  return trades.filter(({ time }) => time >= sinceMs).map(fillOf);
}

type Ask = (query: Readonly<Record<string, string | number>>) => Promise<readonly RawTrade[]>;

/**
 * The first trades by time. Windows that lie wholly in the past are closed; the last one is open, so that a venue's
 * clock ahead of ours hides nothing.
 */
async function firstPage(
  ask: Ask,
  sinceMs: number,
  nowMs: number,
): Promise<{ trades: readonly RawTrade[]; isLast: boolean }> {
  let startTime = sinceMs;
  for (; startTime + WINDOW_MS < nowMs; startTime += WINDOW_MS) {
    const trades = await ask({ startTime, endTime: startTime + WINDOW_MS - 1 });
    if (trades.length > 0) return { trades, isLast: false };
  }
  const trades = await ask({ startTime });
  return { trades, isLast: trades.length < PAGE_SIZE };
}

/** Ids may lie beyond 2^53. */
function nextId(page: readonly RawTrade[]): string {
  const last = page.reduce((highest, { id }) => (BigInt(id) > highest ? BigInt(id) : highest), 0n);
  return String(last + 1n);
}

function fillOf(trade: RawTrade): VenueFill {
  return {
    tradeId: trade.id,
    venueOrderId: trade.orderId,
    symbol: trade.symbol,
    side: trade.side,
    qtyBase: trade.qty,
    priceUsd: trade.price,
    fee: trade.commission,
    feeAsset: trade.commissionAsset,
    realizedPnlUsd: trade.realizedPnl,
    isMaker: trade.maker,
    atMs: trade.time,
  };
}
