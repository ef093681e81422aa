// Guards what the platform's own server makes of the functions: the status by which a message, a task or a run comes
// back or is done with, and the public functions' answers over real HTTP.
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { paths } from "#domain/documents/paths.ts";
import { encode } from "#functions/app/documents/codec.ts";
import type { Duties } from "#functions/compose.ts";
import { ConfigError } from "#functions/config.ts";
import * as functions from "#functions/index.ts";
import { DocumentUnavailableError } from "#ports/documents.ts";
import { OPERATOR_TOKEN } from "#test/support/commands.ts";
import { cleanup, pushMessage, pushTask, pushTick, type Reply, request } from "#test/support/invoke.ts";
import {
  DIRECT_HOOK,
  hookWith,
  SENDER_ADDRESS,
  SIGNED_HOOK,
  signedRequest,
  TOKEN,
} from "#test/support/receiver.ts";
import { wiredOver } from "#test/support/wired.ts";
import { ACCOUNT, createWorld, givenIntent, type World } from "#test/support/world.ts";

const current = vi.hoisted(() => ({ wiring: (): Duties => expect.fail("This test wired nothing") }));
vi.mock("#functions/wiring.ts", () => ({ wiring: () => current.wiring() }));

const JSON_TYPE = { "content-type": "application/json" };
const MAX_BODY_BYTES = 64 * 1_024;
let world: World;

beforeEach(async () => {
  world = await createWorld();
  const { duties } = wiredOver(world);
  current.wiring = () => duties;
});
afterEach(() => {
  current.wiring = () => expect.fail("This test wired nothing");
});
afterAll(() => cleanup());

function storeFails(): void {
  world.documents.interceptor = {
    async before() {
      throw new DocumentUnavailableError("The store does not answer", null);
    },
  };
}

function unusableSettings(): void {
  current.wiring = () => {
    throw new ConfigError(["BALLAST_ENVIRONMENT is missing"]);
  };
}

describe("the server answers", () => {
  it("a message that was handled or quarantined with 2xx, and one that failed with 500", async () => {
    const publishedAtMs = world.clock.nowMs();
    const payload = { intent: givenIntent(world) };
    expect(await pushMessage(functions.executor, { payload, publishedAtMs })).toMatchObject({ status: 204 });
    expect(world.venueOrders()).toMatchObject([{ status: "FILLED" }]);
    const unusable = { payload: "no JSON", publishedAtMs };
    expect(await pushMessage(functions.executor, unusable)).toMatchObject({ status: 204 });
    expect(world.under("quarantine")).toHaveLength(1);
    storeFails();
    const again = { payload: { intent: givenIntent(world) }, publishedAtMs };
    expect(await pushMessage(functions.executor, again)).toMatchObject({ status: 500 });
  });

  it("a task that was done or is unusable with 2xx, and one that failed with 500", async () => {
    const task = { accountId: ACCOUNT };
    expect(await pushTask(functions.followUp, task)).toMatchObject({ status: 204 });
    expect(await pushTask(functions.followUp, { accountId: 7 })).toMatchObject({ status: 204 });
    storeFails();
    expect(await pushTask(functions.followUp, task)).toMatchObject({ status: 500 });
  });

  it("a run that was done with 200, and one that failed with 500", async () => {
    expect(await pushTick(functions.navEveryMinute)).toMatchObject({ status: 200 });
    storeFails();
    expect(await pushTick(functions.navEveryMinute)).toMatchObject({ status: 500 });
  });
});

/** A JSON answer that must not be cached. */
function expectAnswer(reply: Reply, status: number, code: string): void {
  expect(reply.status).toBe(status);
  expect(reply.headers.get("content-type")).toBe("application/json; charset=utf-8");
  expect(reply.headers.get("cache-control")).toBe("no-store");
  expect(JSON.parse(reply.text)).toMatchObject({ code, message: expect.any(String) });
}

const alert = (): string =>
  JSON.stringify({ symbol: "BTCUSDT", action: "buy", timenow: new Date(world.clock.nowMs()).toISOString() });

