// Stores the markets (filters, steps, minimums) of every symbol that an account may trade, so that no order waits for
// the exchange's list. A failed or empty answer leaves the stored markets as they are.

import { readableConfig } from "#app/accounts";
import { encode, NewerDocumentError } from "#app/documents";
import type { AccountProfile } from "#domain/documents/account.ts";
import type { Market, Universe } from "#domain/documents/market.ts";
import { paths } from "#domain/documents/paths.ts";
import type { Clock } from "#ports/clock.ts";
import type { DocumentPort } from "#ports/documents.ts";
import type { Logger } from "#ports/logger.ts";
import type { Venue } from "#ports/venue.ts";

export interface UniverseDeps {
  readonly documents: DocumentPort;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly venueFor: (profile: AccountProfile) => Promise<Venue>;
}

/** Asks the first account's venue: all accounts of a project trade the same one. Throws VenueError, DocumentError, NewerDocumentError. */
export async function refreshUniverse(
  deps: UniverseDeps,
  profiles: readonly AccountProfile[],
): Promise<void> {
  const [first] = profiles;
  if (first === undefined) return;
  const answered = await deps.documents.getAll([
    ...profiles.map((profile) => paths.config(profile.accountId)),
    paths.universe,
  ]);
  const snapshots = answered.slice(0, -1);
  const stored = answered.at(-1);
  // The whole document is replaced: one of a later release is left to that release.
  if (stored?.newer !== undefined) throw new NewerDocumentError(stored.path, stored.newer);
  const configs = await Promise.all(
    profiles.map(({ accountId }, place) => {
      const snapshot = snapshots[place];
      if (snapshot === undefined)
        throw new Error("The store answered with fewer documents than were asked for");
      return readableConfig(deps.documents, accountId, snapshot);
    }),
  );
  const wanted = new Set(configs.flatMap((config) => config.symbols));
  const venue = await deps.venueFor(first);
  const markets = (await venue.fetchMarkets()).filter((market) => wanted.has(market.symbol));
  const unknown = [...wanted].filter((symbol) => !markets.some((market) => market.symbol === symbol));
  if (unknown.length > 0)
    deps.logger.error("The venue does not list configured symbols", { symbols: unknown });
  if (markets.length === 0)
    throw new Error(`${first.venue} lists none of the configured symbols; markets were kept`);
  const universe: Universe = { asOfMs: deps.clock.nowMs(), venue: first.venue, markets: bySymbol(markets) };
  await deps.documents.commit([{ op: "set", path: paths.universe, data: encode(universe) }]);
}

function bySymbol(markets: readonly Market[]): Readonly<Record<string, Market>> {
  return Object.fromEntries(markets.map((market) => [market.symbol, market]));
}
