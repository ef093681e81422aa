// The decision on one intent: deny it with every reason, let an exit wait for a brake, clear the way first, or place
// exactly one order. An entry against the strategy's own position is a reversal: it closes, and is decided again once
// that is done. Pure: time is an argument, and everything the decision used is stamped on the order.

import { isSymbolSetAside } from "#domain/books/set-aside.ts";
import { dec, decimalString } from "#domain/decimal.ts";
import { type DecisionBasis, decisionBasis } from "#domain/documents/basis.ts";
import type { AccountConfig } from "#domain/documents/config.ts";
import type { ControlState } from "#domain/documents/control.ts";
import type { Denial } from "#domain/documents/denial.ts";
import type { ExitPlan } from "#domain/documents/exit-plan.ts";
import type { Group } from "#domain/documents/group.ts";
import { clientOrderId, closingId, groupId } from "#domain/documents/ids.ts";
import type { Universe } from "#domain/documents/market.ts";
import type { Nav, Peak } from "#domain/documents/nav.ts";
import type { Order } from "#domain/documents/order.ts";
import type { QueuedEntry } from "#domain/documents/queue.ts";
import type { ExitRoute } from "#domain/documents/route.ts";
import type { Intent } from "#domain/documents/signal.ts";
import type { Tuning } from "#domain/documents/tuning.ts";
import type { VenueSettings } from "#domain/documents/venue-settings.ts";
import type { Side } from "#domain/documents/words.ts";
import { isRerouting } from "#domain/lifecycle/route-lifecycle.ts";
import { joinQueue } from "#domain/queue/join-queue.ts";
import { isPassing } from "#domain/risk/check-reduction.ts";
import { denial, type RiskContext, type SizedEntry } from "#domain/risk/context.ts";
import { type RiskEngine, riskEngine } from "#domain/risk/engine.ts";
import { ladderOf, plannedDca, waitingLegs } from "#domain/risk/entry-ladder.ts";
import { plannedExits } from "#domain/risk/exit-levels.ts";
import { freeNavUsd } from "#domain/risk/free-nav.ts";
import { exitValidUntilMs } from "#domain/risk/freshness.ts";
import { isPoolDenial, slotOfSymbol } from "#domain/risk/pool.ts";
import { exceedsTarget, missingBase, targetOf } from "#domain/risk/position-target.ts";
import { freeToReduceBase } from "#domain/risk/reduce-only.ts";
import { oppositeOf, supersededBy, withEntered, withSignal } from "#domain/risk/supersession.ts";
import { type TouchAnswer, touchOf } from "#domain/risk/touch-answer.ts";
import { wantedSize } from "#domain/risk/wanted-size.ts";
import { closableQty, withClosing } from "./closing.ts";
import { withEntrySent } from "./entry-legs.ts";
import { firstExitStep, newExitRoute, reductionAt, restingExitIds } from "./exit-route.ts";
import { capOf, fitToCaps } from "./fit-to-caps.ts";
import { newRoute, type RouteOrigin } from "./new-route.ts";
import { type OrderCause, type PlacedOrder, type PlannedOrder, placeOrder } from "./place-order.ts";
import { pyramidDenials } from "./pyramid-rules.ts";
import { denialOfNothing, isOfAll, reducibleQty } from "./reducible.ts";
import { isPassedOver } from "./resend.ts";
import { choiceOf } from "./route-choice.ts";
import { routeEntry, routeReduction } from "./routing.ts";
import { sizeEntry } from "./sizing.ts";

/**
 * Closing orders that one reversal may have: one that the venue ended early is followed by another, and three tell a
 * passing refusal from one that stays.
 */
export const MAX_REVERSAL_CLOSES = 3;

export interface DecisionBooks {
  readonly control: ControlState;
  readonly config: AccountConfig;
  readonly nav: Nav | null;
  readonly peak: Peak | null;
  readonly universe: Universe | null;
  readonly venueSettings: VenueSettings | null;
  /** None where none is stored, and where the account asks for none: entries begin by the config. */
  readonly tuning?: Tuning | null;
  readonly groups: Readonly<Record<string, Group>>;
  /** Live orders, where they are known: an exit does not wait for one that the venue does not show. */
  readonly orders?: Readonly<Record<string, Order>>;
}

/** Books, and the venue's word on the touch of the symbol: an entry is decided on it alone. */
export interface DecisionGround extends DecisionBooks {
  readonly touch: TouchAnswer;
}

export interface Placement extends PlacedOrder {
  readonly kind: "place";
  /** False for the closing order of a reversal: its entry is decided once that is done. */
  readonly isLast: boolean;
}

