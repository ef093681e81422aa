// Guards HTTP around the way in: addresses, methods and tokens are read right, and every answer is JSON, whatever fails.
import { describe, expect, it } from "vitest";
import { hookAddress, type WebhookDeps, webhookHandler } from "#entry/webhook-handler.ts";
import { EnvironmentMismatchError } from "#functions/app/documents/check-environment.ts";
import type { SignalRequest } from "#functions/app/receive/request.ts";
import { accepted } from "#functions/app/receive/signal-answer.ts";
import { type SentRequest, startFront } from "#test/support/front.ts";
import { noDeadline } from "#test/support/memory/deadline.ts";
import { createMemoryLogger } from "#test/support/memory/logger.ts";

const MAX_BODY_BYTES = 64 * 1_024;

async function call(
  sent: Partial<SentRequest>,
  overrides: Partial<WebhookDeps> = {},
  unusable: Error | null = null,
) {
  const reported: unknown[] = [];
  const received: SignalRequest[] = [];
  const logger = createMemoryLogger();
  const deps: WebhookDeps = {
    receiveSignal: async (signal) => {
      received.push(signal);
      return accepted("s1");
    },
    deadline: noDeadline,
    logger,
    ...overrides,
  };
  const made = () => {
    if (unusable !== null) throw unusable;
    return deps;
  };
  const front = await startFront(webhookHandler(made, (error) => void reported.push(error)));
  try {
    const { status, headers, text } = await front.send({ url: "/hooks/hook-0001", ...sent });
    return {
      sent: { status, headers, body: text === "" ? null : JSON.parse(text) },
      received,
      logger,
      reported,
    };
  } finally {
    await front.close();
  }
}

describe("a hook's address", () => {
  it.each([
    ["/hooks/hook-0001", { hookId: "hook-0001", token: null }],
    ["/hook-0001", { hookId: "hook-0001", token: null }],
    ["/hooks/hook-0001/tok", { hookId: "hook-0001", token: "tok" }],
    ["/hook-0001/tok/", { hookId: "hook-0001", token: "tok" }],
    ["/hooks/a/b/c", null],
    ["/hooks", null],
    ["/", null],
    ["", null],
  ])("%s", (path, address) => {
    expect(hookAddress(path)).toEqual(address);
  });
});

describe("the webhook", () => {
  it("hands on the bytes, the token, the headers and the trusted address", async () => {
    const rawBody = new TextEncoder().encode("action=buy");
    const { sent, received } = await call({
      url: "/hooks/hook-0001?token=from-query",
      headers: { "webhook-id": "msg_1", "x-forwarded-for": "1.1.1.1, 203.0.113.9" },
      body: rawBody,
    });
    expect(received).toMatchObject([
      {
        hookId: "hook-0001",
        addressToken: "from-query",
        headers: { "webhook-id": "msg_1", "x-forwarded-for": "1.1.1.1, 203.0.113.9" },
        sourceAddress: "203.0.113.9",
      },
    ]);
    expect([...(received[0]?.rawBody ?? [])]).toEqual([...rawBody]);
    expect(sent).toMatchObject({
      status: 202,
      headers: { "cache-control": "no-store", "content-type": "application/json; charset=utf-8" },
      body: { receiptId: "s1" },
    });
  });

  it("takes the token of the path before that of the query, and none from a repeated parameter", async () => {
    const both = await call({ url: "/hooks/hook-0001/from-path?token=from-query" });
    expect(both.received[0]?.addressToken).toBe("from-path");
    const repeated = await call({ url: "/hooks/hook-0001?token=a&token=b" });
    expect(repeated.received[0]?.addressToken).toBeNull();
  });

  it.each(["GET", "DELETE", "PUT", "OPTIONS"])("answers %s with 405 and what is allowed", async (method) => {
    const { sent, received } = await call({ method });
    expect(sent).toMatchObject({
      status: 405,
      headers: { allow: "POST" },
      body: { code: "METHOD_NOT_ALLOWED" },
    });
    expect(received).toEqual([]);
  });

  it("answers a wrong method at a wrong address by the method", async () => {
    expect((await call({ method: "GET", url: "/a/b/c/d" })).sent.status).toBe(405);
  });

  it("reads a body at the limit, and hands on none that is larger", async () => {
    const full = await call({ body: new Uint8Array(MAX_BODY_BYTES) });
    expect(full.received).toHaveLength(1);
    const over = await call({ body: new Uint8Array(MAX_BODY_BYTES + 1) });
    expect(over.received).toEqual([]);
    expect(over.sent).toMatchObject({ status: 413, body: { code: "BODY_TOO_LARGE" } });
  });

  it("answers any other address with 404", async () => {
    expect((await call({ url: "/a/b/c/d" })).sent).toMatchObject({
      status: 404,
      body: { code: "NOT_FOUND" },
    });
  });

  it("says that this deployment does not belong to its database, and the operator's log says why", async () => {
    const receiveSignal = () => Promise.reject(new EnvironmentMismatchError("local", "says prod"));
    const { sent, logger } = await call({}, { receiveSignal });
    expect(sent).toMatchObject({ status: 503, body: { code: "ENVIRONMENT_MISMATCH" } });
    expect(logger.lines).toMatchObject([{ severity: "error" }]);
  });

  it("answers while its settings are unusable, and reports why", async () => {
    const fault = new Error("BALLAST_ENVIRONMENT is missing");
    const { sent, reported } = await call({}, {}, fault);
    expect(sent).toMatchObject({ status: 503, body: { code: "UNAVAILABLE" } });
    expect(reported).toEqual([fault]);
  });

  it("answers an unforeseen failure as JSON, its cause in the log and not in the answer", async () => {
    const receiveSignal = () => Promise.reject(new TypeError("internal detail"));
    const { sent, logger } = await call({}, { receiveSignal });
    expect(sent).toMatchObject({ status: 503, body: { code: "UNAVAILABLE" } });
    expect(JSON.stringify(sent)).not.toContain("internal detail");
    expect(JSON.stringify(logger.lines)).toContain("internal detail");
  });
});
