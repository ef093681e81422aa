// Stands before the server that the platform puts in front of a public function. Google's framework inflates and parses
// up to 1 GiB by the sender's own labels before it calls a function, and answers bad requests itself with HTML. Every
// request is therefore taken from the server's event, before any listener of the framework has it.
import { type IncomingMessage, Server, type ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { type AnswerHttp, BodyRefusedError, type HttpAnswer, type HttpRequest } from "./http-front.ts";
import { discardRest, readBody } from "./request-body.ts";
import { answerUnreadable } from "./unreadable-request.ts";

export type Serve = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** A request whose body a server has read already; the framework leaves the bytes here. */
type MaybeRead = IncomingMessage & { readonly rawBody?: Uint8Array };

/** `pastDoor` is told of a request that somebody read before: the door was not in force. */
export function overHttp(answerTo: AnswerHttp, pastDoor: () => void): Serve {
  return async (request: MaybeRead, response) => {
    if (request.rawBody !== undefined) pastDoor();
    const answer = await answerTo(requestOf(request));
    await send(request, response, answer);
  };
}

function requestOf(request: MaybeRead): HttpRequest {
  const { method = "", url = "", headers, rawBody } = request;
  return {
    method,
    url,
    headers,
    peerAddress: request.socket.remoteAddress,
    body: async (maxBytes) => {
      if (rawBody === undefined) return await readBody(request, maxBytes);
      if (rawBody.length > maxBytes) throw new BodyRefusedError("too large");
      return rawBody;
    },
  };
}

/**
 * Answers at once, and ends the answer when the sender has ended: a line that is closed while its sender still writes
 * takes the answer with it.
 */
async function send(request: IncomingMessage, response: ServerResponse, answer: HttpAnswer): Promise<void> {
  const { status, headers, body } = answer;
  const text = Buffer.from(JSON.stringify(body));
  response.writeHead(status, {
    ...headers,
    "Content-Type": "application/json; charset=utf-8",
    "Content-Length": String(text.length),
  });
  response.write(text);
  // A sender that was too slow is not waited for again.
  if (status !== REQUEST_TIMEOUT) await discardRest(request);
  response.end();
}

const REQUEST_TIMEOUT = 408;

/** The emitter of a server's events: one server, or the prototype of them all. */
type Emitter = Pick<Server, "emit">;

/** From now on `serve` answers the requests of this server; its own listeners get none. */
export function standBefore(server: Emitter, serve: Serve): void {
  const emit = server.emit as (this: Server, event: string, ...given: unknown[]) => boolean;
  server.emit = function emitBehindDoor(this: Server, event: string, ...given: unknown[]): boolean {
    // An expectation that Node does not know is a label like others; by itself Node answers it with 417.
    if (event === "listening") this.on("checkExpectation", serve);
    if (event === "clientError") {
      answerUnreadable(given[0] as Error, given[1] as Socket);
      return true;
    }
    if (event !== "request") return emit.call(this, event, ...given);
    void serve(given[0] as IncomingMessage, given[1] as ServerResponse);
    return true;
  };
}

/** The same for every server of this process, also those that are still to be made. */
export function standBeforeAll(serve: Serve): void {
  standBefore(Server.prototype, serve);
}
