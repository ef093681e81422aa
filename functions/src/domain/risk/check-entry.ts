// The list of checks an entry must pass. All run, and every one that fails is reported: a trader who mends the first
// refusal must not meet the second only on the next alert. Later checks are added to the list and nowhere else.
import type { Denial } from "#domain/documents/denial.ts";
import type { RiskCheck, RiskContext } from "./context.ts";
import { noProtectionLocks, notVetoed } from "./cooldowns.ts";
import { dailyLossWithinLimit, drawdownWithinLimit } from "./drawdown.ts";
import { ladderBeforeStop, ladderPlaceable } from "./entry-ladder-check.ts";
import { exitPlanAtTouch, sizeHasStop } from "./exit-plan-check.ts";
import { exposureWithinCaps, orderNotionalWithinCap } from "./exposure.ts";
import { freeNavKnown } from "./free-nav.ts";
import { intentFresh, intentWithinAge, navFresh, peakFresh } from "./freshness.ts";
import { marginRatioWithinLimit, stopBeforeLiquidation } from "./liquidation.ts";
import {
  configUsable,
  marketKnown,
  strategyConfigured,
  symbolConfigured,
  tradingStateAllowsEntry,
  venueNotBanned,
} from "./permission.ts";
import { orderRateWithinLimit, poolHasRoom, sideNotOpposite, symbolNotHeldByAnother } from "./pool.ts";
import { targetAhead } from "./position-target.ts";
import { priceNearSignal, spreadWithinLimit } from "./price.ts";
import { queuedPriceNear, queuedWithinValidity } from "./queued.ts";
import { sessionHorizonAhead, sessionStopLossAhead } from "./session-check.ts";
import { venueSettingsAsExpected, venueSettingsKnown } from "./setting-differences.ts";
import { notSuperseded } from "./supersession.ts";
import { touchFresh, touchRead } from "./touch.ts";
import {
  notionalAboveVenueMinimum,
  quantityAboveVenueMinimum,
  quantityBelowVenueMaximum,
  quantityOnVenueStep,
} from "./venue-limits.ts";
import { positionAccountedFor } from "./venue-position.ts";

export const ENTRY_CHECKS: readonly RiskCheck[] = [
  tradingStateAllowsEntry,
  configUsable,
  sessionHorizonAhead,
  sessionStopLossAhead,
  venueNotBanned,
  venueSettingsKnown,
  venueSettingsAsExpected,
  intentFresh,
  intentWithinAge,
  queuedWithinValidity,
  symbolConfigured,
  strategyConfigured,
  marketKnown,
  navFresh,
  peakFresh,
  touchRead,
  touchFresh,
  spreadWithinLimit,
  priceNearSignal,
  queuedPriceNear,
  drawdownWithinLimit,
  dailyLossWithinLimit,
  marginRatioWithinLimit,
  noProtectionLocks,
  notVetoed,
  positionAccountedFor,
  notSuperseded,
  symbolNotHeldByAnother,
  sideNotOpposite,
  poolHasRoom,
  orderRateWithinLimit,
  exitPlanAtTouch,
  sizeHasStop,
  freeNavKnown,
  targetAhead,
  quantityAboveVenueMinimum,
  quantityBelowVenueMaximum,
  quantityOnVenueStep,
  notionalAboveVenueMinimum,
  orderNotionalWithinCap,
  exposureWithinCaps,
  ladderPlaceable,
  ladderBeforeStop,
  stopBeforeLiquidation,
];

/** Every denial of the entry; empty means that it may be sent. */
export function checkEntry(context: RiskContext): readonly Denial[] {
  return ENTRY_CHECKS.flatMap((check) => check(context) ?? []);
}
