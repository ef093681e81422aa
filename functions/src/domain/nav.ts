// NAV, peak and drawdown as documents. What is unknown is null and says why; it is never zero.
import type { DecimalString } from "./decimal.ts";
import type { TopOfBook } from "./market.ts";
import type { Side } from "./signal.ts";

export interface SourceHealth {
  readonly ok: boolean;
  /** When this source last answered well; null if it never did. */
  readonly asOfMs: number | null;
  readonly error: string | null;
}

export interface MarkedPosition {
  readonly symbol: string;
  readonly side: Side;
  readonly qtyBase: DecimalString;
  readonly entryPriceUsd: DecimalString;
  /** Longs at the bid, shorts at the ask. */
  readonly markUsd: DecimalString;
  readonly notionalUsd: DecimalString;
  readonly unrealizedPnlUsd: DecimalString;
}

export interface NavSample {
  readonly atMs: number;
  readonly navUsd: DecimalString;
}

/** `accounts/{a}/control/nav`: written by the NAV schedule only. */
export interface Nav {
  readonly accountId: string;
  /** Last good value; null only before the first. */
  readonly navUsd: DecimalString | null;
  readonly walletUsd: DecimalString | null;
  readonly unrealizedPnlUsd: DecimalString | null;
  readonly positions: readonly MarkedPosition[];
  readonly marks: Readonly<Record<string, TopOfBook>>;
  readonly sources: {
    readonly balances: SourceHealth;
    readonly positions: SourceHealth;
    readonly marks: SourceHealth;
  };
  /** True when any source failed in this run: the values are then those of `asOfMs`, not of now. */
  readonly stale: boolean;
  /** When the values were good; does not move while `stale`. */
  readonly asOfMs: number | null;
  /** When the schedule last ran, well or not. */
  readonly checkedAtMs: number;
  /** Samples not yet packed into the series, oldest first. */
  readonly recent: readonly NavSample[];
}

/** `accounts/{a}/control/peak`: written by the NAV schedule only. */
export interface Peak {
  readonly accountId: string;
  readonly baselineId: string;
  readonly peakUsd: DecimalString;
  readonly peakAtMs: number;
  /** Fall from the peak in basis points of the peak, never negative. */
  readonly drawdownBps: number;
  readonly dayOpenUsd: DecimalString;
  /** UTC day of `dayOpenUsd`, `YYYY-MM-DD`. */
  readonly day: string;
  /** NAV now less the day's opening NAV. */
  readonly dayPnlUsd: DecimalString;
  readonly asOfMs: number;
}

/** `accounts/{a}/navSeries/{day}`: a sample a minute, packed. Arrays are of one length. */
export interface NavSeries {
  readonly accountId: string;
  readonly day: string;
  readonly atMs: readonly number[];
  readonly navUsd: readonly DecimalString[];
  readonly updatedAtMs: number;
}
