// Posting a text with a signature of Standard Webhooks, as the public functions want it from a sender that signs.
import { standardWebhookHeaders } from "#domain/signal/signature.ts";

export interface SignedPost {
  /** A repetition under the same id is the same signal, or the same command. */
  readonly id: string;
  readonly body: string;
  /** `whsec_…` */
  readonly secret: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface TextAnswer {
  readonly status: number;
  readonly text: string;
}

/** One attempt. */
export async function postSigned(
  url: string,
  { id, body, secret, headers }: SignedPost,
  nowMs: number,
  timeoutMs: number,
): Promise<TextAnswer> {
  const signed = standardWebhookHeaders(id, Math.floor(nowMs / 1_000), body, [secret]);
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers, ...signed },
    body,
    signal: AbortSignal.timeout(timeoutMs),
  });
  return { status: response.status, text: await response.text() };
}
