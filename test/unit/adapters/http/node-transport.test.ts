// The socket's word on whether anything left: the line between "nothing happened" and "only the venue can tell".
// Proves: adapters/http/http-transport.ts
import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import { type AddressInfo, createServer as createTcpServer, type Server } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { TransportError } from "#adapters/http/http-transport.ts";
import { createNodeTransport } from "#adapters/http/node-transport.ts";

const servers: Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

async function listening(server: Server): Promise<string> {
  servers.push(server.listen(0, "127.0.0.1"));
  await once(server, "listening");
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const serve = (handle: RequestListener) => listening(createServer(handle));
const post = (url: string, timeoutMs = 2_000) =>
  createNodeTransport(timeoutMs)({ method: "POST", url, headers: { "x-a": "1" }, body: "a=é" });

async function failureOf(call: Promise<unknown>): Promise<readonly [string, boolean]> {
  const error: unknown = await call.catch((thrown: unknown) => thrown);
  if (error instanceof TransportError) return [error.code, error.sent];
  throw new Error(`Expected a TransportError, got ${String(error)}`);
}

describe("HTTP over sockets", () => {
  it("carries method, headers and body there, and status, headers and body back", async () => {
    const origin = await serve(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      response.writeHead(429, { "Retry-After": "7" });
      response.end(`${request.method} ${request.headers["x-a"]} ${Buffer.concat(chunks).toString()}`);
    });
    const response = await post(`${origin}/fapi/v1/order`);
    expect(response).toMatchObject({ status: 429, body: "POST 1 a=é" });
    expect(response.headers["retry-after"]).toBe("7");
  });

  it("knows that nothing was sent when the port is closed", async () => {
    const server = createTcpServer();
    const origin = await listening(server);
    server.close();
    await once(server, "close");
    expect(await failureOf(post(origin))).toEqual(["ECONNREFUSED", false]);
  });

  it("does not know after a reset", async () => {
    const origin = await serve((request) => request.socket.resetAndDestroy());
    expect(await failureOf(post(origin))).toEqual(["ECONNRESET", true]);
  });

  it("does not know when the answer does not come in time, nor when it stops half way", async () => {
    const silent = await serve(() => undefined);
    expect(await failureOf(post(silent, 60))).toEqual(["TIMEOUT", true]);
    const halting = await serve((_, response) => void response.writeHead(200).write('{"orderId":'));
    expect(await failureOf(post(halting, 60))).toEqual(["TIMEOUT", true]);
  });

  it("does not know when the answer breaks off", async () => {
    const origin = await serve((request, response) => {
      response.writeHead(200, { "content-length": "1000" }).write("{", () => request.socket.destroy());
    });
    const [, sent] = await failureOf(post(origin));
    expect(sent).toBe(true);
  });

  it("does not follow a redirect", async () => {
    const origin = await serve(
      (_, response) => void response.writeHead(302, { location: "/elsewhere" }).end(),
    );
    expect((await post(origin)).status).toBe(302);
  });
});
