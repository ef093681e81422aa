// The product's part of one life: its pure decisions, put together as its commits put them together (app/execution,
// app/stops). Every change of the books is one of these functions.

import { settle, surroundingsOf, withClosings, withGroupMoved } from "#domain/books/bookkeeping.ts";
import { withVenueQuantity } from "#domain/books/positions.ts";
import { liveExits } from "#domain/books/resting-exits.ts";
import { closableQty, nextStep, placeClosing, withClosing } from "#domain/decide/closing.ts";
import { placeOrder } from "#domain/decide/place-order.ts";
import { dueWithdrawals, exitsToActOn, planExits } from "#domain/decide/plan-exits.ts";
import { isBeyondStop } from "#domain/decide/protective-stop.ts";
import { reducibleQty } from "#domain/decide/reducible.ts";
import { routeReduction } from "#domain/decide/routing.ts";
import { applyStopFact, type StopFact } from "#domain/decide/stop-facts.ts";
import { isOverdue, withTimeLimitWish } from "#domain/decide/time-limit.ts";
import { withBestPrice } from "#domain/decide/trailing.ts";
import { dec, decimalString } from "#domain/decimal.ts";
import { decisionBasis } from "#domain/documents/basis.ts";
import type { ControlState } from "#domain/documents/control.ts";
import type { Group } from "#domain/documents/group.ts";
import { clientOrderId, closingId } from "#domain/documents/ids.ts";
import type { Market } from "#domain/documents/market.ts";
import type { Order, OrderRequest } from "#domain/documents/order.ts";
import { isGroupEnded, withStatus } from "#domain/lifecycle/group-lifecycle.ts";
import { isEnded, type VenueEvidence } from "#domain/lifecycle/order-lifecycle.ts";
import { freeToReduceBase } from "#domain/risk/reduce-only.ts";
import { accountGroup } from "#domain/settlement/account-group.ts";
import { needsIncomes } from "#domain/settlement/group-accounts.ts";
import { type Origin, walkTrades } from "#domain/settlement/walk-trades.ts";
import { group as groupWith, intent as intentWith, mark } from "#test/support/factories.ts";
import { configWith, controlWith } from "#test/support/world.ts";
import type { Terms } from "./plain-ledger.ts";
import { type LifeVenue, quantityOf } from "./venue-of-life.ts";

const NOTHING = { nav: null, peak: null, touch: null, mark: mark(), fitted: null };
const CONFIG = configWith();

export interface LifeBooks {
  group: Group;
  control: ControlState;
  /** Live, or the last one. */
  order: Order | null;
  ordersMade: number;
  readonly filled: Map<string, string>;
  readonly market: Market;
  readonly floorBps: number | null;
}

export function openBooks(terms: Terms, market: Market, openedAtMs: number): LifeBooks {
  const { side, plan, floorBps } = terms;
  const group = groupWith({ side, plan, orderIds: [], openedAtMs });
  const filled = new Map<string, string>();
  return { group, control: controlWith(), order: null, ordersMade: 0, filled, market, floorBps };
}

export function hasLiveOrder({ order }: LifeBooks): boolean {
  return order !== null && !isEnded(order.status);
}

function store(books: LifeBooks, placed: { order: Order; group: Group; control: ControlState }): void {
  Object.assign(books, placed);
  books.ordersMade += 1;
}

export function enter(books: LifeBooks, { terms, nowMs }: LifeVenue, lots: number): void {
  const { group, control } = books;
  const intentId = `entry-${books.ordersMade}`;
  const request: OrderRequest = {
    ...routeReduction(
      clientOrderId("main", intentId, 0),
      group.side,
      dec(quantityOf(terms, lots)),
      group.symbol,
    ),
    side: group.side === "long" ? "buy" : "sell",
    reduceOnly: false,
  };
  place(books, { request, group, control }, { intentId, exitReason: null, nowMs });
}