export type Decision =
  | { readonly kind: "deny"; readonly denials: readonly Denial[]; readonly basis: DecisionBasis }
  /** An exit that nothing but passing refusals stand against. */
  | { readonly kind: "wait"; readonly denials: readonly Denial[]; readonly basis: DecisionBasis }
  /**
   * Resting entries of the group must be cancelled (or their fate learnt) before it can be reduced, and a group that holds
   * nothing gets no further order of a route.
   */
  | {
      readonly kind: "clearFirst";
      readonly clientOrderIds: readonly string[];
      readonly routesOf: string | null;
    }
  /** An entry that nothing but a full pool stands against. */
  | Queueing
  /** An entry of the queue whose place is taken again. */
  | { readonly kind: "staysQueued" }
  | Placement;

export interface Queueing {
  readonly kind: "queue";
  readonly entry: QueuedEntry;
  readonly replaces: QueuedEntry | null;
  readonly denials: readonly Denial[];
  readonly basis: DecisionBasis;
}

/** An intent's way so far. */
export interface Standing {
  /** Orders that it has had already; above zero only for a reversal on its way. */
  readonly step: number;
  /** Its place in the queue, where it comes from there. */
  readonly queued: QueuedEntry | null;
}

export const JUST_ARRIVED: Standing = { step: 0, queued: null };

export function decideIntent(
  books: DecisionGround,
  intent: Intent,
  nowMs: number,
  standing: Standing = JUST_ARRIVED,
): Decision {
  const market = books.universe?.markets[intent.symbol] ?? null;
  const unsized: DecisionContext = { ...books, nowMs, intent, market, entry: null, ...standing };
  const context = intent.action === "open" ? sized(unsized) : unsized;
  const engine = riskEngine(context);
  if (intent.action !== "open")
    return decideReduction(books, context, engine, newExitRoute(books.config, intent.strategyId, nowMs));
  if (exceedsTarget(intent, books, market)) return downToTarget(books, context, engine);
  return closesFirst(books, intent, standing)
    ? decideReversal(books, context, engine)
    : decideEntry(books, context, engine);
}

/** An entry of a strategy that holds less than is held here: an alert that would have shrunk it was missed. */
function downToTarget(books: DecisionBooks, context: DecisionContext, engine: RiskEngine): Decision {
  const intent: Intent = { ...context.intent, action: "reduce" };
  return decideReduction(books, { ...context, intent, entry: null }, engine);
}

type DecisionContext = RiskContext & Standing;

/** With the entry at the size that is wanted, and no larger than the caps where its strategy asks for that. */
function sized(context: DecisionContext): DecisionContext {
  const { intent, config, market, nav, venueSettings } = context;
  const touch = touchOf(context.touch);
  const asksForFree = wantedSize(intent, config)?.kind === "freeBps";
  const freeUsd = asksForFree ? freeNavUsd(context, venueSettings, touch) : null;
  const target = targetOf(intent);
  const missing = target === null ? null : missingBase(target, intent, context);
  const ground = { market, touch, nav, freeUsd, missingBase: missing };
  const wanted = withLadder({ ...context, entry: sizeEntry(intent, config, ground) });
  return withLadder({ ...wanted, entry: fitToCaps(wanted) });
}

/** With the safety entries of its size, where it would open a group that has a plan of some. */
function withLadder(context: DecisionContext): DecisionContext {
  const { intent, config, market, entry, control } = context;
  const plan = plannedDca(intent, config);
  const isNew = slotOfSymbol(control, intent.symbol) === null;
  if (plan === null || entry === null || market === null || intent.side === null || !isNew) return context;
  return { ...context, entry: { ...entry, ladder: ladderOf(plan, intent.side, entry, market) } };
}

/**
 * Whether an entry has to leave the strategy's own group of the other side first: a reversal, unless it is superseded. An
 * entry from the queue closes nothing: such a group came after it.
 */
export function closesFirst(
  { control }: Pick<DecisionBooks, "control">,
  intent: Intent,
  { step, queued }: Standing,
): boolean {
  const open = slotOfSymbol(control, intent.symbol);
  if (intent.action !== "open" || open === null || step >= MAX_REVERSAL_CLOSES || queued !== null)
    return false;
  const isOwn = open.slot.strategyId === intent.strategyId;
  return isOwn && open.slot.side !== intent.side && supersededBy(control, intent) === null;
}

/** First step: out of the other side, by the gates of an exit and whatever the entry's checks say. */
function decideReversal(books: DecisionBooks, context: DecisionContext, engine: RiskEngine): Decision {
  const { intent, step } = context;
  const tooLate = step > 0 ? engine.checkEntry(context).filter(({ code }) => code === "INTENT_EXPIRED") : [];
  // The exit is on its way; the entry would come too late whatever becomes of it.
  if (tooLate.length > 0) return deny(context, tooLate);
  const side = intent.side === null ? null : oppositeOf(intent.side);
  const close: Intent = { ...intent, action: "close", side };
  const decision = decideReduction(books, { ...context, intent: close, entry: null }, engine);
  return decision.kind === "place" ? { ...decision, isLast: false } : decision;
}

