// Rebuilds a peak that an operator doubts from the stored NAV series: only from values that were good when
// they were stored, and of one baseline. The NAV schedule makes it, since it can ask the venue for the
// transfers since: this drops the present one, lets the schedule know, and records who dropped which.

import {
  decode,
  decodeRequired,
  encode,
  encodeWithTtl,
  RETENTION_MS,
  UnusableDocumentError,
} from "#app/documents";
import { alertWrites } from "#app/telling";
import { quarantineId } from "#domain/documents/ids.ts";
import type { Peak } from "#domain/documents/nav.ts";
import { paths } from "#domain/documents/paths.ts";
import type { Quarantined } from "#domain/documents/records.ts";
import { historyOf, peakFromSeries } from "#domain/nav/rebuild.ts";
import { goodNav } from "#domain/nav/standing.ts";
import type { DocumentPort, DocumentSnapshot, DocumentWrite } from "#ports/documents.ts";
import { navSchema, navSeriesSchema, peakSchema } from "#schemas/nav.ts";

/** Days of series that are looked at: more than are kept. */
const MAX_DAYS = 800;
/** Of the evidence; far more than a whole peak has. */
const MAX_BODY_CHARS = 10_000;

export interface PeakRebuild {
  /** Null when missing; `unreadable` when its schema does not accept it. */
  readonly present: Peak | null | "unreadable";
  /** The peak that the schedule will make, but for transfers since the last sample. */
  readonly rebuilt: Peak;
  readonly samples: number;
  /** The present document as it is stored, whole or not; null when missing. */
  readonly body: string | null;
  /** Drops the present peak, and makes the NAV schedule see it. */
  readonly writes: readonly DocumentWrite[];
}

class PeakRebuildError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "PeakRebuildError";
  }
}

/** Plans; the caller commits. Throws PeakRebuildError, UnusableDocumentError, DocumentError. */
export async function planPeakRebuild(documents: DocumentPort, accountId: string): Promise<PeakRebuild> {
  const [navSnapshot, peakSnapshot] = await documents.getAll([paths.nav(accountId), paths.peak(accountId)]);
  if (navSnapshot === undefined || peakSnapshot === undefined)
    throw new Error("The store answered with fewer documents than were asked for");
  const nav = decodeRequired(navSchema, navSnapshot);
  const stored = await documents.query({ collection: `accounts/${accountId}/navSeries`, limit: MAX_DAYS });
  const days = stored.map((snapshot) => decodeRequired(navSeriesSchema, snapshot));
  const history = historyOf(
    days.toSorted((a, b) => (a.day < b.day ? -1 : 1)),
    nav,
  );
  const good = goodNav(nav);
  if (history === null || history.samples.length === 0 || good === null)
    throw new PeakRebuildError(
      "There is no good NAV, or no stored one of its baseline, to rebuild a peak from",
    );
  const ledger = { balances: {}, reserves: {}, cursorMs: good.atMs, cursorIds: [] };
  const rebuilt = peakFromSeries(history, { good, incomes: [], ledger });
  // The schedule keeps its documents in memory and proves them by the version of control/nav: moved, it reads again.
  const touched = { ...nav, checkedAtMs: nav.checkedAtMs + 1 };
  return {
    present: presentPeak(() => decode(peakSchema, peakSnapshot)),
    rebuilt,
    samples: history.samples.length,
    body: peakSnapshot.data === null ? null : JSON.stringify(peakSnapshot.data),
    writes: [
      ...dropOf(peakSnapshot),
      { op: "set", path: paths.nav(accountId), data: encode(touched), version: navSnapshot.version ?? "" },
    ],
  };
}

/** The very peak that was looked at: one that was made anew meanwhile is not doubted. */
function dropOf({ path, version }: DocumentSnapshot): readonly DocumentWrite[] {
  return version === null ? [] : [{ op: "delete", path, version }];
}

/** For the batch of the drop: an alert that people are told of, and the dropped document as evidence. */
export function recordOfDrop(
  accountId: string,
  { present, body, rebuilt, samples }: PeakRebuild,
  actor: string,
  nowMs: number,
): readonly DocumentWrite[] {
  const was =
    present === null || present === "unreadable" ? (present ?? "missing") : `${present.peakUsd} USD`;
  const alert = {
    accountId,
    severity: "warning",
    code: "PEAK_DROPPED",
    message: `${actor} dropped the peak (${was}); ${samples} NAV samples say ${rebuilt.peakUsd} USD, and entries wait for the NAV run to make it anew`,
    remedy: "Nothing, if this was you; else find out who may write to the database",
    dedupeKey: String(nowMs),
  } as const;
  const path = paths.peak(accountId);
  const id = quarantineId("control/peak", `${path}/${nowMs}`);
  const evidence: Quarantined = {
    quarantineId: id,
    source: path,
    accountId,
    code: "PEAK_DROPPED",
    faults: [`Dropped by ${actor}`],
    body: (body ?? "").slice(0, MAX_BODY_CHARS),
    atMs: nowMs,
  };
  const data = encodeWithTtl(evidence, nowMs, RETENTION_MS.quarantine);
  const kept: DocumentWrite = { op: "create", path: paths.quarantine(id), data };
  return [...alertWrites(alert, nowMs), ...(body === null ? [] : [kept])];
}

function presentPeak(read: () => Peak | null): PeakRebuild["present"] {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof UnusableDocumentError)) throw error;
    return "unreadable";
  }
}
