// Starting up and recovering are this same code: signals that were stored but never published, orders whose fate is
// open, what waits in the inbox, and the venue's positions against the books. An idle account costs two reads.

import type { Books } from "#app/books";
import {
  commitBooks,
  lastCommitted,
  latchBan,
  latchingBans,
  latchRefusalOf,
  loadBooks,
  readOpen,
} from "#app/books";
import { applyCommands, noneWaits } from "#app/commands";
import { decodeRequired, NewerDocumentError } from "#app/documents";
import {
  actForAccount,
  adjustDust,
  adjustGroup,
  advanceLegs,
  closeBeyondStops,
  closeOverdue,
  continueClosings,
  continueRoutes,
  mayAdvanceLegs,
} from "#app/execution";
import { continueOffset, startOffset } from "#app/offset";
import { settleGroups } from "#app/settlement";
import { endPass, watchTelemetry } from "#app/silence";
import {
  concernsStops,
  learnStops,
  listStops,
  placeStops,
  pricesOfTrails,
  stopsDiffer,
  symbolsOfStops,
} from "#app/stops";
import { foldTelemetry, type TelemetryDeps } from "#app/telemetry";
import { type AlertCondition, alertWrites, raiseAlert, tellNewer } from "#app/telling";
import { keepVenueSettings, type VenueSettingsDeps } from "#app/venue-account";
import { hasRerouting } from "#domain/books/bookkeeping.ts";
import { isHeldByOther } from "#domain/books/lease.ts";
import { comparePositions, type PositionFinding } from "#domain/books/positions.ts";
import { dec } from "#domain/decimal.ts";
import type { AccountProfile } from "#domain/documents/account.ts";
import type { ControlState } from "#domain/documents/control.ts";
import { paths } from "#domain/documents/paths.ts";
import { readsOpenAgain, sweepsSignals } from "#domain/nav/nav-cadence.ts";
import { withPositionLatch } from "#domain/risk/position-latch.ts";
import { dueGroups } from "#domain/settlement/account-group.ts";
import type { Bus } from "#ports/bus.ts";
import { DocumentExistsError, type DocumentVersion } from "#ports/documents.ts";
import { partly, type Venue, VenueError, type VenueOrder } from "#ports/venue.ts";
import { controlStateSchema } from "#schemas/books.ts";
import { absentOrdersAreDue, watchAbsentOrders } from "./absent-orders.ts";
import { followDenials, followUpAccount, resolveOpenOrders } from "./follow-up.ts";
import { republishForgotten } from "./republish-forgotten.ts";
import { nameForeign, straysAmong, withdrawStrays } from "./stray-orders.ts";
import { tellUnread, withoutUnread } from "./unread-rows.ts";

const ACTOR = "reconcile";

export interface ReconcileDeps extends TelemetryDeps, VenueSettingsDeps {
  readonly bus: Bus;
}

/** One pass. Throws VenueError when the venue cannot be asked, DocumentError when the store cannot. */
export async function reconcileAccount(deps: ReconcileDeps, profile: AccountProfile): Promise<void> {
  const { accountId } = profile;
  if (sweepsSignals(deps.clock.nowMs())) await republishForgotten(deps, accountId);
  const [snapshot] = await deps.documents.getAll([paths.control(accountId)]);
  if (snapshot === undefined) throw new Error("The store answered without the control document");
  const control = decodeRequired(controlStateSchema, snapshot);
  const startedAtMs = deps.clock.nowMs();
  try {
    await passOver(deps, profile, control, snapshot.version);
  } finally {
    // Also after a pass that failed: how orders go then is what people want to know.
    await foldTelemetry(deps, profile, control, startedAtMs);
  }
}

