// Calls of Google's APIs that hold secrets. No error here carries a byte of an answer, beside the word by which Google
// names its fault; so none has a cause that may.
import { type GoogleRest, GoogleRestError } from "#adapters/google/google-rest.ts";
import { SecretsUnavailableError } from "#ports/secrets.ts";

/** Both services answer within tens of milliseconds. An order may wait for this, so silence is not waited for long. */
export const SECRET_CALL_MS = 3_000;
/** Keys in use go on without an answer, and who has none is asked for again by the message that comes back. */
const ONE_ATTEMPT = { retried: null, limitMs: SECRET_CALL_MS };

/** Google refused: its HTTP status, and its own word for it like `NOT_FOUND`. */
export class SecretCallError extends Error {
  readonly status: number;
  readonly reason: string;
  constructor(status: number, reason: string) {
    super(`Google answered ${status} ${reason}`);
    this.name = "SecretCallError";
    this.status = status;
    this.reason = reason;
  }
}

/** The answer's JSON. Throws SecretCallError, and SecretsUnavailableError when no answer comes. */
export async function callForSecret(
  rest: GoogleRest,
  call: Pick<Parameters<GoogleRest>[0], "method" | "path" | "body">,
): Promise<unknown> {
  try {
    return await rest({ ...call, ...ONE_ATTEMPT });
  } catch (error) {
    const refusal = error instanceof GoogleRestError ? error.refusal : null;
    if (refusal !== null) throw new SecretCallError(refusal.httpStatus, refusal.word);
    const name = error instanceof Error ? error.name : "unknown";
    throw new SecretsUnavailableError(`Google did not answer (${name})`);
  }
}
