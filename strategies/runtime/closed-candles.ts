// The candles that a strategy is given: a window that ends at the moment of the decision. Later candles may lie in the same
// history, and no method reaches them; asking for one throws.
import { HistoryFault, LookAheadFault } from "../faults.ts";
import type { Candle, Candles } from "../interface.ts";

export class ClosedCandles implements Candles {
  readonly count: number;
  readonly #all: readonly Candle[];
  /** Place of the newest candle of the window. */
  readonly #end: number;

  /** The newest `count` candles of `all` up to and including the place `end`. Throws RangeError where there are fewer. */
  constructor(all: readonly Candle[], end: number, count: number) {
    if (count < 1 || end < count - 1 || end >= all.length)
      throw new RangeError(`There are no ${count} candles up to place ${end} of ${all.length}`);
    this.#all = all;
    this.#end = end;
    this.count = count;
  }

  get last(): Candle {
    return this.ago(0);
  }

  ago(candles: number): Candle {
    if (candles < 0)
      throw new LookAheadFault(
        `Asked for the candle ${-candles} after the newest closed one: it has not closed`,
      );
    const candle = candles < this.count ? this.#all[this.#end - candles] : undefined;
    if (candle === undefined)
      throw new HistoryFault(
        `Asked for the candle ${candles} before the newest, and the window holds ${this.count}: raise warmUpCandles`,
      );
    return candle;
  }

  highest(candles: number): number {
    return this.#extreme(candles, ({ high }) => high, Math.max);
  }

  lowest(candles: number): number {
    return this.#extreme(candles, ({ low }) => low, Math.min);
  }

  /** Oldest first: the order in which indicators are fed. */
  visit(each: (candle: Candle) => void): void {
    for (let place = this.#end - this.count + 1; place <= this.#end; place++) {
      const candle = this.#all[place];
      if (candle !== undefined) each(candle);
    }
  }

  #extreme(
    candles: number,
    priceOf: (candle: Candle) => number,
    further: (a: number, b: number) => number,
  ): number {
    if (candles < 1) throw new HistoryFault(`An extreme needs at least one candle, not ${candles}`);
    let found = priceOf(this.ago(1));
    for (let back = 2; back <= candles; back++) found = further(found, priceOf(this.ago(back)));
    return found;
  }
}
