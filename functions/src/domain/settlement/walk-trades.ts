// Which of a symbol's trades are a group's. A trade belongs to the group whose order made it. A trade of no order of ours
// (a liquidation, a deleveraging, a hand) belongs to the group that held the symbol then. Pure: asks for the origin of an
// order that it does not know, and is walked again with the answer.

import { signedBase } from "#domain/books/dust.ts";
import { type Decimal, dec } from "#domain/decimal.ts";
import type { Group } from "#domain/documents/group.ts";
import type { Trade } from "#domain/documents/trade.ts";
import type { ExitReason } from "#domain/documents/words.ts";
import { isGroupEnded } from "#domain/lifecycle/group-lifecycle.ts";

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
  const endBase = isGroupEnded(group.status) ? signedBase(group.side, group.qtyBase) : null;
  const own: Trade[] = [];
  let positionBase = dec(group.carriedBase);
  let [hasOutside, endedBy]: [boolean, Outside | null] = [false, null];
  for (const [place, trade] of trades.entries()) {
    const origin = origins.get(trade.venueOrderId);
    const holds = !positionBase.isZero();
    if (origin === undefined && holds) return { kind: "asks", venueOrderId: trade.venueOrderId };
    const outside = origin === undefined || origin === "own" || origin === "ours" ? null : origin;
    if (origin !== "own" && (outside === null || !holds)) continue;
    own.push(trade);
    positionBase = moved(positionBase, trade, outside !== null);
    hasOutside ||= outside !== null;
    endedBy = outside;
    if (place >= lastOwn && endBase !== null && positionBase.eq(endBase)) break;
  }
  return { kind: "walked", walk: { trades: own, positionBase, hasOutside, endedBy } };
}

/** A trade from outside that turns the position round leaves the group with nothing: the other side is no group's. */
function moved(positionBase: Decimal, { side, qtyBase }: Trade, isOutside: boolean): Decimal {
  const next = side === "buy" ? positionBase.plus(dec(qtyBase)) : positionBase.minus(dec(qtyBase));
  const turned = !next.isZero() && next.isPositive() !== positionBase.isPositive();
  return isOutside && turned ? dec("0") : next;
}
