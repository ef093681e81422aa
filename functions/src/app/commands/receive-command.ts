// A command comes in: prove the sender, shed floods, parse, authorise for the account, store, wake, answer.
// Only a proved and authorised command is stored, and it is stored before it is answered.
import type { z } from "zod";
import type { BooksCache } from "#app/books";
import { UnknownAccountError } from "#app/books";
import { NewerDocumentError } from "#app/documents";
import { tellNewer } from "#app/telling";
import { mayCommand, mayCommandAny } from "#domain/command/role-table.ts";
import type { Environment } from "#domain/documents/account.ts";
import { type RequestBucket, takeRequest } from "#domain/signal/request-rate.ts";
import { AuthError, type Authenticator } from "#ports/authenticator.ts";
import { DocumentError } from "#ports/documents.ts";
import type { Secrets } from "#ports/secrets.ts";
import {
  type PostedShadow,
  postedCommandSchema,
  postedConfirmationSchema,
  postedShadowSchema,
  postedWarmUpSchema,
} from "#schemas/command.ts";
import { authenticateCaller, type Caller } from "./authenticate-caller.ts";
import type { CommandCall } from "./call.ts";
import {
  accountNotAllowed,
  accountUnknown,
  answer,
  type CommandAnswer,
  commandNotAllowed,
  invalid,
  rateLimited,
  refusal,
  releaseNeeded,
  storeUnavailable,
  unreadable,
  wrongEnvironment,
} from "./command-answer.ts";
import { shadowConfig } from "./shadow-config.ts";
import { commandIdOf, confirmCommand, type TakeDeps, takeCommand } from "./take-command.ts";
import { warmUp } from "./warm-up.ts";

/** Commands of one sender in one instance: far more than hands post, and room for a machine that retries. */
const MAX_COMMANDS_PER_MINUTE = 60;
/** Senders remembered; the one that is forgotten begins with a full bucket. */
const MAX_SENDERS = 200;
const IDEMPOTENCY_KEY = /^[\x21-\x7e]{1,200}$/;

export interface ReceiveCommandDeps extends TakeDeps {
  /** Rejects with EnvironmentMismatchError while this process must not act; that is handed on to the caller. */
  readonly guard: () => Promise<void>;
  readonly authenticator: Authenticator;
  readonly secrets: Secrets;
  /** For the dry comparison of configs. */
  readonly cache: BooksCache;
  readonly senders: CommandSenders;
  /** This deployment's; a signed body has to name it. */
  readonly environment: Environment;
}

/** How many commands each sender still may post to this instance. */
export type CommandSenders = Map<string, RequestBucket>;

export type ReceiveCommand = (call: CommandCall) => Promise<CommandAnswer>;

export async function receiveCommand(deps: ReceiveCommandDeps, call: CommandCall): Promise<CommandAnswer> {
  const nowMs = deps.clock.nowMs();
  let caller: Caller;
  try {
    const [proof] = await Promise.all([authenticateCaller(deps, call, nowMs), deps.guard()]);
    if (proof.kind === "refused") {
      deps.logger.warn("A command request was refused", { reason: proof.reason });
      return proof.answer;
    }
    caller = proof.caller;
  } catch (error) {
    if (!(error instanceof AuthError || error instanceof DocumentError)) throw error;
    deps.logger.error("A command's sender could not be verified", { cause: error.message });
    return refusal(
      503,
      "UNAVAILABLE",
      "The sender could not be verified; nothing was stored",
      "Send it again",
    );
  }
  const retryAfterMs = shedAfter(deps.senders, caller.actor, nowMs);
  if (retryAfterMs !== null) return rateLimited(retryAfterMs);
  return await route(deps, caller, call);
}

function shedAfter(buckets: CommandSenders, actor: string, nowMs: number): number | null {
  const rate = takeRequest(buckets.get(actor) ?? null, MAX_COMMANDS_PER_MINUTE, nowMs);
  buckets.delete(actor); // so that the newest is last, and the oldest is what goes
  buckets.set(actor, rate.bucket);
  const oldest = buckets.keys().next().value;
  if (buckets.size > MAX_SENDERS && oldest !== undefined) buckets.delete(oldest);
  return rate.allowed ? null : rate.retryAfterMs;
}

