// A refusal by our own risk check, before the venue: data, never text alone. Words for people are made on the screen.

export type DenialCode =
  | "TRADING_HALTED"
  | "TRADING_STATE_REDUCING"
  | "NAV_MISSING"
  | "NAV_STALE"
  | "PEAK_MISSING"
  | "PEAK_STALE"
  | "MARK_MISSING"
  | "MARK_STALE"
  | "MARKET_UNKNOWN"
  | "SYMBOL_NOT_CONFIGURED"
  | "STRATEGY_NOT_CONFIGURED"
  | "INTENT_EXPIRED"
  | "NOTIONAL_BELOW_MINIMUM"
  | "NOTIONAL_EXCEEDS_MAX_PER_ORDER"
  | "QUANTITY_BELOW_MINIMUM"
  | "QUANTITY_EXCEEDS_MAXIMUM"
  | "SYMBOL_EXPOSURE_EXCEEDED"
  | "GROSS_EXPOSURE_EXCEEDED"
  | "RATE_LIMIT_EXCEEDED"
  | "POOL_FULL"
  | "OPPOSITE_POSITION_OPEN"
  | "POSITION_NOT_OPEN"
  | "ORDER_IN_FLIGHT"
  | "VENUE_BANNED";

export interface Denial {
  readonly code: DenialCode;
  /** The limit and what was found, with the unit in `unit`; null where the check has no number. */
  readonly limit: string | null;
  readonly actual: string | null;
  readonly unit:
    | "usd"
    | "base"
    | "ms"
    | "orders"
    | "groups"
    | "state"
    | "symbol"
    | "strategy"
    | "side"
    | null;
  /** Symbol or strategy concerned. */
  readonly subject: string | null;
}
