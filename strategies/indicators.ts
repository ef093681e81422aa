// Indicators of trading-signals (decision 117), fed candle by candle. Each says after how many candles its beginning is
// forgotten: strategies declare their warm-up by that. An indicator belongs to one evaluation, and is never shared.
import { ATR, EMA, ROC, RSI } from "trading-signals";
import { HistoryFault } from "./faults.ts";
import type { Candle, Indicator, IndicatorSource } from "./interface.ts";

/** Part of the first value that is still in an average when it counts as forgotten: a thousandth of a percent. */
const FORGOTTEN_PART = 1e-5;

/** Candles after which an average keeps less than that part of where it began. */
export const settled = {
  /** Weight 2 / (period + 1). */
  ema: (period: number): number => candlesUntilForgotten(2 / (period + 1)),
  /** Wilder's weight 1 / period, that of ATR and RSI. Its first value takes a period by itself. */
  wilder: (period: number): number => period + 1 + candlesUntilForgotten(1 / period),
} as const;

/** Exponential moving average of closes. Begins at the first close. */
export function ema(period: number): Indicator {
  const average = new EMA(period);
  let fed = 0;
  return new Fed(`EMA ${period}`, ({ close }) => {
    const value = average.update(close, false);
    fed += 1;
    // The library's own question whether it is stable costs an exception each time that it is not.
    return fed < period ? null : value;
  });
}

/** Relative strength index by Wilder, 0 to 100. */
export function rsi(period: number): Indicator {
  const index = new RSI(period);
  return new Fed(`RSI ${period}`, ({ close }) => index.update(close, false));
}

/** Average true range by Wilder, in the price's unit. */
export function atr(period: number): Indicator {
  const range = new ATR(period);
  return new Fed(`ATR ${period}`, (candle) => range.update(candle, false));
}

/** Rate of change: the close against that of so many candles ago, as a fraction. */
export function roc(period: number): Indicator {
  const rate = new ROC(period);
  return new Fed(`ROC ${period}`, ({ close }) => rate.update(close, false));
}

/** The same indicator over another declared timeframe or informative symbol. */
export function over(source: Partial<IndicatorSource>, indicator: Indicator): Indicator {
  const { timeframe = null, symbol = null } = source;
  return {
    source: { timeframe, symbol },
    get value() {
      return indicator.value;
    },
    get before() {
      return indicator.before;
    },
    feed: (candle) => indicator.feed(candle),
  };
}

class Fed implements Indicator {
  readonly source: IndicatorSource = { timeframe: null, symbol: null };
  readonly #name: string;
  readonly #next: (candle: Candle) => number | null;
  #value: number | null = null;
  #before: number | null = null;

  constructor(name: string, next: (candle: Candle) => number | null) {
    this.#name = name;
    this.#next = next;
  }

  get value(): number {
    return this.#known(this.#value);
  }

  get before(): number {
    return this.#known(this.#before);
  }

  feed(candle: Candle): void {
    this.#before = this.#value;
    this.#value = this.#next(candle);
  }

  #known(value: number | null): number {
    if (value !== null) return value;
    throw new HistoryFault(`${this.#name} has seen too few candles: raise warmUpCandles`);
  }
}

function candlesUntilForgotten(weight: number): number {
  if (weight >= 1) return 1;
  return Math.ceil(Math.log(FORGOTTEN_PART) / Math.log(1 - weight));
}
