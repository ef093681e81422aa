// A number as its sender wrote it, kept exact: text in, decimal text out, never through a binary float.
import { Decimal, type DecimalString, isDecimalString } from "#domain/decimal.ts";

const NUMBER = /^([+-]?)(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?$/;

/**
 * Plain decimal text of the same value (`1e-7` becomes `0.0000001`), or undefined when the text is not a number or
 * has more than 30 digits before or after the point. Plain text stays as it is.
 */
export function exactDecimal(text: string): DecimalString | undefined {
  if (isDecimalString(text)) return text;
  if (!NUMBER.test(text)) return undefined;
  const plain = new Decimal(text).toFixed();
  return isDecimalString(plain) ? plain : undefined;
}

/** Whole number of `[min, max]`, written without fraction. */
export function exactInteger(text: string, min: number, max: number): number | undefined {
  const plain = exactDecimal(text);
  if (plain === undefined) return undefined;
  const value = new Decimal(plain);
  return value.isInteger() && value.gte(min) && value.lte(max) ? value.toNumber() : undefined;
}

/** Above zero. */
export function isPositive(text: DecimalString | undefined): text is DecimalString {
  return text !== undefined && !text.startsWith("-") && /[1-9]/.test(text);
}

const BPS_PER_PERCENT = 100;
const BPS = 10_000;
/** Of a binary float that a sender computed a share with (`99.99999999999999`), in basis points: far below what a venue's step shows. */
const FLOAT_NOISE_BPS = "0.000001";

/** A share in basis points, with a fraction or without. */
export function shareFromBps(text: string): number | undefined {
  return bpsFrom(text, BPS);
}

/** A share as a percentage, with its sign or without. */
export function shareFromPercent(text: string): number | undefined {
  return bpsFromPercent(text, BPS);
}

/** A distance in basis points, of `[least, most]`. */
export function bpsFrom(text: string, most: number, least = 1): number | undefined {
  return wholeBps(exactDecimal(text), 1, { least, most });
}

/** The same as a percentage, with its sign or without. */
export function bpsFromPercent(text: string, most: number, least = 1): number | undefined {
  return wholeBps(exactDecimal(text.replace(/[ \t]?%$/, "")), BPS_PER_PERCENT, { least, most });
}

interface Bounds {
  readonly least: number;
  readonly most: number;
}

/** Rounded down, so that no more is given up than was said; all of it stays all of it. Undefined outside the bounds. */
function wholeBps(
  value: DecimalString | undefined,
  bpsPerUnit: number,
  { least, most }: Bounds,
): number | undefined {
  if (value === undefined) return undefined;
  const bps = new Decimal(value).mul(bpsPerUnit).plus(FLOAT_NOISE_BPS).floor();
  return bps.gte(least) && bps.lte(most) ? bps.toNumber() : undefined;
}
