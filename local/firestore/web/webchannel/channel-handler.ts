// The HTTP side of WebChannel: handshakes, forward POSTs, back-channel GETs and terminations, for the Listen and
// Write streams of the web SDK.
import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { type Clock, every, type Timer } from "@ballast/local-serving/clock.ts";
import { type Backend, type EngineStream, RpcError, type StreamSink } from "#backend";
import { identify } from "#id-token";
import { jsonToMessage } from "../json-to-message.ts";
import { messageToJson } from "../message-to-json.ts";
import { rpcTypes } from "../proto-types.ts";
import { readBody } from "../request-body.ts";
import { asRpcError, INVALID_ARGUMENT, UNAVAILABLE } from "../rpc-status.ts";
import { CHANNEL_HEADERS } from "./back-channel.ts";
import { chunk } from "./chunk.ts";
import { type ForwardBody, parseForwardBody, parseHeaders } from "./forward-body.ts";
import { Session } from "./session.ts";

export const CHANNEL_PATH = /^\/google\.firestore\.v1\.Firestore\/(Listen|Write)\/channel$/;

/** The only version of the wire protocol there is a client for. */
const PROTOCOL_VERSION = "8";
/** How often quiet lines, expired tokens and absent browsers are looked for; a fraction of the noop interval. */
const TICK_MS = 5000;
/** Far above what one person's browser tabs open; a limit against a page that leaks channels. */
const MAX_SESSIONS = 1000;

interface ChannelOptions {
  readonly backend: Backend;
  /** Tokens and silence are judged by it. */
  readonly clock: Clock;
}

export class ChannelHandler {
  readonly #options: ChannelOptions;
  readonly #sessions = new Map<string, Session>();
  readonly #ticker: Timer;

  constructor(options: ChannelOptions) {
    this.#options = options;
    this.#ticker = every(options.clock, TICK_MS, () => this.#tick());
  }

  /** Answers one request of a channel. Never rejects. */
  async handle(req: IncomingMessage, res: ServerResponse, url: URL): Promise<void> {
    try {
      const query = url.searchParams;
      const sid = query.get("SID");
      if (query.get("TYPE") === "terminate") return this.#terminate(res, sid);
      if (req.method === "POST") {
        const body = parseForwardBody(await readBody(req));
        return sid === null ? this.#shakeHands(req, res, url, body) : this.#forward(res, sid, query, body);
      }
      if (req.method === "GET" && query.get("TYPE") === "xmlhttp") return this.#attach(res, sid, query);
      throw refusal("Unknown kind of WebChannel request");
    } catch (error) {
      res.writeHead(400, CHANNEL_HEADERS).end(asRpcError(error).message);
    }
  }

  /** Tells every browser that the server goes away, so that they reconnect at once, and frees all sessions. */
  close(): void {
    for (const session of this.#sessions.values())
      session.end(new RpcError(UNAVAILABLE, "The server is shutting down"));
    this.forget();
  }

  /** Frees all sessions without a word to the browsers. */
  forget(): void {
    this.#ticker.cancel();
    for (const session of this.#sessions.values()) session.dispose();
    this.#sessions.clear();
  }

  #shakeHands(req: IncomingMessage, res: ServerResponse, url: URL, body: ForwardBody): void {
    if (url.searchParams.get("VER") !== PROTOCOL_VERSION) throw refusal("Unsupported WebChannel version");
    if (this.#sessions.size >= MAX_SESSIONS) throw refusal(`More than ${MAX_SESSIONS} streams are open`);
    const method = CHANNEL_PATH.exec(url.pathname)?.[1];
    if (method !== "Listen" && method !== "Write") throw refusal("Unknown stream");
    const authorization =
      body.headers.get("authorization") ??
      parseHeaders(url.searchParams.get("$httpHeaders") ?? "").get("authorization") ??
      req.headers.authorization;
    const session = this.#open(method, authorization, url.searchParams.get("database"));
    for (const { ordinal, data } of body.messages) session.accept(ordinal, data);
    reply(res, session.handshake);
  }

  #open(method: "Listen" | "Write", authorization: string | undefined, database: string | null): Session {
    const { backend, clock } = this.#options;
    const types = rpcTypes(method);
    let expiresAtMs: number | undefined;
    const open = (sink: StreamSink): EngineStream => {
      const identified = identify(authorization, database?.split("/")[1], clock.nowMs());
      expiresAtMs = identified.expiresAtMs;
      return method === "Listen"
        ? backend.listen(identified.caller, sink)
        : backend.write(identified.caller, sink);
    };
    const session = new Session({
      id: randomUUID(),
      open,
      toMessage: (json) => jsonToMessage(types.request, json),
      toJson: (message) => messageToJson(types.response, message),
      expiresAtMs: () => expiresAtMs,
      nowMs: () => clock.nowMs(),
    });
    this.#sessions.set(session.id, session);
    return session;
  }

  #forward(res: ServerResponse, sid: string, query: URLSearchParams, body: ForwardBody): void {
    const session = this.#sessions.get(sid);
    if (session === undefined) throw refusal(UNKNOWN_SID);
    session.acknowledge(arrayId(query));
    for (const { ordinal, data } of body.messages) session.accept(ordinal, data);
    reply(res, session.status);
  }

  #attach(res: ServerResponse, sid: string | null, query: URLSearchParams): void {
    const session = this.#sessions.get(sid ?? "");
    if (session === undefined) throw refusal(UNKNOWN_SID);
    session.attach(res, query.get("CI") === "1", arrayId(query));
  }

  #terminate(res: ServerResponse, sid: string | null): void {
    const session = this.#sessions.get(sid ?? "");
    if (session !== undefined) {
      session.dispose();
      this.#sessions.delete(session.id);
    }
    res.writeHead(200, CHANNEL_HEADERS).end();
  }

  #tick(): void {
    for (const session of this.#sessions.values()) {
      if (!session.tick()) {
        session.dispose();
        this.#sessions.delete(session.id);
      }
    }
  }
}

/** The browser looks for these very words: they tell it to start a new session instead of retrying. */
const UNKNOWN_SID = "Unknown SID";

function reply(res: ServerResponse, json: string): void {
  res.writeHead(200, CHANNEL_HEADERS).end(chunk(json));
}

function refusal(reason: string): RpcError {
  return new RpcError(INVALID_ARGUMENT, reason);
}

/** The last array the browser has (`AID`), or -1 when it has none. */
function arrayId(query: URLSearchParams): number {
  const id = Number(query.get("AID") ?? "-1");
  return Number.isSafeInteger(id) ? id : -1;
}
