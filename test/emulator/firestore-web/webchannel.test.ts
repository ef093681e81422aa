// WebChannel on the wire: what a browser relies on when responses are lost, repeated, buffered or late.
import { describe, expect, it, vi } from "vitest";
import { RpcError } from "#local/firestore/backend.ts";
import { ChannelClient } from "./channel-client.ts";
import { idToken, START_MS, serveWeb } from "./web-fixture.ts";

const REMOVED = { targetChange: { targetChangeType: "REMOVE", targetIds: [3] } };
const change = (id: string) => ({ targetChange: { targetIds: [1], resumeToken: Buffer.from(id) } });
const changeJson = (id: string) => [
  { targetChange: { targetIds: [1], resumeToken: Buffer.from(id).toString("base64") } },
];

describe("the handshake", () => {
  it("names the session and the versions, and delivers the first message and the caller to the engine", async () => {
    await using web = await serveWeb();
    const client = new ChannelClient(web.origin);
    const target = { addTarget: { targetId: 2, documents: { documents: ["d"] }, resumeToken: "AQI=" } };
    const arrays = await client.open(target, `Bearer ${idToken({ role: "viewer" })}`);
    expect(arrays).toEqual([[0, ["c", client.sid, "", 8, 14, 30000]]]);
    expect(web.backend.stream.received).toEqual([
      {
        addTarget: {
          targetId: 2,
          documents: { documents: ["d"] },
          targetType: "documents",
          resumeToken: Buffer.from([1, 2]),
          resumeType: "resumeToken",
        },
        targetChange: "addTarget",
      },
    ]);
    expect(web.backend.stream.caller).toMatchObject({ auth: { uid: "ann", token: { role: "viewer" } } });
  });

  it("takes a caller without a token as signed out, and `Bearer owner` as owner", async () => {
    await using web = await serveWeb();
    await new ChannelClient(web.origin).open();
    expect(web.backend.stream.caller).toEqual({ kind: "client", auth: null });
    await new ChannelClient(web.origin).open({}, "Bearer owner");
    expect(web.backend.stream.caller).toEqual({ kind: "owner" });
  });

  it("answers an unusable token on the stream with UNAUTHENTICATED, and opens nothing", async () => {
    await using web = await serveWeb();
    const client = new ChannelClient(web.origin);
    await client.open({}, `Bearer ${idToken({ exp: 1 })}`);
    const channel = await client.receive(0);
    const [first] = await channel.until(1);
    expect(first?.[1][0]).toMatchObject({ error: { status: "UNAUTHENTICATED" } });
    expect(web.backend.streams).toEqual([]);
  });

  it("answers a message the protocol does not know with INVALID_ARGUMENT and closes the engine's stream", async () => {
    await using web = await serveWeb();
    const client = new ChannelClient(web.origin);
    await client.open({ addTarget: { surprise: 1 } });
    const [first] = await (await client.receive(0)).until(1);
    expect(first?.[1][0]).toMatchObject({ error: { status: "INVALID_ARGUMENT" } });
    expect(web.backend.stream.closed).toBe(true);
  });
});

