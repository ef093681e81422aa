// ccxt instances for many runs: making one takes longer than most runs use it. Keeps true that each is as new when it is
// lent, so that no run knows of another.
import { type BinanceClient, createCcxt } from "#adapters/ccxt/binance-client.ts";

/** ccxt instances of this operating-system process, lent to one venue after the other. */
export class CcxtPool {
  readonly #free: BinanceClient["exchange"][];
  readonly #lent: BinanceClient["exchange"][] = [];

  constructor(free: BinanceClient["exchange"][]) {
    this.#free = free;
  }

  lend(): BinanceClient["exchange"] {
    const exchange = this.#free.pop() ?? createCcxt();
    this.#lent.push(exchange);
    // As new: what a run learnt must not be known in the next.
    return Object.assign(exchange, {
      markets: undefined,
      markets_by_id: undefined,
      marketsLoading: undefined,
      currencies: {},
      symbols: [],
      ids: undefined,
    });
  }

  /** At the end of a run: nothing of it goes on, so nothing uses them any more. */
  takeBack(): void {
    this.#free.push(...this.#lent.splice(0));
  }
}
