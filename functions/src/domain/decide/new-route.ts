// The route of an entry as it is stored with its first order: reference, bound, budget and times, taken from the config once, so
// that a config which changes meanwhile does not move them. Pure.
import { decimalString } from "#domain/decimal.ts";
import type { AccountConfig, EntryRouting } from "#domain/documents/config.ts";
import type { Market, Touch } from "#domain/documents/market.ts";
import type { OrderRequest } from "#domain/documents/order.ts";
import type { LegRoute, RouteChoice } from "#domain/documents/route.ts";
import type { Side } from "#domain/documents/words.ts";
import { boundUsd, referenceUsd } from "./route-prices.ts";

/** The step of an intent that begins a route, and the signal behind it. */
export type RouteOrigin = Pick<LegRoute, "intentId" | "signalId" | "signalledAtMs" | "receivedAtMs"> & {
  readonly step: number;
  readonly side: Side;
  readonly routing: EntryRouting;
  readonly choice: RouteChoice;
};

/** An entry that is about to be sent, and what it was decided on. */
interface FirstOrder {
  readonly request: OrderRequest;
  readonly market: Market;
  readonly touch: Touch;
  readonly nowMs: number;
}

/**
 * The route of an entry with its first order; null for one that only rests. Of one that takes at once the first order is the
 * bounded one, after which none follows.
 */
export function newRoute(origin: RouteOrigin, config: AccountConfig, first: FirstOrder): LegRoute | null {
  const { step, side, routing, choice, ...signal } = origin;
  if (routing === "postOnly") return null;
  const { router, workingLimitMs } = config;
  const { request, market, touch, nowMs } = first;
  const reference = referenceUsd(side, touch);
  const bound = boundUsd(side, reference, router.boundBps, market);
  const rests = choice.firstStep === "maker";
  return {
    ...signal,
    choice,
    stage: rests ? "maker" : "bounded",
    referenceUsd: decimalString(reference),
    boundUsd: decimalString(bound),
    repricesLeft: rests ? router.maxReprices : 0,
    repegsLeft: rests ? router.maxRepegs : 0,
    restsUntilMs: rests ? nowMs + router.makerMs : nowMs,
    expiresAtMs: nowMs + workingLimitMs,
    cancelling: null,
    steps: [unfilled(request.clientOrderId)],
    nextStep: step + 1,
  };
}

/** A step of which nothing is known yet. */
export function unfilled(id: string): LegRoute["steps"][number] {
  return { clientOrderId: id, filledBase: "0", averagePriceUsd: null };
}