async function passOver(
  deps: ReconcileDeps,
  profile: AccountProfile,
  control: ControlState,
  version: DocumentVersion | null,
): Promise<void> {
  const { accountId } = control;
  try {
    await reconcileBooks(deps, profile, control, version);
  } catch (error) {
    // The venue's silence is not reconcile's: the watchdog must not take one for the other.
    if (error instanceof VenueError) {
      // Positions of hedge mode are refused above; the settings say why.
      await keepVenueSettings(deps, profile, control);
      await endPass(deps, control);
      await latchRefusalOf(deps, accountId, error);
    }
    throw error;
  } finally {
    await watchTelemetry(deps, control);
  }
  await startOffset(deps, control, ACTOR);
  await keepVenueSettings(deps, profile, control);
  await endPass(deps, control);
}

async function reconcileBooks(
  deps: ReconcileDeps,
  profile: AccountProfile,
  control: ControlState,
  version: DocumentVersion | null,
): Promise<void> {
  const { accountId } = profile;
  // Commands are applied whichever instance holds the lease.
  try {
    if (!noneWaits(control)) await applyCommands(deps, accountId);
  } catch (error) {
    // It keeps its place in the sequence for an instance of the later release; the books go on here.
    if (!(error instanceof NewerDocumentError)) throw error;
    await tellNewer(deps, accountId, error);
  }
  if (control.flatten !== null) return await followUpAccount(deps, accountId, ACTOR);
  if (isHeldByOther(control.lease, deps.holderId, deps.clock.nowMs())) return; // at work; the next minute looks again
  // First, since an account that may not reach its venue has no pass of its own, and its commands have to end too.
  if (control.directives.length > 0)
    await actForAccount(deps, accountId, ACTOR, { work: (books) => Promise.resolve(books) });
  const venue = await deps.venueFor(profile);
  const waiting = control.inbox.storedCount !== control.inbox.takenCount;
  const nowMs = deps.clock.nowMs();
  const wished = control.closings.length + control.directives.length;
  const open = Object.keys(control.reservations).length + wished > 0 || control.offset !== null;
  // While entries wait for a place this pass is the floor of every look at them.
  const isQueued = control.queue.length > 0;
  // Their prices have to be looked at.
  const hasLegs = mayAdvanceLegs(control, nowMs) || hasRerouting(control);
  const isDue =
    isQueued || hasLegs || absentOrdersAreDue(control, nowMs) || dueGroups(control, nowMs).length > 0;
  if (!waiting && !open && !isDue) {
    const asksForNothing = () => isQuiet(deps, control, version, venue);
    if (await latchingBans(deps, accountId, ACTOR, asksForNothing)) return;
  }
  await actForAccount(deps, accountId, ACTOR, {
    work: async (books) => {
      // The list of accounts may be older than the profile that came with the books.
      const venue = await deps.venueFor(books.profile);
      const resolved = await resolveOpenOrders(deps, books, ACTOR);
      const learnt = await learnAllStops(deps, resolved, venue);
      // Quantities first: the venue refuses a stop or a closing for a position that it does not hold, again and again,
      // and books that just moved are not compared.
      const adjusted = await adjustPositions(deps, learnt, venue);
      const beyond = await closeBeyondStops(deps, adjusted, ACTOR);
      const closed = await continueClosings(deps, await closeOverdue(deps, beyond, ACTOR), ACTOR);
      const offset = await continueOffset(deps, closed, ACTOR);
      const routed = await continueRoutes(deps, offset, ACTOR);
      const entered = await advanceLegs(deps, routed, ACTOR);
      const guarded = await placeAllStops(deps, entered, venue);
      const settled = await settleGroups(deps, guarded, ACTOR);
      await followDenials(deps, settled, nowMs);
      return await clearStrays(deps, settled, venue);
    },
  });
}

