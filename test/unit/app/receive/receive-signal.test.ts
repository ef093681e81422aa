// Guards the way in: one signal takes effect once, only proved signals are stored, and each leaves one
// receipt. Senders get the true answer, and no 5xx once something is stored.
// Proves: app/receive/, domain/signal/, schemas/signal.ts
import { describe, expect, it } from "vitest";
import { intentId } from "#domain/documents/ids.ts";
import { paths } from "#domain/documents/paths.ts";
import { tokenSha256 } from "#domain/signal/hook-token.ts";
import { HOOK_CACHE_MS } from "#functions/app/receive/hook-directory.ts";
import { intentMessageSchema } from "#schemas/records.ts";
import { alertFixture, FIXTURE_TIME_MS } from "#test/support/alerts/fixtures.ts";
import {
  createReceiver,
  DIRECT_HOOK,
  directRequest,
  SENDER_ADDRESS,
  SIGNED_HOOK,
  signedRequest,
  TOKEN,
} from "#test/support/receiver.ts";
import { ACCOUNT, STRATEGY } from "#test/support/world.ts";

const BUY = alertFixture("manual-buy.alert");
const BUY_JSON = '{"symbol": "BTCUSDT", "action": "buy", "notionalUsd": 100.10}';

describe("a direct alert", () => {
  it("becomes one receipt and one published intent, and the answer carries the receipt's id", async () => {
    const world = createReceiver();
    const answer = await world.receive(directRequest(BUY));
    expect(answer).toMatchObject({ status: 202, body: { code: "ACCEPTED", status: "RECEIVED" } });
    const [receipt, ...others] = world.receipts();
    expect(others).toEqual([]);
    const signalId = answer.body.receiptId ?? "";
    expect(receipt).toMatchObject({
      signalId,
      hookId: DIRECT_HOOK,
      status: "RECEIVED",
      source: { address: SENDER_ADDRESS, mode: "tradingview" },
      receivedAtMs: world.clock.nowMs(),
      intent: {
        intentId: intentId(signalId),
        accountId: ACCOUNT,
        strategyId: STRATEGY,
        symbol: "BTCUSDT",
        action: "open",
        side: "long",
        size: { kind: "notionalUsd", notionalUsd: "100.10" },
        signalledAtMs: FIXTURE_TIME_MS,
      },
      payload: { format: "text", fields: { strategyOrderComment: "breakout, retest" } },
    });
    expect(world.bus.published).toHaveLength(1);
    const [message] = world.bus.published;
    expect(message?.attributes).toMatchObject({ accountId: ACCOUNT, intentId: intentId(signalId) });
    expect(intentMessageSchema.parse(message?.payload).intent).toEqual(receipt?.intent);
  });

  it("ten times at once is one receipt and one intent", async () => {
    const world = createReceiver();
    const instances = Array.from({ length: 10 }, (_, index) =>
      index % 2 === 0 ? world.receive : world.another(),
    );
    const answers = await Promise.all(instances.map((receive) => receive(directRequest(BUY))));
    expect(answers.map(({ status }) => status).sort()).toEqual([
      200, 200, 200, 200, 200, 200, 200, 200, 200, 202,
    ]);
    expect(new Set(answers.map(({ body }) => body.receiptId)).size).toBe(1);
    expect(world.receipts()).toHaveLength(1);
    expect(new Set(world.bus.published.map(({ attributes }) => attributes.intentId)).size).toBe(1);
    expect(world.bus.published).toHaveLength(1);
  });

  it("is another signal when anything in it differs, and the same under another token", async () => {
    const world = createReceiver();
    const body = (price: string) =>
      `{"symbol":"BTCUSDT","action":"buy","close":${price},"timenow":"2026-01-02T03:04:05Z"}`;
    await world.receive(directRequest(body("1.0")));
    expect(await world.receive(directRequest(body("2.0")))).toMatchObject({ status: 202 });
    world.hook({ tokenSha256: tokenSha256("another-token-of-it") });
    await world.clock.advance(HOOK_CACHE_MS);
    const repeated = directRequest(body("1.0"), { addressToken: "another-token-of-it" });
    expect(await world.receive(repeated)).toMatchObject({ status: 200, body: { duplicate: true } });
  });

  it.each([
    ["in the path or query", { addressToken: TOKEN }, BUY],
    [
      "in a JSON body",
      { addressToken: null },
      `{"token": "${TOKEN}", "symbol": "BTCUSDT", "action": "buy", "timenow": "2026-01-02T03:04:05Z"}`,
    ],
    ["in a text body", { addressToken: null }, `${BUY} token=${TOKEN}`],
  ])("is taken with the token %s, which is kept nowhere", async (_name, overrides, body) => {
    const world = createReceiver();
    expect(await world.receive(directRequest(body, overrides))).toMatchObject({ status: 202 });
    expect(JSON.stringify([world.documents.dump(), world.logger.lines, world.bus.published])).not.toContain(
      TOKEN,
    );
  });

  it("exits when the strategy went flat, whatever size its template carries", async () => {
    const world = createReceiver();
    await world.receive(directRequest(alertFixture("strategy-exit.alert")));
    expect(world.receipts()[0]?.intent).toMatchObject({ action: "close", side: "long", symbol: "BTCUSDT" });
  });

  it("is read with every placeholder there is", async () => {
    const world = createReceiver();
    // The template has contracts, so it has to say whether they are the size.
    const body = alertFixture("every-placeholder.alert").replace("{", '{ "sizeFrom": "strategy",');
    expect(await world.receive(directRequest(body))).toMatchObject({ status: 202 });
    expect(world.receipts()[0]).toMatchObject({
      intent: { action: "open", side: "short", symbol: "BTCUSDT" },
      payload: { fields: { high: "67500.10" }, unknown: [{ name: "Volume MA", value: "998.1" }] },
    });
  });
});

