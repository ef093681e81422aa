// The HTTP/1 side of the local Firestore: REST for firestore/lite and curl, WebChannel for the web SDK's streams,
// Firestore Admin's export and import, and the calls of Google's emulator. It serves whatever sockets its HTTP server
// is given.
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Clock } from "@ballast/local-serving/clock.ts";
import type { Backend } from "../backend.ts";
import { type Copies, handleAdmin, isAdmin } from "./admin-handler.ts";
import { admitOrigin, answerPreflight } from "./cross-origin.ts";
import { type EmulatorCalls, emulatorCall, handleEmulatorCall } from "./emulator-handler.ts";
import { answer, handleRest } from "./rest-handler.ts";
import { CHANNEL_PATH, ChannelHandler } from "./webchannel/channel-handler.ts";

interface WebHandlerOptions extends EmulatorCalls {
  readonly backend: Backend;
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
  const { backend, copies, clock, log } = options;
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
    const call = emulatorCall(req, url, options);
    if (call !== undefined) return handleEmulatorCall(res, call);
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
