// The ledger of dust: what is held below the venue's smallest order and no group accounts for, by symbol, signed like a
// position. A group that ends with a remainder leaves it here; the next group of the symbol takes it over with its first
// fill, so that books and venue stay equal and it is closed with that group. Pure.
import { type Decimal, dec, decimalString } from "#domain/decimal.ts";
import type { ControlState } from "#domain/documents/control.ts";
import type { Group } from "#domain/documents/group.ts";
import type { Side } from "#domain/documents/words.ts";
import { isGroupEnded } from "#domain/lifecycle/group-lifecycle.ts";

export type Dust = ControlState["dust"];

/** A quantity with the sign of its side, as a position counts. */
export function signedBase(side: Side, qtyBase: string): Decimal {
  return side === "long" ? dec(qtyBase) : dec(qtyBase).neg();
}

/** Signed dust in a symbol; zero where there is none. */
export function dustIn(dust: Dust, symbol: string): Decimal {
  return dec(dust[symbol] ?? "0");
}

/** The ledger with another quantity in the symbol; a zero leaves no entry. */
export function withDustOf(dust: Dust, symbol: string, qty: Decimal): Dust {
  const { [symbol]: _before, ...others } = dust;
  return qty.isZero() ? others : { ...others, [symbol]: decimalString(qty) };
}

/** The ledger after `before` became `after`: a remainder comes in with its group's end, and goes when that group reopens. */
export function withRemainder(dust: Dust, before: Group, after: Group): Dust {
  const change = remainderOf(after).minus(remainderOf(before));
  if (change.isZero()) return dust;
  return withDustOf(dust, after.symbol, dustIn(dust, after.symbol).plus(change));
}

function remainderOf({ status, side, qtyBase }: Group): Decimal {
  return status === "CLOSED_WITH_DUST" ? signedBase(side, qtyBase) : dec("0");
}

/** The group that holds something in a symbol with dust, with that dust; dust of the other side is netted, as at the venue. */
export function takeOverDust(group: Group, dust: Dust): { readonly group: Group; readonly dust: Dust } {
  const left = dustIn(dust, group.symbol);
  const own = signedBase(group.side, group.qtyBase);
  if (left.isZero() || own.isZero() || isGroupEnded(group.status)) return { group, dust };
  const net = own.plus(left);
  const isOther = !net.isZero() && net.isPositive() !== own.isPositive();
  const held = isOther ? dec("0") : net;
  const carried = dec(group.carriedBase).plus(held.minus(own));
  const grown = held.abs().minus(own.abs());
  const entered = grown.isPositive() ? dec(group.enteredBase).plus(grown) : dec(group.enteredBase);
  return {
    group: {
      ...group,
      qtyBase: decimalString(held.abs()),
      carriedBase: decimalString(carried),
      enteredBase: decimalString(entered),
    },
    dust: withDustOf(dust, group.symbol, net.minus(held)),
  };
}
