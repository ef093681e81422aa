// The HTTP/1 side of the local Firestore: REST for firestore/lite and curl, WebChannel for the web SDK's streams,
// Firestore Admin's export and import, and Google's emulator call that clears a database. It serves whatever sockets
// its HTTP server is given.
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Clock } from "@ballast/local-serving/clock.ts";
import type { Backend } from "../backend.ts";
import { type Copies, handleAdmin, isAdmin } from "./admin-handler.ts";
import { admitOrigin, answerPreflight } from "./cross-origin.ts";
import { answer, handleRest } from "./rest-handler.ts";
import { asRpcError, errorJson } from "./rpc-status.ts";
import { CHANNEL_PATH, ChannelHandler } from "./webchannel/channel-handler.ts";

const CLEAR_PATH = /^\/emulator\/v1\/(projects\/[^/]+\/databases\/[^/]+)\/documents\/?$/;

interface WebHandlerOptions {
  readonly backend: Backend;
  /** Deletes every document of `projects/{p}/databases/{d}`. */
  readonly clear: (database: string) => Promise<void> | void;
  readonly copies: Copies;
  /** ID tokens and idle channels are judged by it. */
  readonly clock: Clock;
  /** One line about a fault of the server itself; never about a client's mistake. */
  readonly log: (line: string) => void;
}

interface WebHandler {
  (req: IncomingMessage, res: ServerResponse): void;
  /** Ends all streams with UNAVAILABLE, which makes browsers reconnect at once. */
  close(): void;
  /** Frees all streams without a word to the browsers. */
  forget(): void;
}

/** The request listener for every HTTP/1 connection of the local Firestore. */
export function createWebHandler(options: WebHandlerOptions): WebHandler {
  const { backend, clear, copies, clock, log } = options;
  const channels = new ChannelHandler({ backend, clock });
  const handle = async (req: IncomingMessage, res: ServerResponse): Promise<void> => {
    const url = new URL(req.url ?? "/", "http://127.0.0.1");
    if (!admitOrigin(req, res)) {
      return answer(res, 403, {
        error: {
          code: 403,
          message: `Pages of ${req.headers.origin} may not use this server: only pages of this machine may`,
          status: "PERMISSION_DENIED",
        },
      });
    }
    if (req.method === "OPTIONS") return answerPreflight(req, res);
    if (url.pathname === "/" && req.method === "GET") {
      res.writeHead(200, { "content-type": "text/plain" }).end("Ok\n");
      return;
    }
    if (CHANNEL_PATH.test(url.pathname)) return channels.handle(req, res, url);
    const cleared = CLEAR_PATH.exec(url.pathname)?.[1];
    if (cleared !== undefined && req.method === "DELETE") return clearDatabase(res, cleared, clear);
    if (isAdmin(req, url)) return handleAdmin(req, res, { path: url.pathname, copies, nowMs: clock.nowMs() });
    return handleRest(req, res, { url, backend, nowMs: clock.nowMs() });
  };
  const handler = (req: IncomingMessage, res: ServerResponse): void => {
    handle(req, res).catch((error: unknown) => {
      log(`Firestore web request failed: ${req.method} ${req.url}: ${String(error)}`);
      res.destroy();
    });
  };
  return Object.assign(handler, { close: () => channels.close(), forget: () => channels.forget() });
}

async function clearDatabase(
  res: ServerResponse,
  database: string,
  clear: WebHandlerOptions["clear"],
): Promise<void> {
  try {
    await clear(decodeURIComponent(database));
    answer(res, 200, {});
  } catch (error) {
    const json = errorJson(asRpcError(error));
    answer(res, json.error.code, json);
  }
}
