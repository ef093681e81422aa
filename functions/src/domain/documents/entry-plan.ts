// How a position is to be entered beyond its base: safety entries at prices against it (DCA), and adding alerts in its favour
// (pyramids). It says what is wanted; the legs that come of it stand on the group.

import type { DecimalString } from "#domain/decimal.ts";

/** Safety entries at price steps against the position, counted from the price that the base was decided on. */
export interface DcaPlan {
  readonly safetyOrders: number;
  /** Distance of the first from the base's price, in basis points of it. */
  readonly deviationBps: number;
  /** Each further step is so many times the one before it. */
  readonly stepScale: DecimalString;
  /** Value in USD of the first, in basis points of the base's. */
  readonly firstSizeBps: number;
  /** The value of each further one is so many times that of the one before it. */
  readonly volumeScale: DecimalString;
}

/** Entries that alerts add to an open group. */
export interface PyramidPlan {
  /** Beyond the base; safety entries do not count. */
  readonly maxEntries: number;
  /** Least distance from the last entry's price, in the position's favour, in basis points of it. */
  readonly minDistanceBps: number;
}

export interface EntryPlan {
  /** Null: the base alone. */
  readonly dca: DcaPlan | null;
  /** Null: alerts add to the group as often and wherever its caps allow. */
  readonly pyramid: PyramidPlan | null;
}

/** A leg costs some 250 bytes of the group in each of its commits, and stands in the overview beside others. */
export const MAX_SAFETY_ORDERS = 20;
/** A scale beyond this is a typing error: ten safety entries at the scale of 10 are ten thousand million bases. */
export const LARGEST_SCALE = 10;
/** Tenfold the base, in basis points. */
export const LARGEST_FIRST_SIZE_BPS = 100_000;
/** As many as an account may have open groups. */
export const MAX_PYRAMIDS = 200;