/** A signal's reduction, as a decision makes it; nothing where the product refuses it. */
export function reduce(books: LifeBooks, nowMs: number, reduceBps: number | null): void {
  const { group, control, market } = books;
  const intentId = `reduction-${books.ordersMade}`;
  const intent = intentWith({ intentId, action: reduceBps === null ? "close" : "reduce", reduceBps });
  const [held, free] = [dec(group.qtyBase), freeToReduceBase(control, group)];
  const wanted = reducibleQty(intent, held, free, market);
  const part = closableQty(decimalString(wanted), market, false);
  if (part === null) return;
  const targetBase = reduceBps === null ? "0" : decimalString(free.minus(wanted));
  const wish = {
    causeId: closingId("main", intentId),
    exitReason: "signal",
    targetBase,
    sinceMs: nowMs,
  } as const;
  const request = routeReduction(clientOrderId("main", intentId, 0), group.side, dec(part), group.symbol);
  place(
    books,
    { request, group: withClosing(group, wish), control },
    { intentId, exitReason: "signal", nowMs },
  );
}

function place(
  books: LifeBooks,
  { request, group, control }: { request: OrderRequest; group: Group; control: ControlState },
  { intentId, exitReason, nowMs }: { intentId: string; exitReason: Order["exitReason"]; nowMs: number },
): void {
  const cause = { intentId, signalId: `signal-of-${intentId}`, strategyId: "trend", step: 0, exitReason };
  const times = { signalReceivedAtMs: nowMs, intentExpiresAtMs: nowMs + 60_000 };
  const planned = { request, group, notionalUsd: "1", basis: decisionBasis(1, NOTHING, nowMs) };
  store(books, placeOrder(control, { ...planned, cause: { ...cause, ...times } }, nowMs));
}

/** The venue's word on the live order; whether exits changed. */
export function hear(books: LifeBooks, evidence: VenueEvidence, nowMs: number): boolean {
  const { group, control, order, market } = books;
  if (order === null) return false;
  const event = { type: "venueSaid", evidence, atMs: nowMs } as const;
  const after = settle({ order, group, control }, event, market, CONFIG);
  books.order = after.order;
  books.filled.set(evidence.venueOrderId, after.order.filledQtyBase);
  return plan(books, after, group, nowMs);
}

function plan(
  books: LifeBooks,
  at: { group: Group; control: ControlState },
  before: Group,
  nowMs: number,
): boolean {
  const stopBps = books.floorBps;
  const planned = planExits(at, { accountId: "main", stopBps, market: books.market, nowMs });
  const left = planned.control.stopsToCancel !== books.control.stopsToCancel;
  Object.assign(books, { group: planned.group, control: planned.control });
  return exitsToActOn(before, planned.group) !== null || left;
}

/** Facts about exits, and what follows from them, in one commit. */
export function learn(books: LifeBooks, facts: readonly StopFact[], nowMs: number): boolean {
  const { market, group } = books;
  const around = { market, protections: CONFIG.protections, nowMs };
  let at = { group, control: books.control };
  let moves = false;
  for (const fact of facts) {
    const { group: moved, control } = applyStopFact(at, fact, around);
    moves ||= fact.type === "filled" || fact.type === "ended";
    at = { group: moved ?? at.group, control };
  }
  if (moves) return plan(books, at, group, nowMs);
  Object.assign(books, at);
  return false;
}

export function toSend({ group }: LifeBooks) {
  const isStop = (id: string) => group.stop?.clientStopId === id;
  return liveExits(group)
    .filter(({ status }) => status === "SENDING")
    .map((exit) => ({ ...exit, kind: isStop(exit.clientStopId) ? "stop" : "takeProfit" }) as const);
}

export function toWithdraw({ control, group, floorBps, market }: LifeBooks): readonly string[] {
  const open = isGroupEnded(group.status) ? {} : { [group.groupId]: group };
  return dueWithdrawals(control, open, { stopBps: floorBps, markets: { [group.symbol]: market } });
}

/** A look at prices: the best one is stored with the stop that it moves, and not without. */
export function look(books: LifeBooks, priceUsd: string, nowMs: number): boolean {
  const { group, control } = books;
  const tops = { [group.symbol]: mark({ bidUsd: priceUsd, askUsd: priceUsd }) };
  const acts = plan(books, { group: withBestPrice(group, tops), control }, group, nowMs);
  if (!acts) Object.assign(books, { group, control });
  return acts;
}

export function isBeyond({ group }: LifeBooks): boolean {
  return isBeyondStop(group);
}

