// The sentence of every denial. Comes after the first screen; must not be imported but by denial-words.ts, which loads it.
import type { DenialCode } from "#domain/documents/denial.ts";

/** [with both numbers, without them]. `{a}` actual, `{l}` limit, `{s}` subject. */
export const SENTENCES: Readonly<Record<DenialCode, readonly [string, string]>> = {
  TRADING_HALTED: ["Trading is halted", "Trading is halted"],
  TRADING_STATE_REDUCING: [
    "Reducing only: orders that add exposure are refused",
    "Reducing only: orders that add exposure are refused",
  ],
  SESSION_HORIZON_PASSED: [
    "The session’s horizon passed {a} ago: it takes no new positions",
    "The session’s horizon has passed: it takes no new positions",
  ],
  SESSION_STOP_LOSS_REACHED: [
    "NAV of {a} is at or below the session’s stop-loss of {l}",
    "NAV is at or below the session’s stop-loss",
  ],
  NAV_MISSING: ["NAV is unknown, so no size can be trusted", "NAV is unknown, so no size can be trusted"],
  NAV_STALE: ["NAV was {a} old; the limit is {l}", "NAV was too old or a source had failed"],
  PEAK_MISSING: [
    "Peak NAV is unknown, so drawdown cannot be checked",
    "Peak NAV is unknown, so drawdown cannot be checked",
  ],
  PEAK_STALE: ["Peak and drawdown were {a} old; the limit is {l}", "Peak and drawdown were too old"],
  PEAK_OF_OTHER_BASELINE: [
    "Peak is of {a}, NAV of {l}: a drawdown across the two would mean nothing",
    "Peak and NAV are not of the same baseline: a drawdown across the two would mean nothing",
  ],
  TOUCH_MISSING: ["The venue has no bid and ask for {s} now", "The venue has no bid and ask for {s} now"],
  TOUCH_UNREADABLE: [
    "The {s} price could not be read for this order: {a}",
    "The {s} price could not be read for this order",
  ],
  TOUCH_STALE: [
    "The {s} price was {a} old when it was to be decided on; the limit is {l}",
    "The {s} price was too old to decide on",
  ],
  MARK_MISSING: ["No bid and ask known for {s}", "No bid and ask known for {s}"],
  MARK_STALE: ["The {s} quote was {a} old; the limit is {l}", "The {s} quote was too old"],
  MARKET_UNKNOWN: ["No market {s} is known of the venue", "No market {s} is known of the venue"],
  SYMBOL_NOT_CONFIGURED: ["{s} is not in this account’s symbols", "{s} is not in this account’s symbols"],
  STRATEGY_NOT_CONFIGURED: [
    "Strategy {s} is not in this account’s config",
    "Strategy {s} is not in this account’s config",
  ],
  INTENT_EXPIRED: ["The signal was {a} old; it may trade for {l}", "The signal was too old to trade"],
  SUPERSEDED: [
    "A newer {s} signal of this strategy, made {a} later, counts instead",
    "A newer {s} signal of this strategy counts instead",
  ],
  SPREAD_TOO_WIDE: ["The {s} spread was {a}; the limit is {l}", "The {s} spread was too wide"],
  PRICE_DEVIATION_EXCEEDED: [
    "The {s} price was {a} from the signal’s own; the limit is {l}",
    "The {s} price was too far from the signal’s own",
  ],
  NOTIONAL_BELOW_MINIMUM: [
    "Order of {a} is below the venue’s minimum of {l}",
    "The order is below the venue’s minimum value",
  ],
  NOTIONAL_EXCEEDS_MAX_PER_ORDER: [
    "Order of {a} is over the {l} allowed per order",
    "The order is over the limit per order",
  ],
  QUANTITY_BELOW_MINIMUM: [
    "Quantity {a} is below the venue’s minimum of {l}",
    "The quantity is below the venue’s minimum",
  ],
  QUANTITY_EXCEEDS_MAXIMUM: [
    "Quantity {a} is over the venue’s maximum of {l}",
    "The quantity is over the venue’s maximum",
  ],
  QUANTITY_PRECISION_INVALID: [
    "Quantity {a} is not on the venue’s step of {l}",
    "The quantity is not on the venue’s step",
  ],
  SYMBOL_EXPOSURE_EXCEEDED: [
    "{s} exposure would be {a}; the limit is {l}",
    "{s} exposure would be over its limit",
  ],
  GROSS_EXPOSURE_EXCEEDED: [
    "Gross exposure would be {a}; the limit is {l}",
    "Gross exposure would be over its limit",
  ],
  TIER_EXPOSURE_EXCEEDED: [
    "Exposure of tier {s} would be {a}; the limit is {l}",
    "Exposure of tier {s} would be over its limit",
  ],
  BUCKET_EXPOSURE_EXCEEDED: [
    "Exposure of bucket {s} would be {a}; the limit is {l}",
    "Exposure of bucket {s} would be over its limit",
  ],
  STRATEGY_EXPOSURE_EXCEEDED: [
    "Exposure of strategy {s} would be {a}; the limit is {l}",
    "Exposure of strategy {s} would be over its limit",
  ],
  LONG_EXPOSURE_EXCEEDED: [
    "Long exposure would be {a}; the limit is {l}",
    "Long exposure would be over its limit",
  ],
  SHORT_EXPOSURE_EXCEEDED: [
    "Short exposure would be {a}; the limit is {l}",
    "Short exposure would be over its limit",
  ],
  NET_EXPOSURE_EXCEEDED: [
    "Net exposure would be {a}; the limit is {l}",
    "Net exposure would be over its limit",
  ],
  LEVERAGE_EXCEEDED: ["Leverage would be {a}; the limit is {l}", "Leverage would be over its limit"],
  DAILY_LOSS_EXCEEDED: ["Down {a} since 00:00 UTC; the limit is {l}", "Today’s loss is at its limit"],
  DRAWDOWN_EXCEEDED: [
    "Drawdown is {a}; new positions stop at {l}",
    "Drawdown is past the grade at which new positions stop",
  ],
  RATE_LIMIT_EXCEEDED: ["{a} in the last minute; the limit is {l}", "Too many orders in the last minute"],
  POOL_FULL: ["All slots are taken: {a} open, {l} allowed", "All slots are taken"],
  TIER_POOL_FULL: ["Tier {s} has {a} open; {l} allowed", "Tier {s} has no free slot"],
  BUCKET_POOL_FULL: ["Bucket {s} has {a} open; {l} allowed", "Bucket {s} has no free slot"],
  QUEUE_FULL: ["The queue holds {a} entries; {l} allowed", "The queue is full"],
  QUEUE_REPLACED: [
    "A newer signal took its place in the queue: {a}",
    "A newer signal took its place in the queue",
  ],
  QUEUE_DROPPED: ["Dropped from the queue by {a}", "Dropped from the queue"],
  QUEUED_PRICE_DRIFTED: [
    "{s} moved by {a} while it waited; {l} allowed",
    "{s} moved too far while it waited",
  ],
  OPPOSITE_POSITION_OPEN: [
    "{s} is open {l}; close it before going {a}",
    "{s} is already open the other way; close it first",
  ],
  SYMBOL_HELD_BY_STRATEGY: [
    "{s} is held by strategy {l}: {a} may neither add to it nor leave it",
    "{s} is held by another strategy",
  ],
  POSITION_UNKNOWN: [
    "The venue holds {a} {s} that no position here accounts for: close it there first",
    "The venue holds {s} that no position here accounts for: close it there first",
  ],
  POSITION_DIFFERS: [
    "The venue holds {a} {s}, the books {l}: new positions wait until both agree",
    "The venue holds another quantity of {s} than the books",
  ],
  POSITION_NOT_OPEN: ["No open {s} position to reduce or close", "No open {s} position to reduce or close"],
  REDUCE_ONLY_WOULD_INCREASE_POSITION: [
    "Reducing {s} by {a} would be more than the {l} that is held and free",
    "The reduction would be more than what is held of {s}",
  ],
  POSITION_CLOSING: [
    "The {s} position is being closed down to {l}: nothing is added to it",
    "The {s} position is being closed: nothing is added to it",
  ],
  ORDER_IN_FLIGHT: ["Another {s} order, for {a}, is still working", "Another {s} order is still working"],
  VENUE_BANNED: ["The venue has banned us for another {a}", "The venue has banned us for now"],
  DOCUMENT_UNREADABLE: [
    "A document of the open {s} group cannot be read: see the alert that names it",
    "A document of the open {s} group cannot be read: see the alert that names it",
  ],
  CONFIG_UNUSABLE: [
    "No valid config exists, so nothing says what may be risked",
    "No valid config exists, so nothing says what may be risked",
  ],
  ERROR_BURST: [
    "Too many sends failed: new positions wait another {a}",
    "Too many sends failed: new positions wait",
  ],
  VETO_COOLDOWN: [
    "{s} was just refused: the strategy may ask again in {a}",
    "{s} was just refused: the strategy must wait before it asks again",
  ],
  PROTECTION_COOLDOWN_PERIOD: [
    "{s} was just closed: its cooldown lasts another {a}",
    "{s} was just closed and is cooling down",
  ],
  PROTECTION_STOPLOSS_GUARD: [
    "Too many stop-losses: new positions are locked for another {a}",
    "Too many stop-losses: new positions are locked",
  ],
  PROTECTION_MAX_DRAWDOWN: [
    "Closed positions drew down too far: new ones are locked for another {a}",
    "Closed positions drew down too far: new ones are locked",
  ],
  PROTECTION_LOW_PROFIT: [
    "{s} earned too little lately: it is locked for another {a}",
    "{s} earned too little lately and is locked",
  ],
  VENUE_SETTING_DIFFERS: [
    "At the venue {s} is {a}, the config wants {l}: set it there, or change venueAccount",
    "At the venue {s} is not as the config wants it",
  ],
  VENUE_SETTINGS_UNKNOWN: [
    "The account’s settings at the venue were last read {a} ago; the limit is {l}",
    "The account’s settings at the venue are not known",
  ],
  MARGIN_RATIO_EXCEEDED: [
    "The margin ratio is {a}; new positions stop at {l}",
    "The margin ratio is at its limit",
  ],
  STOP_BEYOND_LIQUIDATION: [
    "The {s} stop at {a} would not come before liquidation at {l}, with the distance asked for",
    "Where {s} would be liquidated is not known, so no stop can be trusted to come before it",
  ],
  EXIT_PLAN_INVALID: [
    "The {s} exits have a level at {a}, on the wrong side of {l}: the position would be unguarded",
    "The {s} exits do not fit the price: the position would be unguarded",
  ],
  ENTRY_LEG_BEYOND_STOP: [
    "A {s} safety entry at {a} would come after the stop at {l}: it would never be sent",
    "A {s} safety entry would come after the stop",
  ],
  PYRAMID_LIMIT_REACHED: [
    "This would be pyramid {a} of {s}, and {l} are allowed",
    "{s} has as many pyramids as are allowed",
  ],
  PYRAMID_TOO_NEAR: [
    "{s} is at {a}, and the next pyramid is allowed from {l} on",
    "{s} is too near to the last entry for a pyramid",
  ],
  EXIT_LEG_MISSING: [
    "The plan of {s} has no such exit that is still to come",
    "The plan of {s} has no such exit that is still to come",
  ],
  TARGET_REACHED: [
    "{a} {s} is held already, and the strategy states {l}: there is nothing to do",
    "As much {s} is held as the strategy states",
  ],
  SIZE_NEEDS_STOP: [
    "The {s} size is a share of NAV to risk, and there is no stop to count it from",
    "The {s} size is a share of NAV to risk, and there is no stop to count it from",
  ],
};
