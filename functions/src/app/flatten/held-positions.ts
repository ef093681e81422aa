// The positions that a flatten has to close, by two endpoints of the venue: one that lags may still call an account flat
// that has just been filled. Held is the larger of what they show; a closing of nothing is refused and does no harm.
import { Decimal, dec, decimalString } from "#domain/decimal.ts";
import type { AccountPosition } from "#domain/nav/equity.ts";
import { partly, type UnreadRow, type VenuePosition } from "#ports/venue.ts";
import { asked, type FlattenRun } from "./flatten-run.ts";

interface HeldPositions {
  /** Whether both answered. What only one of them lacks may be held all the same. */
  readonly isProven: boolean;
  readonly positions: readonly VenuePosition[];
  /** Rows that neither of them gave in a readable shape. */
  readonly unread: readonly UnreadRow[];
}

/** Null when the list did not answer. Without the account nothing is known to be flat: the run counts as failed. */
export async function heldPositions(run: FlattenRun): Promise<HeldPositions | null> {
  const listed = await asked(run, "listing positions", () => partly(run.venue.fetchPositions()));
  if (listed === null) return null;
  const account = await asked(run, "reading the account", () => partly(run.venue.fetchAccount()));
  const symbols = new Set(listed.readable.map(({ symbol }) => symbol));
  const others = (account?.readable.positions ?? []).filter(({ symbol }) => !symbols.has(symbol));
  const atLeast = listed.readable.map((position) => larger(position, account?.readable.positions ?? []));
  const positions = [...atLeast, ...others.map(asListed)];
  const known = new Set(positions.map(({ symbol }) => symbol));
  return {
    isProven: account !== null,
    positions,
    unread: listed.unread.filter(({ subject }) => !known.has(subject)),
  };
}

function larger(listed: VenuePosition, account: readonly AccountPosition[]): VenuePosition {
  const same = account.find(({ symbol, side }) => symbol === listed.symbol && side === listed.side);
  if (same === undefined) return listed;
  return { ...listed, qtyBase: decimalString(Decimal.max(dec(listed.qtyBase), dec(same.qtyBase))) };
}

function asListed({ symbol, side, qtyBase, entryCostUsd }: AccountPosition): VenuePosition {
  const entryPriceUsd = decimalString(dec(entryCostUsd).div(dec(qtyBase)).toDecimalPlaces(12));
  return { symbol, side, qtyBase, entryPriceUsd };
}
