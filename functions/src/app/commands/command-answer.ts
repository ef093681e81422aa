// The answers to a sender of a command: a status, a code for machines, words for people, and what to do.
import { type CommandRow, SIGN_IN_FRESH_MS } from "#domain/command/role-table.ts";
import type { Environment } from "#domain/documents/account.ts";
import type { Command, CommandAnswerBody, CommandCode, CommandKind } from "#domain/documents/command.ts";

export interface CommandAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: CommandAnswerBody;
}

export function answer(
  status: number,
  body: CommandAnswerBody,
  headers: Readonly<Record<string, string>> = {},
): CommandAnswer {
  return { status, headers, body };
}

/** Where a command stands, as every answer about one tells it. */
function standing({ commandId, sequence, status, expiresAtMs }: Command) {
  return { commandId, sequence, status, expiresAtMs };
}

export function accepted(command: Command): CommandAnswer {
  const message = "Stored and in sequence; its document will hold the outcome";
  return answer(202, { code: "ACCEPTED", message, ...standing(command) });
}

/** The same answer once the command has ended: its outcome in place of the news that it is stored. */
export function withEnd(given: CommandAnswer, command: Command): CommandAnswer {
  if (command.outcome === null) return given;
  return { ...given, body: { ...given.body, message: command.outcome, ...standing(command) } };
}

export function confirmationNeeded(command: Command): CommandAnswer {
  return answer(202, {
    code: "CONFIRMATION_NEEDED",
    message: "Stored, without effect until it is confirmed",
    remedy: `Send {accountId, commandId, accountName} to /commands/${command.commandId}/confirm in time`,
    ...standing(command),
  });
}

export function duplicate(command: Command): CommandAnswer {
  const message = "This command was received before; it takes effect once";
  return answer(200, { code: "DUPLICATE", message, ...standing(command) });
}

export function keyReused(command: Command): CommandAnswer {
  return answer(409, {
    code: "IDEMPOTENCY_KEY_REUSED",
    message: "This idempotency key was used for another command",
    remedy: "Use a new key for every new command",
    ...standing(command),
  });
}

export function expired(command: Command): CommandAnswer {
  return answer(410, {
    code: "COMMAND_EXPIRED",
    message: "It was not confirmed in time, and has had no effect",
    remedy: "Look at the account, and post the command again",
    ...standing(command),
  });
}

export function unauthorized(): CommandAnswer {
  return answer(
    401,
    {
      code: "UNAUTHORIZED",
      message: "The request does not prove its sender",
      remedy:
        "Sign in again and send the ID token as Authorization: Bearer, or sign with Standard Webhooks headers beside ballast-machine",
    },
    { "WWW-Authenticate": "Bearer" },
  );
}

export function outsideWindow(): CommandAnswer {
  return answer(401, {
    code: "SIGNATURE_OUTSIDE_WINDOW",
    message: "webhook-timestamp is more than five minutes from the time here",
    remedy: "Set the sender's clock, and sign every attempt anew under the same webhook-id",
  });
}

export function accountNotAllowed(accountId: string): CommandAnswer {
  return answer(403, {
    code: "ACCOUNT_NOT_ALLOWED",
    message: `You may not command account ${accountId}`,
    remedy:
      'Needs the claim role "operator", or role "trader" with the account in accounts; a machine, the account in its entry',
  });
}

export function commandNotAllowed(row: CommandRow): CommandAnswer {
  return answer(403, {
    code: "COMMAND_NOT_ALLOWED",
    message: `You may not order this: ${row}; nothing was stored`,
    remedy: "docs/roles.md says which role may; a machine needs the command in its entry",
  });
}

export function signInAgain(kind: CommandKind): CommandAnswer {
  return answer(403, {
    code: "SIGN_IN_AGAIN",
    message: `${kind} lets more trading through, and you signed in over ${SIGN_IN_FRESH_MS / 60_000} minutes ago; nothing was done`,
    remedy: "Sign out, sign in again, and send it again",
  });
}

export function secondFactorNeeded(kind: CommandKind): CommandAnswer {
  return answer(403, {
    code: "SECOND_FACTOR_NEEDED",
    message: `The account's config asks for a second factor for ${kind}; nothing was done`,
    remedy: "Add a second factor to your user, and sign in with it",
  });
}

export function secondPersonNeeded(command: Command): CommandAnswer {
  return answer(403, {
    code: "SECOND_PERSON_NEEDED",
    message: `The account's config asks for another person to confirm ${command.request.kind}; it waits without effect`,
    remedy: "Have somebody else confirm it in time who may order it, with a user of their own",
    ...standing(command),
  });
}

export function accountUnknown(accountId: string): CommandAnswer {
  return answer(404, {
    code: "ACCOUNT_UNKNOWN",
    message: `There is no account ${accountId} with a control document`,
    remedy: "Check the account's id",
  });
}

/** `named` is the environment of the body; undefined where it names none. */
export function wrongEnvironment(here: Environment, named: Environment | undefined): CommandAnswer {
  return answer(409, {
    code: "WRONG_ENVIRONMENT",
    message:
      named === undefined
        ? "A signed command names its environment, and this one does not; nothing was stored"
        : `The command is meant for ${named}, and this is ${here}; nothing was stored`,
    remedy: `Send it to the deployment that it is meant for, or sign environment "${here}" in its body`,
  });
}

export function commandUnknown(): CommandAnswer {
  return answer(404, {
    code: "COMMAND_UNKNOWN",
    message: "There is no such command for this account",
    remedy: "Post the command first",
  });
}

export function nameMismatch(): CommandAnswer {
  return answer(422, {
    code: "ACCOUNT_NAME_MISMATCH",
    message: "The name typed is not the account's name; nothing was done",
    remedy: "Type the account's name exactly as it is shown",
  });
}

export function invalid(faults: readonly string[]): CommandAnswer {
  return answer(422, {
    code: "COMMAND_INVALID",
    message: "The body is not a command; nothing was stored",
    remedy: "Correct the fields named in faults",
    faults,
  });
}

export function unreadable(fault: string): CommandAnswer {
  return answer(400, {
    code: "BODY_UNREADABLE",
    message: `The body is not JSON in UTF-8: ${fault}`,
    remedy: "Send one JSON object",
  });
}

export function rateLimited(retryAfterMs: number): CommandAnswer {
  return answer(
    429,
    {
      code: "RATE_LIMITED",
      message: "Too many commands; this one was not stored",
      remedy: "Send it again after the time in Retry-After",
    },
    { "Retry-After": String(Math.max(1, Math.ceil(retryAfterMs / 1_000))) },
  );
}

/** A commit whose fate is not known may have stored the command: the id says where to look. */
export function storeUnavailable(commandId: string | null): CommandAnswer {
  return answer(503, {
    code: "STORE_UNAVAILABLE",
    message: "It is not known whether the command was stored",
    remedy: "Send it again with the same Idempotency-Key: it takes effect once",
    ...(commandId === null ? {} : { commandId }),
  });
}

/** An instance of the later release takes it when it is sent again. */
export function releaseNeeded(message: string): CommandAnswer {
  const remedy = "Send it again with the same Idempotency-Key; finish the rollout (docs/runbooks/rollout.md)";
  return answer(503, { code: "RELEASE_NEEDED", message: `${message}. Nothing was stored`, remedy });
}

export function refusal(status: number, code: CommandCode, message: string, remedy: string): CommandAnswer {
  return answer(status, { code, message, remedy });
}
