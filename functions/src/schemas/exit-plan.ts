// The exit plan as it stands in documents and configs: a plan that contradicts itself is refused, never mended.
import { z } from "zod";
import {
  type ExitPlan,
  MAX_TAKE_PROFITS,
  type StopLevel,
  type TakeProfitLevel,
} from "#domain/documents/exit-plan.ts";
import { count, durationMs, positiveDecimalString } from "./primitives.ts";

const WHOLE_BPS = 10_000;
/** A tenfold price: further is a typing error, not a target. */
const FURTHEST_BPS = 100_000;
/** Twenty times what is risked. */
const FURTHEST_MULTIPLE = 20;

const priceLevel = z.strictObject({ kind: z.literal("priceUsd"), priceUsd: positiveDecimalString });
const distanceLevel = z.strictObject({ kind: z.literal("distanceUsd"), distanceUsd: positiveDecimalString });

const stopLevel: z.ZodType<StopLevel> = z.discriminatedUnion("kind", [
  priceLevel,
  distanceLevel,
  // A whole entry price away a long's stop would stand at zero.
  z.strictObject({
    kind: z.literal("bps"),
    bps: z
      .int()
      .min(1)
      .max(WHOLE_BPS - 1),
  }),
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

export const exitPlanSchema: z.ZodType<ExitPlan> = z
  .strictObject({
    stop: stopLevel.nullable(),
    takeProfits: z
      .array(z.strictObject({ level: takeProfitLevel, shareBps: z.int().min(1).max(WHOLE_BPS) }))
      .max(MAX_TAKE_PROFITS),
    breakEvenAfter: count.min(1).max(MAX_TAKE_PROFITS).nullable(),
    trailing: z
      .strictObject({
        activationBps: z.int().min(0).max(FURTHEST_BPS),
        distanceBps: z
          .int()
          .min(1)
          .max(WHOLE_BPS - 1),
      })
      .nullable(),
    timeLimitMs: durationMs.nullable(),
  })
  .check((context) => {
    for (const message of faultsOf(context.value))
      context.issues.push({ code: "custom", message, input: context.value });
  });

/** Contradictions that no single field shows. */
function faultsOf({ stop, takeProfits, breakEvenAfter }: ExitPlan): readonly string[] {
  const shares = takeProfits.reduce((sum, { shareBps }) => sum + shareBps, 0);
  const needsRisk = takeProfits.some(({ level }) => level.kind === "riskMultiple");
  return [
    ...(shares > WHOLE_BPS ? [`take-profits sell ${shares} bps of the position, more than the whole`] : []),
    ...(needsRisk && stop === null
      ? ["a take-profit counts in multiples of a risk, and there is no stop"]
      : []),
    ...(breakEvenAfter !== null && breakEvenAfter > takeProfits.length
      ? [`the stop moves after take-profit ${breakEvenAfter}, and there are ${takeProfits.length}`]
      : []),
  ];
}
