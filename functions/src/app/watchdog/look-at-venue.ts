// The watchdog's own look at the venue. An unanswered question is null, never an old value. During a ban it
// sends no request.

import { bannedUntilMs } from "#app/books";
import type { TopOfBook } from "#domain/documents/market.ts";
import { driftMs } from "#domain/watchdog/clock-rule.ts";
import type { VenueLook } from "#domain/watchdog/view.ts";
import { partly, type Venue, VenueError } from "#ports/venue.ts";
import { type WatchdogDeps, watchdogMemoryOf } from "./watchdog-deps.ts";

/**
 * The account first, wallet and positions of one answer: of one that holds nothing, nothing else is asked. Where it does
 * not answer, the venue's other list of positions is the second witness of what is held.
 */
export async function askAccount(
  deps: WatchdogDeps,
  accountId: string,
  venue: Venue,
): Promise<Pick<VenueLook, "account" | "positions">> {
  const told = await answerOf(deps, accountId, "account", () => partly(venue.fetchAccount()));
  // A coin that cannot be read counts as none, which is a lower bound of equity; a position that cannot be read has none.
  const isBounded = told?.unread.every(({ of }) => of === "asset") ?? false;
  if (told !== null && isBounded) return { account: told.readable, positions: told.readable.positions };
  const list = await answerOf(deps, accountId, "positions", () => partly(venue.fetchPositions()));
  const isUnknown = list === null || (list.readable.length === 0 && list.unread.length > 0);
  return { account: null, positions: isUnknown ? null : list.readable };
}

/** Everything else that the watchdog judges by. */
export async function askVenue(
  deps: WatchdogDeps,
  accountId: string,
  venue: Venue,
  symbols: readonly string[],
): Promise<Pick<VenueLook, "serverTimeMs" | "clockDriftMs" | "quotes">> {
  const [time, quotes] = await Promise.all([
    answerOf(deps, accountId, "time", () => askTime(deps, venue)),
    answerOf<readonly TopOfBook[]>(deps, accountId, "quotes", () => venue.fetchTopOfBook(symbols)),
  ]);
  return { serverTimeMs: time?.serverTimeMs ?? null, clockDriftMs: time?.clockDriftMs ?? null, quotes };
}

async function askTime(
  { clock }: WatchdogDeps,
  venue: Venue,
): Promise<{ readonly serverTimeMs: number; readonly clockDriftMs: number }> {
  const askedAtMs = clock.nowMs();
  const serverTimeMs = await venue.fetchServerTimeMs();
  return { serverTimeMs, clockDriftMs: driftMs(serverTimeMs, askedAtMs, clock.nowMs()) };
}

async function answerOf<T>(
  deps: WatchdogDeps,
  accountId: string,
  what: string,
  question: () => Promise<T>,
): Promise<T | null> {
  if (deps.clock.nowMs() < watchdogMemoryOf(deps, accountId).retryAtMs) return null;
  try {
    return await question();
  } catch (error) {
    if (!(error instanceof VenueError)) throw error;
    deps.logger.warn(`The watchdog got no ${what} from the venue`, {
      accountId,
      kind: error.kind,
      code: error.code,
    });
    const memory = watchdogMemoryOf(deps, accountId);
    deps.watchdogMemory.set(accountId, {
      ...memory,
      retryAtMs: Math.max(memory.retryAtMs, error.retryAtMs ?? 0),
      bannedUntilMs: Math.max(memory.bannedUntilMs, bannedUntilMs(error) ?? 0),
    });
    return null;
  }
}
