// A peak that an operator doubts, as the stored NAV series tells it. Keeps true that it is only built from values that
// were good when they were stored, and of one baseline. The NAV schedule makes it, since it can ask the venue what was
// transferred meanwhile: this drops the present one and lets the schedule know.

import { goodNav } from "../domain/nav/peak.ts";
import { historyOf, peakFromSeries } from "../domain/nav/rebuild.ts";
import type { Peak } from "../domain/nav.ts";
import { paths } from "../domain/paths.ts";
import type { DocumentPort, DocumentWrite } from "../ports/documents.ts";
import { navSchema, navSeriesSchema, peakSchema } from "../schemas/nav.ts";
import { decode, decodeRequired, encode, UnusableDocumentError } from "./codec.ts";

/** Days of series that are looked at: more than are kept. */
const MAX_DAYS = 800;

export interface PeakRebuild {
  /** Null when missing; `unreadable` when its schema does not accept it. */
  readonly present: Peak | null | "unreadable";
  /** What the schedule will make, but for transfers since the last sample. */
  readonly rebuilt: Peak;
  readonly samples: number;
  /** Drops the present peak, and makes the NAV schedule see it. */
  readonly writes: readonly DocumentWrite[];
}

export class PeakRebuildError extends Error {
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
    writes: [
      { op: "delete", path: paths.peak(accountId) },
      { op: "set", path: paths.nav(accountId), data: encode(touched), version: navSnapshot.version ?? "" },
    ],
  };
}

function presentPeak(read: () => Peak | null): PeakRebuild["present"] {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof UnusableDocumentError)) throw error;
    return "unreadable";
  }
}
