// Routes as they are stored: of an entry with its leg, of an exit with its wish.
import { z } from "zod";
import type { ExitRoute, LegRoute } from "#domain/documents/route.ts";
import { EXIT_STAGES, ROUTE_CANCELS, ROUTE_STAGES } from "#domain/documents/words.ts";
import {
  basisPoints,
  clientOrderId,
  count,
  decimalString,
  derivedId,
  epochMs,
  positiveDecimalString,
} from "./primitives.ts";
import { routeChoiceSchema } from "./tuning.ts";

export const legRouteSchema: z.ZodType<LegRoute> = z.strictObject({
  choice: routeChoiceSchema,
  stage: z.enum(ROUTE_STAGES),
  referenceUsd: positiveDecimalString,
  boundUsd: positiveDecimalString,
  repricesLeft: count,
  repegsLeft: count,
  restsUntilMs: epochMs,
  expiresAtMs: epochMs,
  cancelling: z.enum(ROUTE_CANCELS).nullable(),
  steps: z
    .array(
      z.strictObject({
        clientOrderId,
        filledBase: decimalString,
        averagePriceUsd: positiveDecimalString.nullable(),
      }),
    )
    .min(1),
  intentId: derivedId,
  signalId: derivedId,
  nextStep: z.int().min(1),
  signalledAtMs: epochMs,
  receivedAtMs: epochMs,
});

export const exitRouteSchema: z.ZodType<ExitRoute> = z.strictObject({
  stage: z.enum(EXIT_STAGES),
  referenceUsd: positiveDecimalString.nullable(),
  boundBps: basisPoints,
  restsUntilMs: epochMs,
});
