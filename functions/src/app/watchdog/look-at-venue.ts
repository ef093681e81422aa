// The watchdog's own look at the venue. An unanswered question is null, never an old value. During a ban it
// sends no request.

import { bannedUntilMs } from "#app/books";
import type { TopOfBook } from "#domain/documents/market.ts";
import type { VenueLook } from "#domain/watchdog/view.ts";
import { type Venue, VenueError, type VenuePosition } from "#ports/venue.ts";
import { type WatchdogDeps, watchdogMemoryOf } from "./watchdog-deps.ts";

/** Positions first: of an account that holds nothing, nothing else is asked. Null: no answer. */
export function askPositions(
  deps: WatchdogDeps,
  accountId: string,
  venue: Venue,
): Promise<readonly VenuePosition[] | null> {
  return answerOf(deps, accountId, "positions", () => venue.fetchPositions());
}

/** Everything else that the watchdog judges by. */
export async function askVenue(
  deps: WatchdogDeps,
  accountId: string,
  venue: Venue,
  symbols: readonly string[],
): Promise<Omit<VenueLook, "atMs" | "positions">> {
  const ask = <T>(what: string, question: () => Promise<T>): Promise<T | null> =>
    answerOf(deps, accountId, what, question);
  const [serverTimeMs, quotes, balance] = await Promise.all([
    ask("time", () => venue.fetchServerTimeMs()),
    ask<readonly TopOfBook[]>("quotes", () => venue.fetchTopOfBook(symbols)),
    ask("balance", () => venue.fetchAccount()),
  ]);
  const { walletUsd, others } = balance ?? { walletUsd: null, others: null };
  return { serverTimeMs, quotes, walletUsd, others };
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
