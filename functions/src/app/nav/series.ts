// The NAV series of an account, packed: one document for each UTC day, so that a year of minutes is 365 documents.

import { decode, encodeWithTtl, RETENTION_MS } from "#app/documents";
import type { BaselineAdjustment, Nav, NavSeries } from "#domain/documents/nav.ts";
import { paths } from "#domain/documents/paths.ts";
import { utcDay } from "#domain/nav/nav-book.ts";
import { withSamples } from "#domain/nav/nav-cadence.ts";
import type { DocumentWrite } from "#ports/documents.ts";
import { navSeriesSchema } from "#schemas/nav.ts";
import type { NavDeps, NavState } from "./nav-state.ts";

/** The series with the collected samples packed in, one for each day that they touch, oldest first. */
export async function packedSeries(
  deps: NavDeps,
  state: NavState,
  { nav, adjustments }: { readonly nav: Nav; readonly adjustments: readonly BaselineAdjustment[] },
  nowMs: number,
): Promise<readonly NavSeries[]> {
  const { accountId } = nav;
  const times = [...nav.recent, ...adjustments].map(({ atMs }) => atMs);
  const days = [...new Set(times.map(utcDay))].toSorted();
  const unread = days.filter((day) => state.series?.day !== day);
  const snapshots =
    unread.length === 0
      ? []
      : await deps.documents.getAll(unread.map((day) => paths.navSeries(accountId, day)));
  const stored = new Map(unread.map((day, index) => [day, snapshots[index]]));
  return days.map((day) => {
    const snapshot = stored.get(day);
    const before = snapshot === undefined ? state.series : decode(navSeriesSchema, snapshot);
    return withSamples(before, nav, { day, samples: nav.recent, adjustments }, nowMs);
  });
}

export function seriesWrite(series: NavSeries): DocumentWrite {
  const data = encodeWithTtl(series, series.updatedAtMs, RETENTION_MS.navSeries);
  return { op: "set", path: paths.navSeries(series.accountId, series.day), data };
}
