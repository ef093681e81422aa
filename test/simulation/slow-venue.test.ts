// A command never waits behind a slow venue: with two seconds for every venue call and orders under way all the time,
// `stop` and `flatten` have taken effect five seconds after they were stored.
import { describe, expect, it } from "vitest";
import type { Command } from "#domain/documents/command.ts";
import type { ControlState } from "#domain/documents/control.ts";
import { paths } from "#domain/documents/paths.ts";
import type { JournalEntry } from "#domain/documents/records.ts";
import { Random } from "./engine/random.ts";
import { quietPolicy, type SimPolicy } from "./ports/policy.ts";
import { drawAlerts } from "./workload/alerts.ts";
import { drawRun } from "./workload/draw.ts";
import { happen } from "./workload/happen.ts";
import { FIRST_ITEM_MS, type Item } from "./workload/items.ts";
import { VENUE_WEIGHT_PER_MINUTE } from "./workload/setup.ts";
import { World } from "./world.ts";

const SEEDS = 40;
const MOST_MS = 5_000;
/** Each way. */
const VENUE_MS = 1_000;
/** How long after an alert its order is certainly at the venue or on its way there. */
const UNDER_WAY_MS = 2_000;
const AFTERWARDS_MS = 60_000;

const slowVenue: SimPolicy = {
  decide: (call) =>
    call.port === "venue"
      ? { fate: "done", requestMs: VENUE_MS, replyMs: VENUE_MS }
      : quietPolicy.decide(call),
};

interface Waited {
  readonly kind: string;
  readonly waitedMs: number;
  readonly status: string;
}

async function waits(seed: number, kind: "stop" | "flatten"): Promise<readonly Waited[]> {
  // Slowness alone: every instance is set up right, and the venue's weight limit is wide enough for all
  // calls.
  const setup = { ...drawRun(seed).setup, misconfigured: 0, weightPerMinute: VENUE_WEIGHT_PER_MINUTE };
  const random = new Random(seed, "slowVenue");
  // A rollout makes a command wait for an instance that can read it, whatever the venue does.
  const world = new World({ seed, setup, policy: () => slowVenue, releaseShare: 0 });
  await world.begin();
  world.queue.at(setup.startMs, () => world.fire("nav"));
  const alerts = drawAlerts(new Random(seed, "workload"), setup, FIRST_ITEM_MS + UNDER_WAY_MS);
  const under = random.pick(alerts);
  const accountId = under.happening.kind === "alert" ? under.happening.alert.hook.accountId : "";
  const order: Item = {
    afterMs: under.afterMs + random.int(0, UNDER_WAY_MS),
    happening: { kind: "command", accountId, key: "urgent", order: { kind }, repeated: false },
  };
  for (const { afterMs, happening } of [...alerts, order])
    world.queue.at(setup.startMs + afterMs, () => happen(world, happening));
  await world.runUntil(setup.startMs + order.afterMs + AFTERWARDS_MS);
  const stored = world.store.dump();
  const found = Object.entries(stored)
    .filter(([path]) => path.startsWith(`${paths.commands(accountId)}/`))
    .map(([, document]) => document as unknown as Command);
  const haltedAtMs = haltOf(stored, accountId);
  world.end();
  expect(world.witness.violation).toBeNull();
  return found.map(({ request, status, receivedAtMs }) => {
    return { kind: request.kind, status, waitedMs: haltedAtMs - receivedAtMs };
  });
}

/** When the account was first stored as halted, by the journal. */
function haltOf(stored: Readonly<Record<string, unknown>>, accountId: string): number {
  const entries = Object.entries(stored)
    .filter(([path]) => path.startsWith(`accounts/${accountId}/journal/`))
    .map(([, entry]) => entry as JournalEntry)
    .toSorted((a, b) => a.seq - b.seq);
  const halted = entries.find(({ images }) => {
    const control = images[paths.control(accountId)] as unknown as ControlState | undefined;
    return control?.tradingState.state === "HALTED";
  });
  return halted?.atMs ?? Number.POSITIVE_INFINITY;
}

describe("behind a venue that takes two seconds for a call", () => {
  it.each(["stop", "flatten"] as const)(
    `%s takes effect within five seconds, while orders are under way: ${SEEDS} runs`,
    async (kind) => {
      const all: Waited[] = [];
      for (let seed = 1; seed <= SEEDS; seed += 1) all.push(...(await waits(seed, kind)));
      expect(all.length).toBe(SEEDS);
      console.log(`${kind} took ${Math.max(...all.map(({ waitedMs }) => waitedMs))} ms at most`);
      expect(all.filter(({ status }) => status !== "DONE")).toEqual([]);
      expect(all.filter(({ waitedMs }) => waitedMs > MOST_MS)).toEqual([]);
    },
    120_000,
  );
});
