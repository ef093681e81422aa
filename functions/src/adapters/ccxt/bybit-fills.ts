// An account's trades of one symbol since a time, oldest first. An execution tells no profit: where it closed something, that
// stands in the transaction log, under the execution's id. Bounded: trades beyond the bound are an error, and so is a profit
// that the log does not show yet; neither becomes a silent gap.
import { z } from "zod";
import { dec } from "#domain/decimal.ts";
import type { Market } from "#domain/documents/market.ts";
import { VenueError, type VenueFill } from "#ports/venue.ts";
import { type LogSource, readLog } from "./bybit-log.ts";
import { CATEGORY, SETTLEMENT_COIN } from "./bybit-markets.ts";
import { type AskPage, readWindows } from "./bybit-pages.ts";
import { executionShape, type RawExecution } from "./bybit-shapes.ts";
import { read } from "./venue-shapes.ts";

/** The endpoint's largest page. */
const PAGE_SIZE = 100;
/** Twenty thousand trades of one symbol between two reconciliations are not trading but a fault. */
const MAX_FILLS = 20_000;
/** The endpoint keeps 730 days; a group's trades are never read half a year later, and each week of it is a question. */
const MAX_AGE_MS = 180 * 24 * 3_600_000;

export interface FillSource {
  readonly askExecutions: AskPage;
  readonly askLog: AskPage;
  readonly sinceMs: number;
  readonly nowMs: number;
}

/**
 * Trades with `execTime` ≥ `sinceMs`, also those that the venue made of the position. Throws VenueError `rejected`
 * `TOO_MANY_FILLS` beyond twenty thousand, and `retryable` `PROFIT_NOT_SHOWN` while the log lags behind.
 */
export async function readFills(
  { symbol, baseAsset }: Market,
  source: FillSource,
): Promise<readonly VenueFill[]> {
  const executions = await readExecutions(symbol, source);
  const closing = executions.filter(({ closedSize }) => closedSize === null || !dec(closedSize).isZero());
  const [first] = closing;
  if (first === undefined) return executions.map((execution) => fillOf(execution, "0"));
  const { askLog: ask, nowMs } = source;
  const profits = await readProfits({ ask, sinceMs: first.execTime, nowMs }, baseAsset);
  const closes = new Set(closing);
  return executions.map((execution) => {
    const profit = closes.has(execution) ? profits.get(execution.execId) : "0";
    if (profit !== undefined) return fillOf(execution, profit);
    const text = `The venue's log does not show the profit of trade ${execution.execId} in ${symbol} yet`;
    throw new VenueError("retryable", "PROFIT_NOT_SHOWN", text);
  });
}

/** Not a trade: a payment that is listed among them. */
const FUNDING = "Funding";

async function readExecutions(
  symbol: string,
  { askExecutions, sinceMs, nowMs }: FillSource,
): Promise<readonly RawExecution[]> {
  const fromMs = Math.max(sinceMs, nowMs - MAX_AGE_MS);
  const query = { category: CATEGORY, symbol, limit: PAGE_SIZE };
  const reading = { what: "trades", ask: askExecutions, query, sinceMs: fromMs, nowMs };
  const byId = new Map<string, RawExecution>();
  for await (const window of readWindows(reading)) {
    const rows = read(z.array(executionShape), window, "trades");
    for (const row of rows.filter(({ execType, execTime }) => execType !== FUNDING && execTime >= sinceMs))
      byId.set(row.execId, row);
    if (byId.size <= MAX_FILLS) continue;
    const since = new Date(sinceMs).toISOString();
    const text = `${symbol} has over ${MAX_FILLS} trades since ${since}: ask from later`;
    throw new VenueError("rejected", "TOO_MANY_FILLS", text);
  }
  return [...byId.values()].toSorted(inOrder);
}

/** The venue's ids do not ascend: by time, by the matching engine's sequence, and by how much of the order was left. */
function inOrder(a: RawExecution, b: RawExecution): number {
  return (
    a.execTime - b.execTime || sequence(a) - sequence(b) || dec(b.leavesQty).comparedTo(dec(a.leavesQty))
  );
}

function sequence({ seq }: RawExecution): number {
  return Number(seq ?? 0);
}

/** By the id of the execution, which the log calls the trade's. */
async function readProfits(source: LogSource, baseCoin: string): Promise<ReadonlyMap<string, string>> {
  const profits = new Map<string, string>();
  for await (const window of readLog(source, { category: CATEGORY, currency: SETTLEMENT_COIN, baseCoin }))
    for (const { tradeId, cashFlow } of window) if (tradeId) profits.set(tradeId, cashFlow);
  return profits;
}

function fillOf(execution: RawExecution, realizedPnlUsd: string): VenueFill {
  const { execId, orderId, symbol, side, execQty, execPrice, execFee, feeCurrency, isMaker, execTime } =
    execution;
  return {
    tradeId: execId,
    venueOrderId: orderId,
    symbol,
    side,
    qtyBase: execQty,
    priceUsd: execPrice,
    fee: execFee,
    feeAsset:
      feeCurrency === undefined || feeCurrency === null || feeCurrency === "" ? SETTLEMENT_COIN : feeCurrency,
    realizedPnlUsd,
    isMaker,
    atMs: execTime,
  };
}
