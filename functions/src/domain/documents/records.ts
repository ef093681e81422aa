// Append-only records beside the books: journal, alerts, quarantine, dead letters. Nothing is dropped in silence.
import type { ALERT_SEVERITIES, HOOK_MODES, WordOf } from "./words.ts";

/** `accounts/{a}/journal/{seq}`: one per change of the books. Folding the images in order of `seq` gives the documents. */
export interface JournalEntry {
  readonly seq: number;
  readonly accountId: string;
  readonly atMs: number;
  readonly fence: number;
  readonly actor: string;
  /** The event, in the past tense of the field: `ORDER_STORED`, `ORDER_FILLED`, `INTENT_DENIED` … */
  readonly kind: string;
  readonly subject: string;
  /** Documents as this commit left them, by path. */
  readonly images: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

export type AlertSeverity = WordOf<typeof ALERT_SEVERITIES>;

/** `accounts/{a}/alerts/{alertId}` */
export interface Alert {
  readonly alertId: string;
  readonly accountId: string;
  readonly severity: AlertSeverity;
  readonly code: string;
  readonly message: string;
  /** The step that the reader should take. */
  readonly remedy: string;
  /** Makes a repetition the same alert: the id is derived from account, code and this. */
  readonly dedupeKey: string;
  readonly atMs: number;
  readonly acknowledgedAtMs: number | null;
  /** Who, as commands name their actor. */
  readonly acknowledgedBy: string | null;
}

/** `quarantine/{id}`: input that no retry can help. */
export interface Quarantined {
  readonly quarantineId: string;
  readonly source: string;
  readonly accountId: string | null;
  readonly code: string;
  readonly faults: readonly string[];
  /** As received, secrets redacted, cut to a bound. */
  readonly body: string;
  readonly atMs: number;
}

/** `deadLetters/{id}`: a message past its age or attempts; can be replayed. */
export interface DeadLetter {
  readonly deadLetterId: string;
  readonly topic: string;
  readonly accountId: string | null;
  readonly payload: Readonly<Record<string, unknown>>;
  readonly reason: string;
  readonly publishedAtMs: number;
  readonly atMs: number;
  readonly replayedAtMs: number | null;
}

export type HookMode = WordOf<typeof HOOK_MODES>;

/** `hooks/{hookId}`: which account and strategy a webhook address feeds, and how its senders prove themselves. */
export interface Hook {
  readonly hookId: string;
  readonly accountId: string;
  readonly strategyId: string;
  readonly mode: HookMode;
  readonly enabled: boolean;
  /** SHA-256 of the direct mode's token, hex; null in signed mode, whose secret lives in the secret store. */
  readonly tokenSha256: string | null;
  /** Addresses that may call in direct mode. */
  readonly sourceAddresses: readonly string[];
  /** A signal older than this on arrival is stale. */
  readonly maxSignalAgeMs: number;
  /** Requests per rolling minute before 429. */
  readonly maxRequestsPerMinute: number;
}
