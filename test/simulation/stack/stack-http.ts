// Plain HTTP to the servers of the stack. Those may be down at any moment of a fault run: a refused connection is an
// answer here, and only what is not JSON where JSON must be is an error.

import { setTimeout as sleep } from "node:timers/promises";

/** Servers of a loaded machine answer within this, or are taken to be down. */
const TIMEOUT_MS = 20_000;
/** A server that has said that it is ready answers at once, or at one of the next tries. */
const MAX_TRIES = 40;
const TRY_AGAIN_MS = 250;

export interface HttpAnswer {
  readonly status: number;
  readonly text: string;
}

export interface HttpParts {
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly timeoutMs?: number;
}

/** The answer; null when there was none. */
export async function request(
  method: string,
  url: string,
  { body, headers = { "content-type": "application/json" }, timeoutMs = TIMEOUT_MS }: HttpParts = {},
): Promise<HttpAnswer | null> {
  try {
    const response = await fetch(url, {
      method,
      // A kept connection may be one to a server that was killed meanwhile.
      headers: { ...headers, connection: "close" },
      signal: AbortSignal.timeout(timeoutMs),
      ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
    });
    return { status: response.status, text: await response.text() };
  } catch (error) {
    // fetch says TypeError for a connection that failed, and DOMException for the timeout.
    if (error instanceof TypeError || error instanceof DOMException) return null;
    throw error;
  }
}

export class UnexpectedAnswerError extends Error {
  override readonly name = "UnexpectedAnswerError";
}

/** The JSON of a 2xx answer; null when the server is down. Throws UnexpectedAnswerError for any other answer. */
export async function requestJson<T>(method: string, url: string, body?: unknown): Promise<T | null> {
  const answer = await request(method, url, { body });
  if (answer === null) return null;
  if (answer.status < 200 || answer.status > 299)
    throw new UnexpectedAnswerError(`${method} ${url} answered ${answer.status}: ${answer.text}`);
  return JSON.parse(answer.text) as T;
}

/** Like `requestJson`, from a server that must be up. Throws UnexpectedAnswerError when it stays silent. */
export async function requireJson<T>(method: string, url: string, body?: unknown): Promise<T> {
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    const answer = await requestJson<T>(method, url, body);
    if (answer !== null) return answer;
    await sleep(TRY_AGAIN_MS);
  }
  throw new UnexpectedAnswerError(`${method} ${url} was not answered in ${MAX_TRIES} tries`);
}
