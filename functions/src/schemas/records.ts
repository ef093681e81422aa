// Journal, alerts, quarantine, dead letters, hooks, and the messages on the bus and in tasks.
import { z } from "zod";
import type { AccountProfile } from "#domain/documents/account.ts";
import type { Alert, DeadLetter, Hook, JournalEntry, Quarantined } from "#domain/documents/records.ts";
import type { Intent } from "#domain/documents/signal.ts";
import {
  ACCOUNT_DUTIES,
  ALERT_SEVERITIES,
  CIRCUITS,
  HOOK_MODES,
  OUTBOX_KINDS,
  OUTBOX_STATUSES,
  type WordOf,
} from "#domain/documents/words.ts";
import type { OutboxItem } from "#domain/telling/outbox.ts";
import type { PublisherPing } from "#domain/telling/telemetry-silence.ts";
import { accountProfileSchema } from "./config.ts";
import { accountId, count, derivedId, durationMs, epochMs, hookId, strategyId } from "./primitives.ts";
import { intentSchema } from "./signal.ts";

const openRecord = z.record(z.string(), z.unknown());
const alertSeverity = z.enum(ALERT_SEVERITIES);

export const journalEntrySchema: z.ZodType<JournalEntry> = z.strictObject({
  seq: count,
  accountId,
  atMs: epochMs,
  fence: count,
  actor: z.string().min(1),
  kind: z.string().regex(/^[A-Z][A-Z_]*$/),
  subject: z.string(),
  images: z.record(z.string(), openRecord),
});

export const alertSchema: z.ZodType<Alert> = z.strictObject({
  alertId: derivedId,
  accountId,
  severity: alertSeverity,
  code: z.string().min(1),
  message: z.string().min(1),
  remedy: z.string().min(1),
  dedupeKey: z.string().min(1),
  atMs: epochMs,
  acknowledgedAtMs: epochMs.nullable(),
  acknowledgedBy: z.string().min(1).nullable(),
});

export const publisherPingSchema: z.ZodType<PublisherPing> = z.strictObject({
  accountId,
  pingedAtMs: epochMs,
  circuit: z.enum(CIRCUITS),
  failures: count,
  lastError: z.string().nullable(),
  failingSinceMs: epochMs.nullable(),
});

export const outboxItemSchema: z.ZodType<OutboxItem> = z.strictObject({
  outboxId: derivedId,
  accountId,
  kind: z.enum(OUTBOX_KINDS),
  title: z.string().min(1),
  text: z.string().min(1),
  severity: alertSeverity,
  createdAtMs: epochMs,
  status: z.enum(OUTBOX_STATUSES),
  attempts: count,
  nextAttemptAtMs: epochMs,
  lastError: z.string().min(1).nullable(),
  sentAtMs: epochMs.nullable(),
});

export const quarantinedSchema: z.ZodType<Quarantined> = z.strictObject({
  quarantineId: derivedId,
  source: z.string().min(1),
  accountId: accountId.nullable(),
  code: z.string().min(1),
  faults: z.array(z.string()),
  body: z.string(),
  atMs: epochMs,
});

export const deadLetterSchema: z.ZodType<DeadLetter> = z.strictObject({
  deadLetterId: derivedId,
  topic: z.string().min(1),
  accountId: accountId.nullable(),
  payload: openRecord,
  reason: z.string().min(1),
  publishedAtMs: epochMs,
  atMs: epochMs,
  replayedAtMs: epochMs.nullable(),
});

export const hookSchema: z.ZodType<Hook> = z
  .strictObject({
    hookId,
    accountId,
    strategyId,
    mode: z.enum(HOOK_MODES),
    enabled: z.boolean(),
    tokenSha256: z
      .string()
      .regex(/^[0-9a-f]{64}$/)
      .nullable(),
    sourceAddresses: z.array(z.string().min(2)),
    maxSignalAgeMs: durationMs,
    maxRequestsPerMinute: z.int().min(1).max(10_000),
  })
  .refine((hook) => hook.mode === "signed" || hook.tokenSha256 !== null, {
    error: "a tradingview hook needs tokenSha256",
  });

/** Payload on topic `intents`. */
export interface IntentMessage {
  readonly intent: Intent;
}
export const intentMessageSchema: z.ZodType<IntentMessage> = z.strictObject({ intent: intentSchema });

/** Payload of task queue `followUp`: look after this account now (working orders, inbox of a dead holder). */
export interface FollowUpTask {
  readonly accountId: string;
}
export const followUpTaskSchema: z.ZodType<FollowUpTask> = z.strictObject({ accountId });

/** Accounts that one task serves, as their schedule's list has them. */
export interface AccountBatch {
  readonly duty: WordOf<typeof ACCOUNT_DUTIES>;
  readonly plannedAtMs: number;
  readonly accounts: readonly AccountProfile[];
}
/** Served at once by one run or one task: all their requests are under way together, so this bounds its memory. */
export const MAX_ACCOUNTS_AT_ONCE = 25;
export const accountBatchSchema: z.ZodType<AccountBatch> = z.strictObject({
  duty: z.enum(ACCOUNT_DUTIES),
  plannedAtMs: z.int().nonnegative(),
  accounts: z.array(accountProfileSchema).min(1).max(MAX_ACCOUNTS_AT_ONCE),
});

/** The account that a message names whose rest cannot be used: an intent's, or a command's. */
export const namedInMessageSchema = z.union([
  z.object({ intent: z.object({ accountId }) }).transform(({ intent }) => intent.accountId),
  z.object({ accountId }).transform((named) => named.accountId),
]);
