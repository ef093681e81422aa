// The worth of the coins that an account holds beside USDT, for a look of the watchdog: at the engine's bid where the look was
// told a young price, else at the highest bid that the venue ever told, since a last known price counts for a while
// (docs/limits.md). Every honest judge has seen this much or less.
import { bidUsd, coinSymbol, coinsUsd } from "./equity.ts";
import type { Evidence } from "./invariant.ts";

export class CoinWorth {
  readonly #evidence: Evidence;
  /** Highest bid by symbol, of the moments at which the venue told its prices. */
  readonly #highestUsd = new Map<string, number>();

  constructor(evidence: Evidence) {
    this.#evidence = evidence;
  }

  /** The venue has told its prices. */
  pricesTold(): void {
    const { engine } = this.#evidence.exchange;
    for (const { otherE8 } of engine.state.accounts.values()) {
      for (const asset of otherE8.keys()) {
        const symbol = coinSymbol(asset);
        const highest = Math.max(bidUsd(engine, symbol) ?? 0, this.#highestUsd.get(symbol) ?? 0);
        this.#highestUsd.set(symbol, highest);
      }
    }
  }

  /** At the engine's bids of now. */
  nowUsd(accountId: string): number {
    return this.#worth(accountId, (symbol) => bidUsd(this.#evidence.exchange.engine, symbol));
  }

  /** As a look can have seen it that was told young prices of these symbols. */
  mostUsd(accountId: string, priced: ReadonlySet<string>): number {
    const { engine } = this.#evidence.exchange;
    return this.#worth(accountId, (symbol) =>
      priced.has(symbol) ? bidUsd(engine, symbol) : (this.#highestUsd.get(symbol) ?? null),
    );
  }

  #worth(accountId: string, priceUsd: (symbol: string) => number | null): number {
    const account = this.#evidence.exchange.engine.state.accounts.get(accountId);
    return account === undefined ? 0 : coinsUsd(account, priceUsd);
  }
}
