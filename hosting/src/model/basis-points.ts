// Shares and basis points of exact decimals. Pure.
import type { Decimal } from "#domain/decimal.ts";

export const BPS = 10_000;

export function bpsOf(share: Decimal): number {
  return share.mul(BPS).toDecimalPlaces(0).toNumber();
}
