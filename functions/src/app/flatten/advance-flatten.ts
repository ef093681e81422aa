// One bounded look at an ordered flatten, under the lease: clear orders, close positions, and end it when the venue holds
// nothing and nothing is in flight. Whatever is not done yet is the next look's, which it arranges itself.

import type { Books, ExecutionDeps } from "#app/books";
import { commitBooks, inboxIsEmpty } from "#app/books";
import { scheduleFollowUp } from "#app/execution";
import { alertWrites } from "#app/telling";
import { releaseLease } from "#domain/books/lease.ts";
import { POSITION_SETTLE_MS } from "#domain/books/positions.ts";
import { symbolChangedAtMs } from "#domain/books/symbol-changes.ts";
import { SEND_WINDOW_MS } from "#domain/decide/place-order.ts";
import { clearBookedOrders, clearOtherOrders, clearStrangeOrders, knownSymbols } from "./clear-orders.ts";
import { clearStops } from "./clear-stops.ts";
import { closePositions } from "./close-positions.ts";
import { beginRun, type FlattenRun, goesOn, renewed } from "./flatten-run.ts";

/** Distance to the next look: as soon as an order's fate can be seen, growing to what a dead venue deserves. */
const FIRST_GAP_MS = 2_000;
const LONGEST_GAP_MS = 15_000;
const GAP_SHARE = 10;
/** After a ban has ended: its clock is the venue's. */
const BAN_MARGIN_MS = 500;
/** From the last change of its symbol: no order is stored without one. The venue takes it in this time or never, and its
 * position list follows. */
const UNREADABLE_ORDER_MS = SEND_WINDOW_MS + POSITION_SETTLE_MS;

/** Books after the look; `given` holds the lease and an ordered flatten. */
export async function advanceFlatten(deps: ExecutionDeps, given: Books, actor: string): Promise<Books> {
  const run = await beginRun(deps, given, actor);
  if (goesOn(run)) await look(run);
  if (run.books.control.flatten !== null) await scheduleFollowUp(deps, given.accountId, gapMs(run));
  return run.books;
}

async function look(run: FlattenRun): Promise<void> {
  await clearBookedOrders(run);
  const isFlat = await closePositions(run);
  if (!isFlat || isInFlight(run) || run.failed) return;
  if (!(await clearStrangeOrders(run, knownSymbols(run)))) return;
  if (!(await clearStops(run, knownSymbols(run)))) return;
  const othersClear = await clearOtherOrders(run);
  if (othersClear !== false) await endFlatten(run, othersClear === null);
}

/**
 * An order whose document cannot be read is judged by its age: once its send window is over it has filled, which the venue's
 * positions show, or it rests, and is withdrawn with everything else that does.
 */
function isInFlight({ deps, books: { control, orders } }: FlattenRun): boolean {
  const nowMs = deps.clock.nowMs();
  return Object.entries(control.reservations).some(
    ([id, { symbol }]) =>
      orders[id] !== undefined || nowMs - symbolChangedAtMs(control, symbol) <= UNREADABLE_ORDER_MS,
  );
}

/** Flat: the flatten is over and says so; trading stays halted. */
async function endFlatten(run: FlattenRun, othersUnknown: boolean): Promise<void> {
  const { deps, books, actor } = run;
  const { flatten } = books.control;
  if (flatten === null) return;
  const nowMs = deps.clock.nowMs();
  const control = renewed(run);
  const lease = inboxIsEmpty(books) ? releaseLease(control.lease) : control.lease;
  const seconds = Math.round((nowMs - flatten.orderedAtMs) / 1_000);
  run.books = await commitBooks(deps, books, {
    kind: "FLATTEN_DONE",
    subject: flatten.flattenId,
    actor,
    control: { ...control, flatten: null, lease },
    showsOnOverview: true,
    also: alertWrites(
      {
        accountId: books.accountId,
        severity: "info",
        code: "FLATTEN_DONE",
        message: `Flat after ${seconds} s and ${flatten.step} closing ${flatten.step === 1 ? "order" : "orders"}: ${flatten.reason}${
          othersUnknown ? "; the venue would not list open orders of symbols that are not configured" : ""
        }`,
        remedy: "Trading stays halted; resume it when the cause is understood",
        dedupeKey: flatten.flattenId,
      },
      nowMs,
    ),
  });
}

function gapMs({ deps, books, retryAtMs }: FlattenRun): number {
  const nowMs = deps.clock.nowMs();
  const sinceMs = nowMs - (books.control.flatten?.orderedAtMs ?? nowMs);
  const usualMs = Math.min(LONGEST_GAP_MS, Math.max(FIRST_GAP_MS, Math.round(sinceMs / GAP_SHARE)));
  const notBeforeMs = Math.max(retryAtMs, books.control.throttles.venueBannedUntilMs);
  return notBeforeMs <= nowMs ? usualMs : Math.max(usualMs, notBeforeMs - nowMs + BAN_MARGIN_MS);
}
