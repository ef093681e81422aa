// The wanted position change, from an explicit action, from a strategy's positions, or from both when they agree.
import type { Side } from "#domain/documents/words.ts";
import { SignalFault } from "./fault.ts";
import type { ActionWord, DecidingFields, OrderWord, PositionChange } from "./meaning.ts";
import { changeFromPositions } from "./position-change.ts";

/** Throws SignalFault ACTION_MISSING or AMBIGUOUS_SIGNAL, naming the fields. */
export function wantedChange(fields: DecidingFields): PositionChange {
  const side = sideOf(fields);
  const fromPositions = changeFromPositions(fields, orderWord(fields));
  const explicit = explicitChange(fields.action, side);
  if (fromPositions !== null && explicit !== null) return agreed(fromPositions, explicit);
  const change = fromPositions ?? explicit ?? changeFromOrder(fields, side);
  if (change.action === "open" && change.side === null)
    throw ambiguous("action open has no side", 'Add "side": "long" or "short"');
  if (side !== null && change.side !== null && side !== change.side)
    throw ambiguous(`side ${side} contradicts strategy.market_position`, "Send one of them");
  return change;
}

function sideOf(fields: DecidingFields): Side | null {
  if (fields.side === undefined) return null;
  if (fields.side === "buy") return "long";
  return fields.side === "sell" ? "short" : fields.side;
}

/** The order's direction, from whichever field carries it. */
function orderWord(fields: DecidingFields): OrderWord | null {
  const fromAction = fields.action === "buy" || fields.action === "sell" ? fields.action : null;
  const fromOrder = fields.strategyOrderAction ?? null;
  if (fromAction !== null && fromOrder !== null && fromAction !== fromOrder)
    throw ambiguous(
      `action ${fromAction} contradicts strategy.order.action ${fromOrder}`,
      "Send one of them",
    );
  return fromAction ?? fromOrder;
}

/** The change that `action` alone decides; null for `buy` and `sell`, which an exit may also be. */
function explicitChange(action: ActionWord | undefined, side: Side | null): PositionChange | null {
  switch (action) {
    case "open":
      return { action: "open", side, reduceBps: null };
    case "long":
    case "short":
      if (side !== null && side !== action)
        throw ambiguous(`action ${action} contradicts side ${side}`, "Send one of them");
      return { action: "open", side: action, reduceBps: null };
    case "close":
    case "exit":
    case "flat":
      return { action: "close", side, reduceBps: null };
    case "reduce":
      return { action: "reduce", side, reduceBps: null };
    default:
      return null;
  }
}

function agreed(fromPositions: PositionChange, explicit: PositionChange): PositionChange {
  const bothLeave = fromPositions.action !== "open" && explicit.action !== "open";
  if (fromPositions.action !== explicit.action && !bothLeave)
    throw ambiguous(
      `action means ${explicit.action}, strategy.market_position means ${fromPositions.action}`,
      "Send one of them",
    );
  if (explicit.side !== null && fromPositions.side !== null && explicit.side !== fromPositions.side)
    throw ambiguous(
      `action and side mean ${explicit.side}, strategy.market_position means ${fromPositions.side}`,
      "Send one of them",
    );
  // Two exits that differ in size are an exit all the same: the larger one.
  const larger = explicit.action === "close" ? explicit : fromPositions;
  return { ...larger, side: fromPositions.side ?? explicit.side };
}

/** A bare `buy` or `sell` in `action` is the sender's word for an entry; in the strategy's own field it may be an exit. */
function changeFromOrder(fields: DecidingFields, side: Side | null): PositionChange {
  if (fields.action === "buy" || fields.action === "sell") {
    const meant: Side = fields.action === "buy" ? "long" : "short";
    if (side !== null && side !== meant)
      throw ambiguous(
        `action ${fields.action} contradicts side ${side}`,
        "To leave a position send action close or reduce",
      );
    return { action: "open", side: meant, reduceBps: null };
  }
  if (fields.strategyOrderAction !== undefined)
    throw ambiguous(
      `strategy.order.action ${fields.strategyOrderAction} does not say whether it enters or leaves a position`,
      'Add "marketPosition": "{{strategy.market_position}}" and "prevMarketPosition": "{{strategy.prev_market_position}}"',
    );
  throw new SignalFault(
    "ACTION_MISSING",
    ["neither action nor strategy.market_position is there"],
    'Add "action": "buy", "sell", "close" or "reduce", or "marketPosition": "{{strategy.market_position}}"',
  );
}

function ambiguous(fault: string, remedy: string): SignalFault {
  return new SignalFault("AMBIGUOUS_SIGNAL", [fault], remedy);
}
