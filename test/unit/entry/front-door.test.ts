// Guards the front door: no request reaches the server behind it, every label is passed over, and every answer is JSON,
// also that to a sender that is too slow or sends no HTTP at all.
// Proves: entry/public-function.ts, entry/unreadable-request.ts
import { once } from "node:events";
import { createServer, Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it, vi } from "vitest";
import { overHttp, standBefore } from "#entry/front-door.ts";
import { type HttpAnswer, type HttpRequest, httpFront } from "#entry/http-front.ts";
import { FUNCTIONS } from "#entry/options.ts";
import { behind, publicFunction } from "#entry/public-function.ts";
import { DeadlineExceededError } from "#ports/deadline.ts";
import { sendTo, spoken } from "#test/support/front.ts";
import { noDeadline } from "#test/support/memory/deadline.ts";
import { createMemoryLogger } from "#test/support/memory/logger.ts";

/** Lines of the log, which writes to the console that it finds when it is loaded. */
const logged = vi.hoisted(() => {
  const lines: string[] = [];
  console.error = (line: string) => lines.push(line);
  return lines;
});

const MAX_BODY_BYTES = 1_000;
const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

async function listening(server: Server): Promise<number> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  closers.push(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, "close");
  });
  return (server.address() as AddressInfo).port;
}

/** A frame that answers with what it was given. */
const echo = async (request: HttpRequest): Promise<HttpAnswer> => {
  const bytes = await request.body(MAX_BODY_BYTES);
  const message = Buffer.from(bytes).toString("latin1");
  return { status: 200, headers: {}, body: { code: "ECHO", message, remedy: request.url } };
};

async function doorBefore(answerTo: (request: HttpRequest) => Promise<HttpAnswer>) {
  const reached: string[] = [];
  const server = createServer((request, response) => {
    reached.push(request.url ?? "");
    response.end("<html>");
  });
  standBefore(
    server,
    overHttp(answerTo, () => expect.fail("A body was read before the door")),
  );
  return { port: await listening(server), reached };
}

describe("the front door", () => {
  it.each([
    {},
    { "content-encoding": "gzip" },
    { "content-type": "application/json; charset=klingon" },
    { expect: "a miracle" },
    { expect: "100-continue" },
    { upgrade: "h2c", connection: "upgrade" },
  ])("hands on bytes and address as they came, past the server's own listeners: %o", async (headers) => {
    const { port, reached } = await doorBefore(echo);
    const answer = await sendTo(port, { url: "/%zz?%", headers, body: "{bytes" });
    expect(JSON.parse(answer.text)).toEqual({ code: "ECHO", message: "{bytes", remedy: "/%zz?%" });
    expect(answer.headers["content-type"]).toBe("application/json; charset=utf-8");
    expect(reached).toEqual([]);
  });

  it("answers bytes that are no request, and headers without end, as JSON", async () => {
    const { port } = await doorBefore(echo);
    for (const [bytes, status] of [
      ["NONSENSE\r\n\r\n", 400],
      [`GET / HTTP/1.1\r\nx: ${"y".repeat(20_000)}`, 431],
    ] as const) {
      const heard = await spoken(port, bytes);
      expect(heard).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
      expect(heard).toContain('"code":"REQUEST_UNREADABLE"');
    }
  });
});

const framed = (deadline = noDeadline) =>
  httpFront(
    {
      checksFirst: "method",
      targetOf: (path) => path,
      maxBodyBytes: MAX_BODY_BYTES,
      words: {
        wrongMethod: "",
        wrongAddressRemedy: "",
        bodyTooLargeRemedy: "",
        unavailable: "",
        unavailableRemedy: "",
        failed: "",
      },
      receive: async (_deps, _target, { rawBody }) => ({
        status: 200,
        headers: {},
        body: { code: "READ", message: String(rawBody.length) },
      }),
    },
    { deps: () => ({ deadline, logger: createMemoryLogger() }), reportUnusable: () => undefined },
  );

describe("the frame behind it", () => {
  it.each([undefined, 100])("refuses a body over the limit, in chunks of %s bytes", async (chunkBytes) => {
    const { port } = await doorBefore(framed());
    const send = (bytes: number) =>
      sendTo(port, {
        url: "/",
        body: "x".repeat(bytes),
        ...(chunkBytes === undefined ? {} : { chunkBytes }),
      });
    expect(await send(MAX_BODY_BYTES)).toMatchObject({ status: 200 });
    expect(await send(MAX_BODY_BYTES + 1)).toMatchObject({ status: 413 });
    expect(await send(1_000 * MAX_BODY_BYTES)).toMatchObject({ status: 413 });
  });

  it("answers a sender whose body takes too long, and closes the line", async () => {
    const late = { within: () => Promise.reject(new DeadlineExceededError(1)) };
    const { port } = await doorBefore(framed(late));
    const heard = await spoken(port, "POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 9\r\n\r\nx");
    expect(heard).toMatch(/^HTTP\/1\.1 408 /);
    expect(heard).toContain('"code":"BODY_TOO_SLOW"');
  });

  it("answers a health check, and tells nothing else by it", async () => {
    const { port } = await doorBefore(framed());
    const answer = await sendTo(port, { method: "GET", url: "/__/health" });
    expect(JSON.parse(answer.text)).toEqual({ code: "SERVING", message: "This function is served" });
    expect(await sendTo(port, { method: "GET", url: "/__/other" })).toMatchObject({ status: 405 });
  });
});

describe("a public function", () => {
  const { emit } = Server.prototype;
  afterEach(() => {
    delete process.env.FUNCTION_TARGET;
    Server.prototype.emit = emit;
  });

  it("stands before every server of the process that serves it, and of no other process", async () => {
    publicFunction("webhook", FUNCTIONS.webhook, echo);
    expect(Server.prototype.emit).toBe(emit);
    process.env.FUNCTION_TARGET = "commands";
    publicFunction("webhook", FUNCTIONS.webhook, echo);
    expect(Server.prototype.emit).toBe(emit);
    process.env.FUNCTION_TARGET = "webhook";
    publicFunction("webhook", FUNCTIONS.webhook, echo);
    const port = await listening(createServer(() => expect.fail("A request passed the front door")));
    expect(await sendTo(port, { url: "/", body: "x" })).toMatchObject({ status: 200 });
  });

  it("serves a request that a server has read already, still bounded, and reports the door once", async () => {
    const served = behind(publicFunction("webhook", FUNCTIONS.webhook, framed()));
    const sizes = [MAX_BODY_BYTES, MAX_BODY_BYTES + 1];
    const server = createServer((request, response) => {
      const read = Object.assign(request, { rawBody: Buffer.alloc(sizes.shift() ?? 0) });
      void served(read, response);
    });
    const port = await listening(server);
    expect(await sendTo(port, { url: "/" })).toMatchObject({ status: 200 });
    expect(await sendTo(port, { url: "/" })).toMatchObject({ status: 413 });
    expect(logged).toEqual([expect.stringContaining("The front door of webhook is not in force")]);
  });
});
