// A plan that is given up says of which winners it closed a part: also where an entry has made the group as large as before since,
// and where the order that would tell cannot be read.
import { expect, it } from "vitest";
import { clientOrderId, offsetCloseId } from "#domain/documents/ids.ts";
import { paths } from "#domain/documents/paths.ts";
import { encode } from "#functions/app/documents/codec.ts";
import { readClosedGroups } from "#functions/app/offset-facts/read-closed.ts";
import { group, order } from "#test/support/factories.ts";
import { offsetPlan } from "#test/support/offset-ground.ts";
import { ACCOUNT, createWorld } from "#test/support/world.ts";

const plan = offsetPlan();
const causeId = offsetCloseId(plan.offsetId, "winner");
const ownId = (step: number): string => clientOrderId(ACCOUNT, causeId, step);

interface Case {
  readonly name: string;
  readonly qtyBase: string;
  /** Of the plan's orders for the winner, in their order; null: it cannot be read. */
  readonly filledBase: readonly (string | null)[];
  readonly closed: boolean;
}

it.each<Case>([
  { name: "no order was sent", qtyBase: "1", filledBase: [], closed: false },
  { name: "something else made it smaller", qtyBase: "0.4", filledBase: [], closed: false },
  { name: "its order closed a part", qtyBase: "0.5", filledBase: ["0.5"], closed: true },
  { name: "its order closed nothing", qtyBase: "1", filledBase: ["0"], closed: false },
  { name: "an entry made it as large again", qtyBase: "1", filledBase: ["0.5"], closed: true },
  { name: "an entry made it larger", qtyBase: "1.7", filledBase: ["0", "0.5"], closed: true },
  { name: "an entry alone moved it", qtyBase: "1.7", filledBase: ["0", "0"], closed: false },
  { name: "its order cannot be read", qtyBase: "1.7", filledBase: [null], closed: true },
])("$name: closed is $closed", async ({ qtyBase, filledBase, closed }) => {
  const world = await createWorld();
  filledBase.forEach((filledQtyBase, step) => {
    const id = ownId(step);
    const known = order({ accountId: ACCOUNT, filledQtyBase: filledQtyBase ?? "0" });
    const stored = { ...known, request: { ...known.request, clientOrderId: id } };
    world.documents.seed(
      paths.order(ACCOUNT, id),
      filledQtyBase === null ? { broken: true } : encode(stored),
    );
  });
  const winner = group({
    groupId: "winner",
    qtyBase,
    orderIds: ["entry", ...filledBase.map((_, at) => ownId(at))],
  });
  const asked = readClosedGroups(world.instance("executor"), ACCOUNT, { plan, groups: { winner } });
  expect([...(await asked)]).toEqual(closed ? ["winner"] : []);
});
