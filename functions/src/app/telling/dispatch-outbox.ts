// Sends what waits in the outboxes of all accounts, at least once: an account's in the order in which it is due, a few
// accounts at a time. A message without an answer takes a bounded time and keeps none but those of its own account from
// going out, and them not long. What is given up is marked and shown, never dropped.

import {
  decodeRequired,
  encodeWithTtl,
  NewerDocumentError,
  RETENTION_MS,
  UnusableDocumentError,
} from "#app/documents";
import { paths } from "#domain/documents/paths.ts";
import { marked } from "#domain/telling/marked.ts";
import { notSent, type OutboxItem, sent } from "#domain/telling/outbox.ts";
import type { Clock } from "#ports/clock.ts";
import { type Deadline, DeadlineExceededError } from "#ports/deadline.ts";
import {
  DocumentNotFoundError,
  type DocumentPort,
  type DocumentSnapshot,
  PreconditionFailedError,
} from "#ports/documents.ts";
import type { Logger } from "#ports/logger.ts";
import { type Notifier, NotifierError } from "#ports/notifier.ts";
import { outboxItemSchema } from "#schemas/records.ts";
import { type AlertCondition, raiseUntoldAlert } from "./alert.ts";

/**
 * Looked at in one pass; its time decides how many of them are sent. Ten times what one account's lane can send: the
 * messages of an account whose receiver is silent stay the oldest, and must not fill the look.
 */
const MAX_DUE = 400;
/** A receiver answers in a second or not at all; longer than the notifier's own limit, which says why it gave up. */
const LONGEST_ANSWER_MS = 8_000;
/** Accounts at a time: each costs a connection and, at worst, a receiver's patience. */
const MOST_AT_ONCE = 5;
/** One may be this message's own fault; after two in a row the account's others would only fail too. */
const FAILURES_END_ACCOUNT = 2;
/** A pass begins no message after this: the function is stopped at 55 s. */
const PASS_MS = 40_000;
/** Attempts at one message after which the receiver counts as failing. */
const FAILING_AFTER_ATTEMPTS = 3;
const HOUR_MS = 3_600_000;

export interface OutboxDeps {
  readonly documents: DocumentPort;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly deadline: Deadline;
  /** Null where none is configured: messages then wait and are shown, and looking for them costs nothing. */
  readonly notifier: Notifier | null;
}

/** Throws DocumentError when the store cannot be asked. */
export async function dispatchOutbox(deps: OutboxDeps): Promise<void> {
  const { notifier } = deps;
  if (notifier === null) return;
  const due = await deps.documents.query({
    collection: "outbox",
    allDescendants: true,
    where: [
      { field: "status", op: "==", value: "PENDING" },
      { field: "nextAttemptAtMs", op: "<=", value: deps.clock.nowMs() },
    ],
    orderBy: { field: "nextAttemptAtMs", direction: "asc" },
    limit: MAX_DUE,
  });
  const endsAtMs = deps.clock.nowMs() + PASS_MS;
  const accounts = byAccount(deps, due);
  const lane = async (): Promise<void> => {
    for (let waiting = accounts.shift(); waiting !== undefined; waiting = accounts.shift())
      await dispatchAccount(deps, notifier, waiting, endsAtMs);
  };
  const ended = await Promise.allSettled(Array.from({ length: MOST_AT_ONCE }, lane));
  for (const result of ended) if (result.status === "rejected") throw result.reason;
}

interface Due {
  readonly item: OutboxItem;
  readonly snapshot: DocumentSnapshot;
}

/** Oldest first, the accounts and the messages of each. */
function byAccount(deps: OutboxDeps, due: readonly DocumentSnapshot[]): Due[][] {
  const accounts = new Map<string, Due[]>();
  for (const snapshot of due) {
    const item = readable(deps, snapshot);
    if (item === null) continue;
    const waiting = accounts.get(item.accountId) ?? [];
    accounts.set(item.accountId, waiting);
    waiting.push({ item, snapshot });
  }
  return [...accounts.values()];
}

