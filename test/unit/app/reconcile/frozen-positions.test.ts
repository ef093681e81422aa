// Guards that a position list which stands still while the rest of the venue goes on ends no group, no wish to close and no
// dust, whichever part of the product asks it; and that a row which cannot be read is no second witness.
// Proves: app/flatten/held-positions.ts, app/flatten/close-positions.ts, app/reconcile/reconcile-account.ts
import { beforeEach, describe, expect, it } from "vitest";
import type { ControlState } from "#domain/documents/control.ts";
import type { Group } from "#domain/documents/group.ts";
import { paths } from "#domain/documents/paths.ts";
import { executeIntent } from "#functions/app/execution/execute-intent.ts";
import { followUpAccount } from "#functions/app/reconcile/follow-up.ts";
import { reconcileAccount } from "#functions/app/reconcile/reconcile-account.ts";
import { PartlyReadError, type Venue, VenueError, type VenuePosition } from "#ports/venue.ts";
import { flattenOrdered } from "#test/support/ordered-flatten.ts";
import {
  ACCOUNT,
  createWorld,
  givenIntent,
  type Instance,
  messageOf,
  profile,
  type World,
} from "#test/support/world.ts";

const ROW = { subject: "BTCUSDT", of: "symbol", reason: "odd" } as const;
let world: World;
beforeEach(async () => {
  world = await createWorld();
  world.exchange.admin("pause");
});

const control = (): ControlState => world.read<ControlState>(paths.control(ACCOUNT)) as ControlState;
const group = (): Group | undefined => world.under<Group>(paths.groups(ACCOUNT))[0];

/** An instance whose venue answers some questions otherwise than the engine would. */
function seeing(name: string, otherwise: (venue: Venue) => Partial<Venue>): Instance {
  const instance = world.instance(name);
  return {
    ...instance,
    venueFor: async (of) => {
      const venue = await instance.venueFor(of);
      return { ...venue, ...otherwise(venue) };
    },
  };
}

const standing = (positions: readonly VenuePosition[]): Partial<Venue> => ({
  fetchPositions: async () => positions,
});

const open = (deps: Instance = world.instance("executor")) =>
  executeIntent(deps, messageOf(world, givenIntent(world, {})));

async function minute(deps: Instance): Promise<void> {
  world.clock.setMs(world.clock.nowMs() + 60_000);
  await world.tickNav();
  await reconcileAccount(deps, profile);
}

async function looks(deps: Instance, count: number): Promise<void> {
  for (let look = 0; look < count; look += 1) {
    world.clock.setMs(world.clock.nowMs() + 6_000);
    await followUpAccount(deps, ACCOUNT);
  }
}

describe("a position list that stands still", () => {
  it("ends no group in reconcile, however often it is asked", async () => {
    await open();
    const frozen = seeing("reconcile", () => standing([]));
    for (let passes = 0; passes < 5; passes += 1) await minute(frozen);
    expect(group()).toMatchObject({ status: "ACTIVE" });
  });

  it("ends no group where the account's row of the symbol cannot be read", async () => {
    await open();
    const frozen = seeing("reconcile", (venue) => ({
      ...standing([]),
      fetchAccount: async () => {
        const account = await venue.fetchAccount();
        throw new PartlyReadError("account", { ...account, positions: [] }, [ROW]);
      },
    }));
    for (let passes = 0; passes < 3; passes += 1) await minute(frozen);
    expect(group()).toMatchObject({ status: "ACTIVE" });
  });

  it("ends no group in a flatten while the account does not answer", async () => {
    await open();
    await flattenOrdered(world, world.instance("ada"));
    const frozen = seeing("followUp", () => ({
      ...standing([]),
      fetchAccount: async () => {
        throw new VenueError("retryable", "HTTP_503", "not now");
      },
    }));
    await looks(frozen, 4);
    expect(group()).toMatchObject({ status: "ACTIVE" });
    await looks(world.instance("followUp"), 6);
    expect([group()?.status, group()?.exitReason]).toEqual(["CLOSED", "flatten"]);
  });

  it("ends no wish to shrink a group of which it shows too little", async () => {
    await open();
    const { side = "long", averageEntryUsd, groupId = "", qtyBase } = group() ?? {};
    const listed = { symbol: "BTCUSDT", side, qtyBase: "0.001", entryPriceUsd: averageEntryUsd ?? "1" };
    const frozen = seeing("executor", () => ({
      ...standing([listed]),
      createOrder: async () => {
        throw new VenueError("rejected", "-4131", "no counterpart");
      },
    }));
    const reducing = { action: "reduce", side: null, reduceBps: 5_000 } as const;
    await executeIntent(frozen, messageOf(world, givenIntent(world, reducing)));
    await looks(frozen, 6);
    expect(group()).toMatchObject({ groupId, status: "ACTIVE", qtyBase });
    expect(group()?.closing).not.toBeNull();
  });

  it("makes no dust of a position in a flatten", async () => {
    await open();
    await flattenOrdered(world, world.instance("ada"));
    const { side = "long", averageEntryUsd } = group() ?? {};
    const dust = { symbol: "BTCUSDT", side, qtyBase: "0.0001", entryPriceUsd: averageEntryUsd ?? "1" };
    await looks(
      seeing("followUp", () => standing([dust])),
      4,
    );
    expect(group()?.status).not.toBe("CLOSED_WITH_DUST");
    expect(control().dust).toEqual({});
    await looks(world.instance("followUp"), 6);
    expect(await (await world.instance("look").venueFor(profile)).fetchPositions()).toEqual([]);
  });
});
