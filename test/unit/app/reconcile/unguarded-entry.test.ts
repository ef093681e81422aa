// An entry that rests can fill at any moment, and the venue takes no stop under it before: it is looked at every three
// seconds for as long as it rests, where the config asks for stops.
import { describe, expect, it } from "vitest";
import type { ExitPlan } from "#domain/documents/exit-plan.ts";
import { executeIntent } from "#functions/app/execution/execute-intent.ts";
import { PLAIN_CONFIG } from "#test/support/config.ts";
import { NO_EXITS } from "#test/support/stop-account.ts";
import { ACCOUNT, createWorld, givenIntent, messageOf } from "#test/support/world.ts";

const LOOKS = 10;

/** Distances of the looks at a resting entry, in milliseconds. */
async function gapsMs(
  protectiveStopBps: number | null,
  exits: ExitPlan | null = null,
): Promise<readonly number[]> {
  const watchdog = { ...PLAIN_CONFIG.watchdog, protectiveStopBps };
  const world = await createWorld({ config: { watchdog, workingLimitMs: 600_000 } });
  await executeIntent(
    world.instance("executor"),
    messageOf(world, givenIntent(world, { strategyId: "patient", exits })),
  );
  // The market runs away from it, so that it goes on resting.
  world.exchange.admin("jump", { symbol: "BTCUSDT", percent: 3 });
  world.exchange.admin("pause");
  const follower = world.instance("followUp");
  const gaps: number[] = [];
  for (let look = 0; look < LOOKS; look += 1) {
    const next = world.tasks.pending.find(({ queue }) => queue === "followUp");
    if (next === undefined) throw new Error(`No look is arranged after ${gaps.join(", ")}`);
    gaps.push(next.runAtMs - world.clock.nowMs());
    await world.clock.advance(Math.max(0, next.runAtMs - world.clock.nowMs()));
    world.tasks.takeDue(world.clock.nowMs());
    await follower.duties.followUpAccount(ACCOUNT);
  }
  return gaps;
}

describe("looks at an entry that rests", () => {
  it("stay three seconds apart while a stop has to come under its fill", async () => {
    expect(Math.max(...(await gapsMs(300)))).toBeLessThanOrEqual(3_000);
  });

  it("stay three seconds apart for the stop of a plan, too, where the config asks for none", async () => {
    const exits = { ...NO_EXITS, stop: { kind: "bps", bps: 300 } } as const;
    expect(Math.max(...(await gapsMs(null, exits)))).toBeLessThanOrEqual(3_000);
  });

  it("grow apart where no stop is asked for", async () => {
    expect(Math.max(...(await gapsMs(null)))).toBeGreaterThan(10_000);
  });
});
