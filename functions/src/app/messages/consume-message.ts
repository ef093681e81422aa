// The two lanes of a bus message. Unusable input is quarantined with an alert and acknowledged; failed processing is
// thrown and retried, until the message is past its age or attempts: then it is kept as a dead letter, with an alert.

import { encodeWithTtl, NewerDocumentError, RETENTION_MS } from "#app/documents";
import { type AlertCondition, alertWrites, raiseAlert, tellNewer } from "#app/telling";
import { deadLetterId, quarantineId } from "#domain/documents/ids.ts";
import { paths } from "#domain/documents/paths.ts";
import type { DeadLetter, Quarantined } from "#domain/documents/records.ts";
import { redactText } from "#domain/signal/redact.ts";
import type { Clock } from "#ports/clock.ts";
import { DocumentExistsError, type DocumentPort, type DocumentWrite } from "#ports/documents.ts";
import type { Logger } from "#ports/logger.ts";
import { accountId as accountIdSchema } from "#schemas/primitives.ts";
import { namedInMessageSchema } from "#schemas/records.ts";

/** Past this a message is not worth acting on: every intent in it has expired long before. */
const MAX_MESSAGE_AGE_MS = 30 * 60_000;
/** Pub/Sub backs off up to ten minutes, so this many failures are a fault, not a hiccup. */
const MAX_MESSAGE_ATTEMPTS = 8;
/** Of a quarantined body: enough to see what it was. */
const MAX_BODY_CHARACTERS = 4_000;
/** In an alert; the quarantined document has them all. */
const SHOWN_FAULTS = 5;
/** As many as a project may have; see for-each-account. */
const MAX_TOLD_ACCOUNTS = 500;

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

/** A message that is usable, or the faults that make it unusable. */
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
  const { topic, messageId } = message;
  const id = quarantineId(topic, messageId);
  const text = redactText(JSON.stringify(message.payload ?? null));
  const accountId = await knownAccount(deps, message);
  const kept: Quarantined = {
    quarantineId: id,
    source: topic,
    accountId,
    code,
    faults,
    body: text.slice(0, MAX_BODY_CHARACTERS).toWellFormed(),
    atMs: nowMs,
  };
  deps.logger.error("A message was quarantined", { topic, messageId, code, faults });
  const told = accountId === null ? await everyAccount(deps) : [accountId];
  for (const each of told) await tellQuarantined(deps, each, kept);
  const data = encodeWithTtl(kept, nowMs, RETENTION_MS.quarantine);
  await createOnce(deps, [{ op: "create", path: paths.quarantine(id), data }]);
}

/** The existing account that the message names, as our publisher writes it on it or in its body; null for none. */
async function knownAccount(deps: ConsumeDeps, message: BusMessage): Promise<string | null> {
  const inBody = namedInMessageSchema.safeParse(message.payload).data;
  const id = accountIdSchema.safeParse(message.attributes.accountId ?? inBody);
  if (!id.success) return null;
  const [snapshot] = await deps.documents.getAll([paths.account(id.data)]);
  return snapshot === undefined || snapshot.data === null ? null : id.data;
}

/** Where the account is not known, it may have been any. */
async function everyAccount(deps: ConsumeDeps): Promise<readonly string[]> {
  const snapshots = await deps.documents.query({ collection: "accounts", limit: MAX_TOLD_ACCOUNTS });
  return snapshots.map(({ path }) => path.slice(path.lastIndexOf("/") + 1));
}

/** Before the message is kept: a delivery that dies between comes again, and an alert that is there already is no harm. */
async function tellQuarantined(deps: ConsumeDeps, accountId: string, kept: Quarantined): Promise<void> {
  const { quarantineId: id, source, code, faults } = kept;
  const condition: AlertCondition = {
    accountId,
    severity: "critical",
    code: "MESSAGE_QUARANTINED",
    message: `A message on ${source} was not acted on (${code}): ${faults.slice(0, SHOWN_FAULTS).join("; ")}`,
    remedy: `Read quarantine/${id}, find what published it, and give the order again if it was one`,
    dedupeKey: id,
  };
  if (!(await raiseAlert(deps, condition))) throw new Error(`The alert about ${id} could not be stored`);
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