/** Last, because it costs the venue most: a pass that runs out of request weight has done everything else. */
async function clearStrays(deps: ReconcileDeps, given: Books, venue: Venue): Promise<Books> {
  try {
    const open = await allOpenOrders(deps, given.accountId, venue);
    await nameForeign(deps, given.accountId, open);
    return await withdrawStrays(deps, given, { venue, open }, ACTOR);
  } catch (error) {
    if (!(error instanceof VenueError)) throw error;
    const { accountId } = given;
    deps.logger.warn("Open orders could not be compared", { accountId, kind: error.kind, code: error.code });
    return await latchBan(deps, lastCommitted(deps, given), error, ACTOR);
  }
}

/** Whether the venue holds what the books say, stops included. */
async function isQuiet(
  deps: ReconcileDeps,
  control: ControlState,
  version: DocumentVersion | null,
  venue: Venue,
): Promise<boolean> {
  const { readable: positions, unread } = await partly(venue.fetchPositions());
  await tellUnread(deps, control.accountId, "position", unread);
  const findings = comparePositions(control, positions, deps.clock.nowMs());
  if (withoutUnread(findings, unread).length > 0) return false;
  if (await needStops(deps, control, version, venue)) return false;
  const open = await allOpenOrders(deps, control.accountId, venue);
  if (straysAmong(control, open).length > 0) return false;
  await nameForeign(deps, control.accountId, open);
  return true;
}

/** Whether stops need work. An account that holds nothing and left none behind is asked nothing. */
async function needStops(
  deps: ReconcileDeps,
  control: ControlState,
  version: DocumentVersion | null,
  venue: Venue,
): Promise<boolean> {
  const isConcerned = Object.keys(control.slots).length + Object.keys(control.stopsToCancel).length > 0;
  if (!isConcerned) return false;
  // Books under the version that was just read are proven; mostly they are this process's own of the last minute. A document
  // that a hand breaks or mends moves no version.
  const cached = deps.cache.get(control.accountId);
  const isProven =
    cached?.controlVersion === version && cached.setAside.length === 0 && (await areReadable(deps, control));
  const books = isProven ? cached : await loadBooks(deps, control.accountId);
  if (!concernsStops(books)) return false;
  // A stop whose row cannot be read is asked for by its id, like one that is not listed.
  const { readable: atVenue } = await partly(listStops(deps, venue, books, symbolsOfStops(books)));
  const tops = await pricesOfTrails(deps, venue, books.groups);
  return stopsDiffer(books, { atVenue, tops, nowMs: deps.clock.nowMs() });
}

/** Looked at in one minute of five. */
async function areReadable(deps: ReconcileDeps, control: ControlState): Promise<boolean> {
  if (!readsOpenAgain(deps.clock.nowMs())) return true;
  return (await readOpen(deps, control)).setAside.length === 0;
}

async function placeAllStops(deps: ReconcileDeps, books: Books, venue: Venue): Promise<Books> {
  if (!concernsStops(books)) return books;
  return await placeStops(deps, books, ACTOR, await pricesOfTrails(deps, venue, books.groups));
}

async function learnAllStops(deps: ReconcileDeps, books: Books, venue: Venue): Promise<Books> {
  if (!concernsStops(books)) return books;
  const { readable: atVenue } = await partly(listStops(deps, venue, books, symbolsOfStops(books)));
  return await learnStops(deps, books, ACTOR, atVenue);
}

/** Asked after the books were loaded: the commit's version proves that no order of ours came between. */
async function adjustPositions(deps: ReconcileDeps, given: Books, venue: Venue): Promise<Books> {
  const { readable: positions, unread } = await partly(venue.fetchPositions());
  await tellUnread(deps, given.accountId, "position", unread);
  const compared = comparePositions(given.control, positions, deps.clock.nowMs());
  const differing = withoutUnread(compared, unread);
  const watched = await watchAbsentOrders(deps, given, symbolsOf(differing), ACTOR);
  // An absent order has moved the books; the list was asked for before that.
  const findings = watched === given ? await confirmed(deps, given, venue, differing) : [];
  let books = watched;
  for (const finding of findings) books = await adjust(deps, books, finding);
  return books;
}

