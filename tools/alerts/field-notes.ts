// The meaning of every field of an alert, in words. The forms come from the schema; a field without a note is a fault.

export const FIELD_NOTES: Readonly<Record<string, string>> = {
  token: "the hook's token; taken out before anything is stored",
  symbol: "the venue's symbol; `BTC/USDT`, `BINANCE:BTCUSDT.P` and the like are read too",
  action:
    "`buy`, `sell`, `open`, `long`, `short` enter; `close`, `exit`, `flat` close all; `reduce` closes a share",
  side: "side of the position; needed with `open`",
  notionalUsd: "size of an entry in USD",
  qtyBase: "size of an entry in coins",
  navBps: "size of an entry as a share of NAV, in basis points",
  freeBps:
    "size of an entry as a share of what is free, in basis points: NAV less the margin of everything held or on its way",
  freePct: "the same in percent",
  riskBps:
    "size of an entry by what is lost at its stop, in basis points of NAV: NAV × share ÷ distance of the stop; needs a stop",
  riskPct: "the same in percent",
  volatilityTargetPct:
    "size of an entry by how much it is to move NAV, in percent: NAV × target ÷ `volatilityPct`, the whole of NAV at most",
  volatilityPct:
    "how much the symbol moves over the time of the target, in percent of its price, like an ATR ÷ price × 100",
  stopLossPct: "stop, this far from the average entry against the position, in percent",
  stopLossBps: "the same in basis points",
  stopLossPriceUsd: "stop at a price",
  stopDistanceUsd:
    "stop, this far from the average entry in the price's own unit, like a multiple of the ATR",
  takeProfits:
    "levels at which a share is sold, the nearest first: `2%:50` is 50 % of the position at 2 % profit; units are `%`, `bps`, `R` (multiples of the stop's distance) and `usd` (a price). Also a JSON list of `pct`, `bps`, `r`, `priceUsd` or `distanceUsd`, each with `sharePct` or `shareBps`",
  breakEvenAfter: "the stop moves to the average entry after so many take-profits",
  trailingPct: "stop that follows the best price at this distance, in percent",
  trailingBps: "the same in basis points",
  trailingActivationPct: "profit from which on it follows, in percent; without it from the entry on",
  trailingActivationBps: "the same in basis points",
  timeLimitMinutes: "age at which the position is closed",
  safetyOrders:
    "safety entries (DCA): so many further entries at prices against the position; needs `safetyStepPct`",
  safetyStepPct: "distance of the first from the price of the base, in percent",
  safetyStepBps: "the same in basis points",
  safetyStepScale: "each further step is so many times the one before it; without it 1",
  safetySizePct: "value of the first in percent of the base's; without it 100",
  safetySizeBps: "the same in basis points",
  safetyVolumeScale: "the value of each further one is so many times that of the one before it; without it 1",
  pyramidMax: "so many alerts may add to the open position; the one that would be more is denied",
  pyramidDistancePct:
    "least distance from the last entry, in the position's favour, in percent; without it 0: anywhere",
  pyramidDistanceBps: "the same in basis points",
  sizeFrom:
    "`contracts`: the entry's size is `strategyOrderContracts`, in coins; `target`: Ballast goes to `strategyMarketPositionSize`, whatever is held; `strategy`: the config's",
  reduceBps: "share that `reduce` closes, in basis points",
  reducePct: "the same in percent",
  priceUsd: "price that the alert was made at; an entry too far from it is denied",
  id: "your own name for the alert: the same name with the same content is one alert",
  ticker: "the symbol, where `symbol` is not sent",
  timenow: "when the alert fired; an entry that is too old is refused",
  time: "opening of the bar; the alert's time only where nothing better is there",
  close: "a price, where no other is sent",
  strategyOrderAction: "the order's direction; by itself it does not tell an entry from an exit",
  strategyOrderContracts: "size of the order, with `sizeFrom`",
  strategyOrderPrice: "a price, where `priceUsd` is not sent",
  strategyMarketPosition: "the strategy's position after its order",
  strategyMarketPositionSize: "its size",
  strategyPrevMarketPosition: "the position before",
  strategyPrevMarketPositionSize: "its size; before and after together say what changes",
};

/** Of fields that are checked for form, stored, and decide nothing. */
export const KEPT_NOTE = "kept on the receipt; decides nothing";

/** These decide nothing. */
export const KEPT_FIELDS: ReadonlySet<string> = new Set([
  "exchange",
  "open",
  "high",
  "low",
  "volume",
  "interval",
  "syminfoCurrency",
  "syminfoBasecurrency",
  "strategyPositionSize",
  "strategyOrderId",
  "strategyOrderComment",
  "strategyOrderAlertMessage",
]);
