// Guards what strangers can spend and learn: a flood of made-up ids costs no read and takes nothing from real senders, the
// work of a request is the same whatever stands behind its id, and an old list opens nothing that is closed by now.
// Proves: app/receive/hook-directory.ts, app/receive/hook-entry.ts, app/receive/authenticate.ts
import { describe, expect, it, vi } from "vitest";
import { paths } from "#domain/documents/paths.ts";
import { HOOK_CACHE_MS } from "#functions/app/receive/hook-directory.ts";
import { alertFixture } from "#test/support/alerts/fixtures.ts";
import {
  createReceiver,
  DIRECT_HOOK,
  directRequest,
  type Receiver,
  SIGNED_HOOK,
  signedRequest,
} from "#test/support/receiver.ts";

const BUY = alertFixture("manual-buy.alert");

/** Kinds of the store's calls from now on. */
function callsOf(world: Receiver): string[] {
  const calls: string[] = [];
  world.documents.interceptor = { before: async ({ kind }) => void calls.push(kind) };
  return calls;
}

const guess = (world: Receiver, index: number) =>
  world.receive(directRequest(BUY, { hookId: `guess-${index}-guess` }));

describe("a flood of ids that are no hook's", () => {
  it("costs no read and sheds no request, so that a real hook of a new instance is answered", async () => {
    const world = createReceiver();
    const calls = callsOf(world);
    const statuses = new Set<number>();
    for (let index = 0; index < 20_000; index += 1) statuses.add((await guess(world, index)).status);
    expect(statuses).toEqual(new Set([401]));
    expect(calls.toSorted()).toEqual(["getAll", "query"]);
    expect((await world.receive(directRequest(BUY))).status).toBe(202);
  });

  it("makes an instance read its hooks once in their time, and all the flood waits for that one read", async () => {
    const world = createReceiver();
    await guess(world, 0);
    const calls = callsOf(world);
    for (let round = 0; round < 3; round += 1) {
      await world.clock.advance(HOOK_CACHE_MS);
      await Promise.all(Array.from({ length: 100 }, (_, index) => guess(world, index)));
    }
    expect(calls).toEqual(["query", "query", "query"]);
  });

  it("reads the fewer times the more hooks there are: at most 600 of them a minute", async () => {
    const world = createReceiver();
    for (let index = 0; index < 898; index += 1) world.hook({ hookId: `hook-${index}-hook` });
    await guess(world, 0);
    const calls = callsOf(world);
    for (let second = 0; second < 300; second += 1) {
      await world.clock.advance(1_000);
      await guess(world, second);
    }
    expect(calls).toEqual(["query", "query", "query"]);
  });
});

describe("no stranger learns which hooks exist", () => {
  const wrong = { signed: { id: "m", atMs: 0, secret: Buffer.alloc(32).toString("base64") } };
  const requests = (world: Receiver, hookId: string) => [
    directRequest(BUY, { hookId, addressToken: "a wrong token" }),
    directRequest(BUY, { hookId, addressToken: null }),
    { ...signedRequest(BUY, { ...wrong.signed, atMs: world.clock.nowMs() }), hookId },
    { ...signedRequest(BUY, wrong.signed), hookId },
  ];

  it.each([0, 1, 2, 3])("by the work that a request costs, cold and warm (request %i)", async (index) => {
    const work = async (hookId: string) => {
      const world = createReceiver();
      world.hook({ hookId: "disabled-hook", enabled: false });
      const calls = callsOf(world);
      const asked = vi.spyOn(world.secrets, "hookSigningSecrets");
      const answers = [];
      for (const round of ["cold", "warm"]) {
        const request = requests(world, hookId)[index] ?? expect.fail("No such request");
        answers.push({ round, answer: await world.receive(request), calls: [...calls] });
      }
      return { answers, asked: asked.mock.calls.length, lines: world.logger.lines.length };
    };
    const unknown = await work("no-such-hook-1");
    expect(unknown.answers[0]?.answer.status).toBe(401);
    for (const hookId of [DIRECT_HOOK, SIGNED_HOOK, "disabled-hook"])
      expect(await work(hookId)).toEqual(unknown);
  });
});

describe("a list that is older than a hook's last change", () => {
  const many = (): Receiver => {
    const world = createReceiver();
    for (let index = 0; index < 898; index += 1) world.hook({ hookId: `hook-${index}-hook` });
    return world;
  };

  it.each([
    ["a revoked token", (world: Receiver) => world.hook({ tokenSha256: "0".repeat(64) }), 401],
    ["a disabled hook", (world: Receiver) => world.hook({ enabled: false }), 403],
    [
      "a hook that is gone",
      (world: Receiver) => world.documents.commit([{ op: "delete", path: paths.hook(DIRECT_HOOK) }]),
      401,
    ],
    ["a hook of another account", (world: Receiver) => world.hook({ accountId: "another" }), 401],
  ])("opens nothing for %s after the time of a revocation", async (_name, change, status) => {
    const world = many();
    expect((await world.receive(directRequest(BUY))).status).toBe(202);
    await change(world);
    await world.clock.advance(HOOK_CACHE_MS);
    expect((await world.receive(directRequest(BUY.replace("100.10", "300")))).status).toBe(status);
  });

  it("serves a hook that changed in nothing that proves, by its present limits", async () => {
    const world = many();
    await world.receive(directRequest(BUY));
    world.hook({ maxRequestsPerMinute: 1 });
    await world.clock.advance(HOOK_CACHE_MS);
    const statuses = [];
    for (const usd of ["300", "400"])
      statuses.push((await world.receive(directRequest(BUY.replace("100.10", usd)))).status);
    expect(statuses).toEqual([202, 429]);
  });
});
