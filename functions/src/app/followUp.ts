// A task's look at one account: the fate of its open orders, and what waits in the inbox of a holder that died.
// Follows on, at growing distance, while orders stay open; the reconcile schedule is the floor under it.
import type { Order } from "../domain/order.ts";
import { VenueError } from "../ports/venue.ts";
import { actForAccount } from "./execution/actForAccount.ts";
import type { Books, ExecutionDeps } from "./execution/books.ts";
import { resolveOrder } from "./execution/resolveOrder.ts";
import { followUpGapMs, scheduleFollowUp } from "./execution/sendOrder.ts";

const ACTOR = "followUp";
/** A holder is at work: what it leaves open, it follows itself; look again when its lease could have run out. */
const BUSY_AGAIN_AFTER_MS = 5_000;

export async function followUpAccount(deps: ExecutionDeps, accountId: string): Promise<void> {
  const result = await actForAccount(deps, accountId, ACTOR, {
    work: async (books) => {
      const after = await resolveOpenOrders(deps, books, ACTOR);
      await followOn(deps, after);
      return after;
    },
  });
  if (result === "BUSY") await scheduleFollowUp(deps, accountId, BUSY_AGAIN_AFTER_MS);
}

/** One look at every open order. A venue that does not answer leaves the order as it is, for the next look. */
export async function resolveOpenOrders(deps: ExecutionDeps, given: Books, actor: string): Promise<Books> {
  let books = given;
  for (const clientOrderId of Object.keys(given.orders)) {
    try {
      books = await resolveOrder(deps, books, clientOrderId, { actor, mayRelease: false });
    } catch (error) {
      if (!(error instanceof VenueError)) throw error;
      deps.logger.warn("An open order could not be looked up", {
        clientOrderId,
        kind: error.kind,
        code: error.code,
      });
    }
  }
  return books;
}

async function followOn(deps: ExecutionDeps, books: Books): Promise<void> {
  const open: readonly Order[] = Object.values(books.orders);
  if (open.length === 0) return;
  // A venue that has just denied an order for the first time is asked again soon, however old the order is.
  const youngestMs = Math.max(
    ...open.map((order) => order.absences.lastAtMs ?? order.sentAtMs ?? order.createdAtMs),
  );
  await scheduleFollowUp(deps, books.accountId, followUpGapMs(deps.clock.nowMs() - youngestMs));
}
