// Guards the identity of an alert: it covers what the alert says. The same again is a repetition; another alert under the
// same id is stored beside the first and told, and is carried out only as an exit.
// Proves: app/receive/judge-signal.ts, domain/signal/content.ts
import { describe, expect, it } from "vitest";
import { paths } from "#domain/documents/paths.ts";
import { DocumentUnavailableError } from "#ports/documents.ts";
import { createReceiver, directRequest, type Receiver, signedRequest } from "#test/support/receiver.ts";
import { ACCOUNT } from "#test/support/world.ts";

/** TradingView's own id of an order is a name like this, and its time has whole seconds. */
const LONG = { id: "Long", timenow: "2026-01-02T03:04:05Z" };
const ENTRY = { ...LONG, symbol: "BTCUSDT", action: "buy", notionalUsd: "100" };

const send = (world: Receiver, fields: object) => world.receive(directRequest(JSON.stringify(fields)));
const sendSigned = (world: Receiver, id: string, fields: object) =>
  world.receive(signedRequest(JSON.stringify(fields), { id, atMs: world.clock.nowMs() }));
const alerts = (world: Receiver) => world.stored(`accounts/${ACCOUNT}/alerts`);

describe("one id", () => {
  it("and the same content is a repetition, in whatever order its fields come", async () => {
    const world = createReceiver();
    const { id, timenow, ...rest } = ENTRY;
    const first = await send(world, ENTRY);
    const again = await send(world, { ...rest, timenow, id });
    expect(first.status).toBe(202);
    expect(again).toMatchObject({ status: 200, body: { duplicate: true, receiptId: first.body.receiptId } });
    expect(world.receipts()).toHaveLength(1);
    expect(alerts(world)).toEqual([]);
  });

  it("of another second is another alert", async () => {
    const world = createReceiver();
    await send(world, ENTRY);
    expect(await send(world, { ...ENTRY, timenow: "2026-01-02T03:04:04Z" })).toMatchObject({ status: 202 });
  });

  it.each([
    ["the exit of the entry", { ...LONG, symbol: "BTCUSDT", action: "close" }],
    ["an exit of another symbol", { ...LONG, symbol: "ETHUSDT", action: "close" }],
    ["a reduction", { ...LONG, symbol: "BTCUSDT", action: "reduce", reducePct: "50" }],
  ])(
    "under which an exit comes in the same second carries the exit out, stored and told: %s",
    async (_name, exit) => {
      const world = createReceiver();
      const first = await send(world, ENTRY);
      const second = await send(world, exit);
      expect(second).toMatchObject({ status: 202, body: { code: "ACCEPTED" } });
      expect(second.body.receiptId).not.toBe(first.body.receiptId);
      expect(world.bus.published.map(({ payload }) => payload)).toMatchObject([
        { intent: { action: "open" } },
        { intent: { action: exit.action, symbol: exit.symbol, signalId: second.body.receiptId } },
      ]);
      expect(world.receipts().find(({ signalId }) => signalId === second.body.receiptId)).toMatchObject({
        status: "RECEIVED",
        payload: { conflictsWith: first.body.receiptId },
      });
      expect(alerts(world)).toMatchObject([
        { code: "SIGNAL_ID_REUSED", message: expect.stringContaining(`${exit.action} ${exit.symbol}`) },
      ]);
      expect(await send(world, exit)).toMatchObject({
        status: 200,
        body: { duplicate: true, receiptId: second.body.receiptId },
      });
      expect(world.receipts()).toHaveLength(2);
    },
  );

  it.each([
    ["another symbol", { ...ENTRY, symbol: "ETHUSDT" }],
    ["the other side", { ...ENTRY, action: "sell" }],
    ["another size", { ...ENTRY, notionalUsd: "200" }],
    ["a field that decides nothing", { ...ENTRY, comment: "second" }],
  ])("under which another entry comes refuses it with a code, stored and told: %s", async (_name, other) => {
    const world = createReceiver();
    await send(world, ENTRY);
    for (let times = 0; times < 2; times += 1)
      expect(await send(world, other)).toMatchObject({
        status: 409,
        body: { code: "SIGNAL_ID_REUSED", status: "REFUSED" },
      });
    expect(world.bus.published).toHaveLength(1);
    expect(
      world
        .receipts()
        .map(({ status }) => status)
        .sort(),
    ).toEqual(["RECEIVED", "REFUSED"]);
    expect(alerts(world)).toMatchObject([
      { code: "SIGNAL_REFUSED", message: expect.stringContaining(`open ${other.symbol}`) },
    ]);
  });

  it("of an exit does not hold back a second exit", async () => {
    const world = createReceiver();
    await send(world, { ...LONG, symbol: "BTCUSDT", action: "close" });
    expect(await send(world, { ...LONG, symbol: "ETHUSDT", action: "close" })).toMatchObject({ status: 202 });
    expect(world.bus.published).toHaveLength(2);
  });

  it("at many instances at once still leaves one receipt for each content", async () => {
    const world = createReceiver();
    const exit = { ...LONG, symbol: "ETHUSDT", action: "close" };
    const bodies = [ENTRY, exit, ENTRY, exit, ENTRY, exit].map((fields) => JSON.stringify(fields));
    const answers = await Promise.all(bodies.map((body) => world.another()(directRequest(body))));
    expect(answers.filter(({ status }) => status >= 500)).toEqual([]);
    const exits = world.receipts().filter(({ intent }) => intent?.action === "close");
    expect(exits).toHaveLength(1);
    expect(new Set(world.bus.published.map(({ attributes }) => attributes.intentId)).size).toBe(
      world.receipts().filter(({ intent }) => intent !== null).length,
    );
  });

  it("whose first receipt cannot be read just now is answered so that it comes again", async () => {
    const world = createReceiver();
    await send(world, ENTRY);
    const exit = { ...LONG, symbol: "BTCUSDT", action: "close" };
    world.documents.interceptor = {
      before: async ({ kind }) => {
        if (kind === "getAll") throw new DocumentUnavailableError("The store is away", null);
      },
    };
    expect(await send(world, exit)).toMatchObject({ status: 503, body: { code: "STORE_UNAVAILABLE" } });
    world.documents.interceptor = null;
    expect(await send(world, exit)).toMatchObject({ status: 202 });
  });
});

