// From a strategy's doubles to the decimal text that leaves it. The digits beyond a double's worth are cut, and rounding to
// the venue's tick and step is left to the lifecycle (docs/positions.md), which knows the market.
import { Decimal, type DecimalString, decimalString } from "#domain/decimal.ts";

/**
 * Digits that are kept: more than any venue's tick asks for, and few enough to hide the last bits of a double, in which the
 * same sum differs when it is added in another order.
 */
const SIGNIFICANT_DIGITS = 10;

/** Throws RangeError for a number that is not above zero: no price, distance or quantity is. */
export function amount(value: number): DecimalString {
  if (!Number.isFinite(value) || value <= 0)
    throw new RangeError(`An amount has to be above zero and finite, not ${value}`);
  return decimalString(new Decimal(value).toSignificantDigits(SIGNIFICANT_DIGITS));
}
