// The exit plan as it stands in documents and configs: a plan that contradicts itself is refused, never mended.
import { z } from "zod";
import {
  type ExitPlan,
  FURTHEST_BPS,
  FURTHEST_MULTIPLE,
  FURTHEST_STOP_BPS,
  MAX_TAKE_PROFITS,
  type StopLevel,
  type TakeProfitLevel,
  type TakeProfitPlan,
} from "#domain/documents/exit-plan.ts";
import { faultsOfPlan } from "#domain/documents/exit-plan-faults.ts";
import { basisPoints, count, durationMs, positiveDecimalString } from "./primitives.ts";

const priceLevel = z.strictObject({ kind: z.literal("priceUsd"), priceUsd: positiveDecimalString });
const distanceLevel = z.strictObject({ kind: z.literal("distanceUsd"), distanceUsd: positiveDecimalString });

export const stopLevel: z.ZodType<StopLevel> = z.discriminatedUnion("kind", [
  priceLevel,
  distanceLevel,
  z.strictObject({ kind: z.literal("bps"), bps: z.int().min(1).max(FURTHEST_STOP_BPS) }),
]);

const takeProfitLevel: z.ZodType<TakeProfitLevel> = z.discriminatedUnion("kind", [
  priceLevel,
  distanceLevel,
  z.strictObject({ kind: z.literal("bps"), bps: z.int().min(1).max(FURTHEST_BPS) }),
  z.strictObject({
    kind: z.literal("riskMultiple"),
    riskMultiple: positiveDecimalString.refine((multiple) => Number(multiple) <= FURTHEST_MULTIPLE, {
      error: `must be at most ${FURTHEST_MULTIPLE} times the risk`,
    }),
  }),
]);

/** Nearest first. */
export const takeProfitsSchema: z.ZodType<readonly TakeProfitPlan[]> = z
  .array(z.strictObject({ level: takeProfitLevel, shareBps: basisPoints.min(1) }))
  .max(MAX_TAKE_PROFITS);

export const exitPlanSchema: z.ZodType<ExitPlan> = z
  .strictObject({
    stop: stopLevel.nullable(),
    takeProfits: takeProfitsSchema,
    breakEvenAfter: count.min(1).max(MAX_TAKE_PROFITS).nullable(),
    trailing: z
      .strictObject({
        activationBps: z.int().min(0).max(FURTHEST_BPS),
        distanceBps: z.int().min(1).max(FURTHEST_STOP_BPS),
      })
      .nullable(),
    timeLimitMs: durationMs.nullable(),
  })
  .check((context) => {
    for (const message of faultsOfPlan(context.value))
      context.issues.push({ code: "custom", message, input: context.value });
  });
