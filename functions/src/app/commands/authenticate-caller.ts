// Proves the sender of a command: a signed-in user by an ID token, or a machine by a signature. A command is
// stored only for a proved sender. A machine's repeated request is the same command, because headers outside
// its signature are ignored.
import type { Commander } from "#domain/command/role-table.ts";
import { verifySignature } from "#domain/signal/signature.ts";
import type { Authenticator, SignedInUser } from "#ports/authenticator.ts";
import type { Logger } from "#ports/logger.ts";
import { type MachineSecrets, MissingSecretError, type Secrets } from "#ports/secrets.ts";
import type { CommandCall } from "./call.ts";
import { type CommandAnswer, outsideWindow, unauthorized } from "./command-answer.ts";

export interface Caller {
  /** Stands in the command, the journal and the latch. */
  readonly actor: string;
  /** Null for a user, who may name a key in a header. */
  readonly signedKey: string | null;
  readonly commander: Commander;
  /** How a person signed in; null for a machine, whose every request is signed anew. */
  readonly signIn: SignIn | null;
}

/** As far as commands ask for it. */
interface SignIn {
  readonly atMs: number;
  readonly hasSecondFactor: boolean;
}

export type CallerProof =
  | { readonly kind: "caller"; readonly caller: Caller }
  | { readonly kind: "refused"; readonly answer: CommandAnswer; readonly reason: string };

interface CallerDeps {
  readonly authenticator: Authenticator;
  readonly secrets: Secrets;
  readonly logger: Logger;
}

/** Begins the actor of a command that a machine posted. */
export const MACHINE_PREFIX = "machine/";

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
  const { userId, signedInAtMs: atMs, hasSecondFactor } = user;
  const caller = {
    actor: userId,
    signedKey: null,
    commander: personOf(user),
    signIn: { atMs, hasSecondFactor },
  };
  return { kind: "caller", caller };
}

/** A user without a role of ours looks on at most. */
function personOf({ role, accounts }: SignedInUser): Commander {
  if (role === "operator") return { role, accounts: "all", given: [] };
  return { role: role === "trader" ? role : "viewer", accounts, given: [] };
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
  const { role, accounts, commands: given } = secrets;
  const commander: Commander = { role, accounts, given };
  const caller = {
    actor: `${MACHINE_PREFIX}${machine}`,
    signedKey: result.webhookId,
    commander,
    signIn: null,
  };
  return { kind: "caller", caller };
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
