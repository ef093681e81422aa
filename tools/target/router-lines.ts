// How an account's orders went, as lines: a table by symbol and strategy, and the health of the last hour. Pure; a figure that is
// not known shows as a dash and never as a zero.
import { dec } from "#domain/decimal.ts";
import type { ExecutionHealth } from "#domain/telemetry/execution-health.ts";
import { totalOf, within } from "#domain/telemetry/execution-health.ts";
import { figuresOf, WINDOW_MINUTES } from "#domain/telemetry/health-alarms.ts";
import { bpsOf } from "#domain/telemetry/order-metrics.ts";
import {
  LATENCY_BINS_MS,
  type LatencySums,
  type RouterSums,
  type Share,
} from "#domain/telemetry/router-sums.ts";
import type { RouterTelemetry } from "#domain/telemetry/router-telemetry.ts";

const UNKNOWN = "-";
/** Share of the waits that a column of them bounds. */
const MOST = 0.95;

interface Column {
  readonly title: string;
  readonly of: (sums: RouterSums) => string;
}

const COLUMNS: readonly Column[] = [
  { title: "orders", of: ({ orders }) => String(orders) },
  { title: "filled", of: ({ filled }) => String(filled) },
  { title: "refused", of: ({ rejected }) => String(rejected) },
  { title: "value USD", of: ({ notionalUsd }) => dec(notionalUsd).toFixed(2) },
  { title: "slippage", of: ({ slippage }) => bpsText(slippage) },
  { title: "fee", of: ({ fees }) => bpsText(fees) },
  { title: "maker %", of: makerText },
  { title: "1 min", of: ({ adverse1Minute }) => bpsText(adverse1Minute) },
  { title: "5 min", of: ({ adverse5Minutes }) => bpsText(adverse5Minutes) },
  { title: "fallback", of: ({ fallbacks }) => String(fallbacks) },
  { title: "re-pegs", of: ({ repegs }) => String(repegs) },
  { title: "to decide", of: ({ latency }) => waitText(latency.toDecided) },
  { title: "to send", of: ({ latency }) => waitText(latency.toSent) },
  { title: "to accept", of: ({ latency }) => waitText(latency.toAccepted) },
  { title: "to fill", of: ({ latency }) => waitText(latency.toFilled) },
];

export function routerLines(telemetry: RouterTelemetry | null): readonly string[] {
  if (telemetry === null) return ["No order has been counted yet: one is about ten minutes after its end"];
  const { rows, others, sinceMs, foldedSeq, lostEntries } = telemetry;
  const named = rows.map(({ symbol, strategyId, sums }) => ({ names: [symbol, strategyId], sums }));
  const rest = others.orders === 0 ? [] : [{ names: ["others", ""], sums: others }];
  const sorted = named.toSorted((one, other) => one.names.join(" ").localeCompare(other.names.join(" ")));
  const cells = [
    ["symbol", "strategy", ...COLUMNS.map(({ title }) => title)],
    ...[...sorted, ...rest].map(({ names, sums }) => [...names, ...COLUMNS.map(({ of }) => of(sums))]),
  ];
  const lost =
    lostEntries === 0 ? "" : `; ${lostEntries} entries of the journal were lost, with their orders`;
  return [
    `Orders counted since ${utc(sinceMs)}, up to entry ${foldedSeq} of the journal${lost}`,
    ...aligned(cells),
    `Slippage, fee and the price 1 and 5 minutes after are bps of the value, worse is positive; waits: ${MOST * 100} % within so many ms`,
  ];
}

export function healthLines(health: ExecutionHealth | null, nowMs: number): readonly string[] {
  if (health === null) return ["No order has been stored yet"];
  const current = within(health, nowMs);
  const { orders } = totalOf(current);
  const { rejectionBps, unknownBps, resendBps, resolveMs } = figuresOf(current, nowMs);
  const text = (figure: number | null, unit: string) => (figure === null ? UNKNOWN : `${figure} ${unit}`);
  return [
    `Last ${WINDOW_MINUTES} minutes: ${orders} orders; refused ${text(rejectionBps, "bps")}, without an answer ${text(unknownBps, "bps")}, sent again ${text(resendBps, "bps")}, longest doubt ${text(resolveMs, "ms")}`,
    ...Object.entries(current.alarms).map(([name, sinceMs]) => `alarm ${name} since ${utc(sinceMs)}`),
  ];
}

function bpsText({ usd, ofUsd }: Share): string {
  return bpsOf(dec(usd), dec(ofUsd))?.toFixed(2) ?? UNKNOWN;
}

/** Of the value of which it is known. */
function makerText({ makerUsd, takerUsd }: RouterSums): string {
  const known = dec(makerUsd).plus(dec(takerUsd));
  return known.isZero() ? UNKNOWN : dec(makerUsd).mul(100).div(known).toFixed(0);
}

/** The end of the bin that holds the wait which most stay below. */
function waitText({ count, bins }: LatencySums): string {
  if (count === 0) return UNKNOWN;
  let counted = 0;
  const bin = bins.findIndex((each) => {
    counted += each;
    return counted >= count * MOST;
  });
  return LATENCY_BINS_MS[bin] === undefined ? `> ${LATENCY_BINS_MS.at(-1)}` : String(LATENCY_BINS_MS[bin]);
}

/** Names to the left, figures to the right. */
function aligned(cells: readonly (readonly string[])[]): readonly string[] {
  const widths = cells[0]?.map((_, place) => Math.max(...cells.map((row) => row[place]?.length ?? 0))) ?? [];
  return cells.map((row) =>
    row
      .map((cell, place) => (place < 2 ? cell.padEnd(widths[place] ?? 0) : cell.padStart(widths[place] ?? 0)))
      .join("  ")
      .trimEnd(),
  );
}

function utc(atMs: number): string {
  return new Date(atMs).toISOString();
}
