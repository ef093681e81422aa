// The basis of a decision, as stored with orders, denials and decided intents.
import { z } from "zod";
import type { DecisionBasis } from "#domain/documents/basis.ts";
import { PEAK_SOURCES } from "#domain/documents/words.ts";
import { denialSchema } from "./denial.ts";
import { basisPoints, count, decimalString, epochMs, positiveDecimalString } from "./primitives.ts";

/** Clocks of two instances differ by a little: something just stored may be from the reader's future. */
const ageMs = z.int();

export const decisionBasisSchema: z.ZodType<DecisionBasis> = z.strictObject({
  decidedAtMs: epochMs,
  configVersion: count,
  nav: z
    .strictObject({
      navUsd: decimalString.nullable(),
      asOfMs: epochMs.nullable(),
      ageMs: ageMs.nullable(),
      stale: z.boolean(),
      sources: z.record(z.string(), z.strictObject({ ok: z.boolean(), asOfMs: epochMs.nullable() })),
    })
    .nullable(),
  peak: z
    .strictObject({
      baselineId: z.string().min(1),
      peakUsd: positiveDecimalString,
      drawdownBps: basisPoints,
      source: z.enum(PEAK_SOURCES),
      asOfMs: epochMs,
      ageMs,
    })
    .nullable(),
  touch: z
    .strictObject({
      bidUsd: positiveDecimalString,
      askUsd: positiveDecimalString,
      askedAtMs: epochMs,
      asOfMs: epochMs,
      ageMs,
    })
    .nullable(),
  mark: z
    .strictObject({ bidUsd: positiveDecimalString, askUsd: positiveDecimalString, asOfMs: epochMs, ageMs })
    .nullable(),
  fitted: z.strictObject({ cap: denialSchema, wantedBase: positiveDecimalString }).nullable(),
});
