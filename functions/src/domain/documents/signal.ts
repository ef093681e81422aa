// A signal as it arrived, its meaning (intent), and its fate (receipt).

import type { DecimalString } from "#domain/decimal.ts";
import type { DecisionBasis } from "./basis.ts";
import type { Denial } from "./denial.ts";
import type { EntryPlan } from "./entry-plan.ts";
import type { ExitPlan } from "./exit-plan.ts";
import type { QueueStay } from "./queue.ts";
import type { HookMode } from "./records.ts";
import type { INTENT_ACTIONS, RECEIPT_STATUSES, Side, STORED_INTENT_STATUSES, WordOf } from "./words.ts";

export type IntentAction = WordOf<typeof INTENT_ACTIONS>;

/** An entry's size as a share of the account. */
export type ShareSize =
  | { readonly kind: "navBps"; readonly navBps: number }
  /** Of NAV less the margin that is in use: see domain/risk/free-nav.ts. */
  | { readonly kind: "freeBps"; readonly freeBps: number }
  /** The loss at the stop, as a share of NAV. */
  | { readonly kind: "riskBps"; readonly riskBps: number };

/** The position that the strategy states for after its order: the difference from what is held is opened or reduced. */
export interface TargetSize {
  readonly kind: "targetBase";
  readonly targetBase: DecimalString;
  /** The position before it, below zero for a short; null: not said. */
  readonly beforeBase: DecimalString | null;
}

export type IntentSize =
  | { readonly kind: "notionalUsd"; readonly notionalUsd: DecimalString }
  | { readonly kind: "qtyBase"; readonly qtyBase: DecimalString }
  | ShareSize
  | TargetSize
  /** The strategy's `entryShare`, else its `orderNotionalUsd`. */
  | { readonly kind: "strategyDefault" };

export interface Intent {
  readonly intentId: string;
  readonly signalId: string;
  readonly accountId: string;
  readonly strategyId: string;
  readonly symbol: string;
  readonly action: IntentAction;
  /** Side of the position wanted; for `reduce` and `close` null means whichever side is open. */
  readonly side: Side | null;
  readonly size: IntentSize;
  /** Share of the open quantity to give up, for `reduce`; 10,000 = all of it. */
  readonly reduceBps: number | null;
  /** Price that the sender saw when it made the signal; null when the signal does not bring one. */
  readonly signalPriceUsd: DecimalString | null;
  /** How the position is to be left, as the signal of an entry says it; null: as the strategy's config says. */
  readonly exits: ExitPlan | null;
  /** How the position is to be entered, as the signal of an entry says it; null: as the strategy's config says. */
  readonly entries: EntryPlan | null;
  /** When the sender says it was made, and when Ballast received it. */
  readonly signalledAtMs: number;
  readonly receivedAtMs: number;
  readonly expiresAtMs: number;
}

export type StoredIntentStatus = WordOf<typeof STORED_INTENT_STATUSES>;

/** `accounts/{a}/intents/{intentId}` */
export interface StoredIntent {
  readonly intent: Intent;
  readonly status: StoredIntentStatus;
  /** Orders that it has had: a reversal closes first, and is decided again once that is done. The next one's step. */
  readonly step: number;
  /** While it waits: the passing refusals that it waits for; empty when it waits for the holder of the lease. */
  readonly denials: readonly Denial[];
  /** The basis of its decision; null while it waits. */
  readonly basis: DecisionBasis | null;
  readonly updatedAtMs: number;
}

export type ReceiptStatus = WordOf<typeof RECEIPT_STATUSES>;

/** `accounts/{a}/receipts/{signalId}`: created once by the webhook, finished once by the lease holder. */
export interface Receipt {
  readonly signalId: string;
  readonly hookId: string;
  readonly accountId: string;
  readonly strategyId: string;
  readonly status: ReceiptStatus;
  /** Null when the signal was refused before it became an intent. */
  readonly intent: Intent | null;
  /** Machine-readable code of a refusal (`SIGNAL_STALE` …). */
  readonly refusalCode: string | null;
  readonly denials: readonly Denial[];
  readonly clientOrderId: string | null;
  /** Of an entry that waited for a place of the pool; null: it never did. */
  readonly queue: QueueStay | null;
  /** Body as received, secrets redacted; fields that the schema does not know are kept here. */
  readonly payload: Readonly<Record<string, unknown>>;
  readonly source: { readonly address: string; readonly mode: HookMode };
  readonly receivedAtMs: number;
  /** When the decision was committed, the order was sent, and the venue answered. */
  readonly decidedAtMs: number | null;
  readonly sentAtMs: number | null;
  readonly acknowledgedAtMs: number | null;
}
