// Reads routes: of an entry on its way, and of an exit.
import type { ExitRoute, LegRoute, RouteChoice, RouteStep } from "#domain/documents/route.ts";
import type { ChoiceEvidence, MeasuredCost } from "#domain/documents/tuning.ts";
import {
  CHOICE_CAUSES,
  EVIDENCE_SOURCES,
  EXIT_STAGES,
  FIRST_STEPS,
  ROUTE_CANCELS,
  ROUTE_STAGES,
} from "#domain/documents/words.ts";
import { amount, list, nullable, number, oneOf, shape, text } from "./shape.ts";

const measuredCost = shape<MeasuredCost>({ entries: number, costBps: amount, halfWidthBps: amount });

export const legRouteReader = shape<LegRoute>({
  choice: shape<RouteChoice>({
    firstStep: oneOf(FIRST_STEPS),
    offsetTicks: number,
    by: oneOf(CHOICE_CAUSES),
    evidence: nullable(
      shape<ChoiceEvidence>({
        present: measuredCost,
        other: measuredCost,
        source: oneOf(EVIDENCE_SOURCES),
        filledBps: number,
        restedBps: number,
      }),
    ),
  }),
  stage: oneOf(ROUTE_STAGES),
  referenceUsd: amount,
  boundUsd: amount,
  repricesLeft: number,
  repegsLeft: number,
  restsUntilMs: number,
  expiresAtMs: number,
  cancelling: nullable(oneOf(ROUTE_CANCELS)),
  steps: list(
    shape<RouteStep>({ clientOrderId: text, filledBase: amount, averagePriceUsd: nullable(amount) }),
  ),
  intentId: text,
  signalId: text,
  nextStep: number,
  signalledAtMs: number,
  receivedAtMs: number,
});

export const exitRouteReader = shape<ExitRoute>({
  stage: oneOf(EXIT_STAGES),
  referenceUsd: nullable(amount),
  boundBps: number,
  restsUntilMs: number,
});
