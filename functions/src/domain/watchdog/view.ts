// Everything that the watchdog judges: its own fresh look at the venue, the account's documents, and the
// record of its last look. A null member could not be had; no rule takes that for good news.

import type { DecimalString } from "#domain/decimal.ts";
import type { AccountConfig } from "#domain/documents/config.ts";
import type { ControlState } from "#domain/documents/control.ts";
import type { AssetBalance } from "#domain/documents/income.ts";
import type { TopOfBook } from "#domain/documents/market.ts";
import type { Nav } from "#domain/documents/nav.ts";
import type { Order } from "#domain/documents/order.ts";
import type { Side, WordOf } from "#domain/documents/words.ts";
import type { AccountPosition } from "#domain/nav/equity.ts";
import type { PoolFacts } from "#domain/nav/margin.ts";
import type { StaleSource } from "./causes.ts";

/** Wallet and positions as one answer of the venue had them. */
export interface SeenAccount {
  readonly walletUsd: DecimalString;
  /** Other coins in that wallet. */
  readonly others: readonly AssetBalance[];
  readonly positions: readonly AccountPosition[];
  /** Collateral against maintenance margin; missing where the venue does not tell it. */
  readonly margin?: readonly PoolFacts[] | undefined;
  readonly asOfMs: number;
}

/** Something held, as either of the venue's two lists of positions has it. */
export interface SeenPosition {
  readonly symbol: string;
  readonly side: Side;
  readonly qtyBase: DecimalString;
}

/** Asked of the venue by the watchdog itself. */
export interface VenueLook {
  /**
   * When the look began. Everything it judges was read later, so a look that stands still, or whose venue takes its
   * time, does not make several parts silent at once that were well when it read of them.
   */
  readonly atMs: number;
  /** The venue's own clock; null when it did not answer. */
  readonly serverTimeMs: number | null;
  /** How far it is at least ahead of ours, behind it where negative; 0: no further than its answer took. Null: no answer. */
  readonly clockDriftMs: number | null;
  readonly account: SeenAccount | null;
  /** The account's; where it did not answer, those of the venue's other list. */
  readonly positions: readonly SeenPosition[] | null;
  readonly quotes: readonly TopOfBook[] | null;
}

export const FINDING_CODES = [
  "SESSION_HORIZON",
  "SESSION_STOPLOSS",
  "BLIND",
  "GROUP_STOPLOSS",
  "GROUP_TIME_LIMIT",
  "MARGIN_RATIO",
  "CLOCK_DRIFT",
  "NAV_MISSED",
  "NAV_STALE",
  "ACCOUNT_SILENT",
  "MARKET_DATA_STALE",
  "QUOTES_FROZEN",
  "EXECUTOR_STUCK",
  "RECONCILE_MISSED",
] as const;

/** `alert`: people are told, and nothing is done. */
export const FINDING_CALLS = ["flatten", "closeGroup", "stale", "alert"] as const;

export interface Finding {
  readonly code: WordOf<typeof FINDING_CODES>;
  /** Group, symbol or order; empty for the account. */
  readonly subject: string;
  readonly message: string;
  readonly calls: WordOf<typeof FINDING_CALLS>;
  /** Null unless it calls something stale. */
  readonly source: StaleSource | null;
}

/** From the mildest to the sternest. */
export const VERDICT_KINDS = ["none", "alert", "reduce", "closeGroup", "flatten"] as const;
export type VerdictKind = WordOf<typeof VERDICT_KINDS>;

/** A condition from its first look to its last, short absences included: it is told of once, and rarely again. */
export interface Episode {
  readonly sinceMs: number;
  readonly seenAtMs: number;
}

/** `accounts/{a}/telemetry/watchdog`: its heartbeat, and its memory across instances. */
export interface WatchdogRecord {
  readonly accountId: string;
  readonly lookedAtMs: number;
  /** Since when something has been held without a break; null: flat. */
  readonly exposedSinceMs: number | null;
  /** Since when a value of what is held could not be had; null: it was had. */
  readonly blindSinceMs: number | null;
  /** The account as it last answered; null: never. */
  readonly account: SeenAccount | null;
  /** Quotes of the last look, by symbol. */
  readonly quotes: Readonly<Record<string, TopOfBook>>;
  /** Since when the inbox has waited at this count of taken intents; null: empty. */
  readonly inbox: { readonly takenCount: number; readonly sinceMs: number } | null;
  /** Looks in a row without anything stale. */
  readonly healthyLooks: number;
  readonly verdict: VerdictKind;
  readonly findings: readonly Finding[];
  /** By the condition that they are of. */
  readonly episodes: Readonly<Record<string, Episode>>;
}

export interface WatchdogView {
  readonly look: VenueLook;
  readonly control: ControlState;
  readonly config: AccountConfig;
  readonly nav: Nav | null;
  /** When the NAV schedule last stored one, also where it cannot be read here; null: never. */
  readonly navStoredAtMs: number | null;
  /** When a reconcile pass last ended; null: never. */
  readonly reconciledAtMs: number | null;
  /** Live orders that have stood still for long; empty when the control document itself moved lately. */
  readonly orders: readonly Order[];
  readonly before: WatchdogRecord | null;
}

export type WatchdogRule = (view: WatchdogView) => readonly Finding[];

/**
 * Whether something is held: as the account says. Where it is silent, an empty list of the other endpoint is believed only
 * if the books are empty too, and no list at all is no sign of less than was held.
 */
export function isExposed({
  look,
  control,
  before,
}: Pick<WatchdogView, "look" | "control" | "before">): boolean {
  if (look.account !== null) return look.account.positions.length > 0;
  if (Object.keys(control.slots).length > 0) return true;
  return look.positions === null ? (before?.exposedSinceMs ?? null) !== null : look.positions.length > 0;
}

/** Since when something has been held, as far as the watchdog saw it. */
export function exposedSinceMs(view: WatchdogView): number | null {
  return isExposed(view) ? (view.before?.exposedSinceMs ?? view.look.atMs) : null;
}
