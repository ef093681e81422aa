// The entry plan as it stands in documents and configs: a plan that contradicts itself is refused, never mended.
import { z } from "zod";
import {
  type EntryPlan,
  LARGEST_FIRST_SIZE_BPS,
  MAX_PYRAMIDS,
  MAX_SAFETY_ORDERS,
} from "#domain/documents/entry-plan.ts";
import { faultsOfEntryPlan } from "#domain/documents/entry-plan-faults.ts";
import { basisPoints, count, positiveDecimalString } from "./primitives.ts";

export const entryPlanSchema: z.ZodType<EntryPlan> = z
  .strictObject({
    dca: z
      .strictObject({
        safetyOrders: count.min(1).max(MAX_SAFETY_ORDERS),
        deviationBps: basisPoints.min(1),
        stepScale: positiveDecimalString,
        firstSizeBps: z.int().min(1).max(LARGEST_FIRST_SIZE_BPS),
        volumeScale: positiveDecimalString,
      })
      .nullable(),
    pyramid: z.strictObject({ maxEntries: count.max(MAX_PYRAMIDS), minDistanceBps: basisPoints }).nullable(),
  })
  .check((context) => {
    for (const message of faultsOfEntryPlan(context.value))
      context.issues.push({ code: "custom", message, input: context.value });
  });
