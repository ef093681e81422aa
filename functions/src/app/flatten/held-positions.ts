// The positions that a flatten has to close, by two endpoints of the venue: one that lags may still call an account flat
// that has just been filled. Held is whatever either of them shows; a closing of nothing is refused and does no harm.
import { dec, decimalString } from "#domain/decimal.ts";
import type { AccountPosition } from "#domain/nav/equity.ts";
import type { VenuePosition } from "#ports/venue.ts";
import { asked, type FlattenRun } from "./flatten-run.ts";

/** Null when the list did not answer. Without the account nothing is known to be flat: the run counts as failed. */
export async function heldPositions(run: FlattenRun): Promise<readonly VenuePosition[] | null> {
  const listed = await asked(run, "listing positions", () => run.venue.fetchPositions());
  if (listed === null) return null;
  const account = await asked(run, "reading the account", () => run.venue.fetchAccount());
  const symbols = new Set(listed.map(({ symbol }) => symbol));
  const others = (account?.positions ?? []).filter(({ symbol }) => !symbols.has(symbol));
  return [...listed, ...others.map(asListed)];
}

function asListed({ symbol, side, qtyBase, entryCostUsd }: AccountPosition): VenuePosition {
  const entryPriceUsd = decimalString(dec(entryCostUsd).div(dec(qtyBase)).toDecimalPlaces(12));
  return { symbol, side, qtyBase, entryPriceUsd };
}
