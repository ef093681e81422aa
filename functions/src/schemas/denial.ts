// A denial as it stands in documents: alone, and as the cap in the basis of an entry that was made smaller.
import { z } from "zod";
import { DENIAL_CODES, DENIAL_UNITS, type Denial } from "#domain/documents/denial.ts";

export const denialSchema: z.ZodType<Denial> = z.strictObject({
  code: z.enum(DENIAL_CODES),
  limit: z.string().nullable(),
  actual: z.string().nullable(),
  unit: z.enum(DENIAL_UNITS).nullable(),
  subject: z.string().nullable(),
});