async function route(deps: ReceiveCommandDeps, caller: Caller, call: CommandCall): Promise<CommandAnswer> {
  const place = { caller, here: deps.environment };
  const json = jsonOf(call.rawBody);
  if ("fault" in json) return unreadable(json.fault);
  const { target, headers } = call;
  switch (target.kind) {
    case "post": {
      const key = headers["idempotency-key"] ?? null;
      if (key !== null && !IDEMPOTENCY_KEY.test(key))
        return invalid(["Idempotency-Key: must be 1-200 printable ASCII characters"]);
      return await parsed(place, postedCommandSchema, json.value, (posted) => {
        const id = commandIdOf(deps, caller, posted.accountId, key);
        return stored(deps, { accountId: posted.accountId, id }, () => takeCommand(deps, caller, posted, id));
      });
    }
    case "confirm":
      return await parsed(place, postedConfirmationSchema, json.value, (posted) =>
        posted.commandId === target.commandId
          ? stored(deps, { accountId: posted.accountId, id: posted.commandId }, () =>
              confirmCommand(deps, caller, posted),
            )
          : Promise.resolve(invalid(["commandId: must be the one in the address"])),
      );
    case "warm":
      return await parsed(place, postedWarmUpSchema, json.value, ({ accountId }) =>
        stored(deps, { accountId, id: null }, () => warmUp(deps, accountId)),
      );
    case "shadow":
      return await parsed(place, postedShadowSchema, json.value, (posted) =>
        mayCommand(caller.commander, "compare configs", posted.accountId)
          ? stored(deps, { accountId: posted.accountId, id: null }, () => compared(deps, posted))
          : Promise.resolve(commandNotAllowed("compare configs")),
      );
  }
}

async function compared(deps: ReceiveCommandDeps, posted: PostedShadow): Promise<CommandAnswer> {
  try {
    const { comparedCount, differences } = await shadowConfig(deps, posted);
    const message = `${differences.length} of the last ${comparedCount} intents would be decided differently now`;
    return answer(200, { code: "COMPARED", message, comparedCount, differences });
  } catch (error) {
    if (!(error instanceof UnknownAccountError)) throw error;
    return accountUnknown(posted.accountId);
  }
}

/** Who posted, and which deployment got it. */
interface Place {
  readonly caller: Caller;
  readonly here: Environment;
}

async function parsed<
  T extends { readonly accountId: string; readonly environment?: Environment | undefined },
>(
  { caller, here }: Place,
  schema: z.ZodType<T>,
  value: unknown,
  use: (posted: T) => Promise<CommandAnswer>,
): Promise<CommandAnswer> {
  const result = schema.safeParse(value);
  if (!result.success) {
    return invalid(
      result.error.issues.map(({ path, message }) => `${path.join(".") || "(root)"}: ${message}`),
    );
  }
  const { accountId, environment } = result.data;
  const isSigned = caller.signedKey !== null;
  if (environment === undefined ? isSigned : environment !== here) return wrongEnvironment(here, environment);
  return mayCommandAny(caller.commander, accountId) ? await use(result.data) : accountNotAllowed(accountId);
}

async function stored(
  deps: ReceiveCommandDeps,
  { accountId, id }: { readonly accountId: string; readonly id: string | null },
  take: () => Promise<CommandAnswer>,
): Promise<CommandAnswer> {
  try {
    const given = await take();
    const { code, status, sequence } = given.body;
    deps.logger.info("A command was received", { commandId: id, code, status, sequence });
    return given;
  } catch (error) {
    if (error instanceof NewerDocumentError) {
      await tellNewer(deps, accountId, error);
      return releaseNeeded(error.message);
    }
    if (!(error instanceof DocumentError)) throw error;
    deps.logger.error("A command could not be stored", { commandId: id, cause: error.message });
    return storeUnavailable(id);
  }
}

function jsonOf(rawBody: Uint8Array): { readonly value: unknown } | { readonly fault: string } {
  try {
    return { value: JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(rawBody)) as unknown };
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof TypeError) return { fault: error.message };
    throw error;
  }
}
