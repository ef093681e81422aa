// One WebChannel session: a Listen or Write stream of the engine on one side, a browser's requests on the other.
// The stream lives as long as the session, through any number of lost responses.
import type { ServerResponse } from "node:http";
import type { EngineStream, ProtoMessage, StreamSink } from "#backend";
import { RpcError } from "#backend";
import { asRpcError, errorJson, RESOURCE_EXHAUSTED, UNAUTHENTICATED, UNAVAILABLE } from "../rpc-status.ts";
import { BackChannel } from "./back-channel.ts";
import { Inbox } from "./inbox.ts";
import { Outbox } from "./outbox.ts";

/** Told to the browser in the handshake: it gives a silent response up after one and a half times as long. */
const KEEP_ALIVE_MS = 30_000;
/** A noop goes out well before the browser doubts the connection. */
const NOOP_AFTER_MS = 20_000;
/** The browser retries a lost back channel within 5 to 30 s; one that stays away longer is gone. */
const IDLE_MS = 60_000;
/** Kept for redelivery at most; a browser that is further behind starts its stream anew. */
const MAX_KEPT_LENGTH = 64 * 1024 * 1024;
/** Above this the engine is asked to hold back and send last states only: a few responses' worth. */
const PAUSE_ABOVE_LENGTH = 4 * 1024 * 1024;
const HANDSHAKE_ID = 0;

interface SessionOptions {
  readonly id: string;
  /** Opens the engine's stream. Not called when the caller could not be identified. */
  readonly open: (sink: StreamSink) => EngineStream;
  readonly toMessage: (json: unknown) => ProtoMessage;
  readonly toJson: (message: ProtoMessage) => unknown;
  /** When the caller's token stops counting, epoch milliseconds. */
  readonly expiresAtMs: () => number | undefined;
  readonly nowMs: () => number;
}

export class Session {
  readonly #options: SessionOptions;
  readonly #outbox = new Outbox(HANDSHAKE_ID);
  readonly #inbox: Inbox;
  #stream: EngineStream | undefined;
  #channel: BackChannel | undefined;
  #ended = false;
  #greeted = false;
  #flushPlanned = false;
  #lastSeenMs: number;
  #paused: (() => void)[] = [];

  constructor(options: SessionOptions) {
    this.#options = options;
    this.#lastSeenMs = options.nowMs();
    this.#inbox = new Inbox((data) => this.#receive(data));
    try {
      this.#stream = options.open({
        send: (message) => this.#send(message),
        end: (error) => this.end(error),
        ready: () => this.#ready,
        onReady: (resume) => {
          this.#paused.push(resume);
          this.#resumeIfReady();
        },
      });
    } catch (error) {
      this.end(asRpcError(error));
    }
  }

  get id(): string {
    return this.#options.id;
  }

  /** The first array of the session, which names it and the protocol versions. */
  get handshake(): string {
    return JSON.stringify([[HANDSHAKE_ID, ["c", this.id, "", 8, 14, KEEP_ALIVE_MS]]]);
  }

  /** Takes a message of the forward channel. */
  accept(ordinal: number, data: string): void {
    this.#lastSeenMs = this.#options.nowMs();
    if (!this.#inbox.accept(ordinal, data)) {
      this.end(new RpcError(UNAVAILABLE, "Too many messages arrived out of order"));
    }
  }

  acknowledge(id: number): void {
    this.#outbox.acknowledge(id);
    this.#resumeIfReady();
  }

  /** Reply to a forward-channel POST: whether a back channel is open, the last array, and what is unacknowledged. */
  get status(): string {
    return JSON.stringify([this.#channel === undefined ? 0 : 1, this.#outbox.lastId, this.#outbox.size]);
  }

  /** Makes `res` the back channel, in place of any other; arrays after `acknowledgedId` are sent again. */
  attach(res: ServerResponse, endsAfterFlush: boolean, acknowledgedId: number): void {
    this.#channel?.end();
    this.acknowledge(acknowledgedId);
    const channel = new BackChannel(res, endsAfterFlush, acknowledgedId, this.#options.nowMs());
    this.#channel = channel;
    res.on("close", () => {
      if (this.#channel === channel) this.#detach();
    });
    // The browser takes a first back channel that stays silent for a few round trips for a buffering proxy.
    if (!this.#greeted) this.#outbox.add('["noop"]');
    this.#greeted = true;
    this.#flush();
  }

  /** Ends the engine's stream and tells the browser, with the error when there is one. Idempotent. */
  end(error?: RpcError): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#outbox.add(error === undefined ? '["close"]' : JSON.stringify([errorJson(error)]));
    this.#planFlush();
    this.#stream?.close();
  }

  /** Sends a noop when the line was quiet, ends the stream when its token expired. Returns false when the session is over. */
  tick(): boolean {
    const nowMs = this.#options.nowMs();
    const expiresAtMs = this.#options.expiresAtMs();
    if (expiresAtMs !== undefined && expiresAtMs <= nowMs) {
      this.end(new RpcError(UNAUTHENTICATED, "The ID token has expired"));
    }
    if (this.#outbox.size > MAX_KEPT_LENGTH) return false;
    if (this.#channel === undefined) return nowMs - this.#lastSeenMs < IDLE_MS;
    if (nowMs - this.#channel.lastFlushMs >= NOOP_AFTER_MS) {
      this.#outbox.add('["noop"]');
      this.#flush();
    }
    return true;
  }

  /** Sends what is left and frees everything. The browser learns of it by "Unknown SID". */
  dispose(): void {
    this.#flush();
    if (!this.#ended) {
      this.#ended = true;
      this.#stream?.close();
    }
    this.#channel?.end();
    this.#channel = undefined;
  }

  get #ready(): boolean {
    return this.#outbox.size <= PAUSE_ABOVE_LENGTH;
  }

  #resumeIfReady(): void {
    if (!this.#ready || this.#paused.length === 0) return;
    const resumes = this.#paused;
    this.#paused = [];
    for (const resume of resumes) queueMicrotask(resume);
  }

  #receive(data: string): void {
    if (this.#ended) return;
    try {
      this.#stream?.receive(this.#options.toMessage(JSON.parse(data)));
    } catch (error) {
      this.end(asRpcError(error));
    }
  }

  #send(message: ProtoMessage): void {
    if (this.#ended) return;
    if (this.#outbox.size > MAX_KEPT_LENGTH) {
      this.end(new RpcError(RESOURCE_EXHAUSTED, "The browser is too far behind"));
      return;
    }
    this.#outbox.add(JSON.stringify([this.#options.toJson(message)]));
    this.#planFlush();
  }

  /** What the engine sends in one go travels in one chunk. */
  #planFlush(): void {
    if (this.#flushPlanned) return;
    this.#flushPlanned = true;
    queueMicrotask(() => {
      this.#flushPlanned = false;
      this.#flush();
    });
  }

  #flush(): void {
    if (this.#channel?.flush(this.#outbox, this.#options.nowMs()) === false) this.#detach();
  }

  #detach(): void {
    this.#channel = undefined;
    this.#lastSeenMs = this.#options.nowMs();
  }
}
