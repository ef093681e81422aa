// The target of a Pine strategy's alert with `sizeFrom` target: its position after the order, in coins, and before it.
import type { TargetSize } from "#domain/documents/signal.ts";
import { SignalFault } from "./fault.ts";
import type { DecidingFields, PositionChange } from "./meaning.ts";

/** Null unless the sender asks for it. An entry without the position's size is refused; a reduction has its share. */
export function statedTarget(fields: DecidingFields, { action }: PositionChange): TargetSize | null {
  const { strategyMarketPosition: now, strategyMarketPositionSize: size, sizeFrom } = fields;
  if (sizeFrom !== "target") return null;
  const isHeld = now === "long" || now === "short";
  if (isHeld && size !== undefined && /[1-9]/.test(size))
    return { kind: "targetBase", targetBase: size, beforeBase: beforeOf(fields) };
  if (action !== "open") return null;
  throw new SignalFault(
    "FIELD_INVALID",
    ["sizeFrom is target, but strategy.market_position and its size do not say how much is held"],
    'Add "marketPosition": "{{strategy.market_position}}" and "marketPositionSize": "{{strategy.market_position_size}}"',
  );
}

/** Signed; null where the alert does not say both its side and its size. */
function beforeOf(fields: DecidingFields): string | null {
  const { strategyPrevMarketPosition: before, strategyPrevMarketPositionSize: size } = fields;
  if (before === "flat") return "0";
  if (before === undefined || size === undefined) return null;
  return before === "long" || !/[1-9]/.test(size) ? size : `-${size}`;
}