/** The wish of an age that is reached; whether there is one. */
export function wishForAge(books: LifeBooks, nowMs: number): boolean {
  if (!isOverdue(books.group, nowMs)) return false;
  books.group = withTimeLimitWish(books.group, nowMs);
  books.control = { ...books.control, closings: withClosings(books.control.closings, books.group) };
  return true;
}

/** The next order of a wish, or of a position beyond its stop; `gaveUp` where no order can bring it nearer. */
export function goOn(books: LifeBooks, nowMs: number): "sent" | "gaveUp" | "nothing" {
  const { group, market } = books;
  if (isGroupEnded(group.status) || hasLiveOrder(books)) return "nothing";
  if (isBeyondStop(group)) {
    const qtyBase = closableQty(group.qtyBase, market, false);
    if (qtyBase === null) return "nothing";
    return send(books, { qtyBase, causeId: group.stop?.clientStopId ?? "", exitReason: "stoploss", nowMs });
  }
  if (group.closing === null) return "nothing";
  const { targetBase, causeId, exitReason } = group.closing;
  const missing = dec(group.qtyBase).minus(dec(targetBase));
  if (!missing.isPositive() || missing.isZero()) return "nothing";
  const qtyBase = closableQty(decimalString(missing), market, false);
  if (qtyBase === null) return giveUp(books, exitReason, nowMs);
  return send(books, { qtyBase, causeId, exitReason, nowMs });
}

function send(
  books: LifeBooks,
  closing: { qtyBase: string; causeId: string; exitReason: "stoploss" | Order["exitReason"]; nowMs: number },
): "sent" {
  const { group, control } = books;
  const { nowMs, exitReason, ...wanted } = closing;
  const step = nextStep("main", group, wanted.causeId);
  const parts = { group, limitUsd: null, step, configVersion: 1, mark: null };
  store(books, placeClosing(control, { ...parts, ...wanted, exitReason: exitReason ?? "takeProfit" }, nowMs));
  return "sent";
}

function giveUp(books: LifeBooks, exitReason: Group["exitReason"], nowMs: number): "gaveUp" {
  const { group, control, market } = books;
  const around = surroundingsOf(group, control.reservations, market, nowMs);
  const left = withStatus({ ...group, closing: null }, around);
  const ended = isGroupEnded(left.status) ? { ...left, exitReason: left.exitReason ?? exitReason } : left;
  const { group: after, ...moved } = withGroupMoved(control, group, ended, around);
  Object.assign(books, { group: after, control: { ...control, ...moved } });
  return "gaveUp";
}

/** The venue holds less, and no exit explains it. */
export function adjust(books: LifeBooks, venueBase: string, nowMs: number): boolean {
  const { group, control, market } = books;
  const around = surroundingsOf(group, control.reservations, market, nowMs);
  const held = withStatus(withVenueQuantity(group, venueBase, nowMs), around);
  const reason = isGroupEnded(held.status)
    ? { ...held, exitReason: held.exitReason ?? ("reconcile" as const) }
    : held;
  const { group: adjusted, ...moved } = withGroupMoved(control, group, reason, around);
  return plan(books, { group: adjusted, control: { ...control, ...moved } }, group, nowMs);
}

/** The venue's trades and incomes read, as after every fill; exits follow an entry price that is known only then. */
export function account(books: LifeBooks, venue: LifeVenue, nowMs: number): boolean {
  const own = [...books.filled.keys(), ...books.group.stopVenueOrderIds];
  const origins = new Map<string, Origin>(own.map((id) => [id, "own"]));
  for (const id of venue.outside) origins.set(id, "liquidation");
  const result = walkTrades(books.group, venue.trades, origins);
  if (result.kind === "asks")
    throw new Error(`A trade of the group's own order is a stranger's: ${result.venueOrderId}`);
  const { walk } = result;
  const incomes = needsIncomes(books.group, walk, nowMs) ? venue.incomes : null;
  const ground = { walk, orders: books.filled, incomes, prices: new Map(), nowMs };
  const { group, control } = books;
  const accounted = accountGroup(group, ground);
  if (!isGroupEnded(accounted.status)) return plan(books, { group: accounted, control }, accounted, nowMs);
  books.group = accounted;
  return false;
}
