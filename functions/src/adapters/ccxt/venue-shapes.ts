// Pieces of which the answers of every venue are made, and the one way to read an answer in its shape. Amounts are decimal
// strings, never numbers. An answer of another shape is refused, with the fields that are wrong.
import { z } from "zod";
import { dec, decimalString, isDecimalString } from "#domain/decimal.ts";
import { VenueError } from "#ports/venue.ts";

export const amount = z
  .string()
  .refine(isDecimalString, "not a decimal string")
  .transform((text) => decimalString(dec(text)));
/** Ids and times are numbers, or strings of digits when an answer holds an integer beyond 2^53. */
export const digits = z.union([z.int().nonnegative(), z.string().regex(/^\d+$/)]);
export const timeMs = digits.transform(Number).refine(Number.isSafeInteger, "not a time");

/** The answer in its shape. Throws VenueError `unknown` `UNREADABLE`, naming the fields that are wrong. */
export function read<Output>(shape: z.ZodType<Output>, answer: unknown, what: string): Output {
  const result = shape.safeParse(answer);
  if (result.success) return result.data;
  const faults = faultsOf(result.error);
  throw new VenueError("unknown", "UNREADABLE", `The venue's ${what} cannot be read: ${faults}`, {
    cause: result.error,
  });
}

/** The first few, each with its field. */
export function faultsOf(error: z.ZodError): string {
  return error.issues
    .slice(0, 5)
    .map(({ path, message }) => `${path.join(".") || "answer"}: ${message}`)
    .join("; ");
}
