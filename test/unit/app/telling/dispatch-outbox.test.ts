// Messages stored for people are sent in order, at least once, with growing distance while the receiver
// fails; a message given up is marked and alerted. Without a receiver the outbox stays unread.
// Proves: app/telling/, domain/telling/outbox.ts, schemas/records.ts
import { describe, expect, it } from "vitest";
import { paths } from "#domain/documents/paths.ts";
import type { Alert } from "#domain/documents/records.ts";
import { GIVE_UP_AFTER_MS, type OutboxItem } from "#domain/telling/outbox.ts";
import { type AlertCondition, raiseAlert } from "#functions/app/telling/alert.ts";
import { dispatchOutbox } from "#functions/app/telling/dispatch-outbox.ts";
import { wakesOutbox } from "#functions/app/telling/wakes-outbox.ts";
import { createMemoryNotifier } from "#test/support/memory/notifier.ts";
import { createWorld, type World } from "#test/support/world.ts";

const condition = (dedupeKey: string): AlertCondition => ({
  accountId: "main",
  severity: "warning",
  code: `CODE_${dedupeKey}`,
  message: "Something happened",
  remedy: "Do something",
  dedupeKey,
});

async function given(...keys: readonly string[]) {
  const world = await createWorld();
  const notifier = createMemoryNotifier(world.clock);
  const { documents, counts, deadline } = world.instance("outbox");
  for (const key of keys) {
    await world.clock.advance(1_000);
    await raiseAlert(world, condition(key));
  }
  const deps = { documents, clock: world.clock, logger: world.logger, deadline, notifier };
  return { world, notifier, counts, deps, dispatch: () => dispatchOutbox(deps) };
}

const items = (world: World) => world.under<OutboxItem>(paths.outbox("main"));
const alerts = (world: World, code: string) =>
  world.under<Alert>(paths.alerts("main")).filter((alert) => alert.code === code);

