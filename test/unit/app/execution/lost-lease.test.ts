// Guards a holder that stood still past its lease: whatever it reads when it wakes up, it does not act over the next.
import { beforeEach, describe, expect, it } from "vitest";
import { LEASE_DURATION_MS } from "#domain/books/lease.ts";
import type { ControlState } from "#domain/documents/control.ts";
import { paths } from "#domain/documents/paths.ts";
import { executeIntent } from "#functions/app/execution/execute-intent.ts";
import {
  ACCOUNT,
  createWorld,
  givenIntent,
  type Instance,
  messageOf,
  type World,
} from "#test/support/world.ts";

let world: World;
beforeEach(async () => {
  world = await createWorld();
});

const control = () => world.read<ControlState>(paths.control(ACCOUNT));

/** Sleeps past its lease when it schedules a task, which is when its intent waits in the inbox; another takes over. */
function sleeping(instance: Instance, meanwhile: () => Promise<unknown>): Instance {
  return {
    ...instance,
    tasks: {
      async schedule(task) {
        await instance.tasks.schedule(task);
        if (control()?.lease.holderId === "another") return;
        world.clock.setMs(world.clock.nowMs() + LEASE_DURATION_MS + 1_000);
        const changes = {
          "lease.holderId": "another",
          "lease.fence": { incrementBy: 1 },
          "lease.expiresAtMs": world.clock.nowMs() + LEASE_DURATION_MS,
        };
        await world.documents.commit([{ op: "update", path: paths.control(ACCOUNT), changes }]);
        await meanwhile();
      },
    },
  };
}

describe("a holder that deferred an intent and woke up after its lease", () => {
  it("leaves the account to the one that has it now, and the intent in the inbox", async () => {
    world.exchange.addFault({
      effect: { kind: "reset", when: "before" },
      match: { method: "POST", path: "/fapi/v1/order" },
      count: 1,
    });
    await executeIntent(world.instance("executor"), messageOf(world, givenIntent(world)));
    const close = givenIntent(world, { action: "close", side: null });
    const entry = givenIntent(world, { symbol: "ETHUSDT" });
    const other = world.instance("executor");
    const sleeper = sleeping(world.instance("executor"), () => executeIntent(other, messageOf(world, entry)));
    await executeIntent(sleeper, messageOf(world, close));
    expect(control()).toMatchObject({
      lease: { holderId: "another" },
      inbox: { storedCount: 2, takenCount: 0 },
    });
    for (const { intentId } of [close, entry])
      expect(world.read(paths.intent(ACCOUNT, intentId))).toMatchObject({ status: "INBOX" });
  });
});
