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
  sizeFrom: "`contracts`: the entry's size is `strategyOrderContracts`, in coins; `strategy`: the config's",
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