describe("a sender that has not proved itself", () => {
  it.each([
    ["a wrong token", directRequest(BUY, { addressToken: "wrong" }), 401],
    ["no token", directRequest(BUY, { addressToken: null }), 401],
    ["an unknown hook", directRequest(BUY, { hookId: "no-such-hook" }), 401],
    ["an ill-formed hook", directRequest(BUY, { hookId: "../meta" }), 401],
    ["a foreign address", directRequest(BUY, { sourceAddress: "203.0.113.9" }), 403],
    ["a token at a signed hook", directRequest(BUY, { hookId: SIGNED_HOOK }), 401],
    ["an unreadable body", directRequest("\u0000{", { addressToken: "wrong" }), 401],
  ])("leaves no receipt and no quarantine: %s", async (_name, request, status) => {
    const world = createReceiver();
    expect(await world.receive(request)).toMatchObject({ status });
    expect(world.receipts()).toEqual([]);
    expect(world.stored("quarantine")).toEqual([]);
    expect(world.bus.published).toEqual([]);
    expect(JSON.stringify([world.documents.dump(), world.logger.lines])).not.toContain("breakout");
  });

  it("cannot tell an unknown hook from a wrong token", async () => {
    const world = createReceiver();
    const wrong = await world.receive(directRequest(BUY, { addressToken: "wrong" }));
    expect(await world.receive(directRequest(BUY, { hookId: "no-such-hook" }))).toEqual(wrong);
  });

  it("with the right token from a foreign address raises an alert, once an hour", async () => {
    const world = createReceiver();
    const request = directRequest(BUY, { sourceAddress: "203.0.113.9" });
    for (let i = 0; i < 3; i += 1)
      expect((await world.receive(request)).body.code).toBe("SOURCE_NOT_ALLOWED");
    expect(world.stored(`accounts/${ACCOUNT}/alerts`)).toMatchObject([{ code: "SOURCE_NOT_ALLOWED" }]);
  });

  it("is refused by a hook that is switched off, revoked or unreadable, within the cache's time", async () => {
    const world = createReceiver();
    expect((await world.receive(directRequest(BUY))).status).toBe(202);
    world.hook({ enabled: false });
    await world.clock.advance(HOOK_CACHE_MS - 1);
    expect((await world.receive(directRequest(BUY))).status).toBe(200);
    await world.clock.advance(1);
    expect((await world.receive(directRequest(BUY))).body.code).toBe("HOOK_DISABLED");
    world.hook({ tokenSha256: tokenSha256("the next token") });
    await world.clock.advance(HOOK_CACHE_MS);
    expect((await world.receive(directRequest(BUY))).status).toBe(401);
    world.documents.seed(paths.hook(DIRECT_HOOK), { hookId: DIRECT_HOOK });
    await world.clock.advance(HOOK_CACHE_MS);
    expect((await world.receive(directRequest(BUY))).status).toBe(401);
    expect(world.logger.lines.at(-2)).toMatchObject({
      severity: "error",
      message: "A hook's document is unusable",
    });
  });
});

