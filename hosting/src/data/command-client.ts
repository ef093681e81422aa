// Sends commands to the function behind /commands, with the user's own token. Writes nothing itself. Every way in which
// sending can fail has its cause and remedy in words; when it is not known whether a command arrived, that is said.
import type { Auth } from "firebase/auth";
import type { CommandRequest } from "#domain/documents/command.ts";
import type { SendFault } from "../model/parsed.ts";
import { list, number, optional, type Reader, ShapeFault, shape, text } from "./shape.ts";

export interface CommandAnswer {
  readonly code: string;
  readonly message: string;
  readonly remedy: string | null;
  readonly faults: readonly string[] | null;
  readonly commandId: string | null;
  readonly sequence: number | null;
  readonly status: string | null;
}

const answerReader: Reader<CommandAnswer> = shape<CommandAnswer>({
  code: text,
  message: text,
  remedy: optional(text),
  faults: optional(list(text)),
  commandId: optional(text),
  sequence: optional(number),
  status: optional(text),
});

/** A cold function takes seconds; the answer waits for a commit only. */
const ANSWER_WITHIN_MS = 20_000;

export class CommandFault extends Error {
  readonly fault: SendFault;
  constructor(fault: SendFault, cause?: unknown) {
    super(fault.text, { cause });
    this.name = "CommandFault";
    this.fault = fault;
  }
}

/** Turned away for the age of the sign-in alone: the same command counts once the person has signed in again. */
export class SignInTooOldFault extends CommandFault {
  override readonly name = "SignInTooOldFault";
}

const UNKNOWN_ARRIVAL: SendFault = {
  text: "No answer: it is not known whether the command arrived.",
  remedy: "Send again: the same command is taken once only. If it is in the list below, it did arrive.",
};

const SIGN_IN_TOO_OLD: SendFault = {
  text: "Your sign-in is too old for a command that lets more trading through; nothing was done.",
  remedy: "Type your password below and send again.",
};

async function post(auth: Auth, path: string, body: object, idempotencyKey: string): Promise<Response> {
  const token = await auth.currentUser?.getIdToken().catch((cause: unknown) => {
    throw new CommandFault(
      { text: "Your sign-in could not be proved.", remedy: "Check the network, or sign in again." },
      cause,
    );
  });
  if (token === undefined)
    throw new CommandFault({ text: "You are signed out.", remedy: "Sign in, then give the command again." });
  return fetch(path, {
    method: "POST",
    headers: {
      authorization: `Bearer ${token}`,
      "content-type": "application/json",
      "idempotency-key": idempotencyKey,
    },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
  }).catch((cause: unknown) => {
    throw new CommandFault(UNKNOWN_ARRIVAL, cause);
  });
}

/** The answer, read; a page in its place means that no function stands behind the address. */
async function answerOf(response: Response): Promise<CommandAnswer> {
  try {
    return answerReader(await response.json(), "");
  } catch (cause) {
    const unserved = response.status === 404 || cause instanceof ShapeFault || response.ok;
    throw new CommandFault(
      unserved
        ? {
            text: `Commands are not served at this address (HTTP ${response.status}).`,
            remedy: "Deploy the function “commands” and Hosting together, then send again.",
          }
        : UNKNOWN_ARRIVAL,
      cause,
    );
  }
}

async function accepted(response: Response): Promise<CommandAnswer> {
  const answer = await answerOf(response);
  if (response.ok) return answer;
  if (answer.code === "SIGN_IN_AGAIN") throw new SignInTooOldFault(SIGN_IN_TOO_OLD);
  const faults = answer.faults === null ? "" : ` (${answer.faults.join("; ")})`;
  throw new CommandFault({
    text: `${answer.message}${faults}.`,
    remedy: answer.remedy ?? `The answer was ${answer.code}. Mend it and send again.`,
  });
}

export interface Order {
  readonly accountId: string;
  readonly request: CommandRequest;
  readonly reason: string;
  /** The same for every try at the same command. */
  readonly idempotencyKey: string;
}

/** Stores the command. Throws CommandFault. */
export async function postCommand(auth: Auth, order: Order): Promise<CommandAnswer> {
  const { accountId, request, reason, idempotencyKey } = order;
  return accepted(await post(auth, "/commands", { accountId, request, reason }, idempotencyKey));
}

/**
 * Wakes what a command will need, for the view that has the brake. Nothing depends on it: without an answer the
 * first command meets a cold function.
 */
export async function warmUp(auth: Auth, accountId: string): Promise<void> {
  try {
    await post(auth, "/commands/warm", { accountId }, `warm-${crypto.randomUUID()}`);
  } catch (fault) {
    if (!(fault instanceof CommandFault)) throw fault;
  }
}

/** The second step of a dangerous command. Throws CommandFault. */
export async function confirmCommand(
  auth: Auth,
  accountId: string,
  commandId: string,
  accountName: string,
): Promise<CommandAnswer> {
  const path = `/commands/${encodeURIComponent(commandId)}/confirm`;
  return accepted(await post(auth, path, { accountId, commandId, accountName }, `confirm-${commandId}`));
}
