// A message for people as a write, for a batch with what it is about: neither is then stored without the other.
import { newOutboxItem, type OutboxMessage } from "../../domain/outbox.ts";
import { paths } from "../../domain/paths.ts";
import type { DocumentWrite } from "../../ports/documents.ts";
import { encodeWithTtl, RETENTION_MS } from "../codec.ts";

/** Fails the batch when the message was stored before, as its subject was then. */
export function outboxWrite(message: OutboxMessage, nowMs: number): DocumentWrite {
  const item = newOutboxItem(message, nowMs);
  const path = paths.outboxItem(item.accountId, item.outboxId);
  return { op: "create", path, data: encodeWithTtl(item, nowMs, RETENTION_MS.outbox) };
}
