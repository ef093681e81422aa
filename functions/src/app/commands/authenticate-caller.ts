// Proves the sender of a command: a signed-in user by an ID token, or a machine by a signature. A command is
// stored only for a proved sender. A machine's repeated request is the same command, because headers outside
// its signature are ignored.
import { verifySignature } from "#domain/signal/signature.ts";
import type { Authenticator } from "#ports/authenticator.ts";
import type { Logger } from "#ports/logger.ts";
import { type MachineSecrets, MissingSecretError, type Secrets } from "#ports/secrets.ts";
import type { CommandCall } from "./call.ts";
import { type CommandAnswer, outsideWindow, unauthorized } from "./command-answer.ts";

export interface Caller {
  /** Stands in the command, the journal and the latch. */
  readonly actor: string;
  /** Null for a user, who may name a key in a header. */
  readonly signedKey: string | null;
  mayCommand(accountId: string): boolean;
}

export type CallerProof =
  | { readonly kind: "caller"; readonly caller: Caller }
  | { readonly kind: "refused"; readonly answer: CommandAnswer; readonly reason: string };

interface CallerDeps {
  readonly authenticator: Authenticator;
  readonly secrets: Secrets;
  readonly logger: Logger;
}

const BEARER = /^Bearer +([^\s]+)$/i;
const MACHINE_NAME = /^[A-Za-z0-9][A-Za-z0-9_-]{0,39}$/;

/** Rejects with AuthError when the issuer of a token could not be asked. */
export async function authenticateCaller(
  deps: CallerDeps,
  call: CommandCall,
  nowMs: number,
): Promise<CallerProof> {
  const { authorization, "ballast-machine": machine } = call.headers;
  if (authorization !== undefined) return await byToken(deps, authorization);
  if (machine !== undefined) return await bySignature(deps, machine, call, nowMs);
  return refuse("no proof");
}

async function byToken({ authenticator }: CallerDeps, authorization: string): Promise<CallerProof> {
  const token = BEARER.exec(authorization)?.[1];
  if (token === undefined) return refuse("not a bearer token");
  const user = await authenticator.verify(token);
  if (user === null) return refuse("token");
  const { userId, role, accounts } = user;
  const mayCommand = (accountId: string): boolean =>
    role === "operator" || (role === "trader" && accounts.includes(accountId));
  return { kind: "caller", caller: { actor: userId, signedKey: null, mayCommand } };
}

async function bySignature(
  deps: CallerDeps,
  machine: string,
  { headers, rawBody }: CommandCall,
  nowMs: number,
): Promise<CallerProof> {
  const secrets = MACHINE_NAME.test(machine) ? await machineSecrets(deps, machine) : null;
  const signed = {
    id: headers["webhook-id"],
    timestamp: headers["webhook-timestamp"],
    signature: headers["webhook-signature"],
  };
  const result = verifySignature(signed, rawBody, secrets?.signingSecrets ?? [], nowMs);
  if (result.kind === "outsideWindow") return { ...refuse("timestamp"), answer: outsideWindow() };
  if (result.kind !== "valid" || secrets === null) return refuse(`signature ${result.kind}`);
  const { accounts } = secrets;
  const mayCommand = (accountId: string): boolean => accounts.includes(accountId);
  return {
    kind: "caller",
    caller: { actor: `machine/${machine}`, signedKey: result.webhookId, mayCommand },
  };
}

/** Null for a machine that is not listed: to strangers it looks like a wrong signature. */
async function machineSecrets(
  { secrets, logger }: CallerDeps,
  machine: string,
): Promise<MachineSecrets | null> {
  try {
    return await secrets.machineSecrets(machine);
  } catch (error) {
    if (!(error instanceof MissingSecretError)) throw error;
    logger.error("A machine has no usable secret", { machine, cause: error.message });
    return null;
  }
}

function refuse(reason: string): Extract<CallerProof, { kind: "refused" }> {
  return { kind: "refused", answer: unauthorized(), reason };
}
