// The decision on one intent: deny it with every reason, clear the way first, or place exactly one order. Pure: time
// is an argument, and everything the decision used is stamped on the order.

import { type Decimal, dec, decimalString, floorToStep } from "#domain/decimal.ts";
import { type DecisionBasis, decisionBasis } from "#domain/documents/basis.ts";
import type { AccountConfig } from "#domain/documents/config.ts";
import type { ControlState } from "#domain/documents/control.ts";
import type { Denial } from "#domain/documents/denial.ts";
import type { Group } from "#domain/documents/group.ts";
import { clientOrderId, closingId, groupId } from "#domain/documents/ids.ts";
import type { Market, Universe } from "#domain/documents/market.ts";
import type { Nav, Peak } from "#domain/documents/nav.ts";
import type { Intent } from "#domain/documents/signal.ts";
import type { Side } from "#domain/documents/words.ts";
import { denial, type RiskContext } from "#domain/risk/context.ts";
import { type RiskEngine, riskEngine } from "#domain/risk/engine.ts";
import { slotOfSymbol } from "#domain/risk/pool.ts";
import { freeToReduceBase } from "#domain/risk/reduce-only.ts";
import { closableQty, withClosing } from "./closing.ts";
import { type OrderCause, type PlacedOrder, type PlannedOrder, placeOrder } from "./place-order.ts";
import { routeEntry, routeReduction } from "./routing.ts";
import { sizeEntry } from "./sizing.ts";

/** One order per intent in this version: the first step. */
const FIRST_STEP = 0;
const BPS_PER_UNIT = 10_000;

export interface DecisionBooks {
  readonly control: ControlState;
  readonly config: AccountConfig;
  readonly nav: Nav | null;
  readonly peak: Peak | null;
  readonly universe: Universe | null;
  readonly groups: Readonly<Record<string, Group>>;
}

export interface Placement extends PlacedOrder {
  readonly kind: "place";
}

export type Decision =
  | { readonly kind: "deny"; readonly denials: readonly Denial[]; readonly basis: DecisionBasis }
  /** Resting entries of the group must be cancelled (or their fate learnt) before it can be reduced. */
  | { readonly kind: "clearFirst"; readonly clientOrderIds: readonly string[] }
  | Placement;

export function decideIntent(books: DecisionBooks, intent: Intent, nowMs: number): Decision {
  const market = books.universe?.markets[intent.symbol] ?? null;
  const mark = books.nav?.marks[intent.symbol] ?? null;
  const ground = { market, mark, nav: books.nav };
  const entry = intent.action === "open" ? sizeEntry(intent, books.config, ground) : null;
  const context: RiskContext = { ...books, nowMs, intent, market, mark, entry };
  const engine = riskEngine(context);
  return intent.action === "open"
    ? decideEntry(books, context, engine)
    : decideReduction(books, context, engine);
}

function basisOf({ config, nav, peak, mark, nowMs }: RiskContext): DecisionBasis {
  return decisionBasis(config.version, { nav, peak, mark }, nowMs);
}

function deny(context: RiskContext, denials: readonly Denial[]): Decision {
  return { kind: "deny", denials, basis: basisOf(context) };
}

function decideEntry(books: DecisionBooks, context: RiskContext, engine: RiskEngine): Decision {
  const { intent, market, mark, entry, nav, peak } = context;
  const denials = engine.checkEntry(context);
  const strategy = books.config.strategies[intent.strategyId];
  const complete = entry && market && mark && nav && peak && strategy && intent.side;
  if (denials.length > 0 || !complete) {
    return deny(
      context,
      denials.length > 0 ? denials : [denial("MARK_MISSING", { unit: "symbol", subject: intent.symbol })],
    );
  }
  const open = slotOfSymbol(books.control, intent.symbol);
  const existing = open === null ? null : (books.groups[open.groupId] ?? null);
  if (existing !== null && existing.closing !== null) return deny(context, [beingClosed(existing)]);
  const group = existing ?? newGroup(intent, intent.side, context.nowMs);
  const notionalUsd = decimalString(entry.notionalUsd);
  const id = clientOrderId(intent.accountId, intent.intentId, FIRST_STEP);
  const wanted = { side: intent.side, qtyBase: entry.qtyBase, routing: strategy.entryRouting };
  const request = routeEntry(id, wanted, market, mark);
  return place(books, context, { request, group, notionalUsd });
}

