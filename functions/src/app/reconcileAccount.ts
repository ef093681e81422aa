// Starting up and recovering are this same code: signals that were stored but never published, orders whose fate is
// open, what waits in the inbox, and the venue's positions against the books. An idle account costs two reads.

import type { AccountProfile } from "../domain/account.ts";
import { withSlot } from "../domain/bookkeeping.ts";
import { isHeldByOther } from "../domain/lease.ts";
import { sweepsSignals } from "../domain/navCadence.ts";
import { paths } from "../domain/paths.ts";
import { comparePositions, type PositionFinding, withVenueQuantity } from "../domain/positions.ts";
import type { Bus } from "../ports/bus.ts";
import { controlStateSchema } from "../schemas/books.ts";
import { type AlertCondition, alertWrite, raiseAlert } from "./alert.ts";
import { decodeRequired } from "./codec.ts";
import { actForAccount } from "./execution/actForAccount.ts";
import type { Books, ExecutionDeps } from "./execution/books.ts";
import { commitBooks } from "./execution/commitBooks.ts";
import { resolveOpenOrders } from "./followUp.ts";
import { republishForgotten } from "./republishForgotten.ts";

const ACTOR = "reconcile";

export interface ReconcileDeps extends ExecutionDeps {
  readonly bus: Bus;
}

/** One pass. Throws VenueError when the venue cannot be asked, DocumentError when the store cannot. */
export async function reconcileAccount(deps: ReconcileDeps, profile: AccountProfile): Promise<void> {
  const { accountId } = profile;
  if (sweepsSignals(deps.clock.nowMs())) await republishForgotten(deps, accountId);
  const [snapshot] = await deps.documents.getAll([paths.control(accountId)]);
  if (snapshot === undefined) throw new Error("The store answered without the control document");
  const control = decodeRequired(controlStateSchema, snapshot);
  if (isHeldByOther(control.lease, deps.holderId, deps.clock.nowMs())) return; // at work; the next minute looks again
  const venue = await deps.venueFor(profile);
  const waiting = control.inbox.storedCount !== control.inbox.takenCount;
  const open = Object.keys(control.reservations).length > 0;
  if (!waiting && !open) {
    const positions = await venue.fetchPositions();
    if (comparePositions(control, positions, deps.clock.nowMs()).length === 0) return;
  }
  await actForAccount(deps, accountId, ACTOR, {
    work: async (books) => await adjustPositions(deps, await resolveOpenOrders(deps, books, ACTOR)),
  });
}

/** Asked after the books were loaded: the commit's version proves that no order of ours came between. */
async function adjustPositions(deps: ReconcileDeps, given: Books): Promise<Books> {
  // Not the venue of the profile that the schedule was given: its list may be older than an account's change of mode.
  const venue = await deps.venueFor(given.profile);
  const positions = await venue.fetchPositions();
  let books = given;
  for (const finding of comparePositions(given.control, positions, deps.clock.nowMs())) {
    books = await adjust(deps, books, finding);
  }
  return books;
}

async function adjust(deps: ReconcileDeps, books: Books, finding: PositionFinding): Promise<Books> {
  const { accountId } = books;
  if (finding.kind === "unknownPosition") {
    await raiseAlert(deps, {
      accountId,
      severity: "critical",
      code: "POSITION_UNKNOWN",
      message: `The venue holds ${finding.venueBase} ${finding.symbol} ${finding.side} that no group accounts for`,
      remedy: "Close it at the venue, or find the order that opened it",
      dedupeKey: `${finding.symbol}/${finding.side}/${finding.venueBase}`,
    });
    return books;
  }
  const group = books.groups[finding.groupId];
  if (group === undefined) return books;
  const nowMs = deps.clock.nowMs();
  const adjusted = withVenueQuantity(group, finding.venueBase, nowMs);
  const alert: AlertCondition = {
    accountId,
    severity: "critical",
    code: "POSITION_ADJUSTED",
    message: `${finding.symbol}: the books held ${finding.bookedBase}, the venue ${finding.venueBase}; the venue was believed`,
    remedy: "Look for a liquidation or a trade by hand at the venue",
    dedupeKey: `${group.groupId}/${books.control.journalSeq}`,
  };
  // In one batch: once the books agree, nothing would raise the alert any more.
  const after = await commitBooks(deps, books, {
    kind: "POSITION_ADJUSTED",
    subject: group.groupId,
    actor: ACTOR,
    control: { ...books.control, slots: withSlot(books.control.slots, adjusted) },
    group: adjusted,
    showsOnOverview: true,
    also: [alertWrite(alert, nowMs)],
  });
  deps.logger.error(alert.message, { alert: alert.code, accountId, groupId: group.groupId });
  return after;
}
