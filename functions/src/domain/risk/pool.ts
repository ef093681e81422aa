// Slots of the execution pool and the order-rate throttle.
import type { ControlState, Slot } from "../control.ts";
import { sendsInWindow } from "../orderRate.ts";
import { denial, type RiskCheck } from "./context.ts";

/** The open group of a symbol: one-way mode holds one side of a symbol at a time. */
export function slotOfSymbol(control: ControlState, symbol: string): { groupId: string; slot: Slot } | null {
  const found = Object.entries(control.slots).find(([, slot]) => slot.symbol === symbol);
  return found === undefined ? null : { groupId: found[0], slot: found[1] };
}

export const poolHasRoom: RiskCheck = ({ control, config, intent }) => {
  if (slotOfSymbol(control, intent.symbol) !== null) return null;
  const used = Object.keys(control.slots).length;
  if (used < config.maxOpenGroups) return null;
  return denial("POOL_FULL", { limit: String(config.maxOpenGroups), actual: String(used), unit: "groups" });
};

export const sideNotOpposite: RiskCheck = ({ control, intent }) => {
  const open = slotOfSymbol(control, intent.symbol);
  if (open === null || intent.side === null || open.slot.side === intent.side) return null;
  return denial("OPPOSITE_POSITION_OPEN", {
    limit: open.slot.side,
    actual: intent.side,
    unit: "side",
    subject: intent.symbol,
  });
};

export const orderRateWithinLimit: RiskCheck = ({ control, config, nowMs }) => {
  const sends = sendsInWindow(control.throttles.orderSentAtMs, nowMs).length;
  if (sends < config.maxOrdersPerMinute) return null;
  return denial("RATE_LIMIT_EXCEEDED", {
    limit: String(config.maxOrdersPerMinute),
    actual: String(sends + 1),
    unit: "orders",
  });
};
