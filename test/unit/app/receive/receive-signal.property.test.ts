// Guards the way in against everything: every input gets a complete answer below 500 and throws no exception.
// Only inputs with a valid signature or token are stored, and every stored document passes its schema.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bytes, createReceiver, directRequest, signedRequest, TOKEN } from "#test/support/receiver.ts";

const NAMES = [
  "symbol",
  "ticker",
  "action",
  "side",
  "timenow",
  "time",
  "id",
  "notionalUsd",
  "qtyBase",
  "reducePct",
  "sizeFrom",
  "strategy.order.action",
  "marketPosition",
  "prevMarketPosition",
  "contracts",
  "plot_0",
  "token",
  "secret",
  "__proto__",
  "__x__",
  "",
  "a.b",
  "constructor",
  "extra",
];
const VALUES = [
  "BTCUSDT",
  "BINANCE:ETHUSDT.P",
  "buy",
  "sell",
  "close",
  "reduce",
  "long",
  "short",
  "flat",
  "100.10",
  "0",
  "-1",
  "1e-7",
  "2026-01-02T03:04:05Z",
  "2026-01-02T03:00:00Z",
  "{{close}}",
  "NaN",
  "",
  "50",
  "contracts",
  "\ud800",
  "a\u0000b",
];
const leaf = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...VALUES) },
  fc.constant(null),
  fc.boolean(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.string({ unit: "binary" }),
);
const fields = fc.dictionary(
  fc.oneof({ weight: 8, arbitrary: fc.constantFrom(...NAMES) }, fc.string()),
  leaf,
  { maxKeys: 12 },
);
/** A good alert with anything else in it, so that many inputs get as far as an intent. */
const goodAlert = fields.map((extra) => ({
  ...extra,
  symbol: "BTCUSDT",
  action: "long",
  timenow: "2026-01-02T03:04:05Z",
}));
const jsonBody = fc.oneof(
  { weight: 2, arbitrary: goodAlert.map((value) => JSON.stringify(value)) },
  { weight: 4, arbitrary: fields.map((value) => JSON.stringify(value)) },
  fc.json(),
);
const textBody = fields.map((value) =>
  Object.entries(value)
    .map(([name, item]) => `${name}=${String(item)}`)
    .join(" "),
);
const body = fc.oneof(
  { weight: 5, arbitrary: jsonBody.map(bytes) },
  { weight: 3, arbitrary: textBody.map(bytes) },
  fc.uint8Array({ maxLength: 300 }),
);

describe("whatever is sent", () => {
  it("by a proved sender is answered below 500 with a code, and leaves exactly one readable receipt", async () => {
    const statuses = new Set<number>();
    await fc.assert(
      fc.asyncProperty(body, async (rawBody) => {
        const world = createReceiver();
        const answer = await world.receive(directRequest("", { rawBody }));
        statuses.add(answer.status);
        expect([202, 400]).toContain(answer.status);
        expect(answer.body.code).toMatch(/^[A-Z_]+$/);
        const receipts = world.receipts();
        expect(receipts.map(({ signalId }) => signalId)).toEqual([answer.body.receiptId]);
        expect(world.bus.published).toHaveLength(answer.status === 202 ? 1 : 0);
        expect(receipts[0]?.status).toBe(answer.status === 202 ? "RECEIVED" : "REFUSED");
        const repeated = await world.receive(directRequest("", { rawBody }));
        expect(repeated.status).toBe(answer.status === 202 ? 200 : answer.status);
        expect(repeated.body.receiptId).toBe(answer.body.receiptId);
        expect(world.receipts()).toHaveLength(1);
      }),
      { numRuns: 400 },
    );
    expect(statuses, "the inputs reach both an intent and a refusal").toEqual(new Set([202, 400]));
  });

  it("without a valid token or signature is answered 401 or 403 and stored nowhere", async () => {
    const proof = fc.record({
      addressToken: fc.option(fc.string().filter((token) => token !== TOKEN)),
      hookId: fc.oneof(fc.constantFrom("direct-hook-1", "signed-hook-1", "unknown-hook"), fc.string()),
      headers: fc.dictionary(
        fc.constantFrom("webhook-id", "webhook-timestamp", "webhook-signature"),
        fc.oneof(fc.string(), fc.constantFrom("1767323045", "v1,AAAA", "v1,", "msg_1")),
      ),
    });
    await fc.assert(
      fc.asyncProperty(body, proof, async (rawBody, { addressToken, hookId, headers }) => {
        const world = createReceiver();
        const before = JSON.stringify(world.documents.dump());
        const answer = await world.receive(directRequest("", { rawBody, addressToken, hookId, headers }));
        expect(answer).toMatchObject({ status: 401, body: { code: "UNAUTHORIZED" } });
        expect(JSON.stringify(world.documents.dump())).toBe(before);
        expect(world.bus.published).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  it("in a signed request that was changed afterwards is answered 401", async () => {
    const changes = fc.record({ at: fc.nat(), to: fc.integer({ min: 0, max: 255 }) });
    const signed = JSON.stringify({ symbol: "BTCUSDT", action: "buy", notionalUsd: "100" });
    await fc.assert(
      fc.asyncProperty(changes, async ({ at, to }) => {
        const world = createReceiver();
        const request = signedRequest(signed, { id: "msg_1", atMs: world.clock.nowMs() });
        const rawBody = Uint8Array.from(request.rawBody);
        const index = at % rawBody.length;
        fc.pre(rawBody[index] !== to);
        rawBody[index] = to;
        expect((await world.receive({ ...request, rawBody })).status).toBe(401);
        expect((await world.receive(request)).status).toBe(202);
      }),
    );
  });
});
