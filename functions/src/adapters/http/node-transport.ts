// HTTP over Node's own sockets, kept alive between requests. Knows whether a connection was up before it failed,
// which is what tells "nothing happened" from "only the other end can say". Must not retry.
import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from "node:http";
import { Agent as HttpsAgent, request as httpsRequest } from "node:https";
import type { HttpRequest, HttpResponse, HttpTransport } from "./http-transport.ts";
import { TransportError } from "./http-transport.ts";

/** Idle sockets kept for the next request; more than one account's calls at once are rare. */
const MAX_IDLE_SOCKETS = 8;
/** Venues close idle connections after a minute or less, Google later; ours go first, so that no request meets a closing socket. */
const IDLE_SOCKET_MS = 15_000;
/** exchangeInfo is about 1.5 MB; nothing that a venue answers is larger than this, and no page of documents. */
const MAX_BODY_BYTES = 32 * 1024 * 1024;

/** A transport whose every request ends within `timeoutMs`. Opens no socket before its first request. */
export function createNodeTransport(timeoutMs: number): HttpTransport {
  const options = { keepAlive: true, maxFreeSockets: MAX_IDLE_SOCKETS, timeout: IDLE_SOCKET_MS };
  const agents = { http: new HttpAgent(options), https: new HttpsAgent(options) };
  return (request) => send(request, agents, timeoutMs);
}

function send(
  { method, url, headers, body }: HttpRequest,
  agents: { http: HttpAgent; https: HttpsAgent },
  timeoutMs: number,
): Promise<HttpResponse> {
  return new Promise((resolve, reject) => {
    const target = new URL(url);
    const isSecure = target.protocol === "https:";
    const agent = isSecure ? agents.https : agents.http;
    const length = body === null ? {} : { "content-length": String(Buffer.byteLength(body)) };
    const open = isSecure ? httpsRequest : httpRequest;
    const outgoing = open(target, { method, agent, headers: { ...headers, ...length } });
    let connected = false;
    const fail = (code: string, cause: unknown): void => {
      clearTimeout(timer);
      outgoing.destroy();
      const what = `${method} ${target.pathname}: ${connected ? "no usable answer" : "not sent"} (${code})`;
      reject(new TransportError(code, connected, what, { cause }));
    };
    const timer = setTimeout(() => fail("TIMEOUT", null), timeoutMs);
    outgoing.on("socket", (socket) => {
      // A kept socket is up already, and would only collect listeners that never fire.
      connected = !socket.connecting;
      if (connected) return;
      socket.once(isSecure ? "secureConnect" : "connect", () => {
        connected = true;
      });
    });
    outgoing.on("error", (error) => fail(codeOf(error), error));
    outgoing.on("response", (incoming) => {
      readBody(incoming).then(
        (text) => {
          clearTimeout(timer);
          resolve({ status: incoming.statusCode ?? 0, headers: headersOf(incoming), body: text });
        },
        (error: unknown) => fail(codeOf(error), error),
      );
    });
    outgoing.end(body ?? undefined);
  });
}

async function readBody(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MAX_BODY_BYTES) throw new RangeError(`Body over ${MAX_BODY_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function headersOf(incoming: IncomingMessage): Readonly<Record<string, string>> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(incoming.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(", ") : value;
  }
  return headers;
}

function codeOf(error: unknown): string {
  if (error instanceof Error && "code" in error && typeof error.code === "string") return error.code;
  return error instanceof Error ? error.name : "UNKNOWN";
}
