// Every list of words that stored documents are made of, once: the type, the schema and the page's reader of a list all
// come from it. At the bottom of the house: imports nothing and holds no code, so that the page can take it as it is.

export type WordOf<List extends readonly string[]> = List[number];

export const ENVIRONMENTS = ["local", "test", "staging", "prod"] as const;

export const ACCOUNT_MODES = ["paper", "live"] as const;

export const VENUE_IDS = ["binance-usdm", "bybit-linear"] as const;

/** How the senders of a hook prove themselves: by a signature, or by TradingView's token and addresses. */
export const HOOK_MODES = ["signed", "tradingview"] as const;

/**
 * How entries are sent. `market` takes; `postOnly` rests at top of book and is cancelled after `workingLimitMs`; `maker` rests,
 * follows the touch, and takes within a bound in the end.
 */
export const ENTRY_ROUTINGS = ["market", "postOnly", "maker"] as const;

/** The newest order of an exit on its route; `due` before the first. */
export const EXIT_STAGES = ["due", "maker", "bounded"] as const;

/** Of one step of a route: an order that may only rest, or one that takes no worse than the bound, at once or not at all. */
export const ROUTE_STAGES = ["maker", "bounded"] as const;

/** Why the order of a route is withdrawn: to follow the touch, because its time for resting is over, or for an exit. */
export const ROUTE_CANCELS = ["repeg", "time", "exit"] as const;

/**
 * How an entry of the router begins: by an order that may only rest, or by one that takes within the bound. And an exit that a
 * signal or an operator asks for: at any price (`market`), or resting for some seconds before it takes.
 */
export const FIRST_STEPS = ["maker", "market"] as const;

/** Whether measured outcomes choose how entries begin: not at all, shown without effect, or in force. */
export const AUTOTUNE_MODES = ["off", "shadow", "on"] as const;

/** Who chose how an entry begins: the config, or measured outcomes. */
export const CHOICE_CAUSES = ["config", "tuning"] as const;

/** How the cost of a choice is known: by its own entries, by entries of another choice replayed, or reckoned from those. */
export const EVIDENCE_SOURCES = ["measured", "replayed", "reckoned"] as const;

/** Moves of a tuned choice. Withdrawn: before it was in force. Dropped: after. */
export const TUNING_EVENTS = ["proposed", "withdrawn", "applied", "dropped"] as const;

/** Side of a position. */
export const SIDES = ["long", "short"] as const;
export type Side = WordOf<typeof SIDES>;

export const ORDER_SIDES = ["buy", "sell"] as const;
export type OrderSide = WordOf<typeof ORDER_SIDES>;

export const ORDER_TYPES = ["market", "limit"] as const;

export const TIMES_IN_FORCE = ["GTC", "IOC", "GTX"] as const;

/**
 * SUBMITTING: stored, sending not yet confirmed. SUBMIT_UNKNOWN: sent or not, only the venue can tell.
 * ABSENT: the venue has not shown the order for longer than its incidents last; still watched (see AbsentOrder).
 */
export const ORDER_STATUSES = [
  "SUBMITTING",
  "SUBMIT_UNKNOWN",
  "ACCEPTED",
  "PARTIALLY_FILLED",
  "FILLED",
  "CANCELED",
  "EXPIRED",
  "REJECTED",
  "ABSENT",
] as const;

/**
 * Meanings of a venue's refusal for which the program or a person does something; its own code is kept beside, for people. wouldTake: an order
 * that may only rest would have taken. wouldFireNow: the price has passed the trigger of a conditional order.
 * nothingToReduce: the venue holds nothing that a reduce-only order would shrink. tooManyRequests: the count of requests is
 * used up. noMargin: the account cannot pay for it. belowMinimum, aboveMaximum: the order's quantity or value, or the position
 * that it would make. priceBand: its price is farther from the market than the venue takes. tooManyOpen: no more orders may
 * rest. banned: the venue wants silence.
 */
export const VENUE_REASONS = [
  "wouldTake",
  "wouldFireNow",
  "nothingToReduce",
  "tooManyRequests",
  "noMargin",
  "belowMinimum",
  "aboveMaximum",
  "priceBand",
  "tooManyOpen",
  "banned",
] as const;
export type VenueReason = WordOf<typeof VENUE_REASONS>;

/** Causes of a doubt about an order that the venue has acknowledged: it was not shown yet, or could not be asked for. */
export const ACKNOWLEDGED_DOUBTS = ["NOT_SHOWN", "NOT_LOOKED_UP"] as const;
export type AcknowledgedDoubt = WordOf<typeof ACKNOWLEDGED_DOUBTS>;

export const GROUP_STATUSES = [
  "OPENING",
  "ACTIVE",
  "REDUCING",
  "CLOSED",
  "CLOSED_WITH_DUST",
  "FAILED",
] as const;

/** Of an exit at the venue. SENDING: stored, the venue's word not known yet. GONE: nothing of it rests; kept, because its step is used up. */
export const STOP_STATUSES = ["SENDING", "RESTING", "GONE"] as const;