describe("a signed signal", () => {
  it("is taken from any address, and once for its webhook-id", async () => {
    const world = createReceiver();
    const atMs = world.clock.nowMs();
    expect(await world.receive(signedRequest(BUY_JSON, { id: "msg_1", atMs }))).toMatchObject({
      status: 202,
    });
    await world.clock.advance(2_000);
    const again = signedRequest(`${BUY_JSON} `, { id: "msg_1", atMs: world.clock.nowMs() });
    expect(await world.receive(again)).toMatchObject({ status: 200, body: { duplicate: true } });
    expect(await world.receive(signedRequest(BUY_JSON, { id: "msg_2", atMs }))).toMatchObject({
      status: 202,
    });
    expect(world.receipts().map(({ source }) => source.mode)).toEqual(["signed", "signed"]);
    expect(world.receipts()[0]?.intent?.signalledAtMs).toBe(Math.floor(atMs / 1_000) * 1_000);
  });

  it("is refused outside five minutes, and under another secret", async () => {
    const world = createReceiver();
    const atMs = world.clock.nowMs();
    const old = signedRequest(BUY_JSON, { id: "msg_1", atMs: atMs - 301_000 });
    expect(await world.receive(old)).toMatchObject({
      status: 401,
      body: { code: "SIGNATURE_OUTSIDE_WINDOW" },
    });
    const forged = signedRequest(BUY_JSON, { id: "msg_1", atMs, secret: "AAAA" });
    expect(await world.receive(forged)).toMatchObject({ status: 401, body: { code: "UNAUTHORIZED" } });
    expect(world.receipts()).toEqual([]);
  });

  it("is refused by a hook whose secret is not there, and the operator's log says so", async () => {
    const world = createReceiver();
    world.hook({ hookId: "signed-hook-2", mode: "signed", tokenSha256: null });
    const request = signedRequest(BUY_JSON, { id: "msg_1", atMs: world.clock.nowMs() });
    expect(await world.receive({ ...request, hookId: "signed-hook-2" })).toMatchObject({ status: 401 });
    expect(world.logger.lines[0]).toMatchObject({ severity: "error", fields: { hookId: "signed-hook-2" } });
  });
});

