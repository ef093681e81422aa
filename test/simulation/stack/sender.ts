// A sender of alerts as the world has them: it signs its alerts, repeats each under the same id until it is
// answered, and records every answer exactly as it came, for the invariants to judge.
import { createHmac } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { Random } from "@ballast/local-serving/random.ts";
import { alertUrl } from "#local/stack/alert.ts";
import { functionsBaseUrl, SIGNED_HOOK_ID } from "#local/stack/settings.ts";
import type { SentAlert } from "./alerts.ts";
import type { SimStack } from "./sim-stack.ts";
import { type HttpAnswer, request } from "./stack-http.ts";

/** A sender gives up on an alert after so many tries. */
const MAX_TRIES = 8;
/** Longer than TradingView's 3 s: on a loaded machine a killed process takes that long to start again. */
const ANSWER_TIMEOUT_MS = 8_000;
const MIN_RETRY_MS = 200;
const RETRY_RANGE_MS = 1_300;

interface AlertAnswer {
  readonly status: number;
  readonly code: string;
  readonly receiptId: string | null;
}

/** An alert with everything that was answered to any of its sendings. */
export interface SentSignal {
  readonly alert: SentAlert;
  readonly answers: AlertAnswer[];
}

/** Answers after which a sender need not ask again. */
function isFinal({ status }: AlertAnswer): boolean {
  return status < 500 && status !== 429;
}

/** Null for what did not come from the webhook: a killed process is answered for by the emulator, in its own words. */
function readAnswer(answer: HttpAnswer | null): AlertAnswer | null {
  if (answer === null) return null;
  let body: unknown;
  try {
    body = JSON.parse(answer.text);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
  const { code, receiptId } = body as { readonly code?: unknown; readonly receiptId?: unknown };
  if (typeof code !== "string" || /^E[A-Z]+$/.test(code)) return null;
  return { status: answer.status, code, receiptId: typeof receiptId === "string" ? receiptId : null };
}

export class Sender {
  readonly #stack: SimStack;
  readonly #random: Random;
  readonly #signals = new Map<string, SentSignal>();
  readonly #sending = new Set<Promise<void>>();
  requests = 0;

  constructor(stack: SimStack, random: Random) {
    this.#stack = stack;
    this.#random = random;
  }

  get signals(): readonly SentSignal[] {
    return [...this.#signals.values()];
  }

  get inFlight(): number {
    return this.#sending.size;
  }

  /** Starts sending; does not wait for the answer. A repetition of a known alert adds to its answers. */
  send(alert: SentAlert): void {
    const signal = this.#signals.get(alert.key) ?? { alert, answers: [] };
    this.#signals.set(alert.key, signal);
    const sending = this.#sendUntilAnswered(signal).finally(() => this.#sending.delete(sending));
    this.#sending.add(sending);
  }

  /** Resolves when fewer than `count` alerts are being sent. */
  async below(count: number): Promise<void> {
    while (this.#sending.size >= count) await Promise.race(this.#sending);
  }

  async #sendUntilAnswered(signal: SentSignal): Promise<void> {
    for (let tries = 0; tries < MAX_TRIES; tries++) {
      this.requests += 1;
      const answer = readAnswer(await this.#post(signal.alert));
      if (answer !== null) signal.answers.push(answer);
      if (answer !== null && isFinal(answer)) return;
      await sleep(MIN_RETRY_MS + this.#random() * RETRY_RANGE_MS);
    }
  }

  #post(alert: SentAlert): Promise<HttpAnswer | null> {
    const { secrets, ports } = this.#stack;
    const contentType = { "content-type": alert.contentType };
    if (alert.mode === "direct") {
      const token = alert.isProved ? secrets.hookToken : `${secrets.hookToken}x`;
      return request("POST", `${alertUrl(ports)}/${token}`, {
        body: alert.body,
        headers: contentType,
        timeoutMs: ANSWER_TIMEOUT_MS,
      });
    }
    const url = `${functionsBaseUrl(ports)}/webhook/hooks/${SIGNED_HOOK_ID}`;
    const headers = { ...contentType, ...signature(alert, secrets.signingSecret, Date.now()) };
    return request("POST", url, { body: alert.body, headers, timeoutMs: ANSWER_TIMEOUT_MS });
  }
}

/** Standard Webhooks headers; every attempt is signed anew under the same id, as the specification asks. */
function signature(
  { key, body, isProved }: SentAlert,
  secret: string,
  nowMs: number,
): Readonly<Record<string, string>> {
  const timestamp = String(Math.floor(nowMs / 1_000));
  const signed = isProved ? `${key}.${timestamp}.${body}` : `${key}.${timestamp}.${body} `;
  const hmacKey = Buffer.from(secret.replace(/^whsec_/, ""), "base64");
  const digest = createHmac("sha256", hmacKey).update(signed, "utf8").digest("base64");
  return { "webhook-id": key, "webhook-timestamp": timestamp, "webhook-signature": `v1,${digest}` };
}
