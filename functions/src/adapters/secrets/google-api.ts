// Google's REST interfaces that hold secrets, without a client library: two calls do not pay for one in every cold start.
// No error here carries a byte of an answer, beside the word by which Google names its fault.
import { SecretsUnavailableError } from "#ports/secrets.ts";

/** Both services answer within tens of milliseconds. An order may wait for this, so silence is not waited for long. */
const TIMEOUT_MS = 3_000;

/** Google refused: its HTTP status, and its own word for it like `NOT_FOUND`. */
export class GoogleApiError extends Error {
  readonly status: number;
  readonly reason: string;
  constructor(status: number, reason: string) {
    super(`Google answered ${status} ${reason}`);
    this.name = "GoogleApiError";
    this.status = status;
    this.reason = reason;
  }
}

export interface GoogleApi {
  /** The answer's JSON. Throws GoogleApiError, and SecretsUnavailableError when no answer comes. */
  call(url: string, body?: object): Promise<unknown>;
}

export function createGoogleApi(token: () => Promise<string>): GoogleApi {
  return {
    async call(url, body) {
      const response = await answered(async () =>
        fetch(url, {
          method: body === undefined ? "GET" : "POST",
          headers: { authorization: `Bearer ${await token()}`, "content-type": "application/json" },
          ...(body === undefined ? {} : { body: JSON.stringify(body) }),
          signal: AbortSignal.timeout(TIMEOUT_MS),
          redirect: "error",
        }),
      );
      const json = await answered(() => response.json() as Promise<unknown>);
      if (response.ok) return json;
      throw new GoogleApiError(response.status, reasonOf(json));
    },
  };
}

async function answered<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    const name = error instanceof Error ? error.name : "unknown";
    throw new SecretsUnavailableError(`Google did not answer (${name})`);
  }
}

/** Of `{"error": {"status": "NOT_FOUND", …}}` the word alone: the message may repeat the question. */
function reasonOf(json: unknown): string {
  const { error } = json as { readonly error?: { readonly status?: unknown } };
  const status = error?.status;
  return typeof status === "string" && /^[A-Z_]{1,40}$/.test(status) ? status : "UNNAMED";
}
