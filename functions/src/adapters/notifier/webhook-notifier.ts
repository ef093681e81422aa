// Notifications as signed POSTs of JSON (Standard Webhooks), for whatever the operator has at the other end. One
// attempt: the outbox repeats. Must not put the address into an error, because it may hold a token.
import { standardWebhookHeaders } from "#domain/signal/signature.ts";
import type { Clock } from "#ports/clock.ts";
import type { Notification, Notifier } from "#ports/notifier.ts";
import { NotifierError } from "#ports/notifier.ts";
import { MissingSecretError } from "#ports/secrets.ts";

export interface WebhookNotifierOptions {
  readonly url: string;
  /** Base64 signing secrets, several while one is being rotated: each signs. */
  readonly secrets: () => Promise<readonly string[]>;
  readonly clock: Clock;
  readonly timeoutMs: number;
}

/** Asked to come again, or busy: everything else below 500 refuses this very message. */
const TEMPORARY_STATUSES: ReadonlySet<number> = new Set([401, 403, 404, 408, 425, 429]);

export function createWebhookNotifier({ url, secrets, clock, timeoutMs }: WebhookNotifierOptions): Notifier {
  return {
    async send(notification) {
      const body = JSON.stringify(notification satisfies Notification);
      const timestampS = Math.floor(clock.nowMs() / 1_000);
      const signed = standardWebhookHeaders(notification.id, timestampS, body, await signing(secrets));
      const status = await post(url, { "content-type": "application/json", ...signed }, body, timeoutMs);
      if (status >= 200 && status < 300) return;
      const isRefusal = status >= 400 && status < 500 && !TEMPORARY_STATUSES.has(status);
      throw new NotifierError(`The notifier answered ${status}`, isRefusal);
    },
  };
}

async function signing(secrets: () => Promise<readonly string[]>): Promise<readonly string[]> {
  try {
    return await secrets();
  } catch (error) {
    if (!(error instanceof MissingSecretError)) throw error;
    throw new NotifierError(error.message, false, { cause: error });
  }
}

async function post(
  url: string,
  headers: Readonly<Record<string, string>>,
  body: string,
  timeoutMs: number,
): Promise<number> {
  try {
    const signal = AbortSignal.timeout(timeoutMs);
    const response = await fetch(url, { method: "POST", headers, body, signal, redirect: "manual" });
    await response.body?.cancel();
    return response.status;
  } catch (error) {
    const name = error instanceof Error ? error.name : "unknown";
    throw new NotifierError(`The notifier did not answer (${name})`, false, { cause: error });
  }
}
