// Telling people something outside the dashboard. Delivered at least once: the id lets the receiver know a repetition.
import type { AlertSeverity } from "#domain/documents/records.ts";
import type { OutboxKind } from "#domain/telling/outbox.ts";

export interface Notification {
  /** Always the same for the same message. */
  readonly id: string;
  readonly accountId: string;
  readonly kind: OutboxKind;
  readonly severity: AlertSeverity;
  readonly title: string;
  readonly text: string;
  readonly createdAtMs: number;
}

export interface Notifier {
  /** Resolves when the receiver has taken it; one attempt, bounded in time. Rejects with NotifierError. */
  send(notification: Notification): Promise<void>;
}

export class NotifierError extends Error {
  /** Whether this very message was refused for good, so that sending it again cannot help. */
  readonly isRefusal: boolean;
  constructor(message: string, isRefusal: boolean, options?: ErrorOptions) {
    super(message, options);
    this.name = "NotifierError";
    this.isRefusal = isRefusal;
  }
}
