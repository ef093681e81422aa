// NAV, peak and drawdown as documents. What is unknown is null and says why; it is never zero.
import type { DecimalString } from "#domain/decimal.ts";
import type { IncomeSums } from "./income.ts";
import type { TopOfBook } from "./market.ts";
import type { COIN_COUNTS, HOLDING_PLACES, PEAK_SOURCES, Side, WordOf } from "./words.ts";

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
  /** Average over the open quantity, rounded; profits come from the exact cost. */
  readonly entryPriceUsd: DecimalString;
  /** Longs at the bid, shorts at the ask. */
  readonly markUsd: DecimalString;
  readonly notionalUsd: DecimalString;
  readonly unrealizedPnlUsd: DecimalString;
}

/** A coin that is held beside the settlement currency, at the venue's own bid. */
export interface ValuedAsset {
  readonly asset: string;
  readonly qty: DecimalString;
  readonly heldIn: WordOf<typeof HOLDING_PLACES>;
  readonly priceUsd: DecimalString;
  readonly valueUsd: DecimalString;
  readonly pricedAtMs: number;
}

/** A coin beside the settlement currency, as the lower bound counts it. */
export interface BoundCoin {
  readonly asset: string;
  readonly qty: DecimalString;
  readonly heldIn: WordOf<typeof HOLDING_PLACES>;
  readonly counts: WordOf<typeof COIN_COUNTS>;
  /** Of now, else the last known; null: it never had one. */
  readonly priceUsd: DecimalString | null;
  readonly pricedAtMs: number | null;
}

/** The least that the account is worth. Loss rules judge by it, also where the NAV could not be renewed. */
export interface NavBound {
  readonly usd: DecimalString;
  readonly atMs: number;
  readonly walletUsd: DecimalString;
  /** Held symbols without a young price: valued by the venue's own profit. */
  readonly venueValued: readonly string[];
  readonly coins: readonly BoundCoin[];
}

/** The books that one peak is about: begun once, and never compared with another. */
export interface Baseline {
  readonly baselineId: string;
  readonly sinceMs: number;
}

/** A change of the wallet that no income explains yet. Meanwhile the peak does not rise, and only falls are judged. */
export interface Unexplained {
  readonly sinceMs: number;
  readonly amountUsd: DecimalString;
  /** The last NAV whose wallet was explained. */
  readonly explainedAtMs: number;
}

/** Collateral that stands for positions together, at the venue's mark prices. */
export interface MarginPool {
  /** The isolated position that it belongs to; null: the wallet, for all cross positions. */
  readonly symbol: string | null;
  /** With unrealised profit. */
  readonly balanceUsd: DecimalString;
  /** Below it the venue takes the positions over. */
  readonly maintenanceUsd: DecimalString;
  /** Value of the positions, both sides added. */
  readonly notionalUsd: DecimalString;
  /** Maintenance over balance, rounded up: at 10,000 the venue liquidates. */
  readonly ratioBps: number;
  /**
   * Distance to liquidation: the move of all its positions against the account at once that leaves just the maintenance of
   * now. Null: nothing is held.
   */
  readonly roomBps: number | null;
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
  /** Other assets and reserves. */
  readonly assetsUsd: DecimalString | null;
  readonly unrealizedPnlUsd: DecimalString | null;
  readonly positions: readonly MarkedPosition[];
  readonly assets: readonly ValuedAsset[];
  readonly marks: Readonly<Record<string, TopOfBook>>;
  readonly sources: {
    readonly balances: SourceHealth;
    readonly positions: SourceHealth;
    readonly marks: SourceHealth;
    /** From the venue's income. A wallet that did not move had none: that is an answer, too. */
    readonly funding: SourceHealth;
    readonly fees: SourceHealth;
    /** Prices of other assets; well where there are none. */
    readonly fx: SourceHealth;
  };
  /** True when any source failed in this run: the values are then those of `asOfMs`, not of now. */
  readonly stale: boolean;
  /** When the values were good; does not move while `stale`. */
  readonly asOfMs: number | null;
  /** When the schedule last ran, well or not. */
  readonly checkedAtMs: number;
  /** Samples not yet packed into the series, oldest first. */
  readonly recent: readonly NavSample[];
  /** The peak's; null before the first. */
  readonly baseline: Baseline | null;
  readonly unexplained: Unexplained | null;
  /** Of the last run whose account answered, stale or not; null before the first. */
  readonly bound: NavBound | null;
  /** Of the same answer as the wallet; null: the venue did not say. */
  readonly margin: readonly MarginPool[] | null;
}

/** Money that came or went: the peak is scaled by `factor`, so that the drawdown stays what trading made it. */
export interface BaselineAdjustment {
  /** The first income that it is about, or `reserves-` and the config's version. */
  readonly adjustmentId: string;
  readonly amountUsd: DecimalString;
  /** Peak after over peak before: of each transfer, the equity of its moment with it over that without. */
  readonly factor: DecimalString;
  /** NAVs before this are in the old scale. */
  readonly atMs: number;
}

export interface PeakSource {
  readonly kind: WordOf<typeof PEAK_SOURCES>;
  readonly rebuiltAtMs: number;
  readonly sampleCount: number;
}

/** A NAV above the peak that one run has seen: the peak rises once a second run has seen as much. */
export interface PeakCandidate {
  readonly usd: DecimalString;
  readonly atMs: number;
}

/** Balances up to which every income is accounted for. */
export interface Ledger {
  readonly balances: Readonly<Record<string, DecimalString>>;
  /** Configured reserves as they were counted. */
  readonly reserves: Readonly<Record<string, DecimalString>>;
  /** Venue's time of the last accounted income, and the ids accounted at that very time. */
  readonly cursorMs: number;
  readonly cursorIds: readonly string[];
}

/** `accounts/{a}/control/peak`: written by the NAV schedule only. */
export interface Peak {
  readonly accountId: string;
  readonly baselineId: string;
  readonly baselineSinceMs: number;
  readonly peakUsd: DecimalString;
  readonly peakAtMs: number;
  /** Fall from the peak in basis points of the peak, never negative. */
  readonly drawdownBps: number;
  readonly dayOpenUsd: DecimalString;
  /** UTC day of `dayOpenUsd`, `YYYY-MM-DD`. */
  readonly day: string;
  /** NAV now less the day's opening NAV and what was transferred since. */
  readonly dayPnlUsd: DecimalString;
  /** When a good NAV was last judged: rises, transfers and falls. */
  readonly asOfMs: number;
  /** When falls were last judged, by a NAV or by its lower bound. */
  readonly lossAsOfMs: number;
  readonly candidate: PeakCandidate | null;
  /** Income of `day`, and of the baseline as far back as it was counted. */
  readonly today: IncomeSums;
  readonly total: IncomeSums;
  /** Newest last, bounded. */
  readonly adjustments: readonly BaselineAdjustment[];
  readonly source: PeakSource;
  readonly ledger: Ledger;
}

/** `accounts/{a}/navSeries/{day}`: a sample a minute, packed. Arrays are of one length. */
export interface NavSeries {
  readonly accountId: string;
  readonly day: string;
  readonly atMs: readonly number[];
  readonly navUsd: readonly DecimalString[];
  /** Of the newest sample; samples before its beginning belong to an older one. Null before the first. */
  readonly baseline: Baseline | null;
  readonly adjustments: readonly BaselineAdjustment[];
  readonly updatedAtMs: number;
}