function decideReduction(books: DecisionBooks, context: RiskContext, engine: RiskEngine): Decision {
  const { intent, market } = context;
  const open = slotOfSymbol(books.control, intent.symbol);
  const group = open === null ? null : (books.groups[open.groupId] ?? null);
  const denials = engine.checkReduction(context, group);
  if (denials.length > 0 || group === null || market === null) {
    return deny(
      context,
      denials.length > 0 ? denials : [denial("POSITION_NOT_OPEN", { subject: intent.symbol })],
    );
  }
  const entries = Object.entries(books.control.reservations)
    .filter(([, { groupId, reduceOnly }]) => groupId === group.groupId && !reduceOnly)
    .map(([id]) => id);
  if (entries.length > 0) return { kind: "clearFirst", clientOrderIds: entries };
  const [held, free] = [dec(group.qtyBase), freeToReduceBase(books.control, group)];
  const wantedBase = reducibleQty(intent, held, free, market);
  const part = closableQty(decimalString(wantedBase), market, false);
  if (part === null) {
    const actual = decimalString(held.minus(free));
    return deny(context, [denial("ORDER_IN_FLIGHT", { actual, unit: "base", subject: intent.symbol })]);
  }
  const id = clientOrderId(intent.accountId, intent.intentId, FIRST_STEP);
  const request = routeReduction(id, group.side, dec(part), intent.symbol);
  const growing = engine.checkReduceOnly(request, group);
  if (growing.length > 0) return deny(context, growing);
  const wish = wishOf(intent, decimalString(free.minus(wantedBase)), context.nowMs);
  return place(books, context, { request, group: withClosing(group, wish), notionalUsd: "0" });
}

/** One order may not be enough: the venue limits it, the book may be thin. The rest goes on under ids of its own. */
function wishOf(intent: Intent, targetBase: string, sinceMs: number): Parameters<typeof withClosing>[1] {
  const isClose = intent.action === "close" || intent.reduceBps === null;
  return {
    causeId: closingId(intent.accountId, intent.intentId),
    exitReason: "signal",
    targetBase: isClose ? "0" : targetBase,
    sinceMs,
  };
}

function beingClosed({ symbol, closing }: Group): Denial {
  return denial("POSITION_CLOSING", { limit: closing?.targetBase ?? "0", unit: "base", subject: symbol });
}

/**
 * At most the open quantity that no live reduction has claimed, so that the position cannot flip. All of it where the
 * rest would be too small for any order.
 */
function reducibleQty(intent: Intent, heldBase: Decimal, freeBase: Decimal, market: Market): Decimal {
  const share =
    intent.action === "close" || intent.reduceBps === null
      ? freeBase
      : heldBase.mul(intent.reduceBps).div(BPS_PER_UNIT);
  const step = dec(market.stepSizeBase);
  const wanted = floorToStep(share.lt(freeBase) ? share : freeBase, step);
  const isRestDust = !wanted.isZero() && freeBase.minus(wanted).lt(dec(market.minQtyBase));
  return isRestDust ? floorToStep(freeBase, step) : wanted;
}

function newGroup(intent: Intent, side: Side, nowMs: number): Group {
  return {
    groupId: groupId(intent.accountId, intent.intentId),
    accountId: intent.accountId,
    strategyId: intent.strategyId,
    symbol: intent.symbol,
    side,
    status: "OPENING",
    qtyBase: "0",
    averageEntryUsd: null,
    realizedPnlUsd: "0",
    entryNotionalUsd: "0",
    exitReason: null,
    stop: null,
    closing: null,
    accounts: null,
    costEstimated: false,
    carriedBase: "0",
    stopVenueOrderIds: [],
    orderIds: [],
    openedAtMs: nowMs,
    endedAtMs: null,
    updatedAtMs: nowMs,
  };
}

type Parts = Pick<PlannedOrder, "request" | "group" | "notionalUsd">;

function place(books: DecisionBooks, context: RiskContext, parts: Parts): Placement {
  const { intent, nowMs } = context;
  const cause: OrderCause = {
    intentId: intent.intentId,
    signalId: intent.signalId,
    strategyId: intent.strategyId,
    step: FIRST_STEP,
    exitReason: parts.request.reduceOnly ? "signal" : null,
    signalReceivedAtMs: intent.receivedAtMs,
    intentExpiresAtMs: intent.expiresAtMs,
  };
  const planned = { ...parts, cause, basis: basisOf(context) };
  return { kind: "place", ...placeOrder(books.control, planned, nowMs) };
}
