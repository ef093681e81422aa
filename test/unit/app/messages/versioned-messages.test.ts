// Guards messages and tasks across releases: what only a later release reads is handed back before anybody parses, counts
// or buries it, with an alert; what an older one sent is led to the present shape.
import { describe, expect, it } from "vitest";
import { NewerDocumentError, presentRelease } from "#app/documents";
import {
  type BusMessage,
  messageInShape,
  refuseNewerTask,
  STAMP_NAME,
  versionedBus,
  versionedTasks,
} from "#app/messages";
import { paths } from "#domain/documents/paths.ts";
import { KNOWLEDGE, type Knowledge } from "#domain/documents/versions.ts";
import { createMemoryBus } from "#test/support/memory/bus.ts";
import { createMemoryTasks } from "#test/support/memory/tasks.ts";
import { ACCOUNT, createWorld, givenIntent, messageOf } from "#test/support/world.ts";

const UP = [{ since: "0.3.0", up: (shape: object) => ({ ...shape, moved: true }) }];
const NEXT: Knowledge = { ...KNOWLEDGE, "message/intents": UP, task: UP };
const next = { knowledge: NEXT, stamps: "new" } as const;
const DAY_MS = 24 * 3_600_000;

const message = (given: Partial<BusMessage> = {}): BusMessage => ({
  messageId: "m-1",
  topic: "intents",
  publishedAtMs: 0,
  payload: {},
  ...given,
});

describe("a message", () => {
  it.each([
    ["of a first version, from this release", presentRelease("new"), {}],
    ["of a first version, where all is stamped", presentRelease("all"), { [STAMP_NAME]: "1 0.1.0" }],
    ["of a second version", next, { [STAMP_NAME]: "2 0.3.0" }],
  ] as const)("%s says so beside its payload", async (_name, release, told) => {
    const bus = createMemoryBus();
    await versionedBus(bus, release).publish("intents", { a: 1 }, { accountId: ACCOUNT });
    expect(bus.published).toEqual([
      { topic: "intents", payload: { a: 1 }, attributes: { accountId: ACCOUNT, ...told } },
    ]);
  });

  it.each(["2 0.3.0", "x"])(
    "of a later release (%s) comes back each time, told of once, with no trace of quarantine, count or burial",
    async (stamp) => {
      const world = await createWorld();
      const executor = world.instance("executor");
      const intent = givenIntent(world);
      const attributes = { [STAMP_NAME]: stamp, accountId: ACCOUNT };
      const later: BusMessage = {
        ...messageOf(world, intent),
        payload: { later: intent.intentId },
        attributes,
      };
      await expect(executor.duties.executeIntent(later)).rejects.toThrow(NewerDocumentError);
      await expect(
        executor.duties.executeIntent({ ...later, publishedAtMs: later.publishedAtMs - DAY_MS }),
      ).rejects.toThrow(NewerDocumentError);
      for (const kind of ["quarantine", "deadLetters", "deliveries"]) expect(world.under(kind)).toEqual([]);
      expect(world.under(paths.alerts(ACCOUNT))).toMatchObject([
        { code: "RELEASE_NEEDED", severity: "critical" },
      ]);
    },
  );

  it("of an older release is led to the present shape; one whose body is no map is left to its parser", async () => {
    const world = await createWorld();
    const deps = world.instance("executor");
    expect(messageInShape(deps, next, message({ payload: { a: 1 } }))).toMatchObject({
      payload: { a: 1, moved: true },
    });
    expect(messageInShape(deps, next, message({ payload: "text" }))).toMatchObject({ payload: "text" });
    const present = message({ attributes: { [STAMP_NAME]: "2 0.3.0" }, payload: { a: 1 } });
    expect(messageInShape(deps, next, present)).toBe(present);
  });
});

describe("a task", () => {
  it("carries its version, and is refused by a release that does not know it", async () => {
    const tasks = createMemoryTasks();
    const task = { queue: "followUp", name: "t-1", payload: {}, runAtMs: 0 } as const;
    await versionedTasks(tasks, next).schedule(task);
    await versionedTasks(tasks, presentRelease("new")).schedule({ ...task, name: "t-2" });
    const [later, present] = tasks.takeDue(0);
    expect([later?.stamp, present?.stamp]).toEqual(["2 0.3.0", undefined]);
    expect(() => refuseNewerTask(presentRelease("new"), later?.stamp)).toThrow(NewerDocumentError);
    expect(() => refuseNewerTask(next, later?.stamp)).not.toThrow();
    expect(() => refuseNewerTask(presentRelease("new"), present?.stamp)).not.toThrow();
  });
});
