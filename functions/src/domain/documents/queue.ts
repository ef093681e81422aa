// The execution pool's queue as it is stored: entries that nothing but the pool stands against, each with all that its rank
// and its end are decided on. The intent itself stays in its own document.

import type { DecimalString } from "#domain/decimal.ts";
import type { QUEUE_CRITERIA, QUEUE_ENDS, Side, WordOf } from "./words.ts";

export type QueueCriterion = WordOf<typeof QUEUE_CRITERIA>;
export type QueueEnd = WordOf<typeof QUEUE_ENDS>;

/** The grounds of an entry's rank, as of the last commit that changed the account. */
export interface QueueRank {
  /** The open group of the same strategy, symbol and side; it needs no place then. Null: it would open a group. */
  readonly pyramidOfGroupId: string | null;
  /** Loss of that group at the NAV's marks, rounded down; zero without a group, without a mark and in profit. */
  readonly lossBps: number;
  /** The criterion that puts it before the next entry; null for the last. */
  readonly aheadBy: QueueCriterion | null;
}

export interface QueuedEntry {
  readonly intentId: string;
  readonly signalId: string;
  readonly strategyId: string;
  readonly symbol: string;
  readonly side: Side;
  readonly signalledAtMs: number;
  readonly receivedAtMs: number;
  readonly queuedAtMs: number;
  /** Its own validity in the queue, whatever the age limit of alerts is. */
  readonly expiresAtMs: number;
  /** The price that it would have taken when it was queued: the ask of a long entry, the bid of a short one. */
  readonly referencePriceUsd: DecimalString;
  /** Place in the queue when it was queued, from 1. */
  readonly placeWhenQueued: number;
  /** The queued entry of the same strategy, symbol and side whose place it took. */
  readonly replacesIntentId: string | null;
  /** The operator who ordered it before all others. */
  readonly preferredBy: string | null;
  readonly rank: QueueRank;
}

/** An entry's time in the queue, as its receipt tells it. */
export interface QueueStay {
  readonly queuedAtMs: number;
  readonly placeWhenQueued: number;
  /** Null while it waits. */
  readonly end: QueueEnd | null;
  readonly endedAtMs: number | null;
  /** The newer intent that replaced it, or the actor who dropped it. */
  readonly endedBy: string | null;
}
