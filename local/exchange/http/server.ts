// Sockets for an exchange: reads requests, waits out injected latency, resets connections on demand, and
// moves the market on an interval. Holds no market logic.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { every, pause, systemClock, type Timer } from "@ballast/local-serving/clock.ts";
import { listenOn } from "@ballast/local-serving/listen.ts";
import type { Exchange } from "../exchange.ts";
import type { ExchangeRequest, ExchangeResponse } from "../types.ts";
import { handleAdmin, isAdminPath } from "./admin-routes.ts";

/** The market moves this often even when nobody asks. */
const TICK_MS = 250;
/** Largest request body: a batch of five orders is under 4 kB. */
const MAX_BODY_BYTES = 64 * 1024;
const LOOPBACK = "127.0.0.1";

interface ServerOptions {
  /** Default: this machine only. */
  readonly host?: string;
  readonly port: number;
  /** The market's time, which need not be the machine's. */
  readonly nowMs: () => number;
  /** Told about faults of the program; the request is answered with 500 and -1000. */
  readonly onError: (error: unknown) => void;
}

export interface RunningServer {
  readonly port: number;
  readonly url: string;
  /** Stops ticking and closes every connection. */
  readonly close: () => Promise<void>;
}

class BodyTooLargeError extends Error {
  override readonly name = "BodyTooLargeError";
}

async function readBody(message: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  // Leaving the loop early must not close the socket: the refusal still has to be sent.
  for await (const chunk of message.iterator({ destroyOnReturn: false })) {
    const buffer = Buffer.from(chunk as Uint8Array);
    bytes += buffer.length;
    if (bytes > MAX_BODY_BYTES) throw new BodyTooLargeError(`Request body is over ${MAX_BODY_BYTES} bytes`);
    chunks.push(buffer);
  }
  return Buffer.concat(chunks).toString("utf8");
}

async function readRequest(message: IncomingMessage): Promise<ExchangeRequest> {
  const target = message.url ?? "/";
  const cut = target.indexOf("?");
  const headers: Record<string, string | undefined> = {};
  for (const [name, value] of Object.entries(message.headers))
    headers[name] = Array.isArray(value) ? value[0] : value;
  return {
    method: message.method ?? "GET",
    path: cut < 0 ? target : target.slice(0, cut),
    query: cut < 0 ? "" : target.slice(cut + 1),
    body: await readBody(message),
    headers,
  };
}

function send(message: IncomingMessage, reply: ServerResponse, response: ExchangeResponse): void {
  if (response.transport.reset) {
    message.socket.resetAndDestroy();
    return;
  }
  reply.writeHead(response.status, response.headers);
  reply.end(response.body);
}

async function answer(exchange: Exchange, message: IncomingMessage, reply: ServerResponse): Promise<void> {
  const request = await readRequest(message);
  if (isAdminPath(request.path)) {
    send(message, reply, handleAdmin(exchange, request));
    return;
  }
  const { delayMs, proceed } = exchange.receive(request);
  if (delayMs > 0) await pause(systemClock, delayMs);
  const response = proceed();
  if (response.transport.latencyMs > 0) await pause(systemClock, response.transport.latencyMs);
  send(message, reply, response);
}

function fail(error: unknown, reply: ServerResponse, options: ServerOptions): void {
  const tooLarge = error instanceof BodyTooLargeError;
  const aborted = error instanceof Error && "code" in error && error.code === "ECONNRESET";
  if (!aborted && !tooLarge) options.onError(error);
  if (reply.headersSent || reply.destroyed) return;
  reply.writeHead(tooLarge ? 413 : 500, { "Content-Type": "application/json", Connection: "close" });
  reply.end(JSON.stringify({ code: -1000, msg: "An unknown error occured while processing the request." }));
}

/** Moves the market on an interval, until it is cancelled. */
function tick(exchange: Exchange, options: ServerOptions): Timer {
  return every(systemClock, TICK_MS, () => {
    try {
      exchange.advanceTo(options.nowMs());
    } catch (error) {
      options.onError(error);
    }
  });
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    server.close((error) => (error === undefined ? resolve() : reject(error)));
    server.closeAllConnections();
  });
}

/**
 * Serves an exchange. Port 0 picks a free one. Rejects, naming the port, when it is taken.
 * An exchange given as a function is made only once the port is held, so that a second process on the same
 * port ends before it touches the first one's stored state.
 */
export async function startServer(
  source: Exchange | (() => Exchange),
  options: ServerOptions,
): Promise<RunningServer> {
  const server = createServer();
  const host = options.host ?? LOOPBACK;
  const port = await listenOn(server, { host, port: options.port });
  try {
    const exchange = typeof source === "function" ? source() : source;
    server.on("request", (message: IncomingMessage, reply: ServerResponse) => {
      answer(exchange, message, reply).catch((error: unknown) => fail(error, reply, options));
    });
    const ticker = tick(exchange, options);
    const close = (): Promise<void> => {
      ticker.cancel();
      return closeServer(server);
    };
    return { port, url: `http://${host}:${port}`, close };
  } catch (error) {
    await closeServer(server);
    throw error;
  }
}
