// Rule 3, the venue is right (docs/RULES.md): after faults end, one reconcile pass makes the books the venue's.
import { dec, decimalString } from "#domain/decimal.ts";
import type { ControlState } from "#domain/documents/control.ts";
import type { Group } from "#domain/documents/group.ts";
import type { Nav } from "#domain/documents/nav.ts";
import type { Order } from "#domain/documents/order.ts";
import { paths } from "#domain/documents/paths.ts";
import type { Alert } from "#domain/documents/records.ts";
import type { Overview } from "#domain/documents/views.ts";
import { isGroupEnded } from "#domain/lifecycle/group-lifecycle.ts";
import { isEnded, isUnresolved } from "#domain/lifecycle/order-lifecycle.ts";
import type { Engine } from "#local/exchange/engine/engine.ts";
import { findOrder } from "#local/exchange/engine/orders.ts";
import { isOpen } from "#local/exchange/engine/state.ts";
import { venueOf } from "../venues.ts";
import type { Evidence, Invariant } from "./invariant.ts";

const USD_PER_E8 = "0.00000001";

interface Held {
  readonly symbol: string;
  readonly side: "long" | "short";
  readonly qtyBase: string;
}

export const booksAgreeWithTheVenue: Invariant = {
  rule: 3,
  name: "booksAgreeWithTheVenue",
  says: "After faults have ended, one reconcile pass makes groups, orders and NAV agree with the venue.",
  watch(evidence) {
    return {
      healed() {
        for (const { profile } of evidence.setup.accounts) {
          if (profile.mode !== "paper") continue;
          const held = positionsOf(evidence, profile.accountId);
          checkGroups(evidence, profile.accountId, held);
          checkOrders(evidence, profile.accountId);
          checkNav(evidence, profile.accountId, held);
        }
      },
    };
  },
};

function positionsOf({ exchange: { engine } }: Evidence, accountId: string): readonly Held[] {
  const positions = engine.state.accounts.get(accountId)?.positions ?? new Map();
  return [...positions].flatMap(([symbol, { lots }]) => {
    const spec = engine.specs.get(symbol);
    if (lots === 0 || spec === undefined) return [];
    const qtyBase = decimalString(dec(String(spec.lotBase)).mul(Math.abs(lots)));
    return [{ symbol, side: lots > 0 ? "long" : "short", qtyBase } as const];
  });
}

function checkGroups(evidence: Evidence, accountId: string, held: readonly Held[]): void {
  const groups = evidence
    .below<Group>(`${paths.groups(accountId)}/`)
    .map(([, group]) => group)
    .filter(({ status }) => !isGroupEnded(status));
  const wanted = new Map(held.map(({ symbol, side, qtyBase }) => [symbol, `${side} ${qtyBase}`]));
  for (const { symbol, side, qtyBase, groupId } of groups) {
    const booked = dec(qtyBase).isZero() ? undefined : `${side} ${qtyBase}`;
    if (booked !== wanted.get(symbol))
      evidence.fail(
        `${groupId} holds ${symbol} ${booked ?? "nothing"}, the venue ${wanted.get(symbol) ?? "nothing"}`,
      );
    wanted.delete(symbol);
  }
  const alerts = evidence.below<Alert>(`accounts/${accountId}/alerts/`).map(([, alert]) => alert);
  for (const [symbol, position] of wanted) {
    // Dust is compared on its own (accounts-are-the-venues.ts).
    const isDust = evidence.read<ControlState>(paths.control(accountId))?.dust[symbol] !== undefined;
    const known =
      isDust || alerts.some(({ code, message }) => code === "POSITION_UNKNOWN" && message.includes(symbol));
    if (!known) evidence.fail(`the venue holds ${symbol} ${position} for ${accountId}, and no alert says so`);
  }
  checkOverview(evidence, accountId, groups);
}

/** The first screen shows the groups there are, and orders as they are. */
function checkOverview(evidence: Evidence, accountId: string, groups: readonly Group[]): void {
  const overview = evidence.read<Overview>(paths.overview(accountId));
  const ids = (list: readonly Group[]): string =>
    list
      .map(({ groupId, qtyBase }) => `${groupId}:${qtyBase}`)
      .sort()
      .join();
  if (ids(overview?.groups ?? []) !== ids(groups))
    evidence.fail(`the overview of ${accountId} shows other groups than there are`);
  for (const { clientOrderId, status, filledQtyBase } of overview?.orders ?? []) {
    const order = evidence.read<Order>(paths.order(accountId, clientOrderId));
    if (order?.status !== status || order.filledQtyBase !== filledQtyBase)
      evidence.fail(`the overview shows ${clientOrderId} as ${status}, it is ${order?.status}`);
  }
}

