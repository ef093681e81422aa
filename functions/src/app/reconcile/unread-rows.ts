// Rows of the venue that cannot be read, in a comparison with the books: their symbols are left as they are, since an
// unread position is not one that is gone. People are told which, and why.
import { type AlertDeps, raiseAlert } from "#app/telling";
import type { PositionFinding } from "#domain/books/positions.ts";
import { utcHour } from "#domain/nav/nav-book.ts";
import { UNNAMED_ROW, type UnreadRow } from "#ports/venue.ts";

/** The findings that the unread rows leave standing. */
export function withoutUnread(
  findings: readonly PositionFinding[],
  unread: readonly UnreadRow[],
): readonly PositionFinding[] {
  const subjects = new Set(unread.map(({ subject }) => subject));
  // A row that does not say whose it is may be that of any symbol which seems to be missing.
  const mayHideAny = subjects.has(UNNAMED_ROW);
  return findings.filter(
    (finding) =>
      !subjects.has(finding.symbol) &&
      !(mayHideAny && finding.kind === "quantityDiffers" && finding.venueBase === "0"),
  );
}

/** Once an hour for each, as long as it lasts. */
export async function tellUnread(
  deps: AlertDeps,
  accountId: string,
  what: "position" | "open order",
  unread: readonly UnreadRow[],
): Promise<void> {
  for (const { subject, reason } of unread) {
    await raiseAlert(deps, {
      accountId,
      severity: "critical",
      code: "VENUE_ROW_UNREADABLE",
      message: `The venue's ${what} of ${subject} cannot be read (${reason}), so it is not compared with the books`,
      remedy: `Look at ${subject} at the venue; its stop there stands, and other symbols are served`,
      dedupeKey: `${what}/${subject}/${utcHour(deps.clock.nowMs())}`,
    });
  }
}
