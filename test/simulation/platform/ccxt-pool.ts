// ccxt instances for many runs: making one takes longer than most runs use it. Each is as new when it is
// lent, so that runs stay apart.
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

  /** Called at the end of a run, when all of it has stopped and its instances are free again. */
  takeBack(): void {
    this.#free.push(...this.#lent.splice(0));
  }
}