function basisOf({ config, nav, peak, touch, intent, nowMs, entry }: RiskContext): DecisionBasis {
  const mark = nav?.marks[intent.symbol] ?? null;
  const ground = { nav, peak, touch: touchOf(touch), mark, fitted: entry?.fitted ?? null };
  return decisionBasis(config.version, ground, nowMs);
}

function deny(context: RiskContext, denials: readonly Denial[]): Decision {
  return { kind: "deny", denials, basis: basisOf(context) };
}

/** Refuses an exit, or lets it wait. */
function refuse(context: RiskContext, denials: readonly Denial[]): Decision {
  return isPassing(denials) ? { kind: "wait", denials, basis: basisOf(context) } : deny(context, denials);
}

function decideEntry(books: DecisionBooks, context: DecisionContext, engine: RiskEngine): Decision {
  const { intent, market, entry, nav, peak } = context;
  const touch = touchOf(context.touch);
  const found = engine.checkEntry(context);
  const open = slotOfSymbol(books.control, intent.symbol);
  const existing = open === null ? null : (books.groups[open.groupId] ?? null);
  const pyramid = pyramidDenials(intent, books.config, existing, touch);
  const denials = [...found, ...capOf(entry, found), ...unreadable(books, intent), ...pyramid];
  const strategy = books.config.strategies[intent.strategyId];
  const complete = entry && market && touch && nav && peak && strategy && intent.side;
  if (denials.length > 0) return deniedOrQueued(context, denials);
  if (!complete) return deny(context, [denial("TOUCH_MISSING", { unit: "symbol", subject: intent.symbol })]);
  if (existing !== null && existing.closing !== null) return deny(context, [beingClosed(existing)]);
  const plan = plannedExits(intent, books.config);
  const opened = existing ?? newGroup(intent, intent.side, { plan, entry, nowMs: context.nowMs });
  const notionalUsd = decimalString(entry.notionalUsd);
  const id = clientOrderId(intent.accountId, intent.intentId, context.step);
  const { entryRouting: routing } = strategy;
  const choice = choiceOf(routing, intent.symbol, books.config, books.tuning ?? null);
  const { router } = books.config;
  const wanted = { side: intent.side, qtyBase: entry.qtyBase, routing, choice, router };
  const request = routeEntry(id, wanted, market, touch);
  const origin = { ...originOf(intent), step: context.step, side: intent.side, routing, choice };
  const route = newRoute(origin, books.config, { request, market, touch, nowMs: context.nowMs });
  const group = withEntrySent(opened, request, { priceUsd: entry.priceUsd, route }, context.nowMs);
  const placed = place(books, context, { request, group, notionalUsd });
  if (existing !== null) return placed;
  const newestSignals = withEntered(placed.control.newestSignals, intent, intent.side);
  return { ...placed, control: { ...placed.control, newestSignals } };
}

function originOf({
  intentId,
  signalId,
  signalledAtMs,
  receivedAtMs,
}: Intent): Omit<RouteOrigin, "step" | "side" | "routing" | "choice"> {
  return { intentId, signalId, signalledAtMs, receivedAtMs };
}

/** Only a full pool makes an entry wait; of one that waits already, any other reason to refuse it is final. */
function deniedOrQueued(context: DecisionContext, denials: readonly Denial[]): Decision {
  const { intent, queued, step } = context;
  const touch = touchOf(context.touch);
  const mayQueue = denials.every(isPoolDenial) && step === 0;
  // The entry of a reversal is decided at once: its receipt tells of the close that was ordered.
  if (intent.side === null || touch === null || !mayQueue) return deny(context, denials);
  if (queued !== null) return { kind: "staysQueued" };
  const joining = joinQueue(context, { ...intent, side: intent.side }, touch, denials);
  if (joining.kind === "refused") return deny(context, joining.denials);
  const { entry, replaces } = joining;
  return { kind: "queue", entry, replaces, denials, basis: basisOf(context) };
}

