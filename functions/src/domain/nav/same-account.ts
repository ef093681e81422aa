// Whether two answers about an account are of one and the same state: what happened between them, if anything, left neither
// wallet nor position another. Prices move all the time and say nothing about that.
import { type Decimal, dec } from "#domain/decimal.ts";
import type { AccountAnswer } from "./nav-book.ts";

export function sameAccount(a: AccountAnswer, b: AccountAnswer): boolean {
  return (
    dec(a.walletUsd).eq(dec(b.walletUsd)) &&
    sameAmounts(coinsOf(a), coinsOf(b)) &&
    sameAmounts(heldOf(a), heldOf(b))
  );
}

type Amounts = ReadonlyMap<string, Decimal>;

function coinsOf({ others }: AccountAnswer): Amounts {
  return new Map(others.map(({ asset, qty }) => [asset, dec(qty)]));
}

/** By symbol, negative for a short. The cost follows: no fee, no change. */
function heldOf({ positions }: AccountAnswer): Amounts {
  return new Map(
    positions.map(({ symbol, side, qtyBase }) => [symbol, dec(qtyBase).mul(side === "long" ? 1 : -1)]),
  );
}

function sameAmounts(a: Amounts, b: Amounts): boolean {
  return a.size === b.size && [...a].every(([name, amount]) => b.get(name)?.eq(amount) ?? false);
}
