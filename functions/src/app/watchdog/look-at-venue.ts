// The watchdog's own look at the venue. An unanswered question is null, never an old value. During a ban it
// sends no request.

import { bannedUntilMs } from "#app/books";
import type { TopOfBook } from "#domain/documents/market.ts";
import type { VenueLook } from "#domain/watchdog/view.ts";
import { type Venue, VenueError } from "#ports/venue.ts";
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
  const account = await answerOf(deps, accountId, "account", () => venue.fetchAccount());
  if (account !== null) return { account, positions: account.positions };
  const positions = await answerOf(deps, accountId, "positions", () => venue.fetchPositions());
  return { account, positions };
}

/** Everything else that the watchdog judges by. */
export async function askVenue(
  deps: WatchdogDeps,
  accountId: string,
  venue: Venue,
  symbols: readonly string[],
): Promise<Pick<VenueLook, "serverTimeMs" | "quotes">> {
  const [serverTimeMs, quotes] = await Promise.all([
    answerOf(deps, accountId, "time", () => venue.fetchServerTimeMs()),
    answerOf<readonly TopOfBook[]>(deps, accountId, "quotes", () => venue.fetchTopOfBook(symbols)),
  ]);
  return { serverTimeMs, quotes };
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
