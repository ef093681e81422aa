// A public function behind the server that Google puts before it, on loopback: the framework's own server with the front
// door before it, and a sender that can label and cut its bytes as it likes.
import { once } from "node:events";
import { Agent, type IncomingHttpHeaders, request, type Server } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { http } from "@google-cloud/functions-framework";
import { getTestServer } from "@google-cloud/functions-framework/testing";
import { overHttp, standBefore } from "#entry/front-door.ts";
import type { AnswerHttp } from "#entry/http-front.ts";

export interface SentRequest {
  readonly method?: string;
  /** Path and query as they are to stand in the request. */
  readonly url: string;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: string | Uint8Array;
  /** Without a length: in chunks of as many bytes. */
  readonly chunkBytes?: number;
}

export interface GivenAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

export interface Front {
  send(sent: SentRequest): Promise<GivenAnswer>;
  close(): Promise<void>;
}

/** Makes a front of a function's frame. */
export type StartFront = (answerTo: AnswerHttp) => Promise<Front>;

/** The frame alone, for campaigns of so many requests that sockets would be most of their time. */
export const frameAlone: StartFront = async (answerTo) => ({
  async send(sent) {
    const { status, headers, body } = await answerTo(framedRequest({ peerAddress: "127.0.0.1", ...sent }));
    const given = { ...headers, "content-type": "application/json; charset=utf-8" };
    return { status, headers: given, text: JSON.stringify(body) };
  },
  close: async () => undefined,
});

/** The framework's own server around a function that no request may reach except through the door. */
function frameworkServer(): Server {
  http("behind-the-door", () => {
    throw new Error("A request passed the front door");
  });
  return getTestServer("behind-the-door");
}

export const startFront: StartFront = async (answerTo) => {
  const server = frameworkServer();
  standBefore(
    server,
    overHttp(answerTo, () => {
      throw new Error("A body was read before the door");
    }),
  );
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const agent = new Agent({ keepAlive: true });
  return {
    send: (sent) => sendTo(port, sent, agent),
    async close() {
      agent.destroy();
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
};

/** Resolves with the answer, also one that comes before the body was sent. */
export function sendTo(port: number, sent: SentRequest, agent?: Agent): Promise<GivenAnswer> {
  const { method = "POST", url, headers = {}, body = "", chunkBytes } = sent;
  const bytes = typeof body === "string" ? Buffer.from(body) : Buffer.from(body);
  const framing =
    chunkBytes === undefined
      ? { "content-length": String(bytes.length) }
      : { "transfer-encoding": "chunked" };
  const given = Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, typeof value === "string" ? value : [...value]]),
  );
  return new Promise((resolve, reject) => {
    const outgoing = request({
      host: "127.0.0.1",
      port,
      method,
      path: url,
      headers: { ...given, ...framing },
      ...(agent === undefined ? { agent: false } : { agent }),
    });
    outgoing.once("response", (response) => {
      const pieces: Buffer[] = [];
      response.on("data", (piece: Buffer) => pieces.push(piece));
      response.once("end", () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          text: Buffer.concat(pieces).toString("utf8"),
        }),
      );
      response.once("error", reject);
    });
    // Behind an answer, a broken line is the sender's own affair.
    outgoing.on("error", reject);
    if (chunkBytes === undefined) outgoing.end(bytes);
    else {
      for (let at = 0; at < bytes.length; at += chunkBytes)
        outgoing.write(bytes.subarray(at, at + chunkBytes));
      outgoing.end();
    }
  });
}

/** Sends bytes over a line of their own and resolves with all that comes back. */
export function spoken(port: number, bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const line = connect(port, "127.0.0.1", () => line.write(bytes));
    let heard = "";
    line.on("data", (piece: Buffer) => {
      heard += piece.toString("utf8");
    });
    line.once("close", () => resolve(heard));
    line.once("error", reject);
  });
}

/** A request as an in-process caller of a frame makes it. */
function framedRequest(sent: SentRequest & { readonly peerAddress?: string }): Parameters<AnswerHttp>[0] {
  const { method = "POST", url, headers = {}, body = "", peerAddress } = sent;
  const bytes = typeof body === "string" ? new TextEncoder().encode(body) : body;
  return { method, url, headers, peerAddress, body: async () => bytes };
}
