// Guards the way in for commands against everything: every input gets a complete answer below 500 and throws
// no exception. Commands are stored only for senders that proved who they are.
import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import { commandsHandler, commandTarget } from "#entry/commands-handler.ts";
import { createCommandPost, OPERATOR_TOKEN, signedHeaders } from "#test/support/commands.ts";
import { type Front, startFront } from "#test/support/front.ts";
import { noDeadline } from "#test/support/memory/deadline.ts";
import { createMemoryLogger } from "#test/support/memory/logger.ts";
import { ACCOUNT, configWith, createWorld } from "#test/support/world.ts";

interface Sent {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const fronts: Front[] = [];
afterEach(async () => {
  for (const front of fronts.splice(0)) await front.close();
});

async function endpoint() {
  const world = await createWorld();
  const front = createCommandPost(world);
  const handle = commandsHandler(
    () => ({ receiveCommand: front.receive, deadline: noDeadline, logger: createMemoryLogger() }),
    () => undefined,
  );
  const served = await startFront(handle);
  fronts.push(served);
  const send = async ({ path, headers: given, ...request }: Sent) => {
    const { status, headers, text } = await served.send({ ...request, url: sendable(path), headers: given });
    return { status, headers, body: JSON.parse(text) as Readonly<Record<string, unknown>> };
  };
  return { world, front, send };
}

/** Signs that a request line cannot hold, escaped. */
function sendable(path: string): string {
  return path.toWellFormed().replace(/[^\x21-\x7e]/gu, (sign) => encodeURIComponent(sign));
}

describe("addresses", () => {
  it.each([
    ["/commands", { kind: "post" }],
    ["/", { kind: "post" }],
    ["/commands/shadow", { kind: "shadow" }],
    ["/shadow/", { kind: "shadow" }],
    ["/commands/kabc/confirm", { kind: "confirm", commandId: "kabc" }],
    ["/kabc/confirm", { kind: "confirm", commandId: "kabc" }],
    ["/commands/kabc", null],
    ["/commands/kabc/confirm/more", null],
    ["/commands/%2e%2e/confirm", null],
  ])("%s", (path, target) => expect(commandTarget(path)).toEqual(target));

  it("answer other methods and addresses by what is wrong", async () => {
    const { send } = await endpoint();
    const get = await send({ method: "GET", path: "/commands", headers: {}, body: "" });
    expect(get).toMatchObject({ status: 405, headers: { allow: "POST", "cache-control": "no-store" } });
    const lost = await send({ method: "POST", path: "/commands/a/b/c", headers: {}, body: "" });
    expect(lost).toMatchObject({ status: 404, body: { code: "NOT_FOUND" } });
    const both = await send({ method: "GET", path: "/commands/a/b/c", headers: {}, body: "" });
    expect(both.status).toBe(404);
  });
});

const MAX_BODY_BYTES = 64 * 1_024;
const OPERATOR = { authorization: `Bearer ${OPERATOR_TOKEN}` };

describe("a body", () => {
  it("over the limit is refused, one at the limit is read", async () => {
    const { front, send } = await endpoint();
    const posted = { method: "POST", path: "/commands", headers: OPERATOR };
    const over = await send({ ...posted, body: "x".repeat(MAX_BODY_BYTES + 1) });
    expect(over).toMatchObject({ status: 413, body: { code: "BODY_TOO_LARGE", remedy: "Send one command" } });
    const full = await send({ ...posted, body: "x".repeat(MAX_BODY_BYTES) });
    expect(full).toMatchObject({ status: 400, body: { code: "BODY_UNREADABLE" } });
    expect(front.commands()).toEqual([]);
  });
});

const KINDS = [
  "start",
  "stop",
  "pause",
  "resume",
  "flatten",
  "set_stoploss",
  "set_horizon",
  "set_config",
  "dance",
];
const leaf = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    "",
    "main",
    "Main",
    "BTCUSDT",
    "1e9",
    -1,
    0,
    1.5,
    2 ** 60,
    "\ud800",
    "a\u0000b",
    true,
  ),
  fc.string(),
);
const request = fc.record(
  {
    kind: fc.constantFrom(...KINDS),
    horizonAtMs: leaf,
    stopLossNavUsd: leaf,
    symbol: leaf,
    alertId: leaf,
    baseVersion: leaf,
    config: fc.oneof(leaf, fc.constant(configWith())),
    __proto__: leaf,
  },
  { requiredKeys: ["kind"] },
);
const body = fc.oneof(
  fc.string(),
  fc.json(),
  fc
    .record(
      {
        accountId: fc.constantFrom(ACCOUNT, "other", "", "../x"),
        request: fc.oneof(request, leaf),
        reason: leaf,
        commandId: leaf,
        accountName: leaf,
        config: fc.oneof(leaf, fc.constant(configWith())),
        limit: leaf,
      },
      { requiredKeys: [] },
    )
    .map((value) => JSON.stringify(value)),
);
const path = fc.oneof(
  fc.constantFrom(
    "/commands",
    "/commands/shadow",
    "/commands/k1/confirm",
    "/",
    "//",
    "/commands/__proto__/confirm",
  ),
  fc.webPath(),
);
const method = fc.constantFrom("POST", "POST", "POST", "GET", "PUT", "OPTIONS");
const forged = fc.record(
  {
    authorization: fc.oneof(fc.string(), fc.constantFrom("Bearer forged", "Bearer  ", "bearer viewer-token")),
    "ballast-machine": fc.constantFrom("bot", "__proto__", "nobody", ""),
    "webhook-id": fc.string(),
    "webhook-timestamp": fc.constantFrom("1767323045", "0", "x"),
    "webhook-signature": fc.oneof(fc.string(), fc.constant("v1,AAAA v1,")),
    "idempotency-key": fc.string(),
  },
  { requiredKeys: [] },
);

describe("any request", () => {
  it("without proof stores nothing and gets a complete answer below 500", async () => {
    const { world, send } = await endpoint();
    const before = JSON.stringify(world.documents.dump());
    await fc.assert(
      fc.asyncProperty(method, path, forged, body, async (usedMethod, usedPath, headers, sent) => {
        const given = await send({ method: usedMethod, path: usedPath, headers, body: sent });
        expect(given.status).toBeGreaterThanOrEqual(400);
        expect(given.status).toBeLessThan(500);
        expect(given.body).toMatchObject({ code: expect.any(String), message: expect.any(String) });
        expect(JSON.stringify(world.documents.dump())).toBe(before);
      }),
      { numRuns: 300 },
    );
  });

  it("with proof is stored or refused, never failed", async () => {
    const { world, front, send } = await endpoint();
    let count = 0;
    await fc.assert(
      fc.asyncProperty(path, body, fc.boolean(), async (usedPath, sent, signed) => {
        await world.clock.advance(1_000);
        count += 1;
        const headers = signed
          ? signedHeaders(sent, world.clock.nowMs(), { id: `w${count}` })
          : { authorization: `Bearer ${OPERATOR_TOKEN}` };
        const stored = front.commands().length;
        const given = await send({ method: "POST", path: usedPath, headers, body: sent });
        expect(given.status, JSON.stringify(given.body)).toBeLessThan(500);
        expect(front.commands().length - stored).toBe(given.status === 202 ? 1 : 0);
      }),
      { numRuns: 300 },
    );
  });
});
