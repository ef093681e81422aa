// The one way of documents for people (views, telemetry) into the store. Keeps true that such a document never keeps
// the books from being stored, and that one which cannot be stored is noticed: it is never a silent no-op.
import type { CIRCUITS, WordOf } from "#domain/documents/words.ts";
import type { DocumentData, DocumentWrite } from "./documents.ts";

export interface PeopleDocument {
  readonly accountId: string;
  readonly path: string;
  readonly data: DocumentData;
}

interface PublisherHealth {
  readonly circuit: WordOf<typeof CIRCUITS>;
  /** In a row. */
  readonly failures: number;
  readonly lastError: string | null;
  /** Last success in this process; null before the first. */
  readonly storedAtMs: number | null;
}

export interface StatePublisher {
  /**
   * The document as a write for the batch of what it shows; null while the circuit is open. The caller tells how the
   * batch ended.
   */
  forBatch(document: PeopleDocument): DocumentWrite | null;
  stored(accountId: string): void;
  refused(accountId: string, reason: string): void;
  /** Stores it on its own; whether it is stored. Never rejects. */
  publish(document: PeopleDocument): Promise<boolean>;
  health(accountId: string): PublisherHealth;
}