async function dispatchAccount(
  deps: OutboxDeps,
  notifier: Notifier,
  waiting: readonly Due[],
  endsAtMs: number,
): Promise<void> {
  let failures = 0;
  for (const { item, snapshot } of waiting) {
    if (failures === FAILURES_END_ACCOUNT || deps.clock.nowMs() >= endsAtMs) return;
    failures = (await dispatch(deps, notifier, item, snapshot)) ? 0 : failures + 1;
  }
}

function readable(deps: OutboxDeps, snapshot: DocumentSnapshot): OutboxItem | null {
  try {
    return decodeRequired(outboxItemSchema, snapshot);
  } catch (error) {
    if (!(error instanceof UnusableDocumentError || error instanceof NewerDocumentError)) throw error;
    deps.logger.error("A message in an outbox cannot be read and is not sent", { fault: error.message });
    return null;
  }
}

/** False when the receiver does not answer. */
async function dispatch(
  deps: OutboxDeps,
  notifier: Notifier,
  item: OutboxItem,
  snapshot: DocumentSnapshot,
): Promise<boolean> {
  const { outboxId: id, accountId, kind, severity, createdAtMs } = item;
  // An item of an earlier release stands there as it was written.
  const [title, text] = [marked(item.title), marked(item.text)];
  try {
    const sending = notifier.send({ id, accountId, kind, severity, title, text, createdAtMs });
    await deps.deadline.within(sending, LONGEST_ANSWER_MS);
  } catch (thrown) {
    const error = asNoAnswer(thrown);
    if (!(error instanceof NotifierError)) throw error;
    const after = notSent(item, error.message, error.isRefusal, deps.clock.nowMs());
    await report(deps, after);
    await store(deps, after, snapshot);
    return error.isRefusal;
  }
  await store(deps, sent(item, deps.clock.nowMs()), snapshot);
  return true;
}

/** A receiver that is silent for too long is one that does not answer, whatever its adapter waits for. */
function asNoAnswer(error: unknown): unknown {
  if (!(error instanceof DeadlineExceededError)) return error;
  return new NotifierError(`The notifier did not answer (${error.message})`, false, { cause: error });
}

/** Before the item says so: once it does, nothing would raise the alert any more. */
async function report(deps: OutboxDeps, item: OutboxItem): Promise<void> {
  const { accountId, title, outboxId, lastError } = item;
  const about = {
    accountId,
    severity: "critical",
    remedy: "Check the notifier and BALLAST_NOTIFIER_URL",
  } as const;
  if (item.status === "FAILED") {
    const message = `The message "${title}" was given up: ${lastError}`;
    await raiseUntoldAlert(deps, { ...about, code: "NOTIFICATION_GIVEN_UP", message, dedupeKey: outboxId });
  } else if (item.attempts >= FAILING_AFTER_ATTEMPTS) {
    const hour = Math.floor(deps.clock.nowMs() / HOUR_MS);
    const condition: AlertCondition = {
      ...about,
      code: "NOTIFIER_FAILING",
      message: `People are not told of alerts: ${lastError}`,
      dedupeKey: String(hour),
    };
    await raiseUntoldAlert(deps, condition);
  }
}

async function store(deps: OutboxDeps, item: OutboxItem, snapshot: DocumentSnapshot): Promise<void> {
  const path = paths.outboxItem(item.accountId, item.outboxId);
  const data = encodeWithTtl(item, item.createdAtMs, RETENTION_MS.outbox);
  try {
    await deps.documents.commit([{ op: "set", path, data, version: snapshot.version ?? "" }]);
  } catch (error) {
    // Another pass was faster; the receiver knows a repetition by its id.
    if (!(error instanceof PreconditionFailedError || error instanceof DocumentNotFoundError)) throw error;
  }
}