describe("a webhook-id", () => {
  const entry = { symbol: "BTCUSDT", action: "buy", notionalUsd: "100" };

  it("whose body is made anew for each attempt is the same message: its time tells nothing apart", async () => {
    const world = createReceiver();
    const at = (seconds: number) => ({ ...entry, timenow: `2026-01-02T03:04:0${seconds}Z` });
    expect(await sendSigned(world, "msg_1", at(4))).toMatchObject({ status: 202 });
    expect(await sendSigned(world, "msg_1", at(5))).toMatchObject({ status: 200, body: { duplicate: true } });
    expect(world.receipts()).toHaveLength(1);
  });

  it("of an entry does not swallow an exit, and refuses another entry", async () => {
    const world = createReceiver();
    await sendSigned(world, "msg_1", entry);
    expect(await sendSigned(world, "msg_1", { symbol: "BTCUSDT", action: "close" })).toMatchObject({
      status: 202,
    });
    expect(await sendSigned(world, "msg_1", { ...entry, symbol: "ETHUSDT" })).toMatchObject({
      status: 409,
      body: { code: "SIGNAL_ID_REUSED" },
    });
    expect(world.receipts()).toHaveLength(3);
  });

  it("of a message that could not be read does not swallow the one that can", async () => {
    const world = createReceiver();
    expect(await world.receive(signedRequest("{", { id: "msg_1", atMs: world.clock.nowMs() }))).toMatchObject(
      {
        status: 400,
      },
    );
    expect(await sendSigned(world, "msg_1", { symbol: "BTCUSDT", action: "close" })).toMatchObject({
      status: 202,
    });
    expect(await world.receive(signedRequest("[", { id: "msg_1", atMs: world.clock.nowMs() }))).toMatchObject(
      {
        status: 400,
        body: { code: "BODY_UNREADABLE" },
      },
    );
    expect(world.receipts()).toHaveLength(3);
    expect(world.stored("quarantine")).toHaveLength(2);
  });

  it("whose receipt an earlier release stored, without what it said, is not sent twice", async () => {
    const world = createReceiver();
    const first = await sendSigned(world, "msg_1", entry);
    const path = paths.receipt(ACCOUNT, first.body.receiptId ?? "");
    const [snapshot] = await world.documents.getAll([path]);
    const { data } = snapshot ?? {};
    world.documents.seed(path, { ...data, payload: { format: "json", fields: { ...entry }, unknown: [] } });
    expect(await sendSigned(world, "msg_1", entry)).toMatchObject({ status: 200 });
  });
});
