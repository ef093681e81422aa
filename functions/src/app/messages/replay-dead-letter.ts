// Publishing a message again that was given up. Keeps true that a letter is replayed on purpose and with a record: the
// intent's id stays, so what was decided meanwhile is not decided again.

import { decodeRequired } from "#app/documents";
import { paths } from "#domain/documents/paths.ts";
import type { DeadLetter } from "#domain/documents/records.ts";
import type { Intent } from "#domain/documents/signal.ts";
import type { Bus } from "#ports/bus.ts";
import type { Clock } from "#ports/clock.ts";
import type { DocumentPort } from "#ports/documents.ts";
import { deadLetterSchema, intentMessageSchema } from "#schemas/records.ts";

export interface ReplayDeps {
  readonly documents: DocumentPort;
  readonly bus: Bus;
  readonly clock: Clock;
}

class ReplayRefusedError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "ReplayRefusedError";
  }
}

/**
 * Publishes the letter's intent again. An intent that has expired needs `validForMs` from its operator, because the
 * market has moved on since. Throws ReplayRefusedError, UnusableDocumentError, BusError, DocumentError.
 */
export async function replayDeadLetter(
  deps: ReplayDeps,
  deadLetterId: string,
  validForMs: number | null,
): Promise<Intent> {
  const path = paths.deadLetter(deadLetterId);
  const [snapshot] = await deps.documents.getAll([path]);
  if (snapshot === undefined || snapshot.data === null)
    throw new ReplayRefusedError(`There is no dead letter ${deadLetterId}`);
  const letter: DeadLetter = decodeRequired(deadLetterSchema, snapshot);
  if (letter.topic !== "intents")
    throw new ReplayRefusedError(`Letters of topic "${letter.topic}" cannot be replayed`);
  if (letter.replayedAtMs !== null) {
    throw new ReplayRefusedError(
      `Dead letter ${deadLetterId} was replayed at ${new Date(letter.replayedAtMs).toISOString()}`,
    );
  }
  const message = intentMessageSchema.safeParse(letter.payload);
  if (!message.success)
    throw new ReplayRefusedError(`Dead letter ${deadLetterId} does not hold a usable intent`);
  const nowMs = deps.clock.nowMs();
  const intent = renewed(message.data.intent, validForMs, nowMs);
  await deps.bus.publish("intents", { intent }, { accountId: intent.accountId, intentId: intent.intentId });
  // After publishing: a crash between leaves the letter replayable, and a second replay is the same intent.
  await deps.documents.commit([{ op: "update", path, changes: { replayedAtMs: nowMs } }]);
  return intent;
}

function renewed(intent: Intent, validForMs: number | null, nowMs: number): Intent {
  if (validForMs !== null) return { ...intent, expiresAtMs: nowMs + validForMs };
  if (intent.expiresAtMs > nowMs) return intent;
  const expired = new Date(intent.expiresAtMs).toISOString();
  throw new ReplayRefusedError(
    `The intent expired at ${expired}; say for how long it shall be valid again (--valid-for-s)`,
  );
}