describe("the back channel", () => {
  it("begins with a noop at once", async () => {
    await using web = await serveWeb();
    const client = new ChannelClient(web.origin);
    await client.open();
    expect(await (await client.receive(0)).until(1)).toEqual([[1, ["noop"]]]);
  });

  it("counts chunk lengths in UTF-16 units, on the back channel and in replies to POSTs", async () => {
    await using web = await serveWeb();
    const client = new ChannelClient(web.origin);
    await client.open();
    const channel = await client.receive(0);
    const name = "𝄞 größer 取引";
    web.backend.stream.sink.send({ documentChange: { document: { name }, targetIds: [1] } });
    web.backend.stream.sink.send(REMOVED);
    const arrays = await channel.until(3);
    expect(arrays[1]).toEqual([2, [{ documentChange: { document: { name }, targetIds: [1] } }]]);
    expect(arrays[2]).toEqual([3, [REMOVED]]);
    expect(await client.send(1, [{ removeTarget: 3 }], 3)).toEqual([1, 3, 0]);
  });

  it("sends again what was not acknowledged when a response is lost, in order and once each", async () => {
    await using web = await serveWeb();
    const client = new ChannelClient(web.origin);
    await client.open();
    const lost = await client.receive(0);
    web.backend.stream.sink.send(change("a"));
    web.backend.stream.sink.send(change("b"));
    await lost.until(3);
    lost.lose();
    web.backend.stream.sink.send(change("c"));
    const next = await client.receive(2);
    expect(await next.until(2)).toEqual([
      [3, changeJson("b")],
      [4, changeJson("c")],
    ]);
  });

  it("is ended after one flush for a browser behind a buffering proxy (CI=1), and waits when there is nothing", async () => {
    await using web = await serveWeb();
    const client = new ChannelClient(web.origin);
    await client.open();
    expect(await (await client.receive(0, true)).toEnd()).toEqual([[1, ["noop"]]]);
    const waiting = await client.receive(1, true);
    web.backend.stream.sink.send(change("a"));
    expect(await waiting.toEnd()).toEqual([[2, changeJson("a")]]);
  });

  it("is ended when it grew long, so that neither side keeps what was received, and the next one goes on", async () => {
    await using web = await serveWeb();
    const client = new ChannelClient(web.origin);
    await client.open();
    const channel = await client.receive(0);
    const long = { document: { name: "x".repeat(600_000) } };
    web.backend.stream.sink.send({ documentChange: long });
    await channel.until(2);
    web.backend.stream.sink.send({ documentChange: long });
    web.backend.stream.sink.send(change("a"));
    const received = (await channel.toEnd()).length;
    const next = await client.receive(received);
    web.backend.stream.sink.send(change("b"));
    expect((await next.until(1)).at(-1)?.[0]).toBe(received + 1);
    expect(await client.send(1, [{}], received + 1)).toEqual([1, received + 1, 0]);
  });

  it("asks the engine to hold back while the browser is behind, and to go on once it caught up", async () => {
    await using web = await serveWeb();
    const client = new ChannelClient(web.origin);
    await client.open();
    const { sink } = web.backend.stream;
    expect(sink.ready?.()).toBe(true);
    for (let i = 0; i < 5; i += 1) {
      sink.send({ documentChange: { document: { name: "x".repeat(1024 * 1024) } } });
    }
    expect(sink.ready?.()).toBe(false);
    const resumed = Promise.withResolvers<void>();
    sink.onReady?.(resumed.resolve);
    const arrays = await (await client.receive(0)).toEnd();
    await client.send(1, [{}], arrays.at(-1)?.[0]);
    await resumed.promise;
    expect(sink.ready?.()).toBe(true);
  });

  it("keeps a quiet line alive with noops", async () => {
    await using web = await serveWeb();
    const client = new ChannelClient(web.origin);
    await client.open();
    const channel = await client.receive(0);
    await channel.until(1);
    web.advance(19_000);
    web.advance(1_000);
    expect(await channel.until(2)).toEqual([
      [1, ["noop"]],
      [2, ["noop"]],
    ]);
  });
});

describe("the forward channel", () => {
  it("delivers every message once and in order, however requests are repeated or overtake each other", async () => {
    await using web = await serveWeb();
    const client = new ChannelClient(web.origin);
    await client.open({ removeTarget: 10 });
    await client.send(2, [{ removeTarget: 12 }, { removeTarget: 13 }]);
    await client.send(1, [{ removeTarget: 11 }]);
    await client.send(1, [{ removeTarget: 11 }]);
    await client.send(2, [{ removeTarget: 12 }, { removeTarget: 13 }]);
    expect(web.backend.stream.received.map((message) => message.removeTarget)).toEqual([10, 11, 12, 13]);
  });

  it("says whether a back channel is open and what is unacknowledged", async () => {
    await using web = await serveWeb();
    const client = new ChannelClient(web.origin);
    await client.open();
    expect(await client.send(1, [{}])).toEqual([0, 0, 0]);
    const channel = await client.receive(0);
    await channel.until(1);
    expect(await client.send(2, [{}])).toEqual([1, 1, '[1,["noop"]]'.length]);
  });

  it.each([
    ["SID of nobody", { SID: "nobody", RID: "2" }, "count=0", "Unknown SID"],
    ["no count", { RID: "1" }, "count=x", "is not a count"],
    ["a message missing", { RID: "1" }, "count=2&ofs=0&req0___data__={}", "message 1 of 2 is missing"],
    ["another version", { RID: "1", VER: "7" }, "count=0", "Unsupported WebChannel version"],
  ])("refuses %s with 400", async (_, query, body, reason) => {
    await using web = await serveWeb();
    const res = await new ChannelClient(web.origin).post(query, body);
    expect(res.status).toBe(400);
    expect(await res.text()).toContain(reason);
  });
});

