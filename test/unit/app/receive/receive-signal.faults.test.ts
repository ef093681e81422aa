// Guards the way in when parts of ours fail: no 5xx once something is stored, and an alert for every lost
// signal. Also the cost of a signal.
import { describe, expect, it } from "vitest";
import { paths } from "#domain/documents/paths.ts";
import { EnvironmentMismatchError } from "#functions/app/documents/check-environment.ts";
import { REPUBLISH_AFTER_MS } from "#functions/app/receive/receive-signal.ts";
import { DocumentConflictError, DocumentUnavailableError } from "#ports/documents.ts";
import { intentMessageSchema } from "#schemas/records.ts";
import { alertFixture } from "#test/support/alerts/fixtures.ts";
import { createReceiver, directRequest } from "#test/support/receiver.ts";
import { failAlertOnce } from "#test/support/store-faults.ts";
import { ACCOUNT } from "#test/support/world.ts";

const BUY = alertFixture("manual-buy.alert");
const NEVER = new Promise<never>(() => undefined);

describe("a fault on our side", () => {
  const unavailable = new DocumentUnavailableError("The store is away", null);

  it.each([
    ["refuses", async () => Promise.reject(unavailable)],
    ["never answers", () => NEVER],
  ])("before anything is stored is a 503, when the store %s", async (_name, before) => {
    const world = createReceiver();
    world.documents.interceptor = { before };
    expect(await world.receive(directRequest(BUY))).toMatchObject({
      status: 503,
      body: { code: "STORE_UNAVAILABLE" },
    });
    world.documents.interceptor = null;
    expect(world.receipts()).toEqual([]);
    expect((await world.receive(directRequest(BUY))).status).toBe(202);
  });

  it.each([
    ["is lost", async () => Promise.reject(unavailable)],
    ["never comes", () => NEVER],
  ])("is looked up when the commit's answer %s, and a stored signal is carried on", async (_name, answer) => {
    const world = createReceiver();
    let lost = false;
    world.documents.interceptor = {
      after: async ({ kind }) => {
        if (kind !== "commit" || lost) return;
        lost = true;
        await answer();
      },
    };
    expect(await world.receive(directRequest(BUY))).toMatchObject({ status: 202 });
    expect(world.receipts()).toHaveLength(1);
    expect(world.bus.published).toHaveLength(1);
  });

  it("that loses the alert about a refused sender does not use up the hour's one alert", async () => {
    const world = createReceiver();
    const foreign = directRequest(BUY, { sourceAddress: "203.0.113.9" });
    failAlertOnce(world);
    expect(await world.receive(foreign)).toMatchObject({ status: 403 });
    expect(world.stored(`accounts/${ACCOUNT}/alerts`)).toEqual([]);
    expect(await world.receive(foreign)).toMatchObject({ status: 403 });
    expect(world.stored(`accounts/${ACCOUNT}/alerts`)).toMatchObject([{ code: "SOURCE_NOT_ALLOWED" }]);
  });

  it("of setting, another environment's database, is refused with nothing stored", async () => {
    const world = createReceiver();
    world.documents.seed(paths.environment, { name: "prod" });
    await expect(world.receive(directRequest(BUY))).rejects.toThrow(EnvironmentMismatchError);
    expect(world.receipts()).toEqual([]);
    expect(world.bus.published).toEqual([]);
  });

  it("of contention is tried again", async () => {
    const world = createReceiver();
    let conflicts = 2;
    world.documents.interceptor = {
      before: async ({ kind }) => {
        if (kind !== "commit" || conflicts === 0) return;
        conflicts -= 1;
        throw new DocumentConflictError("contention", null);
      },
    };
    expect((await world.receive(directRequest(BUY))).status).toBe(202);
  });

  it.each(["stored", "notStored"] as const)(
    "after the receipt is stored is still a 202, with an alert: publication fails, %s",
    async (outcome) => {
      const world = createReceiver();
      world.bus.failNext(outcome);
      expect(await world.receive(directRequest(BUY))).toMatchObject({ status: 202 });
      expect(world.receipts()).toMatchObject([{ status: "RECEIVED" }]);
      expect(world.stored(`accounts/${ACCOUNT}/alerts`)).toMatchObject([{ code: "INTENT_NOT_PUBLISHED" }]);
      expect(world.logger.lines.some(({ severity }) => severity === "error")).toBe(true);
    },
  );

  it("in publishing is healed by the next repetition, once the first has had its time", async () => {
    const world = createReceiver();
    world.bus.failNext("notStored");
    await world.receive(directRequest(BUY));
    expect((await world.receive(directRequest(BUY))).status).toBe(200);
    expect(world.bus.published).toEqual([]);
    await world.clock.advance(REPUBLISH_AFTER_MS + 1);
    expect((await world.receive(directRequest(BUY))).status).toBe(200);
    expect(world.bus.published).toHaveLength(1);
    expect(intentMessageSchema.parse(world.bus.published[0]?.payload).intent).toEqual(
      world.receipts()[0]?.intent,
    );
  });
});

describe("the cost of a signal", () => {
  it("is three reads, two of them at once, and a commit when cold, and one commit when warm", async () => {
    const world = createReceiver();
    const calls: string[] = [];
    world.documents.interceptor = { before: async ({ kind }) => void calls.push(kind) };
    await world.receive(directRequest(BUY));
    expect(calls.toSorted()).toEqual(["commit", "getAll", "getAll", "query"]);
    calls.length = 0;
    await world.receive(directRequest(BUY.replace("100.10", "200")));
    expect(calls).toEqual(["commit"]);
  });
});
