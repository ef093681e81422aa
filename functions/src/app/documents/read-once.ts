// Remembers what frozen data was read as, by the schema that read it: most reads are of documents that have not changed,
// and where a store hands out the very data that it keeps, reading them again gives the same. What is remembered is
// frozen too, so that no reader can change what another one gets; data that may still change is read every time.
import type { z } from "zod";
import type { DocumentData } from "#ports/documents.ts";

const known = new WeakMap<DocumentData, Map<z.ZodType, unknown>>();

/** The value that `read` makes of the data with this schema, now or before. An error of `read` is thrown every time. */
export function readOnce<T>(schema: z.ZodType<T>, data: DocumentData, read: () => T): T {
  if (!Object.isFrozen(data)) return read();
  const bySchema = known.get(data) ?? new Map<z.ZodType, unknown>();
  if (bySchema.has(schema)) return bySchema.get(schema) as T;
  const value = frozen(read());
  bySchema.set(schema, value);
  known.set(data, bySchema);
  return value;
}

function frozen<T>(value: T): T {
  if (typeof value !== "object" || value === null || Object.isFrozen(value)) return value;
  Object.freeze(value);
  for (const inner of Object.values(value)) frozen(inner);
  return value;
}
