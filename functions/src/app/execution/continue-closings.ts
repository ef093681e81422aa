// Goes on with every wish to shrink a group until it is fulfilled, by whichever pass comes first: the executor that met it,
// a follow-up, the minute's reconcile. An order takes at most what the venue allows in one and what is held; the rest is
// the next order's. Under a halt only an ordered flatten shrinks, so a wish waits. Must only be called under the lease.

import type { Books, ExecutionDeps } from "#app/books";
import { commitBooks, scheduleFollowUp, withMarket } from "#app/books";
import { actOnStops } from "#app/stops";
import { surroundingsOf, withGroupMoved } from "#domain/books/bookkeeping.ts";
import { acquireLease } from "#domain/books/lease.ts";
import { closableQty } from "#domain/decide/closing.ts";
import { isHurried, nextExitStep } from "#domain/decide/exit-route.ts";
import { exitsToActOn } from "#domain/decide/plan-exits.ts";
import { isPassedOver } from "#domain/decide/resend.ts";
import { dec, decimalString } from "#domain/decimal.ts";
import type { ClosingWish, Group } from "#domain/documents/group.ts";
import type { Market } from "#domain/documents/market.ts";
import { isGroupEnded, withStatus } from "#domain/lifecycle/group-lifecycle.ts";
import { mayBeSentAgain } from "#domain/lifecycle/order-lifecycle.ts";
import { withGroupEnded } from "#domain/protections/group-ended.ts";
import { touchOf } from "#domain/risk/touch-answer.ts";
import { clearEntries } from "./clear-entries.ts";
import { EntryTouch } from "./entry-touch.ts";
import { heldAtVenue, sendClosing } from "./send-closing.ts";
import { withdrawExits } from "./withdraw-exits.ts";

/** Orders of one group in one pass: each is two commits and a request, about a second; the lease lasts thirty. */
const MOST_ORDERS = 8;
/** Before a wish that its last order did not bring nearer is tried again: what refused it is seldom gone sooner. */
const RETRY_AFTER_MS = 10_000;
/** Grows by half with each try, to a few tries in every watchdog's patience. */
const RETRY_SHARE = 2;
const LONGEST_RETRY_MS = 120_000;
/** To the pass that goes on where this one stopped. */
const GO_ON_AFTER_MS = 2_000;

type WishedGroup = Group & { readonly closing: ClosingWish };

export async function continueClosings(deps: ExecutionDeps, given: Books, actor: string): Promise<Books> {
  let books = await withdrawExits(deps, given, actor);
  for (const wish of wished(books)) {
    const { groupId } = wish;
    if (!isForbidden(books, deps.clock.nowMs())) books = await clearEntries(deps, books, wish, actor);
    for (let orders = 0; orders < MOST_ORDERS; orders += 1) {
      const group = wished(books).find((each) => each.groupId === groupId);
      if (group === undefined || !mayGoOn(deps, books, group)) break;
      const after = await closePart(deps, books, group, actor);
      if (after === null) break;
      books = after;
    }
  }
  await arrangeNext(deps, books);
  return books;
}

/** Not under a halt, a flatten or a ban, which have passes of their own, nor for an order in flight, which is followed. */
async function arrangeNext(deps: ExecutionDeps, books: Books): Promise<void> {
  const nowMs = deps.clock.nowMs();
  const waitsMs = wished(books)
    .filter((group) => !isForbidden(books, nowMs) && !isInFlight(books, group))
    .map(({ qtyBase, closing }) =>
      closing.route === null && dec(closing.triedAtBase).eq(dec(qtyBase)) ? retryInMs(closing, nowMs) : 0,
    );
  if (waitsMs.length > 0)
    await scheduleFollowUp(deps, books.accountId, Math.max(GO_ON_AFTER_MS, Math.min(...waitsMs)));
}

/**
 * Groups that hold more than their wish leaves them. One that does not any more, while an order of it is in doubt, keeps its
 * wish for what that order may still bring, and calls for no order meanwhile: its end settles both.
 */
function wished({ groups }: Books): readonly WishedGroup[] {
  return Object.values(groups).filter(
    (group): group is WishedGroup =>
      group.closing !== null && dec(group.qtyBase).gt(dec(group.closing.targetBase)),
  );
}

function mayGoOn(deps: ExecutionDeps, books: Books, group: WishedGroup): boolean {
  const nowMs = deps.clock.nowMs();
  if (isForbidden(books, nowMs) || isInFlight(books, group)) return false;
  const { triedAtBase, route } = group.closing;
  // Of an exit on its route the next order is another one, which takes more easily.
  return route !== null || !dec(triedAtBase).eq(dec(group.qtyBase)) || retryInMs(group.closing, nowMs) === 0;
}

function isForbidden({ control }: Books, nowMs: number): boolean {
  const isHalted = control.flatten !== null || control.tradingState.state === "HALTED";
  return isHalted || control.throttles.venueBannedUntilMs > nowMs;
}

