// Messages for people that wait to be sent, each stored in the batch of the event that it tells of. Sent at
// least once, under an id by which the receiver knows a repetition.
import { outboxId } from "#domain/documents/ids.ts";
import type { AlertSeverity } from "#domain/documents/records.ts";
import type { OUTBOX_KINDS, OUTBOX_STATUSES, WordOf } from "#domain/documents/words.ts";
import { marked } from "./marked.ts";

export type OutboxKind = WordOf<typeof OUTBOX_KINDS>;

/** `accounts/{a}/outbox/{outboxId}` */
export interface OutboxItem {
  readonly outboxId: string;
  readonly accountId: string;
  readonly kind: OutboxKind;
  readonly title: string;
  readonly text: string;
  readonly severity: AlertSeverity;
  readonly createdAtMs: number;
  readonly status: WordOf<typeof OUTBOX_STATUSES>;
  readonly attempts: number;
  readonly nextAttemptAtMs: number;
  readonly lastError: string | null;
  readonly sentAtMs: number | null;
}

export interface OutboxMessage {
  readonly accountId: string;
  readonly kind: OutboxKind;
  /** Id of the alert or of the command. One subject is one message of a kind. */
  readonly subject: string;
  readonly title: string;
  readonly text: string;
  readonly severity: AlertSeverity;
}

export function newOutboxItem({ subject, ...shown }: OutboxMessage, nowMs: number): OutboxItem {
  return {
    ...shown,
    title: marked(shown.title),
    text: marked(shown.text),
    outboxId: outboxId(shown.accountId, shown.kind, subject),
    createdAtMs: nowMs,
    status: "PENDING",
    attempts: 0,
    nextAttemptAtMs: nowMs,
    lastError: null,
    sentAtMs: null,
  };
}

/** First distance of two attempts; it doubles up to the longest. */
const FIRST_RETRY_MS = 30_000;
const LONGEST_RETRY_MS = 3_600_000;
/** Longer than a receiver's bad night; a message older than this is history, and the dashboard has it. */
export const GIVE_UP_AFTER_MS = 24 * 3_600_000;

export function sent(item: OutboxItem, nowMs: number): OutboxItem {
  return { ...item, status: "SENT", attempts: item.attempts + 1, lastError: null, sentAtMs: nowMs };
}

/** After an attempt that failed: due again later, or given up when it was refused for good or is too old. */
export function notSent(item: OutboxItem, reason: string, isRefusal: boolean, nowMs: number): OutboxItem {
  const attempts = item.attempts + 1;
  const gapMs = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.min(item.attempts, 10));
  const isGivenUp = isRefusal || nowMs - item.createdAtMs >= GIVE_UP_AFTER_MS;
  return {
    ...item,
    attempts,
    status: isGivenUp ? "FAILED" : "PENDING",
    lastError: reason,
    nextAttemptAtMs: nowMs + gapMs,
  };
}
