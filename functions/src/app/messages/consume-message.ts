// The two lanes of a bus message. Unusable input is quarantined with an alert and acknowledged; failed processing is
// thrown and retried, until the message is past its age or attempts: then it is kept as a dead letter, with an alert.

import { encodeWithTtl, NewerDocumentError, RETENTION_MS } from "#app/documents";
import { type AlertCondition, alertWrites, tellNewer } from "#app/telling";
import { deadLetterId, quarantineId } from "#domain/documents/ids.ts";
import { paths } from "#domain/documents/paths.ts";
import type { DeadLetter, Quarantined } from "#domain/documents/records.ts";
import type { Clock } from "#ports/clock.ts";
import { DocumentExistsError, type DocumentPort, type DocumentWrite } from "#ports/documents.ts";
import type { Logger } from "#ports/logger.ts";

/** Past this a message is not worth acting on: every intent in it has expired long before. */
const MAX_MESSAGE_AGE_MS = 30 * 60_000;
/** Pub/Sub backs off up to ten minutes, so this many failures are a fault, not a hiccup. */
const MAX_MESSAGE_ATTEMPTS = 8;
/** Of a quarantined body: enough to see what it was. */
const MAX_BODY_CHARACTERS = 4_000;

export interface BusMessage {
  readonly messageId: string;
  readonly topic: string;
  readonly publishedAtMs: number;
  readonly payload: unknown;
  /** As they were published. */
  readonly attributes: Readonly<Record<string, string>>;
  /** How old it may be and still be acted on, where that is not the usual. */
  readonly maxAgeMs?: number;
}

export interface ConsumeDeps {
  readonly documents: DocumentPort;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** What the message turned out to be: usable, or why not. */
export type Parsed<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly faults: readonly string[] };

/**
 * Runs `handle` for a usable message that is not too old. Resolves when the message may be acknowledged; rejects when it
 * must come back.
 */
export async function consumeMessage<T extends { readonly accountId: string }>(
  deps: ConsumeDeps,
  message: BusMessage,
  parsed: Parsed<T>,
  handle: (value: T) => Promise<void>,
): Promise<void> {
  const { maxAgeMs = MAX_MESSAGE_AGE_MS } = message;
  if (!parsed.ok) return await quarantine(deps, message, "MESSAGE_UNUSABLE", parsed.faults);
  const { accountId } = parsed.value;
  if (deps.clock.nowMs() - message.publishedAtMs > maxAgeMs) {
    return await bury(deps, message, accountId, `older than ${maxAgeMs} ms`);
  }
  try {
    await handle(parsed.value);
  } catch (error) {
    if (error instanceof UnusableInputError) {
      return await quarantine(deps, message, error.code, [error.message]);
    }
    if (error instanceof NewerDocumentError) {
      // It comes back until an instance of the later release takes it; a slow rollout must not bury it.
      await tellNewer(deps, accountId, error);
      throw error;
    }
    const attempts = await countAttempt(deps, message);
    if (attempts < MAX_MESSAGE_ATTEMPTS) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    await bury(deps, message, accountId, `failed ${attempts} times, last: ${reason}`);
  }
}

/** Input that no retry can help, found while acting on it (an account that does not exist). */
export class UnusableInputError extends Error {
  readonly code: string;
  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "UnusableInputError";
    this.code = code;
  }
}

async function quarantine(
  deps: ConsumeDeps,
  message: BusMessage,
  code: string,
  faults: readonly string[],
): Promise<void> {
  const nowMs = deps.clock.nowMs();
  const id = quarantineId(message.topic, message.messageId);
  const body = JSON.stringify(message.payload ?? null).slice(0, MAX_BODY_CHARACTERS);
  const kept: Quarantined = {
    quarantineId: id,
    source: message.topic,
    accountId: null,
    code,
    faults,
    body,
    atMs: nowMs,
  };
  deps.logger.error("A message was quarantined", {
    topic: message.topic,
    messageId: message.messageId,
    code,
    faults,
  });
  const data = encodeWithTtl(kept, nowMs, RETENTION_MS.quarantine);
  await createOnce(deps, [{ op: "create", path: paths.quarantine(id), data }]);
}

async function bury(
  deps: ConsumeDeps,
  message: BusMessage,
  accountId: string,
  reason: string,
): Promise<void> {
  const nowMs = deps.clock.nowMs();
  const id = deadLetterId(message.topic, message.messageId);
  const letter: DeadLetter = {
    deadLetterId: id,
    topic: message.topic,
    accountId,
    payload: message.payload as Record<string, unknown>,
    reason,
    publishedAtMs: message.publishedAtMs,
    atMs: nowMs,
    replayedAtMs: null,
  };
  const alert: AlertCondition = {
    accountId,
    severity: "critical",
    code: "MESSAGE_DEAD_LETTERED",
    message: `A message on ${message.topic} was given up: ${reason}`,
    remedy: `Mend the cause, then replay dead letter ${id}`,
    dedupeKey: id,
  };
  deps.logger.error(alert.message, { alert: alert.code, accountId, deadLetterId: id });
  // In one batch: once the message is acknowledged, nothing would raise the alert any more.
  const data = encodeWithTtl(letter, nowMs, RETENTION_MS.deadLetters);
  await createOnce(deps, [{ op: "create", path: paths.deadLetter(id), data }, ...alertWrites(alert, nowMs)]);
}

/** Attempts at this message so far, this one included; counted only when one fails. */
async function countAttempt(deps: ConsumeDeps, message: BusMessage): Promise<number> {
  const path = paths.delivery(deadLetterId(message.topic, message.messageId));
  const [snapshot] = await deps.documents.getAll([path]);
  const before = snapshot?.data?.attempts;
  const attempts = (typeof before === "number" ? before : 0) + 1;
  const data = encodeWithTtl({ attempts }, deps.clock.nowMs(), RETENTION_MS.deliveries);
  await deps.documents.commit([{ op: "set", path, data }]);
  return attempts;
}

/** Creates all of it or, where an earlier delivery did, nothing. */
async function createOnce(deps: ConsumeDeps, writes: readonly DocumentWrite[]): Promise<void> {
  try {
    await deps.documents.commit(writes);
  } catch (error) {
    if (!(error instanceof DocumentExistsError)) throw error; // stored by an earlier delivery
  }
}
