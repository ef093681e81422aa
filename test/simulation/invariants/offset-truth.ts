// Offset plans as they show from outside: when a plan came into the control document and left it, the orders that may be its
// own by their ids, and what the matching engine traded for its positions since. Fees are the engine's.
import type { ControlState } from "#domain/documents/control.ts";
import type { Group } from "#domain/documents/group.ts";
import { clientOrderId, offsetCloseId } from "#domain/documents/ids.ts";
import type { OffsetLeg, OffsetPlan } from "#domain/documents/offset.ts";
import { paths } from "#domain/documents/paths.ts";
import type { Evidence, Landed } from "./invariant.ts";

/** More orders than a run lets a plan have for one position. */
const MOST_ORDERS = 60;
const E8_PER_USD = 1e8;

export interface SeenPlan {
  readonly accountId: string;
  readonly plan: OffsetPlan;
  /** Of each position, by its group: the plan's own ids, and its average entry when the plan was made. */
  readonly parts: ReadonlyMap<string, Part>;
  isOver: boolean;
}

interface Part {
  readonly leg: OffsetLeg;
  readonly ownIds: ReadonlySet<string>;
  readonly entryUsd: number;
  /** From when on trades count: those of before the plan, too, that its books had not heard of. */
  readonly sinceMs: number;
}

export interface PlanChange {
  readonly accountId: string;
  readonly before: OffsetPlan | null;
  readonly after: OffsetPlan | null;
  /** As it was before the commit. */
  readonly control: ControlState;
}

/** Null for a commit that leaves the control document alone, and for the first one of an account. */
export function planChange({ changes }: Landed): PlanChange | null {
  const change = changes.find(({ path }) => path.endsWith("/control/state"));
  if (change?.accountId == null || change.before === null || change.after === null) return null;
  const control = change.before as unknown as ControlState;
  const { offset: after } = change.after as unknown as ControlState;
  return { accountId: change.accountId, before: control.offset, after, control };
}

export function seenPlan(evidence: Evidence, accountId: string, plan: OffsetPlan): SeenPlan {
  const legs = [...plan.winners, plan.loser];
  const parts = legs.map((leg): [string, Part] => {
    const causeId = offsetCloseId(plan.offsetId, leg.groupId);
    const ownIds = Array.from({ length: MOST_ORDERS }, (_none, step) =>
      clientOrderId(accountId, causeId, step),
    );
    const entryUsd = Number(evidence.read<Group>(paths.group(accountId, leg.groupId))?.averageEntryUsd);
    const sinceMs = unheardSinceMs(evidence, accountId, leg);
    return [leg.groupId, { leg, ownIds: new Set(ownIds), entryUsd, sinceMs }];
  });
  return { accountId, plan, parts: new Map(parts), isOver: false };
}

/** An exit may have taken from the position before the plan was made of it: as much as the engine holds less than the plan says. */
function unheardSinceMs(
  { exchange: { engine }, nowMs }: Evidence,
  accountId: string,
  { symbol, side, heldBase }: OffsetLeg,
): number {
  const held = Math.abs(engine.state.accounts.get(accountId)?.positions.get(symbol)?.lots ?? 0);
  let unheard = Math.round(Number(heldBase) / (engine.specs.get(symbol)?.lotBase ?? Number.NaN)) - held;
  let sinceMs = nowMs();
  for (const trade of engine.state.trades.toReversed()) {
    if (unheard <= 0) break;
    if (trade.accountId !== accountId || trade.symbol !== symbol || trade.side !== closingSide(side))
      continue;
    unheard -= trade.lots;
    sinceMs = trade.timeMs;
  }
  return sinceMs;
}

function closingSide(side: OffsetLeg["side"]): "SELL" | "BUY" {
  return side === "long" ? "SELL" : "BUY";
}

/** Quantity that the plan's own orders took of a position, by the engine. */
export function tookBase(evidence: Evidence, { accountId }: SeenPlan, { leg, ownIds }: Part): number {
  const { engine } = evidence.exchange;
  const lotBase = engine.specs.get(leg.symbol)?.lotBase ?? Number.NaN;
  let lots = 0;
  for (const order of engine.state.orders.values())
    if (order.accountId === accountId && ownIds.has(order.clientOrderId)) lots += order.executedLots;
  return lots * lotBase;
}

export interface Brought {
  /** By the plan's own orders. */
  readonly ownUsd: number;
  /** By any other order that took from the position meanwhile. */
  readonly otherUsd: number;
}

/** After the engine's fees, against the average entry of the time of the plan. */
export function broughtUsd(
  evidence: Evidence,
  seen: SeenPlan,
  { leg, ownIds, entryUsd, sinceMs }: Part,
): Brought {
  const { engine } = evidence.exchange;
  const spec = engine.specs.get(leg.symbol);
  const [closing, sign] = [closingSide(leg.side), leg.side === "long" ? 1 : -1];
  let [ownUsd, otherUsd] = [0, 0];
  for (const trade of engine.state.trades) {
    const { accountId, symbol, side, orderId, timeMs, priceTicks, lots, commissionUsdE8 } = trade;
    if (accountId !== seen.accountId || symbol !== leg.symbol || side !== closing) continue;
    if (timeMs < sinceMs || spec === undefined) continue;
    const gainUsd = (priceTicks * spec.tickUsd - entryUsd) * sign * lots * spec.lotBase;
    const netUsd = gainUsd - Number(commissionUsdE8) / E8_PER_USD;
    if (ownIds.has(engine.state.orders.get(orderId)?.clientOrderId ?? "")) ownUsd += netUsd;
    else otherUsd += netUsd;
  }
  return { ownUsd, otherUsd };
}