/**
 * Two at once would be sized from the same position; and an entry that still fills is the look-up's to settle. A closing
 * of our own is passed over once the venue has denied it twice, since it is never sent again. A signal's exit at any price is not: it
 * goes out again under its own id when every witness denies it, and two ids for one exit could both fill.
 */
function isInFlight({ orders }: Books, group: WishedGroup): boolean {
  return Object.values(orders).some(
    (order) =>
      order.groupId === group.groupId &&
      (mayBeSentAgain(order) || !order.request.reduceOnly || !isPassedOver(order)),
  );
}

/** Until a wish may be tried again that its last order did not bring nearer. The longer it is refused, the seldomer. */
function retryInMs({ sinceMs, triedAtMs }: ClosingWish, nowMs: number): number {
  const grownMs = Math.round((triedAtMs - sinceMs) / RETRY_SHARE);
  const gapMs = Math.min(LONGEST_RETRY_MS, Math.max(RETRY_AFTER_MS, grownMs));
  return Math.max(0, triedAtMs + gapMs - nowMs);
}

/** Null when nothing can be done about it now. */
async function closePart(
  deps: ExecutionDeps,
  given: Books,
  group: WishedGroup,
  actor: string,
): Promise<Books | null> {
  const books = await withMarket(deps, given, group.symbol);
  const market = books.universe?.markets[group.symbol];
  const heldBase = market === undefined ? null : await heldAtVenue(deps, books, group);
  if (market === undefined || heldBase === null) return null;
  const qtyBase = wantedQty(heldBase, group, market);
  if (qtyBase === null) {
    // A position list that lags ends no wish: where only the venue shows less, reconcile finds out which is right.
    if (wantedQty(group.qtyBase, group, market) !== null) return null;
    return await endWish(deps, books, { group, market }, actor);
  }
  return await sendPart(deps, books, { group, market, qtyBase }, actor);
}

interface Part {
  readonly group: WishedGroup;
  readonly market: Market;
  readonly qtyBase: string;
}

async function sendPart(
  deps: ExecutionDeps,
  books: Books,
  { group, market, qtyBase }: Part,
  actor: string,
): Promise<Books> {
  const { causeId, exitReason, route } = group.closing;
  const nowMs = deps.clock.nowMs();
  // Beside an order that is passed over nothing rests: doubt has taken time enough.
  const isPatient = route !== null && !hasOrder(books, group) && !isHurried(group, { ...books, nowMs });
  const touch = isPatient
    ? touchOf(await new EntryTouch(deps, { action: "open", symbol: group.symbol }).answer(books))
    : null;
  const triedAtMs = deps.clock.nowMs();
  const {
    limitUsd,
    rests,
    route: next,
  } = nextExitStep(isPatient ? route : null, group.side, { market, top: touch, nowMs: triedAtMs });
  const closing = { ...group.closing, triedAtMs, triedAtBase: group.qtyBase, route: next };
  return await sendClosing(deps, books, {
    group: { ...group, closing },
    qtyBase,
    causeId,
    exitReason,
    kind: "CLOSING_ORDER_STORED",
    actor,
    ...(touch === null ? {} : { bound: { limitUsd, touch, rests } }),
  });
}

function hasOrder({ orders }: Books, { groupId }: Group): boolean {
  return Object.values(orders).some((order) => order.groupId === groupId);
}

/** Null when no order can bring a position of that quantity nearer to the wish. */
function wantedQty(heldBase: string, { closing }: WishedGroup, market: Market): string | null {
  const wantedBase = dec(heldBase).minus(dec(closing.targetBase));
  return wantedBase.isPositive() ? closableQty(decimalString(wantedBase), market, false) : null;
}

/** No order can bring it nearer: what is left to shrink is less than the venue takes, and a whole rest of that size is dust. */
async function endWish(
  deps: ExecutionDeps,
  books: Books,
  { group, market }: { readonly group: WishedGroup; readonly market: Market },
  actor: string,
): Promise<Books | null> {
  const nowMs = deps.clock.nowMs();
  const around = surroundingsOf(group, books.control.reservations, market, nowMs);
  // An entry in doubt may still enlarge the rest to something that an order can close.
  if (around.liveEntries > 0 && dec(group.closing.targetBase).isZero()) return null;
  const { exitReason } = group.closing;
  const left = withStatus({ ...group, closing: null }, around);
  const ended = isGroupEnded(left.status) ? { ...left, exitReason: left.exitReason ?? exitReason } : left;
  const { group: after, ...moved } = withGroupMoved(books.control, group, ended, around);
  const protections = withGroupEnded(books.control.protections, group, after, books.config.protections);
  const lease = acquireLease(books.control.lease, deps.holderId, nowMs);
  const ending = await commitBooks(deps, books, {
    kind: "CLOSING_ENDED",
    subject: group.groupId,
    actor,
    control: { ...books.control, ...moved, protections, lease },
    group: after,
    showsOnOverview: true,
  });
  const exits = exitsToActOn(group, after);
  return exits === null ? ending : await actOnStops(deps, ending, [exits], { actor, mayRelease: false });
}
