// When the venue's silence about an order is absence, and whether an absent order may be sent again. A timer
// alone never resends: the venue must have denied twice that it knows the order, at times when it can no
// longer arrive.

import type { Denial } from "#domain/documents/denial.ts";
import type { Order } from "#domain/documents/order.ts";
import type { Intent } from "#domain/documents/signal.ts";
import type { OrderEvent } from "#domain/lifecycle/order-lifecycle.ts";
import { denial, type RiskCheck } from "#domain/risk/context.ts";
import { noProtectionLocks } from "#domain/risk/cooldowns.ts";
import { dailyLossWithinLimit, drawdownWithinLimit } from "#domain/risk/drawdown.ts";
import { intentFresh, navFresh, peakFresh } from "#domain/risk/freshness.ts";
import {
  tradingStateAllowsEntry,
  tradingStateAllowsReduction,
  venueNotBanned,
} from "#domain/risk/permission.ts";
import { sessionHorizonAhead, sessionStopLossAhead } from "#domain/risk/session-check.ts";
import { TOUCH_NOT_ASKED } from "#domain/risk/touch-answer.ts";
import type { DecisionBooks } from "./decide-intent.ts";

/** After the send deadline: what a request may still take inside the venue before a look-up can see it. */
export const ARRIVAL_MARGIN_MS = 1_000;
/** Denials of knowledge needed, and their smallest distance: one may come from a lagging read replica. */
export const ABSENCES_NEEDED = 2;
export const ABSENCE_GAP_MS = 1_500;

/**
 * Whether a "does not know" at `nowMs` counts: the request can no longer arrive, and the last denial is far
 * enough back.
 */
export function absenceCounts(order: Pick<Order, "sendDeadlineMs" | "absences">, nowMs: number): boolean {
  if (nowMs < order.sendDeadlineMs + ARRIVAL_MARGIN_MS) return false;
  return order.absences.lastAtMs === null || nowMs - order.absences.lastAtMs >= ABSENCE_GAP_MS;
}

export function isAbsenceConfirmed(order: Pick<Order, "absences">): boolean {
  return order.absences.count >= ABSENCES_NEEDED;
}

/**
 * Whether an event still says something about the order as it is now, when somebody else has written between. `sends`
 * is which sending the event is about. The venue's word on the order always holds; what became of one sending says
 * nothing about a later one, and two looks at the same moment are one denial.
 */
export function stillHolds(event: OrderEvent, sends: number, order: Order): boolean {
  if (event.type === "venueSaid") return true;
  if (order.sends !== sends) return false;
  return event.type !== "venueDoesNotKnow" || absenceCounts(order, event.atMs);
}

/** Its price and size are fixed; whether the market goes on at all is asked of the valuation. */
const markFresh: RiskCheck = ({ nav, intent, config, nowMs }) => {
  const subject = intent.symbol;
  const mark = nav?.marks[subject];
  if (mark === undefined) return denial("MARK_MISSING", { unit: "symbol", subject });
  const ageMs = nowMs - mark.asOfMs;
  if (ageMs <= config.maxMarkAgeMs) return null;
  const limits = { limit: String(config.maxMarkAgeMs), actual: String(ageMs), unit: "ms" } as const;
  return denial("MARK_STALE", { ...limits, subject });
};

const ENTRY_RESEND_CHECKS: readonly RiskCheck[] = [
  tradingStateAllowsEntry,
  sessionHorizonAhead,
  sessionStopLossAhead,
  venueNotBanned,
  intentFresh,
  navFresh,
  peakFresh,
  markFresh,
  drawdownWithinLimit,
  dailyLossWithinLimit,
  noProtectionLocks,
];
const REDUCTION_RESEND_CHECKS: readonly RiskCheck[] = [
  tradingStateAllowsReduction,
  venueNotBanned,
  intentFresh,
];

/**
 * The denials that stand against sending the order again now. Its room in the limits is still reserved, so
 * caps are not asked.
 */
export function resendDenials(books: DecisionBooks, order: Order, nowMs: number): readonly Denial[] {
  const intent = intentBehind(order);
  const market = books.universe?.markets[order.request.symbol] ?? null;
  const checks = order.request.reduceOnly ? REDUCTION_RESEND_CHECKS : ENTRY_RESEND_CHECKS;
  const denials = checks.flatMap(
    (check) => check({ ...books, nowMs, intent, market, touch: TOUCH_NOT_ASKED, entry: null }) ?? [],
  );
  return market === null ? [...denials, denial("MARKET_UNKNOWN", { subject: intent.symbol })] : denials;
}

function intentBehind(order: Order): Intent {
  return {
    intentId: order.intentId,
    signalId: order.signalId,
    accountId: order.accountId,
    strategyId: order.strategyId,
    symbol: order.request.symbol,
    action: order.request.reduceOnly ? "reduce" : "open",
    side: order.request.reduceOnly ? null : order.request.side === "buy" ? "long" : "short",
    size: { kind: "qtyBase", qtyBase: order.request.qtyBase },
    reduceBps: null,
    signalPriceUsd: null,
    signalledAtMs: order.signalReceivedAtMs,
    receivedAtMs: order.signalReceivedAtMs,
    expiresAtMs: order.intentExpiresAtMs,
  };
}
