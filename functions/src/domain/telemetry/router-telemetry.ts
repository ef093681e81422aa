// `telemetry/router`: how the account's orders went, by symbol and strategy, up to one entry of the journal. Bounded in size. An
// entry is folded once because its number is stored with the sums; an order that appears again replaces itself. Pure.

import type { SymbolEvidence } from "./choice-evidence.ts";
import type { OpenEntry } from "./entry-samples.ts";
import type { OrderMetrics } from "./order-metrics.ts";
import { minus, NO_SUMS, plus, type RouterSums, sumsOf } from "./router-sums.ts";

/**
 * Rows of one account; the row that was left alone longest goes into `others` when there would be more. An account has 200
 * symbols at most (schemas/config.ts). A row takes up to 1.5 kB and a newest order 0.8 kB, so all of it stays below a half of the
 * 1 MiB of a document (test/unit/domain/telemetry/router-telemetry.test.ts).
 */
export const MOST_ROWS = 200;
/** Orders that are kept one by one. Fewer than rows, so that the row of a kept order is never among `others`. */
export const MOST_NEWEST = 50;

export interface RouterRow {
  readonly symbol: string;
  readonly strategyId: string;
  readonly updatedAtMs: number;
  readonly sums: RouterSums;
}

/** `accounts/{a}/telemetry/router` */
export interface RouterTelemetry {
  readonly accountId: string;
  /** Entries of the journal from then on are counted. */
  readonly sinceMs: number;
  /** Last entry of the journal that is in the sums. */
  readonly foldedSeq: number;
  /** Entries that were missing or could not be read: their orders are in no sum. */
  readonly lostEntries: number;
  /** The row that moved last comes last. */
  readonly rows: readonly RouterRow[];
  /** Sums of rows that had to make room. */
  readonly others: RouterSums;
  /** The last ones, the newest last. */
  readonly newest: readonly OrderMetrics[];
  /** Entries of routes that are not over, as far as their orders are counted, the newest last. */
  readonly openEntries: readonly OpenEntry[];
  /** Costs of entries by how they began; the symbol that moved last comes last. */
  readonly evidence: readonly SymbolEvidence[];
  readonly updatedAtMs: number;
}

export function newRouterTelemetry(accountId: string, foldedSeq: number, nowMs: number): RouterTelemetry {
  const counts = { sinceMs: nowMs, foldedSeq, lostEntries: 0, updatedAtMs: nowMs };
  return { accountId, ...counts, rows: [], others: NO_SUMS, newest: [], openEntries: [], evidence: [] };
}

/** With the order counted once: an earlier word of it, as long as it is among the newest, is taken out again. */
export function withOrder(telemetry: RouterTelemetry, metrics: OrderMetrics): RouterTelemetry {
  const earlier = telemetry.newest.find(({ clientOrderId }) => clientOrderId === metrics.clientOrderId);
  const before = earlier === undefined ? telemetry : withoutOrder(telemetry, earlier);
  const { symbol, strategyId, endedAtMs } = metrics;
  const known = before.rows.find((row) => isOf(row, metrics));
  const row: RouterRow = {
    symbol,
    strategyId,
    updatedAtMs: Math.max(known?.updatedAtMs ?? 0, endedAtMs),
    sums: plus(known?.sums ?? NO_SUMS, sumsOf(metrics)),
  };
  const rows = [...before.rows.filter((each) => each !== known), row];
  const moved = { ...before, rows, newest: [...before.newest, metrics].slice(-MOST_NEWEST) };
  return rows.length > MOST_ROWS ? withRoom(moved) : moved;
}

function withoutOrder(telemetry: RouterTelemetry, metrics: OrderMetrics): RouterTelemetry {
  return {
    ...telemetry,
    rows: telemetry.rows.map((row) =>
      isOf(row, metrics) ? { ...row, sums: minus(row.sums, sumsOf(metrics)) } : row,
    ),
    newest: telemetry.newest.filter((each) => each !== metrics),
  };
}

function isOf(row: RouterRow, { symbol, strategyId }: OrderMetrics): boolean {
  return row.symbol === symbol && row.strategyId === strategyId;
}

function withRoom(telemetry: RouterTelemetry): RouterTelemetry {
  const [oldest, ...rows] = telemetry.rows;
  return oldest === undefined
    ? telemetry
    : { ...telemetry, rows, others: plus(telemetry.others, oldest.sums) };
}
