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
  /** Our time of the question that was answered whole: every part is at least as new. */
  readonly asOfMs: number;
}

/** As much of the settings as an incomplete reading has brought; of a symbol maybe without its brackets. */
export interface KnownSettings extends Partial<Omit<VenueSettings, "symbols" | "asOfMs">> {
  readonly symbols?: Readonly<
    Record<string, Omit<SymbolSettings, "brackets"> & Partial<Pick<SymbolSettings, "brackets">>>
  >;
}

/** `accounts/{a}/control/venue`: written by the reconcile schedule only. */
export interface VenueSettingsRecord {
  readonly accountId: string;
  /** As last read whole, with what an incomplete reading since then has brought; null only before the first whole one. */
  readonly settings: VenueSettings | null;
  /** Config version whose symbols were asked for. */
  readonly configVersion: number;
  /** Which of the account's stored keys asked; null where none could be opened. */
  readonly keyRevision: string | null;
  readonly triedAtMs: number;
  /** Why the last try brought nothing; null: it did. */
  readonly error: string | null;
  /** Differences that people were told of, in words, and since when they stand; null: there are none. */
  readonly told: { readonly text: string; readonly sinceMs: number } | null;
}
