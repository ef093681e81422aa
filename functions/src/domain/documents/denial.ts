// A refusal by our own risk check, before the venue: data, never text alone. Words for people are made on the screen.

/** The field's names where it has them. */
export const DENIAL_CODES = [
  "TRADING_HALTED",
  "TRADING_STATE_REDUCING",
  "SESSION_HORIZON_PASSED",
  "SESSION_STOP_LOSS_REACHED",
  "NAV_MISSING",
  "NAV_STALE",
  "PEAK_MISSING",
  "PEAK_STALE",
  "PEAK_OF_OTHER_BASELINE",
  "TOUCH_MISSING",
  "TOUCH_UNREADABLE",
  "TOUCH_STALE",
  "MARK_MISSING",
  "MARK_STALE",
  "MARKET_UNKNOWN",
  "SYMBOL_NOT_CONFIGURED",
  "STRATEGY_NOT_CONFIGURED",
  "INTENT_EXPIRED",
  "SUPERSEDED",
  "SPREAD_TOO_WIDE",
  "PRICE_DEVIATION_EXCEEDED",
  "NOTIONAL_BELOW_MINIMUM",
  "NOTIONAL_EXCEEDS_MAX_PER_ORDER",
  "QUANTITY_BELOW_MINIMUM",
  "QUANTITY_EXCEEDS_MAXIMUM",
  "QUANTITY_PRECISION_INVALID",
  "SYMBOL_EXPOSURE_EXCEEDED",
  "TIER_EXPOSURE_EXCEEDED",
  "BUCKET_EXPOSURE_EXCEEDED",
  "STRATEGY_EXPOSURE_EXCEEDED",
  "LONG_EXPOSURE_EXCEEDED",
  "SHORT_EXPOSURE_EXCEEDED",
  "NET_EXPOSURE_EXCEEDED",
  "GROSS_EXPOSURE_EXCEEDED",
  "LEVERAGE_EXCEEDED",
  "DAILY_LOSS_EXCEEDED",
  "DRAWDOWN_EXCEEDED",
  "RATE_LIMIT_EXCEEDED",
  "POOL_FULL",
  "TIER_POOL_FULL",
  "BUCKET_POOL_FULL",
  "QUEUE_FULL",
  "QUEUE_REPLACED",
  "QUEUE_DROPPED",
  "QUEUED_PRICE_DRIFTED",
  "OPPOSITE_POSITION_OPEN",
  "SYMBOL_HELD_BY_STRATEGY",
  "POSITION_UNKNOWN",
  "POSITION_DIFFERS",
  "POSITION_NOT_OPEN",
  "POSITION_CLOSING",
  "REDUCE_ONLY_WOULD_INCREASE_POSITION",
  "ORDER_IN_FLIGHT",
  "VENUE_BANNED",
  "CONFIG_UNUSABLE",
  "DOCUMENT_UNREADABLE",
  "ERROR_BURST",
  "VETO_COOLDOWN",
  "PROTECTION_COOLDOWN_PERIOD",
  "PROTECTION_STOPLOSS_GUARD",
  "PROTECTION_MAX_DRAWDOWN",
  "PROTECTION_LOW_PROFIT",
  "VENUE_SETTING_DIFFERS",
  "VENUE_SETTINGS_UNKNOWN",
  "MARGIN_RATIO_EXCEEDED",
  "STOP_BEYOND_LIQUIDATION",
  "EXIT_PLAN_INVALID",
  "EXIT_LEG_MISSING",
  "SIZE_NEEDS_STOP",
  "TARGET_REACHED",
  "ENTRY_LEG_BEYOND_STOP",
  "PYRAMID_LIMIT_REACHED",
  "PYRAMID_TOO_NEAR",
] as const;

export type DenialCode = (typeof DENIAL_CODES)[number];

/** `ratio` is a plain number (gross exposure over NAV); `code` is a venue's own word for its refusal, or the name of a fault. */
export const DENIAL_UNITS = [
  "usd",
  "base",
  "ms",
  "bps",
  "ratio",
  "orders",
  "groups",
  "entries",
  "intent",
  "actor",
  "state",
  "symbol",
  "strategy",
  "side",
  "baseline",
  "setting",
  "code",
] as const;

export type DenialUnit = (typeof DENIAL_UNITS)[number];

export interface Denial {
  readonly code: DenialCode;
  /** The limit and what was found, with the unit in `unit`; null where the check has no number. */
  readonly limit: string | null;
  readonly actual: string | null;
  readonly unit: DenialUnit | null;
  /** Symbol, strategy, tier or bucket concerned. */
  readonly subject: string | null;
}
