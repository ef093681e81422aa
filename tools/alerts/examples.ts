// Messages to paste into TradingView's message box, one a purpose. A test fills their placeholders in as TradingView does
// and reads them as the webhook would: each has to mean what it is listed for.
import type { Intent } from "#domain/documents/signal.ts";

export interface AlertExample {
  readonly purpose: string;
  readonly when: string;
  /** Without the token, which is the hook's own. */
  readonly message: Readonly<Record<string, string>>;
  /** As the webhook has to understand it, of a strategy that was as `filled` says. */
  readonly means: {
    readonly action: Intent["action"];
    readonly side: Intent["side"];
    readonly reduceBps: number | null;
  };
}

const TIME = { timenow: "{{timenow}}" };
const TICKER = { ticker: "{{ticker}}" };

const OPEN: AlertExample = {
  purpose: "Open",
  when: "Buy with the size that the config gives the strategy. `sell` opens a short.",
  message: { ...TICKER, action: "buy", ...TIME },
  means: { action: "open", side: "long", reduceBps: null },
};

export const EXAMPLES: readonly AlertExample[] = [
  OPEN,
  {
    purpose: "Open with a size",
    when: "In USD; or `qtyBase` in coins, or `navBps` as a share of NAV (250 is 2.5 %).",
    message: { ...TICKER, action: "open", side: "short", notionalUsd: "500", ...TIME },
    means: { action: "open", side: "short", reduceBps: null },
  },
  {
    purpose: "Open by risk",
    when: "One percent of NAV is lost if the stop fires: the size follows from the stop's distance. `freePct` instead is a share of NAV less the margin in use.",
    message: { ...TICKER, action: "buy", riskPct: "1", stopLossPct: "2", ...TIME },
    means: { action: "open", side: "long", reduceBps: null },
  },
  {
    purpose: "Open by volatility",
    when: "The position is to move NAV by 0.5 % over the time in which the symbol moves by its own figure, here the script's first plot: of a calm symbol more is bought than of a wild one.",
    message: { ...TICKER, action: "buy", volatilityTargetPct: "0.5", volatilityPct: "{{plot_0}}", ...TIME },
    means: { action: "open", side: "long", reduceBps: null },
  },
  {
    purpose: "Open with exits",
    when: "Half is sold at 2 % profit, and the stop moves to the entry price; the rest at 4 %. One exit field is a plan of its own: it stands in place of the strategy's whole plan. A message for every order of a strategy may bring it too: exits leave it unread.",
    message: {
      ...TICKER,
      action: "buy",
      stopLossPct: "1.5",
      takeProfits: "2%:50, 4%:50",
      breakEvenAfter: "1",
      timeLimitMinutes: "1440",
      ...TIME,
    },
    means: { action: "open", side: "long", reduceBps: null },
  },
  {
    purpose: "Open with a stop by ATR",
    when: "The distance is the script's own, here its first plot; take-profits count in multiples of it, and a trailing stop follows from 3 % profit on.",
    message: {
      ...TICKER,
      action: "short",
      stopDistanceUsd: "{{plot_0}}",
      takeProfits: "1R:40, 2R:40",
      trailingPct: "1",
      trailingActivationPct: "3",
      ...TIME,
    },
    means: { action: "open", side: "short", reduceBps: null },
  },
  {
    purpose: "Open with safety entries",
    when: "DCA: three further entries, 1 %, 2.5 % and 4.75 % below the first, worth one, two and four times as much as it. All four have to fit the account's limits, or the first is denied. Take-profits and stop follow the average.",
    message: {
      ...TICKER,
      action: "buy",
      notionalUsd: "200",
      safetyOrders: "3",
      safetyStepPct: "1",
      safetyStepScale: "1.5",
      safetyVolumeScale: "2",
      takeProfits: "1.5%:100",
      ...TIME,
    },
    means: { action: "open", side: "long", reduceBps: null },
  },
  {
    purpose: "Pyramid",
    when: "Adds to the strategy's open position: twice at most, each time at least 1 % above the last entry. The same message opens the position where there is none.",
    message: {
      ...TICKER,
      action: "buy",
      notionalUsd: "100",
      pyramidMax: "2",
      pyramidDistancePct: "1",
      ...TIME,
    },
    means: { action: "open", side: "long", reduceBps: null },
  },
  {
    purpose: "Close",
    when: "All of the strategy's position in the symbol, whichever side it has.",
    message: { ...TICKER, action: "close", ...TIME },
    means: { action: "close", side: null, reduceBps: null },
  },
  {
    purpose: "Reduce",
    when: "A share of it: `reducePct` in percent, or `reduceBps`.",
    message: { ...TICKER, action: "reduce", reducePct: "50", ...TIME },
    means: { action: "reduce", side: null, reduceBps: 5_000 },
  },
  {
    purpose: "Reverse",
    when: "An entry against the strategy's own position: it is closed, and the entry is decided once it is flat.",
    message: { ...TICKER, action: "short", ...TIME },
    means: { action: "open", side: "short", reduceBps: null },
  },
  {
    purpose: "Target",
    when: 'One message for every order of a Pine strategy, whether that opens, adds, reduces, closes or reverses. The size of an entry is the config\'s; with `"sizeFrom": "contracts"` and `"contracts": "{{strategy.order.contracts}}"` it is the strategy\'s own, in coins.',
    message: {
      ...TICKER,
      orderAction: "{{strategy.order.action}}",
      marketPosition: "{{strategy.market_position}}",
      marketPositionSize: "{{strategy.market_position_size}}",
      prevMarketPosition: "{{strategy.prev_market_position}}",
      prevMarketPositionSize: "{{strategy.prev_market_position_size}}",
      ...TIME,
    },
    means: { action: "open", side: "long", reduceBps: null },
  },
  {
    purpose: "Target in coins",
    when: "The same, and Ballast goes to the strategy's own position: the difference from what is held is opened or reduced, never more. A position before the order that is not the one held here says that an alert was missed: it is told, and with `repairMissedAlerts` in the strategy's config made good.",
    message: {
      ...TICKER,
      sizeFrom: "target",
      orderAction: "{{strategy.order.action}}",
      marketPosition: "{{strategy.market_position}}",
      marketPositionSize: "{{strategy.market_position_size}}",
      prevMarketPosition: "{{strategy.prev_market_position}}",
      prevMarketPositionSize: "{{strategy.prev_market_position_size}}",
      ...TIME,
    },
    means: { action: "open", side: "long", reduceBps: null },
  },
];

/** For a new hook, in one line, with its token in place. */
export function firstMessage(token: string): string {
  return JSON.stringify({ token, ...OPEN.message });
}

export function messageOf({ message }: AlertExample): string {
  return JSON.stringify({ token: "<the hook's token>", ...message }, null, 2);
}
