// The executor: one message of topic `intents` to its decision. What cannot be used is quarantined; everything else
// is decided exactly once, however often and in whatever order it is delivered.

import type { ExecutionDeps } from "#app/books";
import { UnknownAccountError } from "#app/books";
import { type BusMessage, consumeMessage, type Parsed, UnusableInputError } from "#app/messages";
import type { Intent } from "#domain/documents/signal.ts";
import { intentMessageSchema } from "#schemas/records.ts";
import { actForAccount } from "./act-for-account.ts";

const ACTOR = "executor";

/** Resolves when the message may be acknowledged; rejects when it must be delivered again. */
export async function executeIntent(deps: ExecutionDeps, message: BusMessage): Promise<void> {
  await consumeMessage(deps, message, parseIntent(message.payload), async (intent) => {
    try {
      await actForAccount(deps, intent.accountId, ACTOR, { intent });
    } catch (error) {
      if (!(error instanceof UnknownAccountError)) throw error;
      throw new UnusableInputError("ACCOUNT_UNKNOWN", error.message, { cause: error });
    }
  });
}

function parseIntent(payload: unknown): Parsed<Intent> {
  const parsed = intentMessageSchema.safeParse(payload);
  if (parsed.success) return { ok: true, value: parsed.data.intent };
  const faults = parsed.error.issues.map((issue) => `${issue.path.join(".") || "(root)"}: ${issue.message}`);
  return { ok: false, faults };
}
