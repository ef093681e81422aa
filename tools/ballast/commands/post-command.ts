// Posting a command over HTTPS with a machine's signature (Standard Webhooks), as the commands function wants it.
import { standardWebhookHeaders } from "#domain/signal/signature.ts";

export interface Machine {
  readonly name: string;
  /** `whsec_…` */
  readonly secret: string;
}

export interface PostedAnswer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

const TIMEOUT_MS = 15_000;

interface SignedContent {
  /** A repetition under the same key is the same command. */
  readonly key: string;
  readonly content: object;
}

/** One attempt. */
export async function postSigned(
  url: string,
  machine: Machine,
  { key, content }: SignedContent,
  nowMs: number,
): Promise<PostedAnswer> {
  const body = JSON.stringify(content);
  const signed = standardWebhookHeaders(key, Math.floor(nowMs / 1_000), body, [machine.secret]);
  const headers = { "content-type": "application/json", "ballast-machine": machine.name, ...signed };
  const response = await fetch(url, {
    method: "POST",
    headers,
    body,
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  const text = await response.text();
  try {
    return { status: response.status, body: JSON.parse(text) as PostedAnswer["body"] };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return { status: response.status, body: { message: text.slice(0, 200) } };
  }
}
