// Which of a symbol's trades are a group's. A trade belongs to the group whose order made it. A trade of no order of ours
// (a liquidation, a deleveraging, a hand) belongs to the group that held the symbol then. Pure: asks for the origin of an
// order that it does not know, and is walked again with the answer.

import { signedBase } from "#domain/books/dust.ts";
import { type Decimal, dec } from "#domain/decimal.ts";
import type { Group } from "#domain/documents/group.ts";
import type { Trade } from "#domain/documents/trade.ts";
import type { ExitReason } from "#domain/documents/words.ts";
import { isGroupEnded } from "#domain/lifecycle/group-lifecycle.ts";

/**
 * The venue's clock and ours may differ by so much: far more than the second beyond which the venue refuses a request that
 * comes from the future.
 */
export const CLOCK_MARGIN_MS = 60_000;

/** Closes without an order of ours. */
export type Outside = Extract<ExitReason, "liquidation" | "adl" | "settlement" | "external">;

/** `own`: of the group. `ours`: of another group. The rest: of no order of ours. */
export type Origin = "own" | "ours" | Outside;

/** By the venue's own order id, as far as they are known. */
export type Origins = ReadonlyMap<string, Origin>;

export interface Walk {
  readonly trades: readonly Trade[];
  /** Signed quantity that they leave the group with. */
  readonly positionBase: Decimal;
  /** Whether one of them was made outside. */
  readonly hasOutside: boolean;
  /** Whether the venue made one of them by force. */
  readonly hasForced: boolean;
  /** The cause of the last of them; null when it was an order of the group's own, or there is none. */
  readonly endedBy: Outside | null;
}

export type WalkResult =
  | { readonly kind: "walked"; readonly walk: Walk }
  /** The origin of this order decides how the walk goes on. */
  | { readonly kind: "asks"; readonly venueOrderId: string };

/** `trades` of the group's symbol, oldest first, from before its first order on. */
export function walkTrades(group: Group, trades: readonly Trade[], origins: Origins): WalkResult {
  const lastOwn = trades.findLastIndex(({ venueOrderId }) => origins.get(venueOrderId) === "own");
  const heldUntilMs = heldAtMostUntilMs(group, trades, { lastOwn, origins });
  const endBase = isGroupEnded(group.status) ? signedBase(group.side, group.qtyBase) : null;
  const own: Trade[] = [];
  let positionBase = dec(group.carriedBase);
  // Less than its position once another group's order has closed it: later trades from outside are no longer its.
  let heldBase = positionBase;
  const madeBy: (Outside | null)[] = [];
  for (const [place, trade] of trades.entries()) {
    const origin = origins.get(trade.venueOrderId);
    const holds = !heldBase.isZero() && isOfItsTime(group, own, trade);
    if (origin === undefined && holds) return { kind: "asks", venueOrderId: trade.venueOrderId };
    if (origin === "ours") heldBase = afterAnothers(heldBase, own, trade);
    if (!isGroups(origin, holds, trade.atMs <= heldUntilMs)) continue;
    own.push(trade);
    const outside = outsideOf(origin);
    const change = outside === null ? changeBy(trade) : changeFromOutside(heldBase, trade);
    positionBase = positionBase.plus(change);
    heldBase = heldBase.plus(change);
    madeBy.push(outside);
    if (place >= lastOwn && endBase !== null && positionBase.eq(endBase)) break;
  }
  return { kind: "walked", walk: { trades: own, positionBase, ...kindsOf(madeBy) } };
}

/** By the cause of each trade in turn; null: an order of the group's own. */
function kindsOf(madeBy: readonly (Outside | null)[]): Pick<Walk, "hasOutside" | "hasForced" | "endedBy"> {
  const outside = madeBy.filter((cause) => cause !== null);
  const hasForced = outside.some((cause) => cause !== "external");
  return { hasOutside: outside.length > 0, hasForced, endedBy: madeBy.at(-1) ?? null };
}

function outsideOf(origin: Origin | undefined): Outside | null {
  return origin === undefined || origin === "own" || origin === "ours" ? null : origin;
}

function isGroups(origin: Origin | undefined, holds: boolean, canHold: boolean): boolean {
  return origin === "own" || (holds && canHold && outsideOf(origin) !== null);
}

/** A position that was taken over holds the trades that made it already: those of before the group are not its. */
function isOfItsTime({ openedAtMs }: Group, before: readonly Trade[], { atMs }: Trade): boolean {
  return before.length > 0 || atMs >= openedAtMs;
}

/**
 * The last moment at which a trade from outside can be the group's. A position by hand of the other side ends a group with no
 * trade that closes it, and the trades after its end are not its, unless an order of its own is filled later still.
 */
function heldAtMostUntilMs(
  { endedAtMs }: Group,
  trades: readonly Trade[],
  { lastOwn, origins }: { readonly lastOwn: number; readonly origins: Origins },
): number {
  if (endedAtMs === null) return Number.POSITIVE_INFINITY;
  // Another group comes to the symbol after this one, however the clocks go.
  const isNext = ({ venueOrderId, atMs }: Trade) =>
    origins.get(venueOrderId) === "ours" && atMs > endedAtMs - CLOCK_MARGIN_MS;
  const next = trades.find((trade, place) => place > lastOwn && isNext(trade));
  const untilMs = Math.min(next?.atMs ?? Number.POSITIVE_INFINITY, endedAtMs + CLOCK_MARGIN_MS);
  return Math.max(untilMs, trades[lastOwn]?.atMs ?? untilMs);
}

function changeBy({ side, qtyBase }: Trade): Decimal {
  return side === "buy" ? dec(qtyBase) : dec(qtyBase).neg();
}

/** A trade from outside that turns the position round leaves the group with nothing: the other side is no group's. */
function changeFromOutside(heldBase: Decimal, trade: Trade): Decimal {
  const change = changeBy(trade);
  const next = heldBase.plus(change);
  return !next.isZero() && next.isPositive() !== heldBase.isPositive() ? heldBase.neg() : change;
}

/**
 * The rest after another group's order. That one's entries are beside it, and those before its own first trade were made
 * before it was there.
 */
function afterAnothers(heldBase: Decimal, before: readonly Trade[], trade: Trade): Decimal {
  const isBeside = before.length === 0 || changeBy(trade).isPositive() === heldBase.isPositive();
  return isBeside ? heldBase : heldBase.plus(changeFromOutside(heldBase, trade));
}
