// The second way to a group's profit: its trades at their prices against the volume-weighted entry, without the venue's word
// on what was realised; and which of the two is the group's, where somebody else held the symbol beside it. Pure.
import { type Decimal, dec } from "#domain/decimal.ts";
import type { Group } from "#domain/documents/group.ts";
import type { Trade } from "#domain/documents/trade.ts";

export interface OwnReckoning {
  readonly realizedUsd: Decimal;
  /** Of the entries: sum at their prices, and quantity. */
  readonly entryNotionalUsd: Decimal;
  readonly entryBase: Decimal;
  /** Of what is held after them; the last one held where that is nothing. Null: there was no entry. */
  readonly averageEntryUsd: Decimal | null;
}

/**
 * A position that the group took over beside its orders is taken at the price that it was adopted at; where that is not
 * known, as with dust, at the price of its first trade.
 */
export function ownReckoning(group: Group, trades: readonly Trade[]): OwnReckoning {
  const sign = group.side === "long" ? 1 : -1;
  let held = dec(group.carriedBase).abs();
  const adoptedUsd = group.adoptedEntryUsd === null ? null : dec(group.adoptedEntryUsd);
  let average = adoptedUsd ?? (trades[0] === undefined ? null : dec(trades[0].priceUsd));
  let [realizedUsd, entryNotionalUsd, entryBase] =
    adoptedUsd === null ? [dec("0"), dec("0"), dec("0")] : [dec("0"), held.mul(adoptedUsd), held];
  for (const { side, qtyBase, priceUsd } of trades) {
    const [qty, price] = [dec(qtyBase), dec(priceUsd)];
    if ((side === "buy") === (group.side === "long")) {
      average = held
        .mul(average ?? price)
        .plus(qty.mul(price))
        .div(held.plus(qty));
      held = held.plus(qty);
      entryNotionalUsd = entryNotionalUsd.plus(qty.mul(price));
      entryBase = entryBase.plus(qty);
      continue;
    }
    const closed = qty.lt(held) ? qty : held;
    realizedUsd = realizedUsd.plus(
      price
        .minus(average ?? price)
        .mul(closed)
        .mul(sign),
    );
    held = held.minus(closed);
  }
  return { realizedUsd, entryNotionalUsd, entryBase, averageEntryUsd: entryBase.isZero() ? null : average };
}

/** By the venue's word: each close against the one average entry of all that the account holds of the symbol. */
export function venueRealizedUsd(trades: readonly Trade[]): Decimal {
  return trades.reduce((total, { realizedPnlUsd }) => total.plus(dec(realizedPnlUsd)), dec("0"));
}

/**
 * Of all trades of the group: the venue's word where the group was alone. Where the venue netted it with somebody else's
 * position, its word is about both, and the group's are its own prices.
 */
export function realizedUsdOf(group: Group, trades: readonly Trade[]): Decimal {
  const venueUsd = venueRealizedUsd(trades);
  const own = ownReckoning(group, trades);
  return agrees(group, venueUsd, own) ? venueUsd : own.realizedUsd.toDecimalPlaces(VENUE_PLACES);
}

/** Decimal places of the venue's amounts. */
const VENUE_PLACES = 8;
/** Below this the venue's rounding of prices explains a difference; a wrong sign or a lost trade is far above it. */
const TOLERANCE_USD = dec("0.01");
/** The venue states prices with at least this relative precision. */
const TOLERANCE_SHARE = dec("0.000001");

/** Whether both ways agree. A position that was taken over at no known price has no entry to reckon with. */
export function agrees(
  group: Group,
  venueUsd: Decimal,
  { realizedUsd, entryNotionalUsd }: OwnReckoning,
): boolean {
  if (!hasKnownEntry(group)) return true;
  const limit = TOLERANCE_USD.plus(entryNotionalUsd.mul(TOLERANCE_SHARE));
  return venueUsd.minus(realizedUsd).abs().lte(limit);
}

/** All that it held came by its own orders, or at a price that the venue named when it was adopted. */
export function hasKnownEntry({ carriedBase, adoptedEntryUsd }: Group): boolean {
  return adoptedEntryUsd !== null || dec(carriedBase).isZero();
}