describe("a signal that is not traded", () => {
  it.each([
    ["unfilled placeholders", alertFixture("unfilled.alert"), "PLACEHOLDER_UNFILLED"],
    ["broken JSON", alertFixture("not-a-number.alert"), "BODY_UNREADABLE"],
    ["no time", "action=buy symbol=BTCUSDT", "TIMESTAMP_MISSING"],
    [
      "a contradiction",
      "action=buy side=short symbol=BTCUSDT timenow=2026-01-02T03:04:05Z",
      "AMBIGUOUS_SIGNAL",
    ],
    ["no body", "", "BODY_UNREADABLE"],
  ])("is answered with 400, a receipt, quarantine and an alert, each once: %s", async (_name, body, code) => {
    const world = createReceiver();
    const answers = [await world.receive(directRequest(body)), await world.receive(directRequest(body))];
    for (const answer of answers) {
      expect(answer).toMatchObject({ status: 400, body: { code, status: "REFUSED" } });
      expect(answer.body.remedy).not.toBe("");
    }
    const [receipt, ...others] = world.receipts();
    expect(others).toEqual([]);
    expect(receipt).toMatchObject({ status: "REFUSED", refusalCode: code, intent: null });
    expect(world.stored("quarantine")).toMatchObject([{ code, quarantineId: receipt?.payload.quarantineId }]);
    expect(world.stored(`accounts/${ACCOUNT}/alerts`)).toMatchObject([{ code: "SIGNAL_REFUSED" }]);
    expect(world.bus.published).toEqual([]);
  });

  it("keeps its body in quarantine without the secrets", async () => {
    const world = createReceiver();
    await world.receive(directRequest(`{"passphrase": "hunter22", "see": "/hooks/x/${TOKEN}", broken`));
    expect(world.stored("quarantine")).toMatchObject([{ body: expect.stringContaining("broken") }]);
    expect(JSON.stringify(world.documents.dump())).not.toMatch(/hunter22|correct-horse/);
  });

  it.each([
    ["stale", "2026-01-02T03:03:05Z", "SIGNAL_STALE"],
    ["from the future", "2026-01-02T03:05:06Z", "SIGNAL_FROM_FUTURE"],
  ])("is answered with 422 and leaves a receipt: %s", async (_name, time, code) => {
    const world = createReceiver();
    const body = `action=buy symbol=BTCUSDT timenow=${time}`;
    for (let i = 0; i < 2; i += 1)
      expect(await world.receive(directRequest(body))).toMatchObject({ status: 422, body: { code } });
    expect(world.receipts()).toMatchObject([{ status: "REFUSED", refusalCode: code, intent: null }]);
    expect(world.bus.published).toEqual([]);
  });

  it("is told apart from one that was taken when it first came", async () => {
    const world = createReceiver();
    expect((await world.receive(directRequest(BUY))).status).toBe(202);
    await world.clock.advance(120_000);
    expect(await world.receive(directRequest(BUY))).toMatchObject({
      status: 200,
      body: { status: "RECEIVED" },
    });
  });

  it("for want of a config leaves a receipt and a critical alert", async () => {
    const world = createReceiver();
    world.documents.seed(paths.config(ACCOUNT), { version: 1 });
    expect(await world.receive(directRequest(BUY))).toMatchObject({
      status: 422,
      body: { code: "CONFIG_UNUSABLE" },
    });
    expect(world.receipts()).toMatchObject([{ status: "REFUSED", refusalCode: "CONFIG_UNUSABLE" }]);
    expect(world.stored(`accounts/${ACCOUNT}/alerts`)).toMatchObject([{ severity: "critical" }]);
  });

  it("for its sender's rate is answered with Retry-After before the store is touched", async () => {
    const world = createReceiver();
    world.hook({ maxRequestsPerMinute: 2 });
    await world.receive(directRequest(BUY));
    await world.receive(directRequest(BUY));
    const storeCalls: string[] = [];
    const shed = await world.receive(directRequest(BUY));
    expect(shed).toMatchObject({
      status: 429,
      headers: { "Retry-After": "30" },
      body: { code: "RATE_LIMITED" },
    });
    expect(world.stored(`accounts/${ACCOUNT}/alerts`)).toMatchObject([{ code: "SIGNALS_SHED" }]);
    world.documents.interceptor = { before: async ({ kind }) => void storeCalls.push(kind) };
    expect((await world.receive(directRequest(BUY))).status).toBe(429);
    expect(storeCalls).toEqual([]);
    await world.clock.advance(30_000);
    expect((await world.receive(directRequest(BUY))).status).toBe(200);
  });
});
