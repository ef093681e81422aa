// The filled entries of a position, as an offset counts them before it calls the position a loser: an order that is missing or
// unreadable makes the position none, and the limit of further entries is the one of the plan that it was opened with.
// Proves: app/offset-facts/read-entries.ts, app/offset-facts/read-or-null.ts
import { beforeEach, describe, expect, it } from "vitest";
import type { EntryPlan } from "#domain/documents/entry-plan.ts";
import type { Group } from "#domain/documents/group.ts";
import type { Order } from "#domain/documents/order.ts";
import { paths } from "#domain/documents/paths.ts";
import type { EntryFacts } from "#domain/offset/ground.ts";
import { loadBooks } from "#functions/app/books/load-books.ts";
import { encode } from "#functions/app/documents/codec.ts";
import { executeIntent } from "#functions/app/execution/execute-intent.ts";
import { readEntries } from "#functions/app/offset-facts/read-entries.ts";
import {
  ACCOUNT,
  configWith,
  createWorld,
  givenIntent,
  messageOf,
  STRATEGY,
  type World,
} from "#test/support/world.ts";

let world: World;

function pyramids(maxEntries: number): EntryPlan {
  return { dca: null, pyramid: { maxEntries, minDistanceBps: 100 } };
}

const group = (): Group => world.under<Group>(paths.groups(ACCOUNT))[0] as Group;
const orderPath = (): string => paths.order(ACCOUNT, group().orderIds[0] ?? "");
const receiptPath = (): string => {
  const order = world.read<Order>(orderPath()) as Order & { readonly signalId: string };
  return paths.receipt(ACCOUNT, order.signalId);
};

async function send(entries: EntryPlan | null): Promise<void> {
  await executeIntent(world.instance("executor"), messageOf(world, givenIntent(world, { entries })));
}

async function facts(): Promise<EntryFacts | null> {
  const deps = world.instance("reconcile");
  const found = await readEntries(deps, await loadBooks(deps, ACCOUNT));
  return found[group().groupId] ?? null;
}

beforeEach(async () => {
  const { strategies } = configWith();
  const strategy = strategies[STRATEGY];
  if (strategy === undefined) throw new Error(`The config of the tests has no strategy ${STRATEGY}`);
  world = await createWorld({
    config: { strategies: { ...strategies, [STRATEGY]: { ...strategy, entries: pyramids(7) } } },
  });
  world.exchange.admin("pause");
});

describe("the entries of a position", () => {
  it("are the orders that filled, with the time of the last, and the signal's own limit of them", async () => {
    await send(pyramids(3));
    const firstAtMs = world.read<Order>(orderPath())?.filledAtMs;
    expect(await facts()).toEqual({ count: 1, lastAtMs: firstAtMs, maxPyramids: 3 });
    world.clock.setMs(world.clock.nowMs() + 1_000);
    await world.documents.commit([
      {
        op: "update",
        path: orderPath(),
        changes: { filledAtMs: null, updatedAtMs: world.clock.nowMs() },
      },
    ]);
    expect(await facts()).toMatchObject({ count: 1, lastAtMs: world.clock.nowMs() });
  });

  it("are not those that filled nothing", async () => {
    await send(pyramids(3));
    await world.documents.commit([{ op: "update", path: orderPath(), changes: { filledQtyBase: "0" } }]);
    expect(await facts()).toMatchObject({ count: 0, lastAtMs: null });
  });

  it("are one for all orders of a route", async () => {
    await send(pyramids(3));
    const first = world.read<Order>(orderPath()) as Order;
    const clientOrderId = "b2222222222222222222222222222222";
    const second = { ...first, step: 1, request: { ...first.request, clientOrderId } };
    await world.documents.commit([
      { op: "create", path: paths.order(ACCOUNT, clientOrderId), data: encode(second) },
      {
        op: "update",
        path: paths.group(ACCOUNT, group().groupId),
        changes: { orderIds: [...group().orderIds, clientOrderId] },
      },
    ]);
    expect(await facts()).toMatchObject({ count: 1 });
  });

  it("are limited by the strategy's plan where the signal has none", async () => {
    await send(null);
    expect(await facts()).toMatchObject({ count: 1, maxPyramids: 7 });
  });

  it.each([
    ["missing", (path: string) => world.documents.commit([{ op: "delete", path }])],
    [
      "unreadable",
      (path: string) => world.documents.commit([{ op: "update", path, changes: { status: "NO_SUCH" } }]),
    ],
  ])("are unknown as a whole while one order is %s: it may have been an entry", async (_what, spoil) => {
    await send(pyramids(3));
    await spoil(orderPath());
    expect(await facts()).toBeNull();
  });

  it.each([
    ["gone", () => world.documents.commit([{ op: "delete", path: receiptPath() }])],
    [
      "unreadable",
      () => world.documents.commit([{ op: "update", path: receiptPath(), changes: { status: "NO_SUCH" } }]),
    ],
  ])("are limited by the strategy's plan where the receipt of the signal is %s", async (_what, spoil) => {
    await send(pyramids(3));
    await spoil();
    expect(await facts()).toMatchObject({ count: 1, maxPyramids: 7 });
  });
});
