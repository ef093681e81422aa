// ccxt instances for many runs: making one takes longer than most runs use it. Each is as new when it is
// lent, so that runs stay apart.
import { createCcxt } from "#adapters/ccxt/binance-client.ts";
import { createBybitCcxt } from "#adapters/ccxt/bybit-client.ts";
import type { VenueId } from "#domain/documents/account.ts";

const CREATE = { "binance-usdm": createCcxt, "bybit-linear": createBybitCcxt } as const;
type Ccxt = ReturnType<(typeof CREATE)[VenueId]>;

/** An instance, and the venue that it speaks with. */
interface Spare {
  readonly venue: VenueId;
  readonly exchange: Ccxt;
}

/** ccxt instances of this operating-system process, lent to one venue after the other. */
export class CcxtPool {
  readonly #free: Spare[];
  readonly #lent: Spare[] = [];

  constructor(free: Spare[]) {
    this.#free = free;
  }

  lend(venue: VenueId): Ccxt {
    const place = this.#free.findLastIndex((spare) => spare.venue === venue);
    const [known] = place < 0 ? [] : this.#free.splice(place, 1);
    const exchange = known?.exchange ?? CREATE[venue]();
    this.#lent.push({ venue, exchange });
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
