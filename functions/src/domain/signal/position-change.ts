// The wanted change, read from a Pine strategy's positions before and after its order. The order's word
// (`buy`, `sell`) alone cannot tell an exit from an entry; the positions can, and must not contradict it.
import { dec } from "#domain/decimal.ts";
import type { Side } from "#domain/documents/words.ts";
import { SignalFault } from "./fault.ts";
import type { DecidingFields, MarketPosition, OrderWord, PositionChange } from "./meaning.ts";

const BPS = 10_000;

/** Null when the fields hold no market position. Throws SignalFault AMBIGUOUS_SIGNAL on a contradiction. */
export function changeFromPositions(fields: DecidingFields, order: OrderWord | null): PositionChange | null {
  const now = fields.strategyMarketPosition;
  if (now === undefined) return null;
  const before = fields.strategyPrevMarketPosition ?? null;
  return now === "flat" ? flattened(before, order) : held(now, before, order, fields);
}

function flattened(before: MarketPosition | null, order: OrderWord | null): PositionChange {
  if (before === null) return { action: "close", side: null, reduceBps: null };
  if (before === "flat")
    throw ambiguous(
      "strategy.market_position and strategy.prev_market_position are both flat: nothing changes",
    );
  if (order !== null && order !== closingOrder(before))
    throw ambiguous(
      `strategy.order.action ${order} cannot flatten a ${before} strategy.prev_market_position`,
    );
  return { action: "close", side: before, reduceBps: null };
}

function held(
  now: Side,
  before: MarketPosition | null,
  order: OrderWord | null,
  fields: DecidingFields,
): PositionChange {
  const opens = order === null || order === openingOrder(now);
  if (before === now) return resized(now, order, fields);
  if (!opens)
    throw ambiguous(
      `strategy.order.action ${order} contradicts strategy.market_position ${now}` +
        (before === null
          ? ", unless strategy.prev_market_position says that a larger one was reduced"
          : ` after strategy.prev_market_position ${before}`),
    );
  return { action: "open", side: now, reduceBps: null };
}

/** The same side before and after: added to, or reduced. */
function resized(side: Side, order: OrderWord | null, fields: DecidingFields): PositionChange {
  const size = fields.strategyMarketPositionSize;
  const sizeBefore = fields.strategyPrevMarketPositionSize;
  if (size === undefined || sizeBefore === undefined) {
    if (order === null)
      throw ambiguous(
        `strategy.market_position is ${side} before and after, and neither strategy.order.action nor the sizes say whether it grew`,
      );
    return order === openingOrder(side)
      ? { action: "open", side, reduceBps: null }
      : { action: "reduce", side, reduceBps: null };
  }
  const grown = dec(size).comparedTo(dec(sizeBefore));
  if (grown === 0)
    throw ambiguous("strategy.market_position_size is strategy.prev_market_position_size: nothing changes");
  if (order !== null && (order === openingOrder(side)) !== grown > 0)
    throw ambiguous(
      `strategy.order.action ${order} contradicts a ${side} position that went from strategy.prev_market_position_size ${sizeBefore} to strategy.market_position_size ${size}`,
    );
  if (grown > 0) return { action: "open", side, reduceBps: null };
  const share = dec(sizeBefore).minus(dec(size)).div(dec(sizeBefore)).mul(BPS).round().toNumber();
  // Between one basis point and all but one: the strategy still holds a part, so a reduction is neither zero
  // nor all.
  return { action: "reduce", side, reduceBps: Math.min(Math.max(share, 1), BPS - 1) };
}

function openingOrder(side: Side): OrderWord {
  return side === "long" ? "buy" : "sell";
}

function closingOrder(side: Side): OrderWord {
  return side === "long" ? "sell" : "buy";
}

function ambiguous(fault: string): SignalFault {
  return new SignalFault(
    "AMBIGUOUS_SIGNAL",
    [fault],
    "Send action as open, reduce or close with side long or short, or the strategy placeholders of one and the same order",
  );
}
