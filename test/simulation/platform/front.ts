// Senders of signals and the function that receives them: requests, answers that get lost, and senders that send again
// when they have no answer.
import { createHmac } from "node:crypto";
import type { HttpRequest } from "#entry/http-front.ts";
import { webhookHandler } from "#entry/webhook-handler.ts";
import type { EventQueue } from "../engine/event-queue.ts";
import type { Random } from "../engine/random.ts";
import type { Functions } from "./functions.ts";

/** TradingView's own address, which every direct hook lists. */
export const SENDER_ADDRESS = "52.89.214.238";
/** A sender tries again this often at most. */
const MAX_RESENDS = 2;
const GIVES_UP_AFTER_MS = 3_000;

export interface SimHook {
  readonly hookId: string;
  readonly accountId: string;
  readonly strategyId: string;
  readonly mode: "signed" | "tradingview";
  /** Token of the direct mode, signing secret (base64) of the signed one. */
  readonly secret: string;
  readonly maxRequestsPerMinute: number;
}

export interface SimAlert {
  /** The sender's name for one signal: equal keys are repetitions. */
  readonly key: string;
  readonly hook: SimHook;
  readonly body: string;
  /** Of a signed message; the key, where it is left out. */
  readonly webhookId?: string;
  /** The change that its sender means, where the workload says so. */
  readonly wants?: { readonly action: string; readonly symbol: string };
}

export interface SimAnswer {
  readonly status: number;
  readonly body: { readonly code?: string; readonly receiptId?: string; readonly status?: string };
}

export interface FrontSetup {
  readonly queue: EventQueue;
  readonly random: Random;
  readonly functions: Functions;
  /** Told of every answer that left the function, also when the sender does not get it. */
  readonly answered: (alert: SimAlert, answer: SimAnswer) => void;
}

export class Front {
  readonly #setup: FrontSetup;
  answersLost = 0;

  constructor(setup: FrontSetup) {
    this.#setup = setup;
  }

  send(alert: SimAlert): undefined {
    this.#attempt(alert, 0);
  }

  #attempt(alert: SimAlert, resends: number): void {
    const { queue, random, functions, answered } = this.#setup;
    let isOver = false;
    const over = (status: number): void => {
      if (isOver) return;
      isOver = true;
      const isGood = status < 500 && status !== 429;
      if (isGood || resends === MAX_RESENDS) return;
      queue.after(random.int(500, 4_000) * 2 ** resends, () => this.#attempt(alert, resends + 1));
    };
    queue.after(GIVES_UP_AFTER_MS, () => over(504));
    functions.invoke(
      "webhook",
      `receives ${alert.key}`,
      async ({ duties }) => {
        const handler = webhookHandler(
          () => duties,
          (error) => {
            throw error;
          },
        );
        const { status, body } = await handler(requestOf(alert, queue.nowMs));
        answered(alert, { status, body: body as SimAnswer["body"] });
        over(random.chance(this.answersLost) ? 504 : status);
      },
      (how) => {
        if (how !== "ok") over(504);
      },
    );
  }
}

function requestOf({ hook, body, key, webhookId = key }: SimAlert, nowMs: number): HttpRequest {
  const direct = hook.mode === "tradingview";
  return {
    method: "POST",
    url: direct ? `/hooks/${hook.hookId}/${hook.secret}` : `/hooks/${hook.hookId}`,
    headers: {
      "content-type": "application/json",
      "x-forwarded-for": SENDER_ADDRESS,
      ...(direct ? {} : signatureOf(hook.secret, webhookId, body, nowMs)),
    },
    body: async () => new TextEncoder().encode(body),
    peerAddress: "10.0.0.1",
  };
}

/** Standard Webhooks: every attempt signed anew under the same id. */
function signatureOf(secret: string, id: string, body: string, nowMs: number): Record<string, string> {
  const timestamp = String(Math.floor(nowMs / 1_000));
  const mac = createHmac("sha256", Buffer.from(secret, "base64"));
  const signature = mac.update(`${id}.${timestamp}.${body}`).digest("base64");
  return { "webhook-id": id, "webhook-timestamp": timestamp, "webhook-signature": `v1,${signature}` };
}
