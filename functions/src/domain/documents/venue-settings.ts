// Settings of an account at its venue that decide how its positions are held, and the document that keeps the last reading
// of them. Ballast reads them and never changes them.
import type { DecimalString } from "#domain/decimal.ts";
import type { MarginType, PositionMode } from "./words.ts";

/** Maintenance margin of a position up to a value: value times rate, less deduction. */
export interface MarginBracket {
  readonly notionalCapUsd: DecimalString;
  /** Plain number: 0.004 of the value. */
  readonly maintenanceRate: DecimalString;
  readonly deductionUsd: DecimalString;
}

export interface SymbolSettings {
  readonly marginType: MarginType;
  readonly leverage: number;
  /** Smallest positions first. */
  readonly brackets: readonly MarginBracket[];
}

export interface KeyPermissions {
  readonly mayTrade: boolean;
  readonly mayWithdraw: boolean;
  /** Whether the venue takes the key from listed addresses only. */
  readonly isAddressBound: boolean;
}

export interface VenueSettings {
  readonly positionMode: PositionMode;
  /** Whether coins beside the settlement currency are margin too. */
  readonly multiAssets: boolean;
  /** Whether the venue lets the account trade at all. */
  readonly mayTrade: boolean;
  /** Whether fees are taken in the venue's own coin. */
  readonly feesInCoin: boolean;
  /** Null where the address has no such question: a test network. */
  readonly key: KeyPermissions | null;
  /** Of the symbols that were asked for, as far as the venue lists them. */
  readonly symbols: Readonly<Record<string, SymbolSettings>>;
  /** Our time of the question: the answer is at least as new. */
  readonly asOfMs: number;
}
