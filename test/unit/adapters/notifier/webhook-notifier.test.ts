// A notification is one signed POST that the receiver can verify, and its failure says whether trying again can help.
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { createWebhookNotifier } from "#adapters/notifier/webhook-notifier.ts";
import { verifySignature } from "#domain/signal/signature.ts";
import { NotifierError } from "#ports/notifier.ts";
import { MissingSecretError } from "#ports/secrets.ts";
import { createFakeClock } from "#test/support/memory/clock.ts";

const SECRETS = ["a signing secret of thirty-two b", "the one before it, of as many by"].map((text) =>
  Buffer.from(text).toString("base64"),
);
const NOTIFICATION = {
  id: "nabc",
  accountId: "main",
  kind: "alert",
  severity: "critical",
  title: "NAV_STALE",
  text: "NAV could not be renewed",
  createdAtMs: 1_767_323_045_678,
} as const;

interface Taken {
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: string;
}

let server: Server | null = null;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

/** A receiver that answers with this status; null: never. */
async function receiver(status: number | null): Promise<{ url: string; taken: Taken[] }> {
  const taken: Taken[] = [];
  server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += String(chunk);
    taken.push({ headers: request.headers, body });
    if (status !== null) response.writeHead(status).end();
  });
  await new Promise<void>((resolve) => server?.listen(0, "127.0.0.1", resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/token-in-path`, taken };
}

const clock = createFakeClock();
const notifierAt = (url: string, timeoutMs = 5_000) =>
  createWebhookNotifier({ url, secrets: async () => SECRETS, clock, timeoutMs });

async function failureOf(sending: Promise<void>): Promise<NotifierError> {
  const error: unknown = await sending.then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(NotifierError);
  return error as NotifierError;
}

describe("a notification", () => {
  it("is JSON that both of a rotated pair of secrets verify", async () => {
    const { url, taken } = await receiver(204);
    await notifierAt(url).send(NOTIFICATION);
    const [{ headers, body } = { headers: {}, body: "" }] = taken;
    expect(JSON.parse(body)).toEqual(NOTIFICATION);
    const signed = {
      id: String(headers["webhook-id"]),
      timestamp: String(headers["webhook-timestamp"]),
      signature: String(headers["webhook-signature"]),
    };
    for (const secret of SECRETS) {
      const result = verifySignature(signed, new TextEncoder().encode(body), [secret], clock.nowMs());
      expect(result).toMatchObject({ kind: "valid", webhookId: "nabc" });
    }
  });

  it.each([
    [400, true],
    [422, true],
    [401, false],
    [404, false],
    [429, false],
    [500, false],
    [302, false],
  ])("answered %i fails, for good: %s", async (status, isRefusal) => {
    const { url } = await receiver(status);
    const error = await failureOf(notifierAt(url).send(NOTIFICATION));
    expect(error.isRefusal).toBe(isRefusal);
    expect(error.message).not.toContain("token-in-path");
  });

  it("without an answer fails in bounded time", async () => {
    const { url } = await receiver(null);
    const error = await failureOf(notifierAt(url, 100).send(NOTIFICATION));
    expect(error).toMatchObject({ isRefusal: false, message: "The notifier did not answer (TimeoutError)" });
  });

  it("without a signing secret is not sent", async () => {
    const { url, taken } = await receiver(204);
    const secrets = async () => {
      throw new MissingSecretError("BALLAST_HOOK_SECRETS has nothing for hook notifier");
    };
    const notifier = createWebhookNotifier({ url, secrets, clock, timeoutMs: 1_000 });
    expect((await failureOf(notifier.send(NOTIFICATION))).isRefusal).toBe(false);
    expect(taken).toEqual([]);
  });
});