interface AtVenue {
  readonly filled: number;
  readonly open: boolean;
  /** Bybit acknowledges such an order and cancels it at once: the books call it refused, as at a venue that refuses it. */
  readonly wasRefused: boolean;
  readonly lotBase: number;
}

const REFUSED_BY: ReadonlySet<string> = new Set(["postOnly", "reduceOnly"]);

function ordersAtVenue(engine: Engine, accountId: string): ReadonlyMap<string, AtVenue> {
  const atVenue = new Map<string, AtVenue>();
  for (const order of engine.state.orders.values()) {
    if (order.accountId !== accountId) continue;
    const lotBase = engine.specs.get(order.symbol)?.lotBase ?? 1;
    const before = atVenue.get(order.clientOrderId) ?? { filled: 0, open: false, wasRefused: true, lotBase };
    const filled = before.filled + order.executedLots;
    const open = before.open || isOpen(order);
    const wasRefused = before.wasRefused && REFUSED_BY.has(order.endedBy ?? "");
    atVenue.set(order.clientOrderId, { filled, open, wasRefused, lotBase });
  }
  return atVenue;
}

function checkOrders(evidence: Evidence, accountId: string): void {
  const { engine } = evidence.exchange;
  const atVenue = ordersAtVenue(engine, accountId);
  const acknowledgesFirst = venueOf(evidence.setup, accountId) === "bybit-linear";
  for (const [, order] of evidence.below<Order>(`${paths.orders(accountId)}/`)) {
    const id = order.request.clientOrderId;
    const venue = atVenue.get(id);
    if (isUnresolved(order.status)) evidence.fail(`the fate of ${id} is still ${order.status}`);
    const mayBeRefused = acknowledgesFirst && order.status === "REJECTED";
    const isThere = venue !== undefined && !(mayBeRefused && venue.wasRefused);
    if (isSaidToBeThere(order) !== isThere && !isForgotten(engine, order, evidence.nowMs()))
      evidence.fail(`${id} is ${order.status}, but the venue ${venue ? "has" : "never had"} it`);
    if (venue === undefined) continue;
    if (venue.open === isEnded(order.status))
      evidence.fail(`${id} is ${order.status}, but the venue's is ${venue.open ? "open" : "not open"}`);
    const filledLots = Math.round(Number(order.filledQtyBase) / venue.lotBase);
    if (filledLots !== venue.filled)
      evidence.fail(`${id} filled ${filledLots} lots in the books and ${venue.filled} at the venue`);
  }
}

function isSaidToBeThere({ status }: Order): boolean {
  return status !== "ABSENT" && status !== "REJECTED";
}

/**
 * The venue had it, and no longer says so: an order that ended unfilled is in none of its answers after three days. Where
 * its answer to the send was lost besides, absence is all that can be known of it. Its fills are none in both.
 */
function isForgotten(engine: Engine, { accountId, request, status }: Order, nowMs: number): boolean {
  if (status !== "ABSENT") return false;
  const { symbol, clientOrderId } = request;
  const known = [...engine.state.orders.values()].filter(
    (each) => each.accountId === accountId && each.clientOrderId === clientOrderId,
  );
  return known.every(
    ({ orderId }) => findOrder(engine, accountId, { symbol, clientOrderId, orderId }, nowMs) === undefined,
  );
}

function checkNav(evidence: Evidence, accountId: string, held: readonly Held[]): undefined {
  const nav = evidence.read<Nav>(paths.nav(accountId));
  if (nav === null) return evidence.fail(`${accountId} has no NAV`);
  if (nav.stale !== false) return evidence.fail(`the NAV of ${accountId} is still stale`);
  const wallet = evidence.exchange.engine.state.accounts.get(accountId)?.walletUsdE8 ?? 0n;
  const walletUsd = decimalString(dec(String(wallet)).mul(dec(USD_PER_E8)));
  if (walletUsd !== nav.walletUsd)
    evidence.fail(`${accountId} has ${nav.walletUsd} USD in the books, ${walletUsd} at the venue`);
  const text = (list: readonly Held[]): string =>
    list
      .map(({ symbol, side, qtyBase }) => `${symbol} ${side} ${qtyBase}`)
      .sort()
      .join(", ");
  if (text(nav.positions) !== text(held))
    evidence.fail(`${accountId}'s NAV counts [${text(nav.positions)}], the venue [${text(held)}]`);
}
