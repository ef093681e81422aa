// Reads routes: of an entry on its way, and of an exit.
import type { ExitRoute, LegRoute, RouteStep } from "#domain/documents/route.ts";
import { EXIT_STAGES, ROUTE_CANCELS, ROUTE_STAGES } from "#domain/documents/words.ts";
import { amount, list, nullable, number, oneOf, shape, text } from "./shape.ts";

export const legRouteReader = shape<LegRoute>({
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
