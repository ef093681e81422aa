// Money and quantities: decimal strings outside, Decimal inside. No amount ever passes through a binary
// float. Must not format for people; that is the screen's work.
import { Decimal as DecimalBase } from "decimal.js";

/** 40 significant digits: products of a 20-digit price and a 20-digit quantity stay exact. */
const SIGNIFICANT_DIGITS = 40;

export const Decimal = DecimalBase.clone({
  precision: SIGNIFICANT_DIGITS,
  rounding: DecimalBase.ROUND_HALF_EVEN,
  toExpNeg: -30,
  toExpPos: 40,
});
export type Decimal = DecimalBase;

/** A decimal number in plain notation: `-?digits[.digits]`. The only form of an amount on the wire and in documents. */
export type DecimalString = string;

const PLAIN_DECIMAL = /^-?\d{1,30}(\.\d{1,30})?$/;
/** Places that a decimal string has at most. */
const MAX_PLACES = 30;

export function isDecimalString(value: unknown): value is DecimalString {
  return typeof value === "string" && PLAIN_DECIMAL.test(value);
}

/** Parses a decimal string. Throws RangeError when it is not one: a missing amount is never read as zero. */
export function dec(value: DecimalString): Decimal {
  if (!isDecimalString(value)) throw new RangeError(`Not a decimal string: ${JSON.stringify(value)}`);
  return new Decimal(value);
}

/**
 * Canonical form: plain notation, and neither trailing zeroes nor a negative zero. Quotients and products of many have more
 * places than `dec` reads: they are rounded to those, so that every amount that was written can be read again.
 */
export function decimalString(value: Decimal): DecimalString {
  const rounded = value.toDecimalPlaces(MAX_PLACES);
  return rounded.isZero() ? "0" : rounded.toFixed();
}

/** Largest multiple of `step` not above `value` in absolute size: rounding a quantity never raises exposure. */
export function floorToStep(value: Decimal, step: Decimal): Decimal {
  return value.div(step).trunc().mul(step);
}

/** Smallest multiple of `step` not below `value` (for positive values): a sell price rounds away from giving up money. */
export function ceilToStep(value: Decimal, step: Decimal): Decimal {
  return value.div(step).ceil().mul(step);
}
