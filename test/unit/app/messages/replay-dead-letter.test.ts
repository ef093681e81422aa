// A given-up message can be replayed once, on purpose, and is decided as the same intent.
import { beforeEach, describe, expect, it } from "vitest";
import { paths } from "#domain/documents/paths.ts";
import type { DeadLetter } from "#domain/documents/records.ts";
import type { Intent } from "#domain/documents/signal.ts";
import { encode } from "#functions/app/documents/codec.ts";
import { executeIntent } from "#functions/app/execution/execute-intent.ts";
import { replayDeadLetter } from "#functions/app/messages/replay-dead-letter.ts";
import { ACCOUNT, createWorld, givenIntent, messageOf, type World } from "#test/support/world.ts";

let world: World;
beforeEach(async () => {
  world = await createWorld();
});

function givenLetter(intent: Intent, overrides: Partial<DeadLetter> = {}): string {
  const nowMs = world.clock.nowMs();
  const letter: DeadLetter = {
    deadLetterId: "dletter",
    topic: "intents",
    accountId: ACCOUNT,
    payload: { intent: { ...intent } },
    reason: "failed 8 times",
    publishedAtMs: nowMs,
    atMs: nowMs,
    replayedAtMs: null,
    ...overrides,
  };
  world.documents.seed(paths.deadLetter("dletter"), encode(letter));
  return "dletter";
}

describe("a dead letter", () => {
  it("is published again and its intent is traded", async () => {
    const id = givenLetter(givenIntent(world));
    await replayDeadLetter(world, id, null);
    const [message] = world.bus.take("intents");
    await executeIntent(world.instance("executor"), {
      ...messageOf(world, givenIntent(world)),
      payload: message?.payload,
    });
    expect(world.venueOrders()).toHaveLength(1);
    expect(world.read<DeadLetter>(paths.deadLetter(id))?.replayedAtMs).toBe(world.clock.nowMs());
  });

  it("is refused a second time", async () => {
    const id = givenLetter(givenIntent(world), { replayedAtMs: world.clock.nowMs() });
    await expect(replayDeadLetter(world, id, null)).rejects.toThrow("was replayed at");
    expect(world.bus.published).toEqual([]);
  });

  it("whose intent has expired needs a new validity", async () => {
    const id = givenLetter(givenIntent(world, { expiresAtMs: world.clock.nowMs() - 1 }));
    await expect(replayDeadLetter(world, id, null)).rejects.toThrow("--valid-for-s");
    const intent = await replayDeadLetter(world, id, 60_000);
    expect(intent.expiresAtMs).toBe(world.clock.nowMs() + 60_000);
  });

  it("that does not exist, or holds no intent, is refused by name", async () => {
    await expect(replayDeadLetter(world, "nothing", null)).rejects.toThrow("There is no dead letter nothing");
    const id = givenLetter(givenIntent(world), { payload: { junk: 1 } });
    await expect(replayDeadLetter(world, id, null)).rejects.toThrow("usable intent");
  });
});
