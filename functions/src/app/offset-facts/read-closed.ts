// Which winners of a plan its own orders have closed a part of. A smaller group says so by itself. One that is as large as before
// may have grown since by an entry: then its orders are asked. An order that cannot be read counts as one that closed.
import type { LoadDeps } from "#app/books";
import { decode } from "#app/documents";
import { dec } from "#domain/decimal.ts";
import type { Group } from "#domain/documents/group.ts";
import type { OffsetLeg, OffsetPlan } from "#domain/documents/offset.ts";
import { paths } from "#domain/documents/paths.ts";
import { ownOrderIds } from "#domain/offset/next-step.ts";
import { orderSchema } from "#schemas/books.ts";
import { readOrNull } from "./read-or-null.ts";

interface Ending {
  readonly plan: OffsetPlan;
  readonly groups: Readonly<Record<string, Group>>;
}

export async function readClosedGroups(
  deps: LoadDeps,
  accountId: string,
  { plan, groups }: Ending,
): Promise<ReadonlySet<string>> {
  const closed = await Promise.all(
    plan.winners.map(async (leg) =>
      (await hasClosed(deps, accountId, { plan, leg, group: groups[leg.groupId] })) ? [leg.groupId] : [],
    ),
  );
  return new Set(closed.flat());
}

async function hasClosed(
  deps: LoadDeps,
  accountId: string,
  {
    plan,
    leg,
    group,
  }: { readonly plan: OffsetPlan; readonly leg: OffsetLeg; readonly group: Group | undefined },
): Promise<boolean> {
  const ids = group === undefined ? [] : ownOrderIds(accountId, plan, group);
  if (group === undefined || ids.length === 0) return false;
  if (dec(group.qtyBase).lt(dec(leg.heldBase))) return true;
  const snapshots = await deps.documents.getAll(ids.map((id) => paths.order(accountId, id)));
  return snapshots.some((snapshot) => {
    const order = readOrNull(deps, () => decode(orderSchema, snapshot));
    return order === null || !dec(order.filledQtyBase).isZero();
  });
}
