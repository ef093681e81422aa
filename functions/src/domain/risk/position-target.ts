// The position that a strategy states: where it is after its order, and where it was before. Ballast goes to the target, and
// past it never; a position before that is not the one that is held says that an alert between was missed.
import { Decimal, dec, decimalString } from "#domain/decimal.ts";
import type { AccountConfig } from "#domain/documents/config.ts";
import type { ControlState } from "#domain/documents/control.ts";
import type { Market } from "#domain/documents/market.ts";
import type { Intent, TargetSize } from "#domain/documents/signal.ts";
import { denial, type RiskCheck } from "./context.ts";
import { slotOfSymbol } from "./pool.ts";

/** Null where the signal states no target. */
export function targetOf({ size }: Intent): TargetSize | null {
  return size.kind === "targetBase" ? size : null;
}

/** Of the strategy's own group, signed by side, with its entries on their way. */
function heldBase(control: ControlState, { symbol, strategyId }: Intent): Decimal {
  const open = slotOfSymbol(control, symbol);
  if (open === null || open.slot.strategyId !== strategyId) return new Decimal(0);
  const onTheirWay = Object.values(control.reservations)
    .filter(({ groupId, reduceOnly }) => groupId === open.groupId && !reduceOnly)
    .reduce(
      (sum, { qtyBase }) => sum.plus(dec(qtyBase)),
      dec(open.slot.qtyBase).plus(dec(open.slot.reroutingBase ?? "0")),
    );
  return open.slot.side === "long" ? onTheirWay : onTheirWay.neg();
}

/** The quantity that is left to open up to the target; zero or below where as much is held. */
export function missingBase(target: TargetSize, intent: Intent, given: Given): Decimal {
  const sign = intent.side === "short" ? -1 : 1;
  const missing = dec(target.targetBase).minus(heldBase(given.control, intent).mul(sign));
  if (target.beforeBase === null || repairs(intent, given.config)) return missing;
  // Its own step alone: an alert that was missed before is not made good by this one.
  const step = dec(target.targetBase).minus(Decimal.max(dec(target.beforeBase).mul(sign), 0));
  return Decimal.min(missing, step);
}

interface Given {
  readonly control: ControlState;
  readonly config: AccountConfig;
}

function repairs({ strategyId }: Intent, { strategies }: AccountConfig): boolean {
  return strategies[strategyId]?.repairMissedAlerts === true;
}

/** Whether an entry finds more than its target, by an order at least, and its strategy wants that repaired. */
export function exceedsTarget(intent: Intent, given: Given, market: Market | null): boolean {
  const target = targetOf(intent);
  if (target === null || market === null || intent.action !== "open") return false;
  const missing = missingBase(target, intent, given);
  return repairs(intent, given.config) && missing.neg().gte(dec(market.minQtyBase));
}

/** The quantities of a signal that does not follow on what is held; null where it does, or does not say. */
export function missedBefore(
  intent: Intent,
  control: ControlState,
  market: Market | null,
): { readonly statedBase: string; readonly heldBase: string } | null {
  const beforeBase = targetOf(intent)?.beforeBase ?? null;
  if (beforeBase === null || market === null) return null;
  const held = heldBase(control, intent);
  // Quantities are rounded to the venue's step on each of their ways.
  if (held.minus(dec(beforeBase)).abs().lt(dec(market.minQtyBase))) return null;
  return { statedBase: beforeBase, heldBase: decimalString(held) };
}

/** An entry to a target that is reached already. */
export const targetAhead: RiskCheck = ({ intent, control, config, market }) => {
  const target = targetOf(intent);
  if (target === null || market === null || intent.action !== "open") return null;
  const missing = missingBase(target, intent, { control, config });
  if (missing.gte(dec(market.minQtyBase))) return null;
  return denial("TARGET_REACHED", {
    limit: target.targetBase,
    actual: decimalString(heldBase(control, intent).abs()),
    unit: "base",
    subject: intent.symbol,
  });
};
