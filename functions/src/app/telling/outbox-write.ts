// A message for people as a write, for a batch with what it is about: neither is then stored without the other.

import { encodeWithTtl, RETENTION_MS } from "#app/documents";
import { paths } from "#domain/documents/paths.ts";
import { newOutboxItem, type OutboxMessage } from "#domain/telling/outbox.ts";
import type { DocumentWrite } from "#ports/documents.ts";

/** Fails the batch when the message was stored before, as its subject was then. */
export function outboxWrite(message: OutboxMessage, nowMs: number): DocumentWrite {
  const item = newOutboxItem(message, nowMs);
  const path = paths.outboxItem(item.accountId, item.outboxId);
  return { op: "create", path, data: encodeWithTtl(item, nowMs, RETENTION_MS.outbox) };
}
