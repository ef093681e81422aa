// Whether a request may speak for a hook: signature in signed mode, token and source address in direct mode.
// A signal is stored only for a proved sender. Every request costs the same work whatever stands behind its hook's id, so
// that the time of an answer tells a stranger as little as its words.
import type { Hook } from "#domain/documents/records.ts";
import { tokenMatches } from "#domain/signal/hook-token.ts";
import { verifySignature } from "#domain/signal/signature.ts";
import type { Logger } from "#ports/logger.ts";
import { MissingSecretError, type Secrets } from "#ports/secrets.ts";
import type { SignalRequest } from "./request.ts";
import { type Answer, hookDisabled, outsideWindow, sourceNotAllowed, unauthorized } from "./signal-answer.ts";
import { isAllowedSource } from "./source-address.ts";

/** How the sender proved itself, and what it calls the signal and its time where its proof says so. */
export type Sender =
  | { readonly mode: "signed"; readonly webhookId: string; readonly sentAtMs: number }
  | { readonly mode: "tradingview" };

export type Authentication =
  | { readonly kind: "sender"; readonly sender: Sender; readonly hook: Hook }
  | {
      readonly kind: "refused";
      readonly answer: Answer;
      readonly reason: string;
      /** The hook whose right token came from an address that it does not list. */
      readonly foreignTo: Hook | null;
    };

export interface Proof {
  readonly request: SignalRequest;
  /** Token in the body, when there is one. */
  readonly bodyToken: string | null;
  readonly nowMs: number;
}

export interface AuthenticationDeps {
  readonly secrets: Secrets;
  readonly logger: Logger;
}

/** Checks a request against a hook; null for a hook that does not exist, which is answered like a wrong token. */
export async function authenticate(
  deps: AuthenticationDeps,
  hook: Hook | null,
  proof: Proof,
): Promise<Authentication> {
  const secrets = await signingSecrets(deps, proof.request.hookId, hook);
  const signed = bySignature(hook, secrets, proof);
  const direct = byToken(hook, proof);
  const sender = hook?.mode === "signed" ? signed : direct;
  if ("kind" in sender) return sender;
  if (hook === null) return unknownHook();
  if (!hook.enabled) return refuse(hookDisabled(), "disabled hook");
  const foreign =
    hook.mode === "tradingview" && !isAllowedSource(proof.request.sourceAddress, hook.sourceAddresses);
  if (foreign) return { ...refuse(sourceNotAllowed(), "source address"), foreignTo: hook };
  return { kind: "sender", sender, hook };
}

export type Refused = Extract<Authentication, { kind: "refused" }>;

/** The answer is that to a wrong token; only the log tells them apart. */
export function unknownHook(): Refused {
  return refuse(unauthorized(), "unknown hook");
}

function refuse(answer: Answer, reason: string): Refused {
  return { kind: "refused", answer, reason, foreignTo: null };
}

/** The token of the address goes first; one in the body counts only where the address has none. */
function byToken(hook: Hook | null, { request, bodyToken }: Proof): Sender | Refused {
  const expected = hook?.tokenSha256 ?? null;
  if (tokenMatches(request.addressToken ?? bodyToken, expected)) return { mode: "tradingview" };
  return refuse(unauthorized(), hook === null ? "unknown hook" : "token");
}

/** Verified against where a hook has fewer secrets, for the work alone: the result counts for nothing. */
const DECOYS: readonly string[] = ["A", "B"].map((letter) => letter.repeat(44));

function bySignature(
  hook: Hook | null,
  known: readonly string[],
  { request, nowMs }: Proof,
): Sender | Refused {
  const { headers } = request;
  const signed = {
    id: headers["webhook-id"],
    timestamp: headers["webhook-timestamp"],
    signature: headers["webhook-signature"],
  };
  verifySignature(signed, request.rawBody, DECOYS.slice(known.length), nowMs);
  const result = verifySignature(signed, request.rawBody, known, nowMs);
  if (result.kind === "valid")
    return { mode: "signed", webhookId: result.webhookId, sentAtMs: result.sentAtMs };
  if (result.kind === "outsideWindow") return refuse(outsideWindow(), "timestamp outside the window");
  return refuse(unauthorized(), hook === null ? "unknown hook" : `signature ${result.kind}`);
}

/**
 * Asked for by every id. No secret, no sender: for a signed hook the fault is ours, so it is an error in the log, but to
 * strangers the hook stays unknown.
 */
async function signingSecrets(
  deps: AuthenticationDeps,
  hookId: string,
  hook: Hook | null,
): Promise<readonly string[]> {
  try {
    return await deps.secrets.hookSigningSecrets(hookId);
  } catch (error) {
    if (!(error instanceof MissingSecretError)) throw error;
    if (hook?.mode === "signed")
      deps.logger.error("A signed hook has no signing secret; its signals are refused", {
        hookId,
        cause: error.message,
      });
    return [];
  }
}