describe("a session ends", () => {
  it("by TYPE=terminate: the engine's stream is closed, the back channel ended, the SID unknown", async () => {
    await using web = await serveWeb();
    const client = new ChannelClient(web.origin);
    await client.open();
    const channel = await client.receive(0);
    expect((await client.post({ SID: client.sid, RID: "9", TYPE: "terminate" })).status).toBe(200);
    await channel.toEnd();
    expect(web.backend.stream.closed).toBe(true);
    expect((await client.receive(0)).httpStatus).toBe(400);
  });

  it("by the engine's error, which reaches the browser with its status", async () => {
    await using web = await serveWeb();
    const client = new ChannelClient(web.origin);
    await client.open();
    const channel = await client.receive(0);
    web.backend.stream.sink.end(new RpcError(7, "no"));
    web.backend.stream.sink.send(change("late"));
    expect(await channel.until(2)).toEqual([
      [1, ["noop"]],
      [2, [{ error: { code: 403, message: "no", status: "PERMISSION_DENIED" } }]],
    ]);
    expect(web.backend.stream.closed).toBe(true);
  });

  it("by the engine's clean end", async () => {
    await using web = await serveWeb();
    const client = new ChannelClient(web.origin);
    await client.open();
    web.backend.stream.sink.end();
    expect(await (await client.receive(0)).until(2)).toEqual([
      [1, ["close"]],
      [2, ["noop"]],
    ]);
  });

  it("when its browser stays away for a minute, and not while a back channel is open", async () => {
    await using web = await serveWeb();
    const client = new ChannelClient(web.origin);
    await client.open();
    const channel = await client.receive(0);
    web.advance(600_000);
    expect(web.backend.stream.closed).toBe(false);
    channel.lose();
    await vi.waitFor(async () => expect((await client.send(1, [{}]))[0]).toBe(0), { timeout: 10_000 });
    web.advance(59_000);
    expect(web.backend.stream.closed).toBe(false);
    web.advance(1_000);
    expect(web.backend.stream.closed).toBe(true);
    expect((await client.receive(0)).httpStatus).toBe(400);
  });

  it("when its token expires", async () => {
    await using web = await serveWeb();
    const client = new ChannelClient(web.origin);
    // Sooner than a quiet line gets its first noop.
    await client.open({}, `Bearer ${idToken({ exp: START_MS / 1_000 + 20 })}`);
    const channel = await client.receive(0);
    web.advance(20_000);
    const arrays = await channel.until(2);
    expect(arrays[1]?.[1][0]).toMatchObject({ error: { status: "UNAUTHENTICATED" } });
    expect(web.backend.stream.closed).toBe(true);
  });

  it("when the server goes away, with UNAVAILABLE", async () => {
    await using web = await serveWeb();
    const client = new ChannelClient(web.origin);
    await client.open();
    const channel = await client.receive(0);
    web.close();
    expect((await channel.toEnd()).at(-1)?.[1][0]).toMatchObject({ error: { status: "UNAVAILABLE" } });
    expect(web.backend.stream.closed).toBe(true);
  });

  it("when the browser falls so far behind that memory would not be bounded", async () => {
    await using web = await serveWeb();
    const client = new ChannelClient(web.origin);
    await client.open();
    const big = { documentChange: { document: { name: "x".repeat(1024 * 1024) } } };
    for (let i = 0; i < 70 && !web.backend.stream.closed; i += 1) web.backend.stream.sink.send(big);
    expect(web.backend.stream.closed).toBe(true);
  });
});