/** Exits that rest at the venue: one that fires against the position, and one that fires in its favour. */
export const EXIT_KINDS = ["stop", "takeProfit"] as const;
export type ExitKind = WordOf<typeof EXIT_KINDS>;

/** Entries of a group: the one that opened it, a safety entry of its ladder, one that an alert added. */
export const LEG_KINDS = ["base", "dca", "pyramid"] as const;

/**
 * Of one leg. WAITING: not sent yet. SENT: stored, and about to leave. DOUBT: the venue's answer is not known. WORKING: the
 * venue has it. REROUTING: one order of its route has ended, and the next is not sent yet. ENDED: over at the venue without the
 * whole. WITHDRAWN: never sent, and wanted no more.
 */
export const LEG_STATUSES = [
  "WAITING",
  "SENT",
  "DOUBT",
  "WORKING",
  "REROUTING",
  "FILLED",
  "ENDED",
  "WITHDRAWN",
] as const;

/** Pairs of state and event that the real world makes out of turn (leg-lifecycle.ts). */
export const LEG_ODDITIES = [
  "FILL_AFTER_CANCEL",
  "CANCEL_OF_FILLED",
  "FILL_NEVER_ANSWERED",
  "SHOWN_AFTER_ALL",
  "LATE_WORD",
  "REDUCED_OUTSIDE",
  "LIQUIDATED",
  "DELEVERAGED",
  "SIBLING_FILLED",
] as const;

/**
 * Why a group ended. The last four are what the venue's trades say of a position that shrank without an order of ours;
 * `reconcile` stands until they are read.
 */
export const EXIT_REASONS = [
  "signal",
  "stoploss",
  "takeProfit",
  "timeLimit",
  "operator",
  "offset",
  "flatten",
  "watchdog",
  "reconcile",
  "liquidation",
  "adl",
  "settlement",
  "external",
] as const;
export type ExitReason = WordOf<typeof EXIT_REASONS>;

/** Position mode of a venue account: one position a symbol, or a long and a short one side by side. */
export const POSITION_MODES = ["oneWay", "hedge"] as const;
export type PositionMode = WordOf<typeof POSITION_MODES>;

/** Collateral of a position: the whole wallet, or the margin that is set aside for it. */
export const MARGIN_TYPES = ["cross", "isolated"] as const;
export type MarginType = WordOf<typeof MARGIN_TYPES>;

export const TRADING_STATES = ["ACTIVE", "REDUCING", "HALTED"] as const;

/** Causes of a latched state. An automatic rule ends only a latch of its own cause; an operator ends any. */
export const LATCH_CAUSES = [
  "operator",
  "drawdown",
  "dailyLoss",
  "session",
  "watchdog",
  "telemetry",
  "position",
  "venue",
] as const;

/** From the mildest to the sternest. */
export const DRAWDOWN_GRADES = ["NONE", "WARN", "REDUCE", "HALT", "FLATTEN"] as const;

export const PROTECTION_NAMES = [
  "CooldownPeriod",
  "StoplossGuard",
  "MaxDrawdown",
  "LowProfitPairs",
  "ErrorBurst",
] as const;

/**
 * `open` starts a group or adds to one of the same side, and ends the strategy's own of the other side first; `reduce`
 * shrinks a group by a share; `close` ends it.
 */
export const INTENT_ACTIONS = ["open", "reduce", "close"] as const;

/**
 * Where an intent stands. QUEUED: an entry that waits for a place of the pool. DECIDED: it has had an order; the denials
 * beside it are those of its last step.
 */
export const STORED_INTENT_STATUSES = ["INBOX", "QUEUED", "DECIDED", "DENIED", "EXPIRED"] as const;

/**
 * From traded to waiting: a count of them reads in this order. WAITING: an exit, for a brake to end. QUEUED: an entry, for
 * a place of the pool.
 */
export const RECEIPT_STATUSES = [
  "ORDERED",
  "DENIED",
  "REFUSED",
  "EXPIRED",
  "WAITING",
  "QUEUED",
  "RECEIVED",
] as const;

/**
 * Criteria that put one queued entry before the next, in this order: an operator's order, a group that it adds to, the deeper loss
 * of that group, the place of an older entry that it took, the earlier arrival, the older signal, the id.
 */
export const QUEUE_CRITERIA = ["OPERATOR", "PYRAMID", "LOSS", "REPLACEMENT", "ARRIVAL", "AGE", "ID"] as const;

/**
 * How an entry left the queue. PROMOTED: decided again, with a place free. SUPERSEDED: its strategy has left that side
 * since. DROPPED: by an operator's order. HALTED: with all others, by a halt or a flatten.
 */
export const QUEUE_ENDS = ["PROMOTED", "REPLACED", "EXPIRED", "SUPERSEDED", "DROPPED", "HALTED"] as const;

