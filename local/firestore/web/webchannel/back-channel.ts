// One HTTP response that carries arrays to the browser: streamed, or (`CI=1`, long polling behind a buffering
// proxy) ended after the first flush.
import type { ServerResponse } from "node:http";
import { chunk } from "./chunk.ts";
import type { Outbox } from "./outbox.ts";

/**
 * After so many characters a response is ended and the browser opens the next, which acknowledges what it got.
 * This bounds what is kept for redelivery, and the response text a browser holds in memory.
 */
const MAX_RESPONSE_LENGTH = 1024 * 1024;

export class BackChannel {
  readonly #res: ServerResponse;
  readonly #endsAfterFlush: boolean;
  #sentId: number;
  #length = 0;
  #lastFlushMs: number;

  /** `sentId` is the last array the browser has. */
  constructor(res: ServerResponse, endsAfterFlush: boolean, sentId: number, nowMs: number) {
    this.#res = res;
    this.#endsAfterFlush = endsAfterFlush;
    this.#sentId = sentId;
    this.#lastFlushMs = nowMs;
    res.writeHead(200, CHANNEL_HEADERS);
    res.flushHeaders();
  }

  get lastFlushMs(): number {
    return this.#lastFlushMs;
  }

  /** Sends what the outbox holds beyond the last flush. Returns false when this response is at its end. */
  flush(outbox: Outbox, nowMs: number): boolean {
    const json = outbox.after(this.#sentId);
    if (json === undefined) return true;
    this.#sentId = outbox.lastId;
    this.#lastFlushMs = nowMs;
    this.#length += json.length;
    this.#res.write(chunk(json));
    if (!this.#endsAfterFlush && this.#length < MAX_RESPONSE_LENGTH) return true;
    this.end();
    return false;
  }

  end(): void {
    this.#res.end();
  }
}

/** Headers of every channel response: nothing between server and browser may hold it back or guess its type. */
export const CHANNEL_HEADERS = {
  "content-type": "text/plain; charset=utf-8",
  "cache-control": "no-cache, no-store, max-age=0, must-revalidate",
  "x-content-type-options": "nosniff",
  "x-accel-buffering": "no",
} as const;
