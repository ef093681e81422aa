// The emergency brake: a command is in effect when its sender is answered, in one function and beside any holder of the
// lease; and it is not lost where that did not work.
// Proves: app/commands/warm-up.ts
import { beforeEach, describe, expect, it } from "vitest";
import type { ControlState } from "#domain/documents/control.ts";
import { paths } from "#domain/documents/paths.ts";
import { TaskError } from "#ports/tasks.ts";
import {
  type CommandPost,
  createCommandPost,
  createStoringPost,
  OPERATOR_TOKEN,
} from "#test/support/commands.ts";
import { ACCOUNT, createWorld, type World } from "#test/support/world.ts";

const operator = { authorization: `Bearer ${OPERATOR_TOKEN}` };
let world: World;
let front: CommandPost;

beforeEach(async () => {
  world = await createWorld();
  front = createCommandPost(world);
});

const state = () => world.read<ControlState>(paths.control(ACCOUNT))?.tradingState.state;

describe("a command", () => {
  it.each([
    [{ kind: "pause" }, "REDUCING"],
    [{ kind: "stop" }, "HALTED"],
  ] as const)("%o is in effect when it is answered, and wakes no second function", async (request, is) => {
    const { status, body } = await front.order(request);
    expect(body).toMatchObject({ status: "DONE", code: "ACCEPTED", sequence: 1 });
    expect(status).toBe(202);
    expect(state()).toBe(is);
    expect(world.bus.take("commands")).toEqual([]);
  });

  it("that is dangerous is in effect when its confirmation is answered", async () => {
    const { body } = await front.order({ kind: "flatten" });
    expect(state()).toBe("ACTIVE");
    const confirmed = await front.confirm(body.commandId ?? "");
    expect(confirmed.body.status).toBe("DONE");
    expect(world.read(paths.control(ACCOUNT))).toMatchObject({
      tradingState: { state: "HALTED", actor: "anna" },
      flatten: { step: 0 },
    });
    expect(world.tasks.takeDue(world.clock.nowMs())).toMatchObject([{ queue: "followUp" }]);
  });

  it("says why it was refused", async () => {
    const { body } = await front.order({ kind: "set_horizon", horizonAtMs: world.clock.nowMs() + 60_000 });
    expect(body.status).toBe("REFUSED");
    expect(body.message).not.toBe("");
  });

  it("takes what waited before it first", async () => {
    await createStoringPost(world).order({ kind: "pause" }, { ...operator, "idempotency-key": "first" });
    expect(state()).toBe("ACTIVE");
    await front.order({ kind: "stop" });
    expect(front.commands().map(({ status }) => status)).toEqual(["DONE", "DONE"]);
    expect(state()).toBe("HALTED");
  });

  it("that could not be applied is answered as stored, and its message wakes the applier", async () => {
    const { status, body } = await createStoringPost(world).order({ kind: "stop" });
    expect([status, body.code, body.status]).toEqual([202, "ACCEPTED", "STORED"]);
    expect(world.bus.take("commands")).toHaveLength(1);
    expect(state()).toBe("ACTIVE");
  });

  it("that is sent again takes effect then, if the first request died behind its store", async () => {
    const headers = { ...operator, "idempotency-key": "k" };
    await createStoringPost(world).order({ kind: "stop" }, headers);
    const again = await front.order({ kind: "stop" }, headers);
    expect(again.body).toMatchObject({ code: "DUPLICATE", status: "DONE" });
    expect(state()).toBe("HALTED");
  });

  it("is answered within the bound while the applier hangs", async () => {
    const documents = {
      ...world.documents,
      getAll: (wanted: readonly string[]) => world.documents.getAll(wanted),
      commit: (writes: Parameters<typeof world.documents.commit>[0]) => world.documents.commit(writes),
      query: () => new Promise<never>(() => {}),
    };
    const answered = createCommandPost(world, documents).order({ kind: "stop" });
    await world.clock.advance(5_000);
    expect((await answered).body).toMatchObject({ code: "ACCEPTED", status: "STORED" });
    expect(world.bus.take("commands")).toHaveLength(1);
  });
});

describe("a warm-up", () => {
  const warm = (headers: Readonly<Record<string, string>> = operator) =>
    front.to({ kind: "warm" }, { accountId: ACCOUNT }, headers);

  it("wakes the function of flattens, and stores nothing", async () => {
    const before = JSON.stringify(world.read(paths.control(ACCOUNT)));
    expect(await warm()).toMatchObject({ status: 200, body: { code: "READY" } });
    expect(world.tasks.takeDue(world.clock.nowMs())).toMatchObject([{ queue: "followUp" }]);
    expect(JSON.stringify(world.read(paths.control(ACCOUNT)))).toBe(before);
    expect(front.commands()).toEqual([]);
  });

  it.each(["viewer-token", "other-trader-token", "forged"])("is not for %s", async (token) => {
    const { status } = await warm({ authorization: `Bearer ${token}` });
    expect(status).toBeGreaterThanOrEqual(400);
    expect(world.tasks.takeDue(world.clock.nowMs())).toEqual([]);
  });

  it("is answered when the queue cannot be reached", async () => {
    world.tasks.schedule = () => Promise.reject(new TaskError("no answer"));
    expect(await warm()).toMatchObject({ status: 200, body: { code: "READY" } });
  });
});
