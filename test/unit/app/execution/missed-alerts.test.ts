// A strategy that states its position tells of alerts that never came: people are told in the batch of the decision, and by
// config the signal goes to the position that is stated.
import { describe, expect, it } from "vitest";
import { paths } from "#domain/documents/paths.ts";
import type { Alert } from "#domain/documents/records.ts";
import type { Intent } from "#domain/documents/signal.ts";
import { ACCOUNT, createWorld, givenIntent, messageOf, type World } from "#test/support/world.ts";

const to = (targetBase: string, beforeBase: string): Partial<Intent> => ({
  size: { kind: "targetBase", targetBase, beforeBase },
});
const run = (world: World, asked: Partial<Intent>) =>
  world.instance("executor").duties.executeIntent(messageOf(world, givenIntent(world, asked)));
const missed = (world: World) =>
  world.under<Alert>(paths.alerts(ACCOUNT)).filter(({ code }) => code === "ALERT_MISSED");

describe("a signal whose position before is not the one held", () => {
  it("is told with both quantities, and an entry makes its own step alone", async () => {
    const world = await createWorld();
    await run(world, to("0.02", "0.01"));
    expect(world.venueOrders()).toMatchObject([{ origQty: "0.010" }]);
    expect(missed(world)).toMatchObject([
      { severity: "warning", message: /held 0\.01 BTCUSDT .* here 0 was held/ },
    ]);
  });

  it("is told also where it is denied", async () => {
    const world = await createWorld();
    await run(world, to("0.01", "0"));
    await run(world, to("0.01", "0.005"));
    expect(world.venueOrders()).toHaveLength(1);
    expect(missed(world)).toHaveLength(1);
  });

  it("is none while the strategy's positions follow on one another", async () => {
    const world = await createWorld();
    await run(world, to("0.01", "0"));
    await run(world, to("0.02", "0.01"));
    await run(world, { action: "reduce", reduceBps: 5_000, ...to("0.01", "0.02") });
    expect(world.venueOrders()).toHaveLength(3);
    expect(missed(world)).toEqual([]);
  });
});
