// One bounded look of a flatten: its knowledge so far, and how it asks the venue. A venue that fails costs this look the
// one question; a ban ends the look and is latched.

import type { Books, ExecutionDeps } from "#app/books";
import { lastCommitted, latchBan, latchRefusal } from "#app/books";
import { NewerDocumentError, UnusableDocumentError } from "#app/documents";
import { acquireLease } from "#domain/books/lease.ts";
import type { Clock } from "#ports/clock.ts";
import { type Venue, VenueError } from "#ports/venue.ts";

/** A look starts nothing new after this; with the slowest call in it, it ends before it counts as quiet. */
const LOOK_BUDGET_MS = 15_000;

export interface FlattenRun {
  readonly deps: ExecutionDeps;
  readonly actor: string;
  readonly venue: Venue;
  readonly untilMs: number;
  /** As the last commit left them. */
  books: Books;
  /** Something could not be asked or done: nothing may be concluded from its absence. */
  failed: boolean;
  /** The venue wants no request before this; 0: none. */
  retryAtMs: number;
}

export async function beginRun(deps: ExecutionDeps, books: Books, actor: string): Promise<FlattenRun> {
  const venue = await deps.venueFor(books.profile);
  const untilMs = deps.clock.nowMs() + LOOK_BUDGET_MS;
  return { deps, actor, venue, untilMs, books, failed: false, retryAtMs: 0 };
}

/** Whether there is time and leave for another request. */
export function goesOn({ deps, untilMs, retryAtMs, books }: FlattenRun): boolean {
  const nowMs = deps.clock.nowMs();
  return nowMs < untilMs && nowMs >= retryAtMs && nowMs >= books.control.throttles.venueBannedUntilMs;
}

/** The answer, or null when the venue gave none: noted, and left to the next look. */
export async function asked<T>(run: FlattenRun, what: string, ask: () => Promise<T>): Promise<T | null> {
  if (!goesOn(run)) {
    run.failed = true;
    return null;
  }
  try {
    return await ask();
  } catch (error) {
    run.failed = true;
    // Commits before the failure stand.
    run.books = lastCommitted(run.deps, run.books);
    if (error instanceof UnusableDocumentError || error instanceof NewerDocumentError) {
      run.deps.logger.error(`Flatten: ${what} failed`, { fault: error.message });
      return null;
    }
    if (!(error instanceof VenueError)) throw error;
    run.deps.logger.warn(`Flatten: ${what} failed`, { kind: error.kind, code: error.code });
    run.retryAtMs = Math.max(run.retryAtMs, retryAtMs(run, error));
    run.books = await latchBan(run.deps, run.books, error, run.actor);
    run.books = await latchRefusal(run.deps, run.books, error, run.actor);
    return null;
  }
}

/** Too many requests: their count begins anew with the minute, and asking before it only leads to a ban. */
const RATE_WINDOW_MS = 60_000;
const WINDOW_MARGIN_MS = 250;

function retryAtMs({ deps }: FlattenRun, error: VenueError): number {
  if (error.retryAtMs !== null || error.reason !== "tooManyRequests") return error.retryAtMs ?? 0;
  return (Math.floor(deps.clock.nowMs() / RATE_WINDOW_MS) + 1) * RATE_WINDOW_MS + WINDOW_MARGIN_MS;
}

/** The control document with the lease renewed. */
export function renewed({ deps, books }: { deps: { clock: Clock; holderId: string }; books: Books }) {
  const lease = acquireLease(books.control.lease, deps.holderId, deps.clock.nowMs());
  return { ...books.control, lease };
}
