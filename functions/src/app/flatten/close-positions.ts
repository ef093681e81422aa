// A flatten's second part: every position that the venue holds is closed by one order each, reduce-only, stored before it
// is sent. Returns whether nothing that an order could close was left when it looked.

import { commitBooks } from "#app/books";
import { adjustGroup, sendOrder } from "#app/execution";
import { alertWrites, raiseAlert } from "#app/telling";
import { withDustOf } from "#domain/books/dust.ts";
import { POSITION_SETTLE_MS } from "#domain/books/positions.ts";
import { placeClosing } from "#domain/decide/closing.ts";
import { type FlattenPlan, planFlatten } from "#domain/decide/flatten-plan.ts";
import { dec } from "#domain/decimal.ts";
import type { FlattenOrder } from "#domain/documents/control.ts";
import type { TopOfBook } from "#domain/documents/market.ts";
import type { VenuePosition } from "#ports/venue.ts";
import { clearStrangeOrders, marketOf } from "./clear-orders.ts";
import { endAsDust } from "./end-as-dust.ts";
import { asked, type FlattenRun, goesOn, renewed } from "./flatten-run.ts";
import { heldPositions } from "./held-positions.ts";

export async function closePositions(run: FlattenRun): Promise<boolean> {
  const held = await heldPositions(run);
  if (held === null) return false;
  const { positions, unread, isProven } = held;
  // A resting order that reduces may stand in the way of ours.
  if (run.books.control.flatten?.step === 0)
    await clearStrangeOrders(
      run,
      positions.map(({ symbol }) => symbol),
    );
  const marks = await marksOf(run, positions);
  // The others are closed; this one is a person's until its row can be read.
  for (const { subject } of unread) await sayBlocked(run, subject, "its position");
  let isFlat = unread.length === 0;
  for (const position of positions) {
    const plan = await planOf(run, position, marks);
    if (plan?.kind !== "dust") isFlat = false;
    if (plan?.kind === "close" && goesOn(run)) await close(run, plan);
    if (plan?.kind === "dust" && plan.group !== null && isProven) await endAsDust(run, plan.group, position);
  }
  return isFlat && isProven && (await adjustLeftovers(run, positions));
}

/** Prices that bound the orders; without one the order is a market order. */
async function marksOf(
  run: FlattenRun,
  positions: readonly VenuePosition[],
): Promise<Readonly<Record<string, TopOfBook>>> {
  if (positions.length === 0) return {};
  const symbols = positions.map(({ symbol }) => symbol);
  const marks = await asked(run, "reading prices", () => run.venue.fetchTopOfBook(symbols));
  return Object.fromEntries((marks ?? []).map((mark) => [mark.symbol, mark]));
}

/** Null when the position cannot be judged now. */
async function planOf(
  run: FlattenRun,
  position: VenuePosition,
  marks: Readonly<Record<string, TopOfBook>>,
): Promise<FlattenPlan | null> {
  const market = await marketOf(run, position.symbol);
  const { control, groups, orders, config } = run.books;
  if (control.flatten === null) return null;
  if (market === null) {
    if (goesOn(run)) await sayBlocked(run, position.symbol, "its market");
    return null;
  }
  const look = {
    control,
    flatten: control.flatten,
    groups,
    orders,
    marks,
    watchdog: config.watchdog,
    configVersion: config.version,
  };
  return planFlatten(look, position, market, run.deps.clock.nowMs());
}

async function sayBlocked({ deps, books }: FlattenRun, symbol: string, what: string): Promise<void> {
  await raiseAlert(deps, {
    accountId: books.accountId,
    severity: "critical",
    code: "FLATTEN_BLOCKED",
    message: `${symbol} is held, but ${what} cannot be read: no order can be made for it`,
    remedy: "Close the position at the venue by hand",
    dedupeKey: `${books.control.flatten?.flattenId}/${symbol}`,
  });
}

/** Commit, then send. A position that no group accounted for comes into the books with its closing. */
async function close(run: FlattenRun, plan: Extract<FlattenPlan, { kind: "close" }>): Promise<void> {
  const { deps, actor } = run;
  const { closing, adopts } = plan;
  const { group } = closing;
  const nowMs = deps.clock.nowMs();
  const market = run.books.universe?.markets[group.symbol];
  const before = renewed(run);
  if (market === undefined || before.flatten === null) return;
  const placed = placeClosing(before, closing, nowMs);
  const flatten: FlattenOrder = { ...before.flatten, step: before.flatten.step + 1, lastTriedAtMs: nowMs };
  const adopted = {
    accountId: group.accountId,
    severity: "warning",
    code: "POSITION_ADOPTED",
    message: `The venue held ${group.qtyBase} ${group.symbol} ${group.side} that no group accounted for; the flatten closes it`,
    remedy: "Look for a trade by hand at the venue",
    dedupeKey: group.groupId,
  } as const;
  const { clientOrderId } = placed.order.request;
  run.books = await commitBooks(deps, run.books, {
    kind: "FLATTEN_ORDER_STORED",
    subject: clientOrderId,
    actor,
    // An adopted position brings the dust of its symbol with it.
    control: { ...placed.control, flatten, dust: withDustOf(placed.control.dust, group.symbol, dec("0")) },
    order: placed.order,
    createsOrder: true,
    group: placed.group,
    also: adopts ? alertWrites(adopted, nowMs) : [],
  });
  const context = { actor, mayRelease: false } as const;
  run.books = await sendOrder(deps, run.books, clientOrderId, context);
}

/** Groups that the venue does not hold any more, once its position list had time to follow. True when none is left. */
async function adjustLeftovers(run: FlattenRun, positions: readonly VenuePosition[]): Promise<boolean> {
  const inFlight = new Set(Object.values(run.books.control.reservations).map(({ groupId }) => groupId));
  let isDone = true;
  for (const group of Object.values(run.books.groups)) {
    const isHeld = positions.some(({ symbol, side }) => symbol === group.symbol && side === group.side);
    if (isHeld || inFlight.has(group.groupId)) continue; // dust, or the order's to explain
    if (run.deps.clock.nowMs() - group.updatedAtMs < POSITION_SETTLE_MS) {
      isDone = false;
      continue;
    }
    const { groupId, symbol, qtyBase } = group;
    const finding = {
      kind: "quantityDiffers",
      groupId,
      symbol,
      bookedBase: qtyBase,
      venueBase: "0",
    } as const;
    run.books = await adjustGroup(run.deps, run.books, finding, run.actor);
  }
  return isDone;
}
