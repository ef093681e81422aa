// The venue's answer about an order against what was asked of it. Another order under our id is not ours to book: its fills
// would be taken for fills of something that was never asked. Ours on other terms is: what it fills is held.
import { type DecimalString, dec } from "#domain/decimal.ts";
import type { OrderRequest } from "#domain/documents/order.ts";

/** The order as an answer describes it, beside its fate. */
export interface AnsweredOrder {
  readonly clientOrderId: string;
  readonly symbol: string;
  readonly side: string;
  readonly type: string;
  readonly qtyBase: DecimalString;
  /** Null for an order without a price. */
  readonly priceUsd: DecimalString | null;
  readonly reduceOnly: boolean;
}

/** Terms that the venue itself has set otherwise, of an order that is ours all the same. */
export interface ChangedTerms {
  readonly changes: readonly string[];
  /** Whether it may cost what was never agreed to: a price beyond the one that was asked, another kind of order, no price. */
  readonly isWorse: boolean;
}

/** Fields by which the answer is about another order than was asked, each with both values; empty when it is ours. */
export function differencesOf(request: OrderRequest, said: AnsweredOrder): readonly string[] {
  const words = (["clientOrderId", "symbol", "side", "reduceOnly"] as const)
    .filter((field) => String(said[field]) !== String(request[field]))
    .map((field) => `${field} ${said[field]} for ${request[field]}`);
  const qty = `qtyBase ${said.qtyBase} for ${request.qtyBase}`;
  return isSameQty(request, said.qtyBase) ? words : [...words, qty];
}

/**
 * Changes by the venue to an order that is ours: its price, as where a venue takes one beyond its band at the edge, or
 * its kind, as where it makes a limit order of a market order. Its fills are exposure like any other. Null: nothing.
 */
export function changedTerms(request: OrderRequest, said: AnsweredOrder): ChangedTerms | null {
  const isOtherKind = said.type !== request.type;
  const isMoved = !isSamePrice(request.priceUsd, said.priceUsd);
  const changes = [
    ...(isOtherKind ? [`type ${said.type} for ${request.type}`] : []),
    ...(isMoved ? [`priceUsd ${said.priceUsd} for ${request.priceUsd}`] : []),
  ];
  if (changes.length === 0) return null;
  return { changes, isWorse: isOtherKind || !isMoreCareful(request, said.priceUsd) };
}

/** The venue may cut a reduction down to what is held. */
function isSameQty({ qtyBase, reduceOnly }: OrderRequest, said: DecimalString): boolean {
  return reduceOnly ? dec(said).lte(dec(qtyBase)) : dec(said).eq(dec(qtyBase));
}

function isSamePrice(asked: DecimalString | null, said: DecimalString | null): boolean {
  return asked === null || said === null ? asked === said : dec(asked).eq(dec(said));
}

/** A purchase at no more than was asked, a sale at no less; a bound where none was asked for. */
function isMoreCareful({ side, priceUsd }: OrderRequest, said: DecimalString | null): boolean {
  if (said === null) return false;
  if (priceUsd === null) return true;
  return side === "buy" ? dec(said).lte(dec(priceUsd)) : dec(said).gte(dec(priceUsd));
}
