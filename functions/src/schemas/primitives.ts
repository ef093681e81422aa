// The small shapes every document is made of. Strict: an unknown or ill-formed value is a fault, never a guess.
import { z } from "zod";
import { type DecimalString, isDecimalString } from "#domain/decimal.ts";

export const decimalString: z.ZodType<DecimalString> = z
  .string()
  .refine(isDecimalString, { error: 'must be a decimal number in a string, like "0.001"' });

export const positiveDecimalString: z.ZodType<DecimalString> = z
  .string()
  .refine((value) => isDecimalString(value) && !value.startsWith("-") && /[1-9]/.test(value), {
    error: 'must be a decimal number above zero in a string, like "0.001"',
  });

/** Milliseconds since the Unix epoch: between 2001 and 2286, so that seconds are refused as milliseconds. */
export const epochMs = z.int().min(1_000_000_000_000).max(9_999_999_999_999);

/** `YYYY-MM-DD`. */
export const utcDay = z.string().regex(/^\d{4}-\d{2}-\d{2}$/);

/** A duration; at most 366 days. */
export const durationMs = z
  .int()
  .min(1)
  .max(366 * 24 * 3_600_000);

export const accountId = z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}$/, {
  error: "must be 1-40 of a-z, 0-9 and -, starting with a letter or digit",
});
export const strategyId = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/);
export const hookId = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_-]{7,63}$/, {
  error: "must be 8-64 of letters, digits, _ and -",
});
/** The venue's own symbol, `BTCUSDT`. */
export const symbol = z
  .string()
  .regex(/^[A-Z0-9]{2,30}$/, { error: "must be the venue's symbol, like BTCUSDT" });
/** Binance's rule for client ids, less `.`, `:` and `/`, so that Bybit accepts every id as well. */
export const clientOrderId = z.string().regex(/^[A-Za-z0-9_-]{1,36}$/);
/** Ids derived by hashing, see domain/documents/ids.ts. */
export const derivedId = z.string().regex(/^[A-Za-z0-9._-]{1,64}$/);
export const count = z.int().min(0);
export const basisPoints = z.int().min(0).max(10_000);