/** `patience`: how it may rest first; null: it takes at once. */
function decideReduction(
  books: DecisionBooks,
  context: DecisionContext,
  engine: RiskEngine,
  patience: ExitRoute | null = null,
): Decision {
  const { intent, market } = context;
  const open = slotOfSymbol(books.control, intent.symbol);
  const isOwn = open !== null && open.slot.strategyId === intent.strategyId;
  const group = isOwn ? (books.groups[open.groupId] ?? null) : null;
  const aside = isOwn ? unreadable(books, intent) : [];
  const denials = engine
    .checkReduction(context, group)
    .flatMap((each) => (each.code === "POSITION_NOT_OPEN" && aside.length > 0 ? aside : [each]));
  if (denials.length > 0 || group === null || market === null) {
    return refuse(
      context,
      denials.length > 0 ? denials : [denial("POSITION_NOT_OPEN", { subject: intent.symbol })],
    );
  }
  const entries = Object.entries(books.control.reservations).filter(
    ([, each]) => each.groupId === group.groupId && !each.reduceOnly,
  );
  const clientOrderIds = entries.map(([id]) => id).filter((id) => isInTheWay(books, id));
  if (clientOrderIds.length > 0) return { kind: "clearFirst", clientOrderIds, routesOf: null };
  const [held, free] = [dec(group.qtyBase), freeToReduceBase(books.control, group)];
  const wantedBase = reducibleQty(intent, held, free, market);
  const part = closableQty(decimalString(wantedBase), market, false);
  const resting = restingExitIds(books.orders, group);
  if (part === null && (group.legs.some(isRerouting) || resting.length > 0))
    return { kind: "clearFirst", clientOrderIds: resting, routesOf: group.groupId };
  if (part === null) {
    const doubtedBase = entries.reduce((sum, [, { qtyBase }]) => sum.plus(dec(qtyBase)), dec("0"));
    const sizes = { heldBase: held, freeBase: free, wantedBase, doubtedBase };
    return refuse(context, [denialOfNothing(intent, sizes, market)]);
  }
  const id = clientOrderId(intent.accountId, intent.intentId, context.step);
  const ground = { ...books, market, top: touchOf(context.touch), nowMs: context.nowMs };
  const exit = firstExitStep(patience, group, free, ground);
  const request = reductionAt(routeReduction(id, group.side, dec(part), intent.symbol), exit);
  const growing = engine.checkReduceOnly(request, group);
  if (growing.length > 0) return deny(context, growing);
  const { route } = exit;
  const wish = { ...wishOf(intent, decimalString(free.minus(wantedBase)), context.nowMs), route };
  return place(books, context, { request, group: withClosing(group, wish), notionalUsd: "0" });
}

function isInTheWay({ orders }: DecisionBooks, id: string): boolean {
  const order = orders?.[id];
  return order === undefined || !isPassedOver(order);
}

/** One order may not be enough: the venue limits it, the book may be thin. The rest goes on under ids of its own. */
function wishOf(intent: Intent, targetBase: string, sinceMs: number): Parameters<typeof withClosing>[1] {
  const isClose = isOfAll(intent);
  return {
    causeId: closingId(intent.accountId, intent.intentId),
    exitReason: "signal",
    targetBase: isClose ? "0" : targetBase,
    sinceMs,
  };
}

/** Of an open group that is set aside only this much is known: it is there. */
function unreadable(books: DecisionBooks, { symbol: subject }: Intent): readonly Denial[] {
  return isSymbolSetAside(books, subject) ? [denial("DOCUMENT_UNREADABLE", { unit: "symbol", subject })] : [];
}

function beingClosed({ symbol, closing }: Group): Denial {
  return denial("POSITION_CLOSING", { limit: closing?.targetBase ?? "0", unit: "base", subject: symbol });
}

function newGroup(
  intent: Intent,
  side: Side,
  {
    plan,
    entry,
    nowMs,
  }: { readonly plan: ExitPlan | null; readonly entry: SizedEntry; readonly nowMs: number },
): Group {
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
    plan,
    legs: entry.ladder === null ? [] : waitingLegs(entry.ladder, nowMs),
    stop: null,
    takeProfits: [],
    enteredBase: "0",
    takenBase: "0",
    bestPriceUsd: null,
    closing: null,
    accounts: null,
    costEstimated: false,
    carriedBase: "0",
    adoptedEntryUsd: null,
    stopVenueOrderIds: [],
    orderIds: [],
    openedAtMs: nowMs,
    endedAtMs: null,
    updatedAtMs: nowMs,
  };
}

type Parts = Pick<PlannedOrder, "request" | "group" | "notionalUsd">;

function place(books: DecisionBooks, context: DecisionContext, parts: Parts): Placement {
  const { intent, nowMs, step, queued } = context;
  const { reduceOnly } = parts.request;
  const cause: OrderCause = {
    intentId: intent.intentId,
    signalId: intent.signalId,
    strategyId: intent.strategyId,
    step,
    exitReason: reduceOnly ? "signal" : null,
    signalReceivedAtMs: intent.receivedAtMs,
    intentExpiresAtMs: reduceOnly ? exitValidUntilMs(intent) : (queued?.expiresAtMs ?? intent.expiresAtMs),
  };
  const planned = { ...parts, cause, basis: basisOf(context) };
  const placed = placeOrder(books.control, planned, nowMs);
  const newestSignals = withSignal(books.control, intent, books.config, nowMs);
  return { kind: "place", ...placed, control: { ...placed.control, newestSignals }, isLast: true };
}
