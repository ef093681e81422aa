// Has the markets of newly configured symbols read at once. Entries wait for them, and the schedule that reads them runs
// once an hour. Must not fail the verb that calls it: what that verb wrote stands.

import type { VenueId } from "#domain/documents/account.ts";
import { paths } from "#domain/documents/paths.ts";
import type { Deps } from "#functions/compose.ts";
import type { OperatorParts } from "#tools/target/parts.ts";

/** A schedule that is asked to run starts within seconds; a cold function needs ten more. */
const READ_TIMEOUT_MS = 60_000;
const POLL_MS = 500;
const BY_HAND = "npm run ballast -- run-once universeHourly --write";

type Parts = Pick<OperatorParts, "documents" | "clock" | "say" | "writes">;

export interface Wanted {
  readonly venue: VenueId;
  readonly symbols: readonly string[];
}

/** Says how it went: each symbol is tradable, or the cause and the remedy are named. `run` asks for the schedule's pass. */
export async function readMarkets(
  parts: Parts,
  { venue, symbols }: Wanted,
  run: () => Promise<void>,
): Promise<void> {
  const before = await stored(parts, venue);
  const isListed = (symbol: string): boolean => before.listed.includes(symbol);
  if (symbols.every(isListed)) return;
  const unknown = symbols.filter((symbol) => !isListed(symbol)).join(", ");
  parts.say(`${parts.writes ? "Reading" : "Would read"} the markets of ${venue}: ${unknown}`);
  if (!parts.writes) return;
  try {
    await run();
    await report(parts, { venue, symbols }, before.asOfMs);
  } catch (error) {
    const cause = error instanceof Error ? error.message : String(error);
    parts.say(
      `They were not read (${cause}). Until they are, entries are denied as MARKET_UNKNOWN: ${BY_HAND}`,
    );
  }
}

async function report(parts: Parts, { venue, symbols }: Wanted, beforeMs: unknown): Promise<void> {
  const endMs = parts.clock.nowMs() + READ_TIMEOUT_MS;
  for (;;) {
    const { asOfMs, listed } = await stored(parts, venue);
    const missing = symbols.filter((symbol) => !listed.includes(symbol));
    if (missing.length === 0) return parts.say("They can be traded");
    if (asOfMs !== beforeMs)
      return parts.say(
        `${venue} does not list ${missing.join(", ")}: correct the config, or entries in them are denied`,
      );
    if (parts.clock.nowMs() >= endMs) throw new Error(`nothing after ${READ_TIMEOUT_MS / 1_000} s`);
    await parts.clock.sleep(POLL_MS);
  }
}

async function stored({ documents }: Pick<Deps, "documents">, venue: VenueId) {
  const [snapshot] = await documents.getAll([paths.universe(venue)]);
  const { asOfMs = null, markets } = snapshot?.data ?? {};
  return { asOfMs, listed: typeof markets === "object" && markets !== null ? Object.keys(markets) : [] };
}
