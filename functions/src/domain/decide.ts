// The decision on one intent: deny it with every reason, clear the way first, or place exactly one order. Pure: time
// is an argument, and everything the decision used is stamped on the order.
import { withReservation, withSlot } from "./bookkeeping.ts";
import type { AccountConfig } from "./config.ts";
import type { ControlState } from "./control.ts";
import { type Decimal, dec, decimalString, floorToStep } from "./decimal.ts";
import type { Denial } from "./denial.ts";
import type { Group } from "./group.ts";
import { clientOrderId, groupId } from "./ids.ts";
import type { Market, TopOfBook, Universe } from "./market.ts";
import type { Nav, Peak } from "./nav.ts";
import type { Order, OrderRequest } from "./order.ts";
import { sendsInWindow } from "./orderRate.ts";
import { checkEntry } from "./risk/checkEntry.ts";
import { checkReduction } from "./risk/checkReduction.ts";
import { denial, type RiskContext, type SizedEntry } from "./risk/context.ts";
import { slotOfSymbol } from "./risk/pool.ts";
import { routeEntry, routeReduction } from "./routing.ts";
import type { Intent } from "./signal.ts";
import { sizeEntry } from "./sizing.ts";

/**
 * How long after the decision the venue may still accept the order. Long enough for a slow request, far shorter than
 * a lease, so that a paused sender cannot land an order that its successor has already judged absent.
 */
export const SEND_WINDOW_MS = 5_000;
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

export interface Placement {
  readonly kind: "place";
  readonly order: Order;
  readonly group: Group;
  readonly isNewGroup: boolean;
  readonly control: ControlState;
  readonly market: Market;
}

export type Decision =
  | { readonly kind: "deny"; readonly denials: readonly Denial[] }
  /** Resting entries of the group must be cancelled (or their fate learnt) before it can be reduced. */
  | { readonly kind: "clearFirst"; readonly clientOrderIds: readonly string[] }
  | Placement;

export function decideIntent(books: DecisionBooks, intent: Intent, nowMs: number): Decision {
  const market = books.universe?.markets[intent.symbol] ?? null;
  const mark = books.nav?.marks[intent.symbol] ?? null;
  const entry = intent.action === "open" ? sizeEntry(intent, books.config, market, mark, books.nav) : null;
  const context: RiskContext = { ...books, nowMs, intent, market, mark, entry };
  return intent.action === "open" ? decideEntry(books, context) : decideReduction(books, context);
}

function decideEntry(books: DecisionBooks, context: RiskContext): Decision {
  const { intent, market, mark, entry, nav, peak } = context;
  const denials = checkEntry(context);
  const strategy = books.config.strategies[intent.strategyId];
  const complete = entry && market && mark && nav && peak && strategy && intent.side;
  if (denials.length > 0 || !complete) {
    return {
      kind: "deny",
      denials: denials.length > 0 ? denials : [denial("MARK_MISSING", { subject: intent.symbol })],
    };
  }
  const open = slotOfSymbol(books.control, intent.symbol);
  const existing = open === null ? null : (books.groups[open.groupId] ?? null);
  const group = existing ?? newGroup(intent, intent.side, context.nowMs);
  const id = clientOrderId(intent.accountId, intent.intentId, FIRST_STEP);
  const request = routeEntry(id, intent.side, entry.qtyBase, strategy.entryRouting, market, mark);
  return place(books, context, { request, group, isNewGroup: existing === null, market, mark, entry });
}

