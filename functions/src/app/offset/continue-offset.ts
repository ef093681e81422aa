// Goes on with the offset plan of an account, one close after the other, until it is done, has lost its ground, or has to
// wait. Books and plan say what is next, so any pass goes on where the last one stopped. Must only be called under the lease.

import type { Books, ExecutionDeps } from "#app/books";
import { commitBooks, scheduleFollowUp, withMarket } from "#app/books";
import { heldAtVenue, sendClosing } from "#app/execution";
import { askTouches, groundOf, readAlarms, readClosedGroups, readEndedGroups } from "#app/offset-facts";
import { alertWritesOnce } from "#app/telling";
import { acquireLease } from "#domain/books/lease.ts";
import { dec } from "#domain/decimal.ts";
import { offsetCloseId } from "#domain/documents/ids.ts";
import type { OffsetPlan } from "#domain/documents/offset.ts";
import { withLegEvent, withRoutesEnded } from "#domain/lifecycle/leg-lifecycle.ts";
import { nextOffsetStep, type OffsetStep } from "#domain/offset/next-step.ts";
import { alertOfEnd } from "./tell-offset.ts";

/** In one pass: a close of each leg of the largest plan, and two that fill in parts. Each takes about a second. */
const MOST_ORDERS = 8;
/** To the next look at a plan that waits: prices, alarms and positions of the venue seldom change sooner. */
const GO_ON_AFTER_MS = 5_000;

export async function continueOffset(deps: ExecutionDeps, given: Books, actor: string): Promise<Books> {
  let books = given;
  for (let orders = 0; orders < MOST_ORDERS; orders += 1) {
    const plan = books.control.offset;
    if (plan === null) return books;
    const next = await decideNext(deps, books, plan, actor);
    books = next.books;
    if (next.step.kind === "end") return await endPlan(deps, next, plan, actor);
    if (next.step.kind === "wait") break;
    const after = await closePart(deps, books, { plan, step: next.step }, actor);
    const hasMoved = after !== null && qtyOf(after, next.step) !== next.step.group.qtyBase;
    books = after ?? books;
    if (!hasMoved) break;
  }
  await scheduleFollowUp(deps, books.accountId, GO_ON_AFTER_MS);
  return books;
}

type Close = Extract<OffsetStep, { readonly kind: "close" }>;

/** An ended group has left the books with nothing. */
function qtyOf({ groups }: Books, { group }: Close): string {
  return groups[group.groupId]?.qtyBase ?? "0";
}

interface Next {
  readonly step: OffsetStep;
  readonly books: Books;
  readonly groups: Books["groups"];
}

async function decideNext(deps: ExecutionDeps, given: Books, plan: OffsetPlan, actor: string): Promise<Next> {
  const legs = [...plan.winners, plan.loser];
  const [alarms, ended] = await Promise.all([
    readAlarms(deps, given.accountId),
    readEndedGroups(deps, given, plan),
  ]);
  let listed = given;
  for (const { symbol } of legs) listed = await withMarket(deps, listed, symbol);
  const asked = await askTouches(
    deps,
    listed,
    legs.map(({ symbol }) => symbol),
    actor,
  );
  const groups = { ...asked.books.groups, ...ended };
  const ground = { ...groundOf(asked.books, asked.touches ?? {}, deps.clock.nowMs()), groups, alarms };
  return { step: nextOffsetStep(plan, ground), books: asked.books, groups };
}

/** Null when the venue cannot be asked for the position, or shows another: reconcile finds out which is right. */
async function closePart(
  deps: ExecutionDeps,
  books: Books,
  { plan, step }: { readonly plan: OffsetPlan; readonly step: Close },
  actor: string,
): Promise<Books | null> {
  const { group, leg, qtyBase, limitUsd, touch } = step;
  const heldBase = await heldAtVenue(deps, books, group);
  if (heldBase === null || !dec(heldBase).eq(dec(group.qtyBase))) return null;
  // Like every close of a whole position this one wants no further entry, also where its order only takes a part.
  const nowMs = deps.clock.nowMs();
  const closed =
    leg.targetBase === "0" ? withLegEvent(group, "withdrawn", nowMs) : withRoutesEnded(group, nowMs);
  return await sendClosing(deps, books, {
    group: closed,
    qtyBase,
    causeId: offsetCloseId(plan.offsetId, group.groupId),
    exitReason: "offset",
    kind: "OFFSET_ORDER_STORED",
    actor,
    bound: { limitUsd, touch },
  });
}

/** The plan leaves the control document in the commit that tells how it ended. */
async function endPlan(
  deps: ExecutionDeps,
  { step, books, groups }: Next,
  plan: OffsetPlan,
  actor: string,
): Promise<Books> {
  if (step.kind !== "end") return books;
  const { control, accountId } = books;
  const closedGroups = await readClosedGroups(deps, accountId, { plan, groups });
  const condition = alertOfEnd(accountId, { plan, closedGroups, orders: books.orders, step });
  const after = await commitBooks(deps, books, {
    kind: `OFFSET_${step.end === "DONE" ? "DONE" : "ENDED"}`,
    subject: plan.offsetId,
    actor,
    control: {
      ...control,
      offset: null,
      lease: acquireLease(control.lease, deps.holderId, deps.clock.nowMs()),
    },
    also: await alertWritesOnce(deps, condition),
  });
  deps.logger.info("An offset ended", { accountId, offsetId: plan.offsetId, end: step.end });
  return after;
}
