// Makes a document of a world unreadable, and mends it. The invariants are told of neither: they go by what it was.
import type { ControlState } from "#domain/documents/control.ts";
import { paths } from "#domain/documents/paths.ts";
import type { DocumentData } from "#ports/documents.ts";
import type { World } from "../world.ts";
import type { MadeUnreadable } from "./unreadable.ts";

/** A document that no schema accepts. */
const BROKEN: DocumentData = { broken: true };

/** One at a time for an account: what is left of it has to go on. */
export function makeUnreadable(
  world: World,
  { accountId, which, choice, durationMs }: MadeUnreadable,
): undefined {
  const { hand, store, witness, queue, log } = world;
  if ([...witness.unreadable.values()].some((each) => each.accountId === accountId)) return;
  const breaking = async (): Promise<void> => {
    const [control] = await hand.getAll([paths.control(accountId)]);
    const path = chosen(control?.data as unknown as ControlState | undefined, which, choice);
    if (path === null) return;
    const [snapshot] = await store.getAll([path.path]);
    const data = snapshot?.data ?? null;
    if (data === null || data.broken === true) return;
    await store.commit([{ op: "set", path: path.path, data: BROKEN }]);
    witness.unreadable.set(path.path, { accountId, symbol: path.symbol, data, sinceMs: queue.nowMs });
    log.add(queue.nowMs, `${path.path} cannot be read any more`);
    queue.after(durationMs, () => void mendOne(world, path.path));
  };
  void breaking();
}

function chosen(
  control: ControlState | undefined,
  which: MadeUnreadable["which"],
  choice: number,
): { readonly path: string; readonly symbol: string } | null {
  if (control?.slots === undefined) return null;
  const { accountId } = control;
  const groups = Object.entries(control.slots).map(([id, { symbol }]) => ({
    path: paths.group(accountId, id),
    symbol,
  }));
  const orders = Object.entries(control.reservations).map(([id, { symbol }]) => ({
    path: paths.order(accountId, id),
    symbol,
  }));
  const open = which === "order" && orders.length > 0 ? orders : groups;
  return open[Math.floor(choice * open.length)] ?? null;
}

type Mended = Pick<World, "store" | "witness" | "queue" | "policy">;

/** As a person would from the journal; not where the product has stored the whole document since, which the witness sees. */
async function mendOne({ store, witness, queue, policy }: Mended, path: string): Promise<void> {
  const kept = witness.unreadable.get(path);
  if (kept === undefined) return;
  witness.unreadable.delete(path);
  policy.disturbances?.add("unreadable", kept.sinceMs, queue.nowMs - kept.sinceMs);
  const [snapshot] = await store.getAll([path]);
  if (snapshot?.data?.broken === true) await store.commit([{ op: "set", path, data: kept.data }]);
}

export async function mendUnreadable(world: Mended): Promise<void> {
  for (const path of [...world.witness.unreadable.keys()]) await mendOne(world, path);
}
