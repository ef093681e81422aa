// The list of checks an entry must pass. All run, and every one that fails is reported: a trader who mends the first
// refusal must not meet the second only on the next alert. Later checks are added to the list and nowhere else.
import type { Denial } from "../denial.ts";
import type { RiskCheck, RiskContext } from "./context.ts";
import { grossExposureWithinCap, orderNotionalWithinCap, symbolExposureWithinCap } from "./exposure.ts";
import { intentFresh, markFresh, navFresh, peakFresh } from "./freshness.ts";
import {
  marketKnown,
  strategyConfigured,
  symbolConfigured,
  tradingStateAllowsEntry,
  venueNotBanned,
} from "./permission.ts";
import { orderRateWithinLimit, poolHasRoom, sideNotOpposite } from "./pool.ts";
import {
  notionalAboveVenueMinimum,
  quantityAboveVenueMinimum,
  quantityBelowVenueMaximum,
} from "./venueLimits.ts";

export const ENTRY_CHECKS: readonly RiskCheck[] = [
  tradingStateAllowsEntry,
  venueNotBanned,
  intentFresh,
  symbolConfigured,
  strategyConfigured,
  marketKnown,
  navFresh,
  peakFresh,
  markFresh,
  sideNotOpposite,
  poolHasRoom,
  orderRateWithinLimit,
  quantityAboveVenueMinimum,
  quantityBelowVenueMaximum,
  notionalAboveVenueMinimum,
  orderNotionalWithinCap,
  symbolExposureWithinCap,
  grossExposureWithinCap,
];

/** Every denial of the entry; empty means that it may be sent. */
export function checkEntry(context: RiskContext): readonly Denial[] {
  return ENTRY_CHECKS.flatMap((check) => check(context) ?? []);
}
