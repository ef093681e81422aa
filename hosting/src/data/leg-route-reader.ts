// Reads the route of an entry on its way: an entry of the routing `maker`.
import type { LegRoute, RouteStep } from "#domain/documents/route.ts";
import { ROUTE_CANCELS, ROUTE_STAGES } from "#domain/documents/words.ts";
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
