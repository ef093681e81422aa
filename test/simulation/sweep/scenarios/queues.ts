// A full pool with a queue: an entry that joins it, one that takes another's place, a close that frees the place, and an
// exit that makes a queued entry void.
import { DEEP, OTHER, THIN } from "../account.ts";
import type { Scenario } from "../scenario.ts";
import type { Stage } from "../stage.ts";

const ONE_PLACE = {
  maxOpenGroups: 1,
  queue: { maxLength: 3, validForMs: 600_000, maxPriceDriftBps: 1_000 },
} as const;
const CLOSE = { action: "close", side: null } as const;

async function withFullPool(stage: Stage): Promise<void> {
  await stage.signal("earlier", { symbol: DEEP });
  await stage.run(6_000);
}

async function withQueuedEntry(stage: Stage): Promise<void> {
  await withFullPool(stage);
  await stage.signal("queued", { symbol: OTHER });
  await stage.run(3_000);
}

export const queues: readonly Scenario[] = [
  {
    name: "an entry that finds the pool full and waits",
    config: ONE_PLACE,
    before: withFullPool,
    trial: async (stage) => void (await stage.signal("queued", { symbol: OTHER })),
  },
  {
    name: "a close that frees the place of a queued entry",
    config: ONE_PLACE,
    before: withQueuedEntry,
    trial: async (stage) => void (await stage.signal("close", { ...CLOSE, symbol: DEEP })),
  },
  {
    name: "a newer entry that takes the place of a queued one",
    config: ONE_PLACE,
    before: withQueuedEntry,
    trial: async (stage) => void (await stage.signal("newer", { symbol: OTHER })),
  },
  {
    name: "an exit that makes a queued entry void",
    config: ONE_PLACE,
    before: withQueuedEntry,
    trial: async (stage) => void (await stage.signal("exit", { ...CLOSE, symbol: OTHER })),
  },
  {
    name: "a halt while an entry waits for a place",
    config: ONE_PLACE,
    before: withQueuedEntry,
    trial: (stage) => stage.order("halt", { kind: "stop" }),
  },
  {
    name: "a queued entry that is denied at its promotion, and the one behind it",
    config: { ...ONE_PLACE, queue: { ...ONE_PLACE.queue, maxPriceDriftBps: 50 } },
    async before(stage) {
      await withQueuedEntry(stage);
      await stage.signal("behind", { symbol: THIN, size: { kind: "notionalUsd", notionalUsd: "20" } });
      await stage.run(3_000);
      stage.jump(OTHER, 2);
    },
    trial: async (stage) => void (await stage.signal("close", { ...CLOSE, symbol: DEEP })),
  },
];
