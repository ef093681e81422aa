// The venue's answer about an order against what was asked of it. An order of another kind under our id is not ours to
// book: its fills would be taken for fills of something that was never asked.
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

/** The fields that differ, each with both values; empty when the answer is about what was asked. */
export function differencesOf(request: OrderRequest, said: AnsweredOrder): readonly string[] {
  const words = (["clientOrderId", "symbol", "side", "type", "reduceOnly"] as const)
    .filter((field) => String(said[field]) !== String(request[field]))
    .map((field) => `${field} ${said[field]} for ${request[field]}`);
  const amounts = [
    ...(isSameQty(request, said.qtyBase) ? [] : [`qtyBase ${said.qtyBase} for ${request.qtyBase}`]),
    ...(isSamePrice(request.priceUsd, said.priceUsd)
      ? []
      : [`priceUsd ${said.priceUsd} for ${request.priceUsd}`]),
  ];
  return [...words, ...amounts];
}

/** The venue may cut a reduction down to what is held. */
function isSameQty({ qtyBase, reduceOnly }: OrderRequest, said: DecimalString): boolean {
  return reduceOnly ? dec(said).lte(dec(qtyBase)) : dec(said).eq(dec(qtyBase));
}

function isSamePrice(asked: DecimalString | null, said: DecimalString | null): boolean {
  return asked === null || said === null ? asked === said : dec(asked).eq(dec(said));
}
