// The equity curve's points from packed days and the samples not yet packed. A minute without a sample is a gap in
// the line: what is unknown is not drawn. Numbers only here, for pixels; the values shown stay decimal strings.

import type { NavSample } from "#domain/documents/nav.ts";
import { basisPointsOf, formatBps, formatUsd, subtract } from "./amount.ts";
import type { SeriesDay } from "./rows.ts";
import type { Range } from "./state.ts";

export interface EquityPoint {
  readonly atMs: number;
  /** Null: a gap. */
  readonly navUsd: string | null;
}

const RANGE_MS: Readonly<Record<Range, number>> = {
  "6 h": 6 * 3_600_000,
  "24 h": 24 * 3_600_000,
  "4 d": 96 * 3_600_000,
};
/** Days read, so that the longest range is covered at every hour: 4 and the day in progress. */
export const SERIES_DAYS = 5;
/** Samples come each minute; a hole longer than three runs is drawn as one. */
const GAP_AFTER_MS = 180_000;

/** Points of the range, oldest first, one per sample time, gaps marked. */
export function equityPoints(
  days: readonly SeriesDay[],
  recent: readonly NavSample[],
  range: Range,
  nowMs: number,
): EquityPoint[] {
  const samples = new Map<number, string>();
  for (const day of days) {
    day.atMs.forEach((atMs, index) => {
      const navUsd = day.navUsd[index];
      if (navUsd !== undefined) samples.set(atMs, navUsd);
    });
  }
  for (const { atMs, navUsd } of recent) samples.set(atMs, navUsd);
  const fromMs = nowMs - RANGE_MS[range];
  const sorted = [...samples].filter(([atMs]) => atMs >= fromMs).sort(([a], [b]) => a - b);
  const points: EquityPoint[] = [];
  let previousMs: number | null = null;
  for (const [atMs, navUsd] of sorted) {
    if (previousMs !== null && atMs - previousMs > GAP_AFTER_MS)
      points.push({ atMs: previousMs + 1, navUsd: null });
    points.push({ atMs, navUsd });
    previousMs = atMs;
  }
  return points;
}

/** First and last known value of the points. */
function endsOf(points: readonly EquityPoint[]): readonly [string, string] | null {
  const first = points.find(({ navUsd }) => navUsd !== null)?.navUsd;
  const last = points.findLast(({ navUsd }) => navUsd !== null)?.navUsd;
  return first == null || last == null ? null : [first, last];
}

export interface EquityChange {
  readonly text: string;
  readonly changeUsd: string;
}

/** `+123.45 USD (+1.23 %)` over the points; null with fewer than two known values. */
export function changeOf(points: readonly EquityPoint[]): EquityChange | null {
  const ends = endsOf(points);
  if (ends === null || points.length < 2) return null;
  const changeUsd = subtract(ends[1], ends[0]);
  const bps = basisPointsOf(changeUsd, ends[0]);
  return {
    changeUsd,
    text: `${formatUsd(changeUsd, true)} USD${bps === null ? "" : ` (${formatBps(bps, true)} %)`}`,
  };
}