describe("the webhook", () => {
  beforeEach(() => {
    const signed = { hookId: SIGNED_HOOK, mode: "signed", tokenSha256: null, sourceAddresses: [] } as const;
    world.documents.seed(paths.hook(SIGNED_HOOK), encode(hookWith(signed)));
    world.documents.seed(paths.hook(DIRECT_HOOK), encode(hookWith({})));
  });

  it("verifies the very bytes that were sent, stores a receipt and publishes the intent", async () => {
    const body = `  ${alert()}\n`;
    const { headers } = signedRequest(body, { id: "msg-1", atMs: world.clock.nowMs() });
    const sent = { body, headers: { ...JSON_TYPE, ...(headers as Record<string, string>) } };
    expectAnswer(await request(functions.webhook, `/hooks/${SIGNED_HOOK}`, sent), 202, "ACCEPTED");
    expect(world.under(paths.receipts(ACCOUNT))).toMatchObject([{ status: "RECEIVED" }]);
    expect(world.bus.take("intents")).toHaveLength(1);
    expectAnswer(await request(functions.webhook, `/${SIGNED_HOOK}`, sent), 200, "DUPLICATE");
    const changed = { ...sent, body: body.trim() };
    expectAnswer(await request(functions.webhook, `/${SIGNED_HOOK}`, changed), 401, "UNAUTHORIZED");
  });

  it("takes the token from path or query, and believes the right-most address only", async () => {
    const from = (address: string) => ({ "content-type": "text/plain", "x-forwarded-for": address });
    const trusted = { body: alert(), headers: from(`1.1.1.1, ${SENDER_ADDRESS}`) };
    expectAnswer(
      await request(functions.webhook, `/hooks/${DIRECT_HOOK}/${TOKEN}`, trusted),
      202,
      "ACCEPTED",
    );
    const byQuery = await request(functions.webhook, `/hooks/${DIRECT_HOOK}?token=${TOKEN}`, trusted);
    expectAnswer(byQuery, 200, "DUPLICATE");
    const forged = { body: alert(), headers: from(`${SENDER_ADDRESS}, 1.1.1.1`) };
    const refused = await request(functions.webhook, `/hooks/${DIRECT_HOOK}/${TOKEN}`, forged);
    expectAnswer(refused, 403, "SOURCE_NOT_ALLOWED");
  });

  it("answers what its frame refuses", async () => {
    const got = await request(functions.webhook, `/hooks/${DIRECT_HOOK}`, { method: "GET" });
    expectAnswer(got, 405, "METHOD_NOT_ALLOWED");
    expect(got.headers.get("allow")).toBe("POST");
    expectAnswer(await request(functions.webhook, "/a/b/c", {}), 404, "NOT_FOUND");
    const large = { body: "x".repeat(MAX_BODY_BYTES + 1), headers: { "content-type": "text/plain" } };
    expectAnswer(await request(functions.webhook, `/hooks/${DIRECT_HOOK}`, large), 413, "BODY_TOO_LARGE");
  });

  it("answers 503 while the store, the database's label or the settings are at fault", async () => {
    const sent = { body: alert() };
    const post = () => request(functions.webhook, `/hooks/${DIRECT_HOOK}/${TOKEN}`, sent);
    const here = current.wiring;
    world.documents.seed(paths.environment, { name: "prod" });
    expectAnswer(await post(), 503, "ENVIRONMENT_MISMATCH");
    world.documents.seed(paths.environment, { name: "test" });
    unusableSettings();
    expectAnswer(await post(), 503, "UNAVAILABLE");
    current.wiring = here;
    storeFails();
    expectAnswer(await post(), 503, "STORE_UNAVAILABLE");
    expect(world.bus.published).toEqual([]);
  });
});

describe("the commands function", () => {
  const operator = { ...JSON_TYPE, authorization: `Bearer ${OPERATOR_TOKEN}` };
  const stop = JSON.stringify({ accountId: ACCOUNT, request: { kind: "stop" }, reason: "because" });
  const flatten = JSON.stringify({ accountId: ACCOUNT, request: { kind: "flatten" }, reason: "because" });

  it("stores a command, asks for the confirmation of a dangerous one, and takes it", async () => {
    const taken = await request(functions.commands, "/commands", { body: stop, headers: operator });
    expectAnswer(taken, 202, "ACCEPTED");
    const asked = await request(functions.commands, "/", { body: flatten, headers: operator });
    expectAnswer(asked, 202, "CONFIRMATION_NEEDED");
    const { commandId } = JSON.parse(asked.text) as { commandId: string };
    const body = JSON.stringify({ accountId: ACCOUNT, commandId, accountName: "Main" });
    const path = `/commands/${commandId}/confirm`;
    const confirmed = await request(functions.commands, path, { body, headers: operator });
    expectAnswer(confirmed, 202, "ACCEPTED");
    expect(world.read(paths.control(ACCOUNT))).toMatchObject({ commands: { storedCount: 2, takenCount: 2 } });
    expect(world.bus.take("commands")).toEqual([]);
  });

  it("refuses a stranger, a wrong address, a wrong method and a body that is no JSON", async () => {
    const stranger = await request(functions.commands, "/commands", { body: stop, headers: JSON_TYPE });
    expectAnswer(stranger, 401, "UNAUTHORIZED");
    expect(stranger.headers.get("www-authenticate")).toBe("Bearer");
    expectAnswer(await request(functions.commands, "/commands/a/b/c", {}), 404, "NOT_FOUND");
    const put = await request(functions.commands, "/commands", { method: "PUT" });
    expectAnswer(put, 405, "METHOD_NOT_ALLOWED");
    const text = { body: "{", headers: { ...operator, "content-type": "text/plain" } };
    expectAnswer(await request(functions.commands, "/commands", text), 400, "BODY_UNREADABLE");
    expect(world.under(paths.commands(ACCOUNT))).toEqual([]);
  });

  it("answers 503 while the store, the database's label or the settings are at fault", async () => {
    const post = () => request(functions.commands, "/commands", { body: stop, headers: operator });
    const here = current.wiring;
    world.documents.seed(paths.environment, { name: "prod" });
    expectAnswer(await post(), 503, "ENVIRONMENT_MISMATCH");
    world.documents.seed(paths.environment, { name: "test" });
    unusableSettings();
    expectAnswer(await post(), 503, "UNAVAILABLE");
    current.wiring = here;
    storeFails();
    expectAnswer(await post(), 503, "UNAVAILABLE");
    expect(world.bus.published).toEqual([]);
  });
});
