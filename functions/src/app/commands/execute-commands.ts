// One message of topic `commands`: wakes whoever applies what is stored. The message decides nothing, so an old one is
// as good as a new one; each command has its own expiry.

import type { ExecutionDeps } from "#app/books";
import { UnknownAccountError } from "#app/books";
import { type BusMessage, consumeMessage, type Parsed, UnusableInputError } from "#app/messages";
import { type CommandMessage, commandMessageSchema } from "#schemas/command.ts";
import { applyCommands } from "./apply-commands.ts";

/** Resolves when the message may be acknowledged; rejects when it must be delivered again. */
export async function executeCommands(deps: ExecutionDeps, message: BusMessage): Promise<void> {
  const apply = async ({ accountId }: CommandMessage): Promise<void> => {
    try {
      await applyCommands(deps, accountId);
    } catch (error) {
      if (!(error instanceof UnknownAccountError)) throw error;
      throw new UnusableInputError("ACCOUNT_UNKNOWN", error.message, { cause: error });
    }
  };
  await consumeMessage(
    deps,
    { ...message, maxAgeMs: Number.POSITIVE_INFINITY },
    parse(message.payload),
    apply,
  );
}

function parse(payload: unknown): Parsed<CommandMessage> {
  const parsed = commandMessageSchema.safeParse(payload);
  if (parsed.success) return { ok: true, value: parsed.data };
  const faults = parsed.error.issues.map((issue) => `${issue.path.join(".") || "(root)"}: ${issue.message}`);
  return { ok: false, faults };
}
