// Incidents in which a look-up of the venue, or its list of trades, lags: it does not know yet what its other side has taken. How long they last
// and how far behind they are comes from reports of real ones, and from no constant of the product.

interface Lag {
  readonly operation: string;
  readonly lagMs: number;
  readonly untilMs: number;
}

export class ReadLags {
  #lags: readonly Lag[] = [];

  begin(lag: Lag): void {
    this.#lags = [...this.#lags, lag];
  }

  end(): void {
    this.#lags = [];
  }

  /** How far the operation is behind now; 0: not at all. */
  lagMs(operation: string, nowMs: number): number {
    const now = this.#lags.filter((lag) => lag.operation === operation && nowMs < lag.untilMs);
    return Math.max(0, ...now.map(({ lagMs }) => lagMs));
  }
}
