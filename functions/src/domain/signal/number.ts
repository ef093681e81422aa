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