/**
 * Books move on the word of two endpoints: a position list that lags would take a fill back that another part of the venue
 * has. What only one of them shows is looked at again in a minute.
 */
async function confirmed(
  deps: ReconcileDeps,
  { control, accountId }: Books,
  venue: Venue,
  findings: readonly PositionFinding[],
): Promise<readonly PositionFinding[]> {
  if (findings.every(({ kind }) => kind === "unknownPosition")) return findings;
  const { readable, unread } = await partly(venue.fetchAccount());
  // A row of this answer that cannot be read is no witness of a position that is gone.
  const again = withoutUnread(comparePositions(control, readable.positions, deps.clock.nowMs()), unread);
  return findings.filter((finding) => {
    if (finding.kind === "unknownPosition") return true;
    const { kind, symbol, venueBase } = finding;
    const agrees = again.some(
      (each) => each.kind === kind && each.symbol === symbol && dec(each.venueBase).eq(dec(venueBase)),
    );
    if (!agrees) deps.logger.warn("Two answers of the venue differ about a position", { accountId, symbol });
    return agrees;
  });
}

function symbolsOf(findings: readonly PositionFinding[]): ReadonlySet<string> {
  return new Set(findings.map(({ symbol }) => symbol));
}

async function adjust(deps: ReconcileDeps, books: Books, finding: PositionFinding): Promise<Books> {
  if (finding.kind === "quantityDiffers") return await adjustGroup(deps, books, finding, ACTOR);
  if (finding.kind === "dustDiffers") return await adjustDust(deps, books, finding, ACTOR);
  return await tellUnknownPosition(deps, books, {
    accountId: books.accountId,
    severity: "critical",
    code: "POSITION_UNKNOWN",
    message: `The venue holds ${finding.venueBase} ${finding.symbol} ${finding.side} that no group accounts for`,
    remedy: "Close it at the venue, or find the order that opened it",
    dedupeKey: `${finding.symbol}/${finding.side}/${finding.venueBase}`,
  });
}

/** With the alert the latch that the config wants of it; once, so that an operator who resumes is not overruled. */
async function tellUnknownPosition(deps: ReconcileDeps, books: Books, alert: AlertCondition): Promise<Books> {
  const nowMs = deps.clock.nowMs();
  const found = { actor: ACTOR, reason: alert.message };
  const control = withPositionLatch(books.control, books.config, found, nowMs);
  if (control === books.control) {
    if (await areOfNow(deps, books)) await raiseAlert(deps, alert);
    return books;
  }
  const also = alertWrites(alert, nowMs);
  const change = { kind: "POSITION_UNKNOWN", subject: alert.dedupeKey, actor: ACTOR, control, also };
  try {
    const after = await commitBooks(deps, books, { ...change, showsOnOverview: true });
    deps.logger.error(alert.message, { alert: alert.code, accountId: books.accountId });
    return after;
  } catch (error) {
    // The alert is there already: it was told, and latched, before.
    if (!(error instanceof DocumentExistsError)) throw error;
    return books;
  }
}

/** No commit proves the books where none is made: an order of another instance may have filled since they were loaded. */
async function areOfNow(deps: ReconcileDeps, { accountId, controlVersion }: Books): Promise<boolean> {
  const [control] = await deps.documents.getAll([paths.control(accountId)]);
  const isCurrent = control?.version === controlVersion;
  if (!isCurrent) deps.logger.warn("A position is not judged on books that have moved", { accountId });
  return isCurrent;
}

/** Without those whose rows cannot be read: an order that is not known to be ours is not withdrawn. */
async function allOpenOrders(
  deps: ReconcileDeps,
  accountId: string,
  venue: Venue,
): Promise<readonly VenueOrder[]> {
  const { readable, unread } = await partly(venue.fetchOpenOrders("all"));
  await tellUnread(deps, accountId, "open order", unread);
  return readable;
}