function decideReduction(books: DecisionBooks, context: RiskContext): Decision {
  const { intent, market } = context;
  const open = slotOfSymbol(books.control, intent.symbol);
  const group = open === null ? null : (books.groups[open.groupId] ?? null);
  const denials = checkReduction(context, group);
  if (denials.length > 0 || group === null || market === null) {
    return {
      kind: "deny",
      denials: denials.length > 0 ? denials : [denial("POSITION_NOT_OPEN", { subject: intent.symbol })],
    };
  }
  const own = Object.entries(books.control.reservations).filter(
    ([, reservation]) => reservation.groupId === group.groupId,
  );
  const entries = own.filter(([, reservation]) => !reservation.reduceOnly).map(([id]) => id);
  if (entries.length > 0) return { kind: "clearFirst", clientOrderIds: entries };
  const reserved = own.reduce((sum, [, reservation]) => sum.plus(dec(reservation.qtyBase)), dec("0"));
  const qtyBase = reducibleQty(
    intent,
    dec(group.qtyBase),
    dec(group.qtyBase).minus(reserved),
    dec(market.stepSizeBase),
  );
  if (qtyBase.lt(dec(market.minQtyBase))) {
    return {
      kind: "deny",
      denials: [
        denial("ORDER_IN_FLIGHT", { actual: decimalString(reserved), unit: "base", subject: intent.symbol }),
      ],
    };
  }
  const id = clientOrderId(intent.accountId, intent.intentId, FIRST_STEP);
  const request = routeReduction(id, group.side, qtyBase, intent.symbol);
  return place(books, context, {
    request,
    group,
    isNewGroup: false,
    market,
    mark: context.mark,
    entry: null,
  });
}

/** Never more than is open and not already being reduced: a reduction cannot flip the position. */
function reducibleQty(intent: Intent, heldBase: Decimal, freeBase: Decimal, stepBase: Decimal): Decimal {
  const wanted =
    intent.action === "close" || intent.reduceBps === null
      ? freeBase
      : heldBase.mul(intent.reduceBps).div(BPS_PER_UNIT);
  return floorToStep(wanted.lt(freeBase) ? wanted : freeBase, stepBase);
}

function newGroup(intent: Intent, side: "long" | "short", nowMs: number): Group {
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
    orderIds: [],
    openedAtMs: nowMs,
    endedAtMs: null,
    updatedAtMs: nowMs,
  };
}

interface Parts {
  readonly request: OrderRequest;
  readonly group: Group;
  readonly isNewGroup: boolean;
  readonly market: Market;
  readonly mark: TopOfBook | null;
  readonly entry: SizedEntry | null;
}

function place(books: DecisionBooks, context: RiskContext, parts: Parts): Placement {
  const { nowMs } = context;
  const order = newOrder(books, context, parts);
  const group: Group = {
    ...parts.group,
    status: parts.request.reduceOnly ? "REDUCING" : parts.group.status,
    orderIds: [...parts.group.orderIds, parts.request.clientOrderId],
    updatedAtMs: nowMs,
  };
  const notional = parts.entry?.notionalUsd ?? dec("0");
  const reservations = {
    ...books.control.reservations,
    [parts.request.clientOrderId]: {
      groupId: group.groupId,
      symbol: parts.request.symbol,
      side: parts.request.side,
      reduceOnly: parts.request.reduceOnly,
      qtyBase: parts.request.qtyBase,
      notionalUsd: decimalString(notional),
    },
  };
  const control: ControlState = {
    ...books.control,
    reservations: withReservation(reservations, order),
    slots: withSlot(books.control.slots, group),
    throttles: {
      ...books.control.throttles,
      orderSentAtMs: [...sendsInWindow(books.control.throttles.orderSentAtMs, nowMs), nowMs],
    },
    updatedAtMs: nowMs,
  };
  return { kind: "place", order, group, isNewGroup: parts.isNewGroup, control, market: parts.market };
}

function newOrder(books: DecisionBooks, { intent, nowMs, nav, peak }: RiskContext, parts: Parts): Order {
  return {
    request: parts.request,
    accountId: intent.accountId,
    intentId: intent.intentId,
    signalId: intent.signalId,
    strategyId: intent.strategyId,
    groupId: parts.group.groupId,
    step: FIRST_STEP,
    status: "SUBMITTING",
    venueOrderId: null,
    filledQtyBase: "0",
    averagePriceUsd: null,
    rejection: null,
    absences: { count: 0, lastAtMs: null },
    sends: 1,
    sendDeadlineMs: nowMs + SEND_WINDOW_MS,
    fence: books.control.lease.fence,
    configVersion: books.config.version,
    navAsOfMs: nav?.asOfMs ?? null,
    peakBaselineId: peak?.baselineId ?? null,
    markAsOfMs: parts.mark?.asOfMs ?? null,
    signalReceivedAtMs: intent.receivedAtMs,
    intentExpiresAtMs: intent.expiresAtMs,
    createdAtMs: nowMs,
    sentAtMs: nowMs,
    acknowledgedAtMs: null,
    filledAtMs: null,
    updatedAtMs: nowMs,
  };
}