/** Positions in an offset: the one that is closed at a loss, and those whose profit pays for it. */
export const OFFSET_ROLES = ["loser", "winner"] as const;

/**
 * A full pool beside the entries and the quiet time of a loser: it does not count, it stands in for both, or it is asked
 * for besides.
 */
export const OFFSET_POOL_RULES = ["notAsked", "fullSuffices", "fullNeeded"] as const;

/** How an offset plan ended. DONE: winners and loser are closed as planned. The rest gave it up. */
export const OFFSET_ENDS = [
  "DONE",
  "SWITCHED_OFF",
  "STATE_CHANGED",
  "EXPIRED",
  "GROUP_CHANGED",
  "LOSER_GONE",
  "PRICE_MOVED",
  "COVER_GONE",
] as const;

/** Why no offset is planned: of the account first, then of single positions, then of the choice. */
export const OFFSET_REFUSALS = [
  "OFFSET_OFF",
  "OFFSET_UNDER_WAY",
  "TRADING_STATE_NOT_ACTIVE",
  "FLATTEN_UNDER_WAY",
  "NAV_MISSING",
  "NAV_STALE",
  "ALERT_OPEN",
  "WATCHDOG_UNSEEN",
  "WATCHDOG_ALARM",
  "VENUE_BANNED",
  "GROUP_NOT_ACTIVE",
  "ORDER_IN_FLIGHT",
  "COST_UNKNOWN",
  "MARKET_UNKNOWN",
  "TOUCH_MISSING",
  "TOUCH_STALE",
  "QUANTITY_BELOW_MINIMUM",
  "LOSS_BELOW_THRESHOLD",
  "TOO_YOUNG",
  "ENTRIES_UNKNOWN",
  "ENTRIES_MISSING",
  "ENTRY_TOO_RECENT",
  "POOL_NOT_FULL",
  "NO_PROFIT_AFTER_COSTS",
  "NO_LOSER",
  "NO_WINNER",
  "COVER_SHORT",
] as const;

/** UNCONFIRMED: waits for its confirming step, has no effect. STORED: in sequence. The rest is final. */
export const COMMAND_STATUSES = ["UNCONFIRMED", "STORED", "DONE", "REFUSED", "EXPIRED"] as const;

/**
 * operator: a person who answers for all accounts. trader: a person, for accounts of their own. machine: a program, for
 * accounts and commands that its entry names. viewer: a person who looks on.
 */
export const COMMAND_ROLES = ["operator", "trader", "machine", "viewer"] as const;

/** Commands that let more trading through. */
export const LOOSENING_COMMANDS = ["start", "resume", "set_config"] as const;

/** Commands on one position: the holder of the lease carries them out, since groups and orders are its own. */
export const POSITION_COMMANDS = [
  "close_position",
  "move_stop",
  "set_take_profits",
  "cancel_exit",
  "adopt_position",
] as const;

/** Commands about the account's offset: carried out by the holder of the lease like those on one position. */
export const OFFSET_COMMANDS = ["preview_offset", "start_offset"] as const;

/** Legs of a plan that an operator can cancel one by one. */
export const PLAN_LEGS = ["trailing", "timeLimit", "breakEven"] as const;

/** Where a valued asset is: in the trading wallet, or in the configured reserves. */
export const HOLDING_PLACES = ["wallet", "reserve"] as const;

/** How a coin counts in the lower bound of equity: at its price of now, at its last known one, or not at all. */
export const COIN_COUNTS = ["now", "lastPrice", "nothing"] as const;

/** Sources of a peak: runs of NAV, or rebuilt from the series or from income. */
export const PEAK_SOURCES = ["nav", "navSeries", "income"] as const;

export const ALERT_SEVERITIES = ["info", "warning", "critical"] as const;

/** Subjects of messages for people. */
export const OUTBOX_KINDS = ["alert", "commandReply"] as const;

/** PENDING: to be sent at `nextAttemptAtMs`. The rest is final; FAILED was given up. */
export const OUTBOX_STATUSES = ["PENDING", "SENT", "FAILED"] as const;

/** OPEN: documents for people are not tried for a while, because the last ones failed. */
export const CIRCUITS = ["CLOSED", "OPEN"] as const;

/** How an order filled: it rested in the book before, it took what rested there, or both. */
export const LIQUIDITIES = ["maker", "taker", "mixed"] as const;

/**
 * Figures of execution health that have a limit: refused, of unknown fate and sent again, each as a share of the orders of an
 * hour, and how long the longest doubt lasted.
 */
export const EXECUTION_ALARMS = ["rejectionBps", "unknownBps", "resendBps", "resolveMs"] as const;

/** How often the venue has said that it does not know an id since it was last sent, and when it last did. */
export interface Absences {
  readonly count: number;
  readonly lastAtMs: number | null;
}

/** Work that schedules do for every account, each by a schedule of its own. */
export const ACCOUNT_DUTIES = ["nav", "reconcile", "watchdog"] as const;