describe("the outbox", () => {
  it("is sent in the order in which it was written, each message once", async () => {
    const { world, notifier, dispatch } = await given("a", "b", "c");
    await dispatch();
    await dispatch();
    expect(notifier.told.map(({ title }) => title)).toEqual(["CODE_a", "CODE_b", "CODE_c"]);
    expect(items(world).map(({ status }) => status)).toEqual(["SENT", "SENT", "SENT"]);
  });

  it("sends again under the same id when it could not note that it had sent", async () => {
    const { world, notifier, dispatch } = await given("a");
    world.documents.interceptor = {
      async before(call) {
        if (call.kind === "commit") throw new Error("the process died");
      },
    };
    await expect(dispatch()).rejects.toThrow("the process died");
    world.documents.interceptor = null;
    await dispatch();
    const [first, second] = notifier.told;
    expect(first?.id).toBe(second?.id);
    expect(items(world)[0]?.status).toBe("SENT");
  });

  it("gives an account's receiver that does not answer two chances in a pass, and tries again later and later", async () => {
    const { world, notifier, dispatch } = await given("a", "b", "c");
    notifier.failure = "noAnswer";
    await dispatch();
    expect(
      items(world)
        .map(({ attempts }) => attempts)
        .sort(),
    ).toEqual([0, 1, 1]);
    await dispatch();
    await dispatch();
    expect(items(world).map(({ attempts }) => attempts)).toEqual([1, 1, 1]);
    for (const waitMs of [30_000, 60_000, 120_000]) {
      await world.clock.advance(waitMs);
      await dispatch();
      await dispatch();
    }
    expect(items(world).map(({ attempts }) => attempts)).toEqual([4, 4, 4]);
    notifier.failure = null;
    await world.clock.advance(240_000);
    await dispatch();
    expect(notifier.told).toHaveLength(3);
  });

  it("goes on with the account's next message when the receiver does not answer one", async () => {
    const { world, notifier, dispatch } = await given("a", "b", "c");
    notifier.silentFor = ({ title }) => title === "CODE_a";
    await dispatch();
    expect(notifier.told.map(({ title }) => title)).toEqual(["CODE_b", "CODE_c"]);
    const waiting = items(world).filter(({ status }) => status === "PENDING");
    expect(waiting.map(({ title }) => title)).toEqual(["CODE_a"]);
  });

  it("sends the other accounts' messages while one account's receiver hangs for ever", async () => {
    const { world, notifier, deps, dispatch } = await given("a", "b", "c");
    for (const accountId of ["second", "third"]) await raiseAlert(deps, { ...condition("d"), accountId });
    notifier.silentFor = ({ accountId }) => accountId === "main";
    notifier.hangs = true;
    await dispatch();
    expect(notifier.told.map(({ accountId }) => accountId).toSorted()).toEqual(["second", "third"]);
    const tried = items(world).filter(({ attempts }) => attempts === 1);
    expect(tried.map(({ title }) => title).toSorted()).toEqual(["CODE_a", "CODE_b"]);
    expect(tried[0]?.lastError).toContain("did not answer");
  });

  it("sends them also when more of that account's messages wait than a pass can send, all of them older", async () => {
    const { world, notifier, deps, dispatch } = await given(
      ...Array.from({ length: 50 }, (_, each) => `old-${each}`),
    );
    await world.clock.advance(1_000);
    await raiseAlert(deps, { ...condition("new"), accountId: "second" });
    notifier.silentFor = ({ accountId }) => accountId === "main";
    await dispatch();
    expect(notifier.told.map(({ accountId }) => accountId)).toEqual(["second"]);
  });

  it("keeps at most five connections open at once", async () => {
    const { notifier, deps, dispatch } = await given();
    for (let account = 0; account < 12; account += 1)
      await raiseAlert(deps, { ...condition("a"), accountId: `account-${account}` });
    await dispatch();
    expect(notifier.told).toHaveLength(12);
    expect(notifier.mostAtOnce).toBe(5);
  });

  it("begins no message that the function's limit would cut off", async () => {
    const keys = Array.from({ length: 40 }, (_, each) => `slow-${each}`);
    const { world, notifier, dispatch } = await given(...keys);
    notifier.takesMs = 3_000;
    const startMs = world.clock.nowMs();
    await dispatch();
    expect(world.clock.nowMs() - startMs).toBeLessThan(50_000);
    expect(notifier.told.length).toBeGreaterThan(10);
    expect(notifier.told.length).toBeLessThan(40);
  });

  it("alerts on a receiver that keeps failing, without a message that would fail too", async () => {
    const { world, notifier, dispatch } = await given("a");
    notifier.failure = "noAnswer";
    for (const waitMs of [0, 30_000, 60_000]) {
      await world.clock.advance(waitMs);
      await dispatch();
    }
    expect(alerts(world, "NOTIFIER_FAILING")).toHaveLength(1);
    expect(items(world)).toHaveLength(1);
  });

  it("gives up a refused message at once and goes on with the next", async () => {
    const { world, notifier, dispatch } = await given("a", "b");
    notifier.failure = "refusal";
    await dispatch();
    expect(items(world).map(({ status }) => status)).toEqual(["FAILED", "FAILED"]);
    expect(alerts(world, "NOTIFICATION_GIVEN_UP")).toHaveLength(2);
  });

  it("tries a message of a long outage once more before it is given up", async () => {
    const { world, notifier, dispatch } = await given("a");
    await world.clock.advance(GIVE_UP_AFTER_MS + 1);
    notifier.failure = "noAnswer";
    await dispatch();
    expect(items(world)[0]).toMatchObject({ status: "FAILED", lastError: "The notifier did not answer" });
  });

  it("costs nothing where no receiver is configured", async () => {
    const { deps, counts, world } = await given("a");
    const before = counts.reads;
    await dispatchOutbox({ ...deps, notifier: null });
    expect(counts.reads).toBe(before);
    expect(items(world)[0]?.status).toBe("PENDING");
  });
});

describe("a commit that stores a message", () => {
  it("wakes the outbox when its second is over, once for the second", async () => {
    const world = await createWorld();
    const documents = wakesOutbox(world.documents, world);
    await raiseAlert({ ...world, documents }, condition("a"));
    await raiseAlert({ ...world, documents }, condition("b"));
    const woken = world.tasks.pending.filter(({ queue }) => queue === "outbox");
    expect(woken).toHaveLength(1);
    expect(woken[0]?.runAtMs).toBeGreaterThan(world.clock.nowMs());
    expect((woken[0]?.runAtMs ?? 0) - world.clock.nowMs()).toBeLessThanOrEqual(1_000);
  });

  it("has stored it also when the wake-up fails", async () => {
    const world = await createWorld();
    world.tasks.failNext();
    const documents = wakesOutbox(world.documents, world);
    expect(await raiseAlert({ ...world, documents }, condition("a"))).toBe(true);
    expect(items(world)).toHaveLength(1);
  });

  it("and no other commit wakes anybody", async () => {
    const world = await createWorld();
    const documents = wakesOutbox(world.documents, world);
    await documents.commit([{ op: "set", path: paths.environment, data: { name: "test" } }]);
    expect(world.tasks.pending).toEqual([]);
  });
});
