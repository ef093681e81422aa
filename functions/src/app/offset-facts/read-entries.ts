// The entries of each position as an offset counts them: how many orders filled, when the last one did, and how many more the
// plan of its opening signal allows. A position of which an order cannot be read is left out, and is no loser then.

import type { Books, LoadDeps } from "#app/books";
import { decode } from "#app/documents";
import { dec } from "#domain/decimal.ts";
import type { EntryPlan } from "#domain/documents/entry-plan.ts";
import type { Group } from "#domain/documents/group.ts";
import { isFromSignal, type Order } from "#domain/documents/order.ts";
import { paths } from "#domain/documents/paths.ts";
import type { Intent } from "#domain/documents/signal.ts";
import type { EntryFacts } from "#domain/offset/ground.ts";
import { plannedEntries } from "#domain/risk/entry-ladder.ts";
import { orderSchema } from "#schemas/books.ts";
import { receiptSchema } from "#schemas/signal.ts";
import { readOrNull } from "./read-or-null.ts";

type Orders = ReadonlyMap<string, Order>;

export async function readEntries(
  deps: LoadDeps,
  { accountId, groups, config }: Books,
): Promise<Readonly<Record<string, EntryFacts>>> {
  const all = Object.values(groups);
  const orders = await readOrders(deps, accountId, all);
  const intents = await readOpeningIntents(deps, accountId, { groups: all, orders });
  const facts = all.flatMap((group): readonly (readonly [string, EntryFacts])[] => {
    const filled = filledOf(group, orders);
    if (filled === null) return [];
    const plan = planOf(config, group, intents.get(group.groupId) ?? null);
    return [[group.groupId, { ...filled, maxPyramids: plan?.pyramid?.maxEntries ?? null }]];
  });
  return Object.fromEntries(facts);
}

async function readOrders(deps: LoadDeps, accountId: string, groups: readonly Group[]): Promise<Orders> {
  const ids = groups.flatMap(({ orderIds }) => orderIds);
  const snapshots = await deps.documents.getAll(ids.map((id) => paths.order(accountId, id)));
  const orders = snapshots.flatMap((snapshot) => readOrNull(deps, () => decode(orderSchema, snapshot)) ?? []);
  return new Map(orders.map((order) => [order.request.clientOrderId, order]));
}

/** By group. A receipt is deleted after its time, and a position that was adopted has none. */
async function readOpeningIntents(
  deps: LoadDeps,
  accountId: string,
  { groups, orders }: { readonly groups: readonly Group[]; readonly orders: Orders },
): Promise<ReadonlyMap<string, Intent>> {
  const bases = groups.flatMap((group) => {
    const base = orders.get(group.orderIds[0] ?? "");
    return base === undefined || !isFromSignal(base) ? [] : [{ group, signalId: base.signalId }];
  });
  if (bases.length === 0) return new Map();
  const snapshots = await deps.documents.getAll(
    bases.map(({ signalId }) => paths.receipt(accountId, signalId)),
  );
  const intents = snapshots.flatMap((snapshot, place) => {
    const intent = readOrNull(deps, () => decode(receiptSchema, snapshot))?.intent ?? null;
    const groupId = bases[place]?.group.groupId;
    return intent === null || groupId === undefined ? [] : [[groupId, intent] as const];
  });
  return new Map(intents);
}

/** The plan with which the position was opened: its signal's own, whole, else the strategy's. */
function planOf(config: Books["config"], { strategyId }: Group, opening: Intent | null): EntryPlan | null {
  if (opening === null) return config.strategies[strategyId]?.entries ?? null;
  return plannedEntries(opening, config);
}

/** Null where an order of the group is missing: it may have been an entry. */
function filledOf({ orderIds }: Group, orders: Orders): Pick<EntryFacts, "count" | "lastAtMs"> | null {
  const known = orderIds.flatMap((id) => orders.get(id) ?? []);
  if (known.length < orderIds.length) return null;
  const filled = known.filter(
    ({ request, filledQtyBase }) => !request.reduceOnly && !dec(filledQtyBase).isZero(),
  );
  // One that was cancelled after a part of it has no time of its own for it: no earlier than this.
  const times = filled.map(({ filledAtMs, updatedAtMs }) => filledAtMs ?? updatedAtMs);
  // The orders of one route are one entry.
  const count = new Set(filled.map(({ intentId }) => intentId)).size;
  return { count, lastAtMs: times.length === 0 ? null : Math.max(...times) };
}
